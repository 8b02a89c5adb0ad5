/* SPDX-License-Identifier: MIT */
/* models: `hobnob models` lists what the provider offers, or those whose ids or names hold some words,
 * with windows, prices and where these came from. */
#include "cli/cli.h"

#include <stdlib.h>

#include "call/fatal.h"
#include "call/kind.h"
#include "chat/offers.h"
#include "chat/pick.h"
#include "cli/output.h"
#include "net/http.h"

/* ---- printing ---- */

static void add_row(struct table *t, const struct offer *r)
{
	char text[32];
	table_cell(t, r->id);
	table_cell(t, offer_count(r->window, text));
	table_cell(t, offer_count(r->max_output, text));
	table_cell(t, offer_price(r->price.input, text));
	table_cell(t, offer_price(r->price.output, text));
	table_cell(t, offer_price(r->price.cached, text));
	table_cell(t, r->price.source);
}

static int print_json(struct runtime *rt, const struct offers *list)
{
	struct json_object *array = json_new_array();
	for (size_t i = 0; i < list->n; i++)
		json_append(array, offer_json(&list->all[i]));
	return output_json(rt, array);
}

static int print_table(struct runtime *rt, const struct offers *list)
{
	static const char *const heads[] = { "MODEL", "CONTEXT", "OUTPUT", "USD/MTOK IN", "OUT",
		"CACHED", "SOURCE" };
	static const size_t giving_way[] = { 2, 5, 1 }; /* on a narrow terminal: OUTPUT, CACHED, CONTEXT */
	struct table t = {
		.columns = sizeof heads / sizeof *heads,
		.fit = output_width(),
		.giving_way = giving_way,
		.n_giving_way = sizeof giving_way / sizeof *giving_way,
		.least = sizeof "SOURCE" - 1,
	};
	struct buf out = BUF(BUF_NO_CAP);
	for (size_t k = 0; k < t.columns; k++)
		table_cell(&t, heads[k]);
	for (size_t i = 0; i < list->n; i++)
		add_row(&t, &list->all[i]);
	table_print(&t, &out);
	return output_write(rt, &out);
}

/* Prints what was asked for; if that is nothing, says so next to it. */
static int print_list(struct runtime *rt, const struct cli *cli, const struct offers *list)
{
	if (!list->n)
		cli_error(rt, 0, NULL, "%s", offers_none(list));
	if (cli->json)
		return print_json(rt, list);
	return list->n || !list->n_words ? print_table(rt, list) : 0;
}

/* ---- asking ---- */

/* A call with a network of its own. */
static void begin_call(const struct instance *i, struct runtime *rt, hn_call *call)
{
	const struct http_settings http = http_settings_of(rt);

	instance_call(i, rt, call);
	call->http = http_new(&http);
}

static void end_call(hn_call *call)
{
	http_free(call->http);
	call_end(call);
}

int32_t models_ask(struct runtime *rt, const struct instance *i,
	int32_t (*take)(void *ud, const hn_model *), void *ud, struct fault *f)
{
	hn_call call;

	begin_call(i, rt, &call);
	int32_t code = offers_call(i, &call, take, ud, f);
	end_call(&call);
	return code;
}

static int list_models(struct runtime *rt, const struct cli *cli, const struct instance *i)
{
	struct offers list = { .rt = rt, .instance = i, .words = cli->words, .n_words = cli->n_words };
	struct fault f = { 0 };
	hn_call call;

	begin_call(i, rt, &call);
	int32_t code = offers_ask(&list, &call, &f);
	end_call(&call);
	int status = f.message ? cli_fault(rt, &f) : kind_exit(code);
	if (code == 0)
		status = print_list(rt, cli, &list);
	offers_free(&list);
	return status;
}

/* Lists the models of the provider that would answer. */
int subcommand_models(struct runtime *rt, const struct cli *cli)
{
	enum source by;
	struct fault f = { 0 };
	char *name = pick_provider(rt, &by, &f);
	if (!name)
		return cli_fault(rt, &f);
	struct instance *i = instance_new(rt, name, HN_TYPE_PROVIDER, &f);
	free(name);
	if (!i)
		return cli_fault(rt, &f);
	int status = list_models(rt, cli, i);
	fatal_status(status);
	instance_free(i);
	return status;
}
