/* SPDX-License-Identifier: MIT */
/*
 * ask: /ask MODEL..., the last question asked of several models. Each reply is a branch of its own, and
 * the conversation continues on the first that is whole and not empty; without one it stays where it was.
 */
#include "commands/commands_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "call/kind.h"
#include "chat/telling.h"
#include "util/mem.h"
#include "util/money.h"
#include "util/said.h"
#include "util/text.h"

#define COMMAND "/ask"
#define MODELS_MOST 32

/* The models that were named, and where the conversation was. */
struct asking {
	struct chat *chat;
	struct asked asked[MODELS_MOST];
	char *names[MODELS_MOST];
	size_t n;
	uint64_t before; /* the view's head */
	const struct message *now; /* the reply that the conversation continues with, or NULL */
};

/* ---- which models ---- */

/* Takes the names between blanks; aliases are resolved. 0, or -1 with the result failed. */
static int take_names(struct asking *a, hn_str args, struct command_result *r)
{
	for (args = str_trim(args); args.n; args = str_trim(args)) {
		size_t n = word_length(args);
		const char *meant;

		if (a->n == MODELS_MOST) {
			fault_set(&r->fault, HN_ERR_USAGE, NULL, COMMAND " takes %d models at most", MODELS_MOST);
			return -1;
		}
		a->names[a->n] = str_dup((hn_str){ args.p, n });
		meant = setting_alias(a->chat->rt->settings, a->names[a->n]);
		a->asked[a->n].model = meant ? meant : a->names[a->n];
		a->n++;
		args = (hn_str){ args.p + n, args.n - n };
	}
	return 0;
}

static void asking_free(struct asking *a)
{
	for (size_t i = 0; i < a->n; i++) {
		fault_free(&a->asked[i].why);
		free(a->names[i]);
	}
}

/* ---- where the conversation continues ---- */

/* Moves to the first reply that is whole, and not empty; without one, to where it was. */
static void settle(struct asking *a)
{
	for (size_t i = 0; i < a->n && !a->now; i++)
		if (a->asked[i].reply && a->asked[i].reply->state == MESSAGE_COMPLETE && message_shows(a->asked[i].reply))
			a->now = a->asked[i].reply;
	history_go(&a->chat->talk.history, a->now ? a->now->id : a->before);
	chat_moved(a->chat);
}

static size_t branch_of(const struct asking *a, const struct message *m)
{
	return history_branch(&a->chat->talk.history, m->id);
}

static void add_where(const struct asking *a, struct buf *out)
{
	if (a->now)
		buf_addf(out, "the conversation continues on branch %zu (%s); /branch N moves to another", branch_of(a, a->now),
			a->now->model);
	else
		buf_adds(out, "none has answered: the conversation is where it was");
}

/* ---- the table ---- */

enum { MODEL, TOKENS, SECONDS, COST, BRANCH, CELLS };

struct row { char *cells[CELLS]; };

static struct row title_row(void)
{
	static const char *const titles[CELLS] = { "model", "tokens", "seconds", "cost", "branch" };
	struct row row;

	for (size_t i = 0; i < CELLS; i++)
		row.cells[i] = xstrdup(titles[i]);
	return row;
}

/* "1200 + 34"; "~" marks an estimate, "?" what is unknown. */
static char *tokens_cell(const hn_usage *u)
{
	if (u->prompt < 0 || u->completion < 0)
		return xstrdup("?");
	return xasprintf("%s%" PRId64 " + %s%" PRId64, u->set & HN_USAGE_ESTIMATED_PROMPT ? "~" : "", u->prompt,
		u->set & HN_USAGE_ESTIMATED_COMPLETION ? "~" : "", u->completion);
}

static struct row row_of(const struct asking *a, const struct asked *asked)
{
	const struct message *m = asked->reply;
	char money[32];
	int64_t tenths = (m->total_ms + 50) / 100;

	return (struct row){ {
		[MODEL] = xstrdup(m->model),
		[TOKENS] = tokens_cell(&m->usage),
		[SECONDS] = xasprintf("%" PRId64 ".%" PRId64, tenths / 10, tenths % 10),
		[COST] = m->cost < 0 ? xstrdup("?")
				     : xasprintf("%s$%s", strcmp(m->cost_source, "estimate") ? "" : "~", money_short(m->cost, money)),
		[BRANCH] = xasprintf("%zu", branch_of(a, m)),
	} };
}

/* The columns of the widest cell of each. */
static void measure(const struct row *rows, size_t n, uint32_t widths[CELLS])
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < CELLS; k++) {
			uint32_t width = text_columns(str_of(rows[i].cells[k]));

			widths[k] = width > widths[k] ? width : widths[k];
		}
}

/* A row; of a model that failed, why instead of what cannot be said. */
static void add_row(const struct row *row, const struct fault *why, const uint32_t widths[CELLS], struct buf *out)
{
	for (size_t k = 0; k < CELLS; k++) {
		int pad = (int)(widths[k] - text_columns(str_of(row->cells[k])));

		buf_addf(out, "%s%s%*s", k ? "  " : "", row->cells[k], k + 1 < CELLS ? pad : 0, "");
	}
	if (why && why->kind)
		buf_addf(out, "  failed: %s", why->message);
	buf_addc(out, '\n');
}

