/* SPDX-License-Identifier: MIT */
/*
 * remedy: fixes for a failed attempt: it reloads a key that may have changed, lowers or omits a
 * reply limit that hobnob chose by itself, shortens a request that the server finds too long.
 *
 * A limit that the user set stays: the error stays too, and its hint names the setting. One of
 * hobnob's own is lowered before any turn of the conversation is left out. hobnob keeps what a
 * server's error says about its window and the request's size: both are better than any estimate.
 */
#include "chat/chat_private.h"

#include <inttypes.h>
#include <stdlib.h>

#include "call/place.h"
#include "util/mem.h"

#define WINDOW_LEAST 256 /* tokens: no model has a smaller one, whatever a server says */
#define MARGIN_SHARE 32 /* 1/32 of the window covers what the estimate may be off */
#define LIMITED_MOST 4 /* times a turn that the reply's limit is changed */

/* Reloads the keys that come from files and commands: a server that does not accept one need not say so
 * by a 401. */
static int32_t fetch_keys(struct turn *t)
{
	if (t->refreshed)
		return 0;
	t->refreshed = 1;
	if (!options_forget(t->chat->answerer->provider->options))
		return 0;
	log_line(t->chat->rt->log, LOG_STEP, "%s: reloading the key", t->chat->answerer->provider->name);
	return 1;
}

static void learn(struct turn *t, const struct call_error *error)
{
	struct learnt *learnt = plan_learnt(t->chat);

	if (error->window >= WINDOW_LEAST)
		learnt->window = error->window;
	learnt_count(plan_learnt(t->chat), t->plan.trim.tokens, error->prompt);
	tokens_count(&t->plan.anchor, t->plan.trim.tokens, error->prompt);
}

/* ---- the reply's limit ---- */

/* Tokens that the window which the server named leaves for a reply; -1 if it named none. */
static int64_t window_leaves(const struct turn *t, const struct call_error *error)
{
	int64_t prompt = error->prompt;

	if (error->window < WINDOW_LEAST)
		return -1;
	if (prompt <= 0)
		prompt = t->plan.prompt + error->window / MARGIN_SHARE;
	return prompt < error->window ? error->window - prompt : 0;
}

/* The limit to ask with after that error; 0: none, -1: another one would not help. */
static int64_t next_limit(const struct turn *t, const struct call_error *error)
{
	int64_t left = error->code == HN_ERR_CONTEXT_TOO_LONG ? window_leaves(t, error) : -1;

	if (t->plan.reply_limit == 0 || (left >= 0 && left < REPLY_LEAST))
		return -1;
	if (left >= REPLY_LEAST && left < t->plan.reply_limit)
		return left;
	if (!(error->flags & HN_FAIL_REPLY_LIMIT))
		return -1;
	if (error->max_output >= REPLY_LEAST && error->max_output < t->plan.reply_limit)
		return error->max_output;
	return error->code == HN_ERR_QUOTA ? -1 : 0; /* without a limit it would cost more */
}

/* Puts a hint in the place of the error's. Takes the text. */
static void hint(hn_call *call, char *text)
{
	free(call->error.hint);
	call->error.hint = text;
}

/* Says what the user can do about a limit that is not hobnob's to change. */
static void hint_limit(const struct turn *t, hn_call *call, int64_t next)
{
	char *value = xasprintf("%" PRId64, next > 0 ? next : 0), *sets = place_sets(t->chat->rt, S_MAX_TOKENS, value);

	if (next > 0)
		hint(call, xasprintf("the server takes at most %s tokens of a reply: lower max_tokens (%s)", value, sets));
	else
		hint(call, xasprintf("lower max_tokens, or send none (%s)", sets));
	free(sets);
	free(value);
}

/* Lowers the reply's limit, or leaves it out: 1 if the next attempt asks otherwise. */
static int limit_reply(struct turn *t, hn_call *call)
{
	int64_t next = next_limit(t, &call->error);
	struct log *log = t->chat->rt->log;

	if (next < 0 || t->limited >= LIMITED_MOST)
		return 0;
	if (plan_limit_said(t->chat) >= 0) {
		hint_limit(t, call, next);
		return 0;
	}
	if (next == 0 && plan_is_limited(t->chat)) {
		hint(call,
			xstrdup("set max_tokens to what the server takes: a limit of yours needs "
				"one (max_cost, max_cost_day or max_tokens_session)"));
		return 0;
	}
	t->limited++;
	t->plan.unlimited = next == 0;
	if (next > 0 && next == call->error.max_output && call->error.code != HN_ERR_QUOTA)
		t->plan.max_output = next;
	if (next > 0)
		log_line(log, LOG_STEP,
			"%s: the server refuses a reply of %" PRId64 " tokens; asking for %" PRId64,
			t->chat->answerer->provider->name, t->plan.reply_limit, next);
	else
		log_line(log, LOG_STEP,
			"%s: the server refuses a reply of %" PRId64
			" tokens; asking without a limit",
			t->chat->answerer->provider->name, t->plan.reply_limit);
	t->plan.reply_limit = next;
	return 1;
}

void remedy_keep(const struct turn *t)
{
	struct learnt *learnt;

	if (!t->limited)
		return;
	learnt = plan_learnt(t->chat);
	if (t->plan.max_output > 0)
		learnt->max_output = t->plan.max_output;
	if (t->plan.unlimited)
		learnt->unlimited = 1;
}

/* ---- the prompt ---- */

/* Sends less, if there is anything to leave out: as the window that the server named demands; where
 * that leaves out nothing more, two thirds of what was too long. */
static int shorten(struct turn *t)
{
	size_t sent = t->plan.trim.sent;
	int64_t prompt = t->plan.prompt;

	plan_make(&t->plan);
	if (t->plan.trim.sent == sent) {
		t->plan.most = prompt / 3 * 2;
		plan_make(&t->plan);
	}
	return t->plan.trim.sent < sent;
}

/* After "too long": one further trim. The new plan has its own reply limit, which the user's limits
 * have not lowered yet. */
static int32_t send_less(struct turn *t, hn_call *call)
{
	int32_t code;

	if (t->shortened || t->chat->relayed)
		return 0;
	t->shortened = 1;
	t->plan.unlimited = 0; /* leaving the limit out did not help */
	if (!shorten(t))
		return 0;
	code = limits_hold_plan(&t->plan, call);
	if (code)
		return code;
	code = tell_notice(t->chat,
		"the server finds the conversation too long: the oldest %zu messages are left out, "
		"%zu are sent",
		t->plan.trim.left_out, t->plan.trim.sent);
	t->chat->told_trim = 1;
	return code < 0 ? code : 1;
}

int32_t remedy(struct turn *t, hn_call *call)
{
	const struct call_error *error = &call->error;
	int too_long = error->code == HN_ERR_CONTEXT_TOO_LONG;

	if (t->in.emitted)
		return 0;
	if (error->code == HN_ERR_AUTH)
		return fetch_keys(t);
	if (too_long)
		learn(t, error);
	if ((too_long || error->flags & HN_FAIL_REPLY_LIMIT) && limit_reply(t, call))
		return 1;
	return too_long ? send_less(t, call) : 0;
}
