/* SPDX-License-Identifier: MIT */
/*
 * limits: what refuses a turn before a byte is sent: a window that is known, and the user's limits
 * of money and tokens.
 *
 * The worst case counts: the prompt's estimate, and the reply's limit, which is lowered to what is
 * left while that is worth a reply.
 */
#include "chat/session_private.h"

#include <inttypes.h>
#include <stdio.h>

#include "util/money.h"

#define REPLY_LEAST 64 /* tokens: a shorter reply is not worth its prompt */

/* Refuses a turn whose newest message alone does not fit a window that is known. */
static int32_t guard_window(struct turn *t, hn_call *call)
{
	if (t->plan.fits)
		return 0;
	return call_failf(call, HN_ERR_CONTEXT_TOO_LONG,
		"shorten the message, lower max_tokens, or raise context_tokens if the window is "
		"larger",
		"the message is too long: about %" PRId64 " tokens and %" PRId64
		" for the reply do not fit the window of %" PRId64,
		t->prompt, t->reply_limit, t->window);
}

/* Lowers the reply's limit to `allowed`; refuses when that is less than a reply is worth. */
static int32_t lower_reply(
	struct turn *t, hn_call *call, int64_t allowed, enum setting which, const char *left)
{
	const char *limit = setting_table[which].key;

	if (t->reply_limit > 0 && allowed >= t->reply_limit)
		return 0;
	if (allowed < REPLY_LEAST && (t->reply_limit == 0 || allowed < t->reply_limit))
		return call_failf(call, HN_ERR_OVER_LIMIT,
			"raise the limit (-o or /set), or begin a new conversation",
			"%s would be passed: %s left, the prompt is about %" PRId64
			" tokens and leaves %" PRId64 " for a reply",
			limit, left, t->prompt, allowed);
	t->reply_limit = allowed;
	if (!t->s->told_lowered[which == S_MAX_COST]++)
		tell_notice(t->s, "%s: the reply is limited to %" PRId64 " tokens", limit, allowed);
	return 0;
}

/* max_cost: what is spent and the worst that this turn may cost stay below it. */
static int32_t guard_cost(struct turn *t, hn_call *call)
{
	const struct settings *settings = t->s->rt->settings;
	int64_t limit = setting_int(settings, S_MAX_COST, -1), spent;
	char left[32], whole[64];

	if (limit < 0)
		return 0;
	if (t->price.input < 0 || t->price.output < 0)
		return call_failf(call, HN_ERR_OVER_LIMIT,
			"set price_input and price_output (USD per million tokens), or models: in "
			"the config file",
			"max_cost is set, but the price of %s is unknown", t->s->model);
	spent = account_totals(&t->s->account).cost;
	spent = limit - (spent > 0 ? spent : 0);
	snprintf(whole, sizeof whole, "$%s", money_text(spent > 0 ? spent : 0, left));
	return lower_reply(t, call, cost_affords(&t->price, t->prompt, spent), S_MAX_COST, whole);
}

/* max_tokens_session, likewise in tokens. */
static int32_t guard_tokens(struct turn *t, hn_call *call)
{
	int64_t limit = setting_int(t->s->rt->settings, S_MAX_TOKENS_SESSION, -1);
	struct totals used = account_totals(&t->s->account);
	char left[64];

	if (limit < 0)
		return 0;
	limit -= used.prompt + used.completion;
	snprintf(left, sizeof left, "%" PRId64 " tokens", limit > 0 ? limit : 0);
	return lower_reply(
		t, call, limit > t->prompt ? limit - t->prompt : 0, S_MAX_TOKENS_SESSION, left);
}

/* All refusals before a byte is sent. */
int32_t limits_guard(struct turn *t, hn_call *call)
{
	int32_t code = guard_window(t, call);

	if (code == 0)
		code = guard_cost(t, call);
	return code ? code : guard_tokens(t, call);
}
