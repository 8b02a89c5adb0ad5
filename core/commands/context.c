/* SPDX-License-Identifier: MIT */
/* context: what the next request would hold, and which messages are always sent. */
#include "commands/commands_private.h"

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
static int64_t scale(const struct plan *p, int64_t prior)
{
	return p->trim.tokens > 0 ? prior * p->prompt / p->trim.tokens : 0;
}

/* Divides the window among what is in it. */
static struct shares share_out(const struct plan *p)
{
	struct shares out = { 0 };
	int64_t pinned = plan_pinned(p, &out.messages[PINNED]), left = p->window - p->prompt;

	if (p->trim.sent > out.messages[PINNED]) /* pins may be joined */
		out.messages[SENT] = p->trim.sent - out.messages[PINNED];
	out.tokens[SYSTEM] = scale(p, plan_system(p->chat));
	out.tokens[PINNED] = scale(p, pinned);
	out.tokens[SENT] = p->prompt - out.tokens[SYSTEM] - out.tokens[PINNED];
	out.tokens[REPLY] = p->reply_limit;
	if (left > p->reply_limit)
		out.tokens[FREE] = left - p->reply_limit;
	out.left_out = scale(p, plan_left_out(p));
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

/* Columns of each share, in proportion, at least one for each that is not empty. The free part shrinks. */
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
static void add_shares(struct buf *out, const struct plan *p, const struct shares *shares)
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
	if (p->trim.left_out == 0) {
		buf_adds(out, "nothing");
		return;
	}
	buf_addf(out, "about %" PRId64 " tokens", shares->left_out);
	add_messages(out, p->trim.left_out);
}

/* The same for programs. */
static void tell_shares(struct command_result *r, const struct plan *p, const struct shares *shares)
{
	result_int(r, "sent", (int64_t)p->trim.sent);
	result_int(r, "left_out", (int64_t)p->trim.left_out);
	result_int(r, "pinned", (int64_t)shares->messages[PINNED]);
	result_int(r, "prompt_tokens", p->prompt);
	result_int(r, "system_tokens", shares->tokens[SYSTEM]);
	result_int(r, "pinned_tokens", shares->tokens[PINNED]);
	result_int(r, "left_out_tokens", shares->left_out);
	result_int(r, "reply_tokens", p->reply_limit);
	json_set(
		r->data, "window", p->window > 0 ? json_new_int(p->window) : NULL);
}

/* /context: what the next request would hold, before its question. */
void command_context(struct commands *c, hn_str args, struct command_result *r)
{
	struct chat *chat = c->chat;
	struct plan p = { .chat = chat, .is_preview = 1 };
	struct shares shares;

	if (!result_no_args(r, "/context", args))
		return;
	if (!chat_provider(chat)) {
		fault_set(&r->fault, HN_ERR_CONFIG, NULL, "no provider is chosen yet");
		return;
	}
	plan_make(&p);
	shares = share_out(&p);
	if (p.window > 0)
		add_bar(&r->text, &shares, p.window);
	else
		buf_adds(&r->text, "window: unknown, so nothing is cut for its size\n");
	add_shares(&r->text, &p, &shares);
	tell_shares(r, &p, &shares);
	plan_free(&p);
}

/* Pins or unpins message N of the view. */
static void pin(struct chat *chat, hn_str args, struct command_result *r, const char *name, int on)
{
	const struct history *h = &chat->talk.history;
	size_t n = args_number(&args);

	if (n == 0 || args.n) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "which message? %s N; /history numbers them", name);
	} else if (n > h->n_view) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "there is no message %zu: /history numbers them", n);
	} else if (h->view[n - 1]->pinned == on) {
		fault_set(&r->fault, HN_ERR_USAGE, NULL, "message %zu is %s pinned", n, on ? "already" : "not");
	} else {
		chat_pin(chat, n - 1, on);
		buf_addf(&r->text, "%s message %zu: ", on ? "pinned" : "unpinned", n);
		add_line(&r->text, h->view[n - 1]);
		result_int(r, "message", (int64_t)n);
	}
}

/* /pin: a message is sent whatever is left out. */
void command_pin(struct commands *c, hn_str args, struct command_result *r)
{
	pin(c->chat, args, r, "/pin", 1);
}

/* /unpin: unpins a message. */
void command_unpin(struct commands *c, hn_str args, struct command_result *r)
{
	pin(c->chat, args, r, "/unpin", 0);
}
