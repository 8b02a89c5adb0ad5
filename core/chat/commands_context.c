/* SPDX-License-Identifier: MIT */
/* commands_context: what the next request would hold, and what of the conversation always goes with
 * it. */
#include "chat/commands_private.h"

#include <inttypes.h>

#define BAR_COLUMNS 36 /* with its ends it fits 40 */

/* What fills the window, in the order of the bar. */
enum share_of { SYSTEM, PINNED, SENT, FREE, REPLY, SHARES };
static const struct {
	char mark;
	const char *name;
} share_names[SHARES] = {
	[SYSTEM] = { 's', "system prompt" },
	[PINNED] = { 'p', "pinned" },
	[SENT] = { '=', "sent" },
	[FREE] = { '.', "free" },
	[REPLY] = { 'r', "reply" },
};

/* Tokens and messages of each share, and of what is left out. */
struct shares {
	int64_t tokens[SHARES], left_out;
	size_t messages[SHARES];
};

/* A part of the request in the tokens that the whole is estimated at. */
static int64_t scale(const struct turn *t, int64_t prior)
{
	return t->plan.tokens > 0 ? prior * t->prompt / t->plan.tokens : 0;
}

/* Divides the window among what is in it. */
static struct shares share_out(const struct turn *t)
{
	struct shares out = { 0 };
	int64_t pinned = budget_pinned(t, &out.messages[PINNED]), left = t->window - t->prompt;

	if (t->plan.sent > out.messages[PINNED]) /* pins may be joined */
		out.messages[SENT] = t->plan.sent - out.messages[PINNED];
	out.tokens[SYSTEM] = scale(t, budget_system(t->s));
	out.tokens[PINNED] = scale(t, pinned);
	out.tokens[SENT] = t->prompt - out.tokens[SYSTEM] - out.tokens[PINNED];
	out.tokens[REPLY] = t->reply_limit;
	if (left > t->reply_limit)
		out.tokens[FREE] = left - t->reply_limit;
	out.left_out = scale(t, budget_left_out(t));
	return out;
}

/* Columns of so many tokens of the window, rounded. */
static size_t columns(int64_t tokens, int64_t window)
{
	__extension__ typedef __int128 wide;

	if (tokens >= window)
		return BAR_COLUMNS;
	return (size_t)(((wide)tokens * BAR_COLUMNS + window / 2) / window);
}

/* Columns of each share, in proportion, and none that is there without one. What is free gives way. */
static void columns_of(const struct shares *shares, int64_t window, size_t out[SHARES])
{
	size_t used = 0;

	for (int i = 0; i < SHARES; i++) {
		out[i] = i == FREE ? 0 : columns(shares->tokens[i], window);
		if (out[i] == 0 && i != FREE && shares->tokens[i] > 0)
			out[i] = 1;
		used += out[i];
	}
	out[FREE] = used < BAR_COLUMNS ? BAR_COLUMNS - used : 0;
}

/* The window as a line of marks. */
static void add_bar(struct buf *out, const struct shares *shares, int64_t window)
{
	size_t each[SHARES], left = BAR_COLUMNS;

	columns_of(shares, window, each);
	buf_addf(out, "window: %" PRId64 " tokens\n[", window);
	for (int i = 0; i < SHARES; i++)
		for (; each[i] > 0 && left > 0; each[i]--, left--)
			buf_addc(out, share_names[i].mark);
	buf_adds(out, "]\n");
}

/* "12 messages" */
static void add_messages(struct buf *out, size_t n)
{
	buf_addf(out, ", %zu message%s", n, n == 1 ? "" : "s");
}

/* A line a share. */
static void add_shares(struct buf *out, const struct turn *t, const struct shares *shares)
{
	for (int i = 0; i < SHARES; i++) {
		if (i != SENT && shares->tokens[i] <= 0)
			continue;
		buf_addf(out, "%c %-13s %s%" PRId64 " tokens", share_names[i].mark,
			share_names[i].name, i == REPLY ? "at most " : "about ", shares->tokens[i]);
		if (i == PINNED || i == SENT)
			add_messages(out, shares->messages[i]);
		buf_addc(out, '\n');
	}
	buf_addf(out, "  %-13s ", "left out");
	if (t->plan.left_out == 0) {
		buf_adds(out, "nothing");
		return;
	}
	buf_addf(out, "about %" PRId64 " tokens", shares->left_out);
	add_messages(out, t->plan.left_out);
}

/* The same for programs. */
static void tell_shares(struct command_result *r, const struct turn *t, const struct shares *shares)
{
	result_int(r, "sent", (int64_t)t->plan.sent);
	result_int(r, "left_out", (int64_t)t->plan.left_out);
	result_int(r, "pinned", (int64_t)shares->messages[PINNED]);
	result_int(r, "prompt_tokens", t->prompt);
	result_int(r, "system_tokens", shares->tokens[SYSTEM]);
	result_int(r, "pinned_tokens", shares->tokens[PINNED]);
	result_int(r, "left_out_tokens", shares->left_out);
	result_int(r, "reply_tokens", t->reply_limit);
	json_set(
		r->data, "window", t->window > 0 ? json_new_int(t->window) : NULL);
}

/* /context: what the next request would hold, before its question. */
void command_context(struct hn_session *s, hn_str args, struct command_result *r)
{
	struct turn t = { .s = s, .is_preview = 1 };
	struct shares shares;

	if (!result_no_args(r, "/context", args))
		return;
	if (!s->provider) {
		result_fail(r, HN_ERR_CONFIG, "no provider is chosen yet");
		return;
	}
	budget_plan(&t);
	shares = share_out(&t);
	if (t.window > 0)
		add_bar(&r->text, &shares, t.window);
	else
		buf_adds(&r->text, "window: unknown, so nothing is cut for its size\n");
	add_shares(&r->text, &t, &shares);
	tell_shares(r, &t, &shares);
	budget_free(&t);
}

/* Pins message N of the view, or takes that back. */
static void pin(struct hn_session *s, hn_str args, struct command_result *r, const char *name, int on)
{
	struct history *h = &s->talk.history;
	size_t n = args_number(&args);

	if (n == 0 || args.n) {
		result_fail(r, HN_ERR_USAGE, "which message? %s N; /history numbers them", name);
	} else if (n > h->n_view) {
		result_fail(r, HN_ERR_USAGE, "there is no message %zu: /history numbers them", n);
	} else if (h->view[n - 1]->pinned == on) {
		result_fail(r, HN_ERR_USAGE, "message %zu is %s pinned", n, on ? "already" : "not");
	} else {
		history_pin(h, n - 1, on);
		journal_pin(s->journal, h->view[n - 1]->id, on);
		buf_addf(&r->text, "%s message %zu: ", on ? "pinned" : "unpinned", n);
		add_line(&r->text, h->view[n - 1]);
		result_int(r, "message", (int64_t)n);
	}
}

/* /pin: a message is sent whatever is left out. */
void command_pin(struct hn_session *s, hn_str args, struct command_result *r)
{
	pin(s, args, r, "/pin", 1);
}

/* /unpin: it goes the way of the others. */
void command_unpin(struct hn_session *s, hn_str args, struct command_result *r)
{
	pin(s, args, r, "/unpin", 0);
}
