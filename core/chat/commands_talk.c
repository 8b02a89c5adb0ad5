/* SPDX-License-Identifier: MIT */
/* commands_talk: commands that look at the conversation or move in it. */
#include "chat/commands_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/utf8.h"

#define LINE_COLUMNS 60 /* of a message's text in /history */

/* /clear: an empty view; the system prompt and the accounts stay. */
void command_clear(struct hn_session *s, hn_str args, struct command_result *r)
{
	if (!result_no_args(r, "/clear", args))
		return;
	history_go(&s->talk.history, 0);
	session_moved(s);
	buf_adds(&r->text, "cleared");
}

/* The last question, or NULL with the result failed. */
static const struct message *last_question(
	struct hn_session *s, struct command_result *r, const char *what)
{
	const struct message *m = history_last(&s->talk.history, HN_ROLE_USER);

	if (!m)
		result_fail(r, HN_ERR_USAGE, "there is no question yet to %s", what);
	return m;
}

/* /undo: the view ends before the last question. */
void command_undo(struct hn_session *s, hn_str args, struct command_result *r)
{
	const struct message *m;

	if (!result_no_args(r, "/undo", args) || !(m = last_question(s, r, "take back")))
		return;
	history_go(&s->talk.history, m->parent);
	session_moved(s);
	buf_addf(&r->text, "took back the last question; %zu message%s left", s->talk.history.n_view,
		s->talk.history.n_view == 1 ? "" : "s");
	result_int(r, "messages", (int64_t)s->talk.history.n_view);
}

/* /retry: the view ends with the last question, which is answered anew. */
void command_retry(struct hn_session *s, hn_str args, struct command_result *r)
{
	const struct message *m;

	if (!result_no_args(r, "/retry", args) || !(m = last_question(s, r, "ask again")))
		return;
	history_go(&s->talk.history, m->id);
	session_moved(s);
	r->turn = 1;
	r->code = turn_answer(s);
}

/* Appends as much of a text as fits a line, newlines as spaces. */
static void add_line(struct buf *out, const struct message *m)
{
	unsigned columns = 0;
	size_t i = 0;

	while (i < m->n && columns < LINE_COLUMNS) {
		uint32_t cp;
		size_t n = utf8_decode(m->text + i, m->n - i, &cp);

		if (n == 0)
			break;
		if (cp == '\n' || cp == '\t' || cp == '\r')
			buf_addc(out, ' ');
		else
			buf_add(out, m->text + i, n);
		columns += utf8_columns(cp);
		i += n;
	}
	buf_adds(out, i < m->n ? "…" : "");
}

/* /history: a line a message. */
void command_history(struct hn_session *s, hn_str args, struct command_result *r)
{
	if (!result_no_args(r, "/history", args))
		return;
	if (s->talk.system)
		buf_addf(&r->text, "   system: %s\n", s->talk.system);
	for (size_t i = 0; i < s->talk.history.n_view; i++) {
		const struct message *m = s->talk.history.view[i];

		buf_addf(&r->text, "%2zu ", i + 1);
		buf_addf(&r->text, "%s: ", role_name(m->role));
		add_line(&r->text, m);
		if (m->state != MESSAGE_COMPLETE)
			buf_addf(&r->text, " (%s)", message_state_name(m->state));
		buf_addc(&r->text, '\n');
	}
	buf_addf(&r->text, "%zu message%s", s->talk.history.n_view, s->talk.history.n_view == 1 ? "" : "s");
	result_int(r, "messages", (int64_t)s->talk.history.n_view);
}

/* /context: what the next request would hold, before its question. */
void command_context(struct hn_session *s, hn_str args, struct command_result *r)
{
	struct turn t = { .s = s };
	int64_t system;

	if (!result_no_args(r, "/context", args))
		return;
	if (!s->provider) {
		result_fail(r, HN_ERR_CONFIG, "no provider is chosen yet");
		return;
	}
	budget_plan(&t);
	system = s->talk.system ? tokens_prior(str_of(s->talk.system)) + TOKENS_PER_MESSAGE : 0;
	if (system)
		buf_addf(&r->text, "system prompt: about %" PRId64 " tokens\n",
			tokens_apply(budget_calibration(s), system));
	buf_addf(&r->text, "sent: %zu messages, about %" PRId64 " tokens in all\n", t.plan.sent,
		t.prompt);
	buf_addf(&r->text, "left out: %zu messages\n", t.plan.left_out);
	if (t.reply_limit)
		buf_addf(&r->text, "reply: at most %" PRId64 " tokens\n", t.reply_limit);
	if (t.window > 0)
		buf_addf(&r->text, "window: %" PRId64 " tokens", t.window);
	else
		buf_adds(&r->text, "window: unknown, so nothing is cut for its size");
	result_int(r, "sent", (int64_t)t.plan.sent);
	result_int(r, "left_out", (int64_t)t.plan.left_out);
	result_int(r, "prompt_tokens", t.prompt);
	result_int(r, "reply_tokens", t.reply_limit);
	result_int(r, "window", t.window);
	free(t.trim);
}

/* /stats. */
void command_stats(struct hn_session *s, hn_str args, struct command_result *r)
{
	if (!result_no_args(r, "/stats", args))
		return;
	account_text(&s->account, &r->text);
	r->data = account_json(&s->account);
}
