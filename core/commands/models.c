/* SPDX-License-Identifier: MIT */
/* models: /models lists what the provider offers, or the models whose ids or names hold some words. */
#include "commands/commands_private.h"

#include <stdlib.h>
#include <string.h>

#include "chat/offers.h"
#include "util/mem.h"
#include "util/table.h"

#define WORDS_MOST 32

/* 1 if turns ask for that model: by its id, or by that without "models/", as Google's list has it. */
static int is_present(const struct chat *chat, const struct offer *o)
{
	const char *model = chat_model(chat);

	return model && str_is(catalog_bare(model), catalog_bare(o->id).p);
}

/* One row: a star if it is the present model, its id, its window, and its prices a million tokens. */
static void add_row(struct table *t, const struct offer *o, int present)
{
	char *id = xasprintf("%c %s", present ? '*' : ' ', o->id), text[32];

	table_cell(t, id);
	free(id);
	table_cell(t, offer_count(o->window, text));
	table_cell(t, offer_price(o->price.input, text));
	table_cell(t, offer_price(o->price.output, text));
}

static void show_rows(const struct chat *chat, const struct offers *offers, struct buf *out)
{
	static const char *const heads[] = { "  MODEL", "CONTEXT", "USD/MTOK IN", "OUT" };
	struct table t = { .columns = sizeof heads / sizeof *heads };

	for (size_t i = 0; i < t.columns; i++)
		table_cell(&t, heads[i]);
	for (size_t i = 0; i < offers->n; i++)
		add_row(&t, &offers->all[i], is_present(chat, &offers->all[i]));
	table_print(&t, out);
}

static void tell_models(const struct chat *chat, const struct offers *offers, struct command_result *r)
{
	struct json_object *list = json_new_array();

	for (size_t i = 0; i < offers->n; i++)
		json_append(list, offer_json(&offers->all[i]));
	result_text(r, "provider", str_of(offers->instance->name));
	result_text(r, "model", str_of(chat_model(chat)));
	json_set(r->data, "models", list);
	if (!offers->n) {
		buf_adds(&r->text, offers_none(offers));
		return;
	}
	show_rows(chat, offers, &r->text);
	buf_adds(&r->text, "/model NAME takes one");
}

void command_models(struct commands *c, hn_str args, struct command_result *r)
{
	char *all, *words[WORDS_MOST];
	size_t n = args_words(args, &all, words, WORDS_MOST);
	struct offers offers = { .words = words, .n_words = n };

	if (chat_offers(c->chat, &offers, &r->fault) == 0)
		tell_models(c->chat, &offers, r);
	offers_free(&offers);
	free(all);
}