static void add_table(const struct asking *a, struct buf *out)
{
	uint32_t widths[CELLS] = { 0 };
	struct row rows[MODELS_MOST + 1] = { title_row() };

	for (size_t i = 0; i < a->n; i++)
		rows[i + 1] = row_of(a, &a->asked[i]);
	measure(rows, a->n + 1, widths);
	for (size_t i = 0; i <= a->n; i++) {
		add_row(&rows[i], i ? &a->asked[i - 1].why : NULL, widths, out);
		for (size_t k = 0; k < CELLS; k++)
			free(rows[i].cells[k]);
	}
}

/* ---- the data ---- */

static struct json_object *data_of(const struct asking *a, const struct asked *asked)
{
	const struct message *m = asked->reply;
	struct json_object *o = json_new_object(), *error = asked->why.kind ? json_new_object() : NULL;
	char money[32];

	json_add_text(o, "model", str_of(m->model));
	json_add_text(o, "state", str_of(message_state_name(m->state)));
	json_add_text(o, "text", (hn_str){ m->text, m->n });
	json_add_int_or_null(o, "prompt_tokens", m->usage.prompt);
	json_add_int_or_null(o, "completion_tokens", m->usage.completion);
	json_add_int_or_null(o, "total_ms", m->total_ms);
	json_set(o, "cost", m->cost < 0 ? NULL : json_of(str_of(money_text(m->cost, money))));
	json_add_int(o, "branch", (int64_t)branch_of(a, m));
	if (error) {
		json_add_text(error, "kind", str_of(kind_name(asked->why.kind)));
		json_add_text(error, "message", str_of(asked->why.message));
		json_add_text(error, "hint", str_of(asked->why.hint));
	}
	json_set(o, "error", error);
	return o;
}

/* ---- the ends ---- */

/* All were asked. */
static void tell_all(const struct asking *a, struct command_result *r)
{
	struct json_object *list = json_new_array();

	for (size_t i = 0; i < a->n; i++)
		json_append(list, data_of(a, &a->asked[i]));
	json_set(result_data(r), "replies", list);
	result_int(r, "branch", (int64_t)branch_of(a, a->now));
	add_table(a, &r->text);
	add_where(a, &r->text);
	a->chat->last_turn = 0;
}

/* Why a model has not answered: it failed, or its reply is empty. */
static const char *why_not(const struct asked *asked)
{
	return asked->why.kind ? asked->why.message : "the reply is empty";
}

static int32_t kind_of(const struct asked *asked)
{
	return asked->why.kind ? asked->why.kind : HN_ERR_PROTOCOL;
}

/* None has answered: an error of the first one's kind, and why each did not. */
static void tell_none(const struct asking *a, struct command_result *r)
{
	fault_set(&r->fault, kind_of(&a->asked[0]), NULL, "no model has answered; %s: %s", a->asked[0].model, why_not(&a->asked[0]));
	for (size_t i = 1; i < a->n; i++)
		fault_hint(&r->fault, "%s: %s", a->asked[i].model, why_not(&a->asked[i]));
	a->chat->last_turn = r->fault.kind;
}

/* One was stopped, and the rest was not asked: its reply ends the input. */
static void tell_stopped(const struct asking *a)
{
	struct buf out = BUF(BUF_NO_CAP);
	hn_session_event event;
	size_t i = 0;

	while (i + 1 < a->n && a->asked[i + 1].reply)
		i++;
	buf_addf(&out, COMMAND ": stopped at %s, model %zu of %zu; ", a->asked[i].model, i + 1, a->n);
	add_where(a, &out);
	tell_notice(a->chat, "%s", out.p);
	event = chat_interrupted(a->asked[i].reply);
	tell(a->chat, &event);
	buf_free(&out);
}

static void ask(struct asking *a, const struct message *question, struct command_result *r)
{
	struct history *h = &a->chat->talk.history;
	int32_t code;

	a->before = history_head(h);
	history_go(h, question->id);
	code = chat_ask_each(a->chat, COMMAND, a->asked, a->n);
	r->turn = code != 0;
	r->fault.kind = code;
	settle(a);
	if (code == HN_ERR_INTERRUPTED && a->asked[0].reply)
		tell_stopped(a);
	else if (code == 0 && a->now)
		tell_all(a, r);
	else if (code == 0)
		tell_none(a, r);
}

/* /ask: asks the last question of each model. */
void command_ask(struct commands *c, hn_str args, struct command_result *r)
{
	struct asking asking = { .chat = c->chat };
	const struct message *question = history_last(&c->chat->talk.history, HN_ROLE_USER);

	if (args.n == 0)
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "which models? " COMMAND " MODEL..., such as " COMMAND " small large");
	else if (!question)
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "there is no question yet to ask again");
	else if (!chat_provider(c->chat) && chat_ready(c->chat, &r->fault))
		return;
	else if (take_names(&asking, args, r) == 0)
		ask(&asking, question, r);
	asking_free(&asking);
}
