/* SPDX-License-Identifier: MIT */
/* sessions: commands about the kept conversations: list them, continue one, name this one. */
#include "commands/commands_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"
#include "util/mem.h"
#include "util/text.h"

#define LISTED_MOST 20    /* conversations that one list shows */
#define TITLE_COLUMNS 40
#define EXCHANGE_LINES 10 /* of a reply that reminds of a conversation */
#define TITLE_MOST 200    /* bytes of a title */

void listed_free(struct listed_ids *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->ids[i]);
	free(l->ids);
	*l = (struct listed_ids){ 0 };
}

/* ---- /sessions ---- */

/* A list that is being made. */
struct listing {
	struct commands *commands;
	struct command_result *result;
	size_t more; /* that are not shown */
};

static void add_data(struct command_result *r, const struct kept *kept)
{
	struct json_object *o = json_new_object();

	json_add_text(o, "id", str_of(kept->id));
	json_add_text(o, "title", str_of(kept->title));
	json_add_text(o, "model", str_of(kept->model));
	json_add_int(o, "used", kept->used);
	json_append(json_member(r->data, "sessions"), o);
}

/* One row: its number, a star if it is this one, when it was used, its title; and a line of it that was looked for. */
static void add_row(struct listing *l, const struct kept *kept, const char *line)
{
	struct listed_ids *listed = &l->commands->listed;
	const char *here = chat_id(l->commands->chat);
	struct buf *out = &l->result->text;
	char used[32];

	if (listed->n == LISTED_MOST) {
		l->more++;
		return;
	}
	listed->ids = xgrow(listed->ids, listed->n, &listed->cap, sizeof *listed->ids);
	listed->ids[listed->n++] = xstrdup(kept->id);
	buf_addf(out, "%2zu%c %s  ", listed->n, here && !strcmp(here, kept->id) ? '*' : ' ', kept_time(kept->used, used));
	text_add_line(out, str_of(kept->title), TITLE_COLUMNS);
	if (line)
		buf_addf(out, "\n    %s", line);
	buf_addc(out, '\n');
	add_data(l->result, kept);
}

static int put_hit(void *ud, const struct hit *hit)
{
	add_row(ud, hit->kept, hit->line);
	return 0;
}

/* Those that somebody answered, the last one first. 0, or -1 with a fault. */
static int list_all(struct listing *l, struct fault *f)
{
	struct kept_list list;
	int failed = store_list(&l->commands->chat->rt->paths, &list, NULL, f);

	for (size_t i = 0; !failed && i < list.n; i++)
		if (list.all[i].answered)
			add_row(l, &list.all[i], NULL);
	kept_list_free(&list);
	return failed;
}

/* Those with a message or a title that has all of the words. 0, or -1 with a fault. */
static int list_found(struct listing *l, hn_str args, struct fault *f)
{
	char *all, *words[32];
	size_t n = args_words(args, &all, words, sizeof words / sizeof *words);
	int failed = store_search(&l->commands->chat->rt->paths, words, n, put_hit, l, NULL, f);
	free(all);
	return failed;
}

void command_sessions(struct commands *c, hn_str args, struct command_result *r)
{
	struct listing l = { .commands = c, .result = r };

	listed_free(&c->listed);
	json_set(result_data(r), "sessions", json_new_array());
	if (args.n ? list_found(&l, args, &r->fault) : list_all(&l, &r->fault))
		return;
	if (c->listed.n == 0)
		buf_adds(&r->text, args.n ? "no message or title has all of these words" : "there are no conversations yet");
	else if (l.more)
		buf_addf(&r->text, "%zu more: `hobnob sessions` has all; /resume N continues one", l.more);
	else
		buf_adds(&r->text, "/resume N continues one");
}

/* ---- /resume ---- */

/* The id that is meant (allocated): a number of the list, or as `hobnob -r` takes it. NULL with a fault. */
static char *id_of(const struct commands *c, hn_str args, struct fault *f)
{
	hn_str rest = args;
	size_t n = args_number(&rest);
	char *said = str_dup(args), *id = NULL;

	if (n > 0 && rest.n == 0 && n <= c->listed.n)
		id = xstrdup(c->listed.ids[n - 1]);
	else if (n > 0 && rest.n == 0 && n <= LISTED_MOST)
		fault_set(f, HN_ERR_USAGE, NULL, "there is no number %zu: /sessions lists them", n);
	else
		id = store_find(&c->chat->rt->paths, said, "/sessions", f);
	free(said);
	return id;
}

/* /resume: the session does it, after the command. */
void command_resume(struct commands *c, hn_str args, struct command_result *r)
{
	const char *here = chat_id(c->chat);
	char *id;

	if (args.n == 0) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "which conversation? /resume N; /sessions lists them");
		return;
	}
	id = id_of(c, args, &r->fault);
	r->fault.kind = id ? 0 : HN_ERR_USAGE;
	if (id && here && !strcmp(id, here)) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "you are in that conversation already");
		free(id);
		id = NULL;
	}
	free(c->resume);
	c->resume = id;
}

/* ---- where it stands ---- */

/* The first lines of a reply, and how many there are more. */
static void add_lines(struct buf *out, hn_str text)
{
	size_t lines = 0, more = 0;

	while (text.n) {
		const char *newline = memchr(text.p, '\n', text.n);
		size_t n = newline ? (size_t)(newline - text.p) + 1 : text.n;

		if (lines++ < EXCHANGE_LINES)
			buf_add(out, text.p, n);
		else
			more++;
		text = (hn_str){ text.p + n, text.n - n };
	}
	if (out->p[out->n - 1] != '\n')
		buf_addc(out, '\n');
	if (more)
		buf_addf(out, "(%zu more line%s: /preview)\n", more, more == 1 ? "" : "s");
}

/* 1 if a reply that begins so may begin with more than a paragraph: that begins a row of its own. */
static int is_block(char first)
{
	return memchr("#>|`~-*+ \t\n0123456789", first, sizeof "#>|`~-*+ \t\n0123456789" - 1) != NULL;
}

void commands_exchange(const struct commands *c, struct buf *out)
{
	const struct history *h = &c->chat->talk.history;
	const struct message *question = history_last(h, HN_ROLE_USER), *reply = history_last(h, HN_ROLE_ASSISTANT);

	if (!question)
		return;
	buf_adds(out, "You: ");
	add_line(out, question);
	buf_addc(out, '\n');
	if (!reply || reply->id < question->id || reply->n == 0)
		return;
	buf_adds(out, "Assistant:");
	buf_addc(out, is_block(*reply->text) ? '\n' : ' ');
	add_lines(out, (hn_str){ reply->text, reply->n });
}

/* ---- /title ---- */

static void show_title(const struct chat *chat, struct command_result *r)
{
	if (chat->talk.title)
		buf_adds(&r->text, chat->talk.title);
	else
		buf_adds(&r->text, "it has no title of its own: /title TEXT");
}

/* /title: what lists call this conversation. */
void command_title(struct commands *c, hn_str args, struct command_result *r)
{
	if (args.n > TITLE_MOST || (args.n && memchr(args.p, '\n', args.n))) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "a title is one line of at most %d bytes", TITLE_MOST);
		return;
	}
	if (args.n)
		chat_title(c->chat, str_is(args, "-") ? str_of("") : args);
	if (str_is(args, "-"))
		buf_adds(&r->text, "the title is removed");
	else
		show_title(c->chat, r);
	result_text(r, "title", str_of(c->chat->talk.title));
}
