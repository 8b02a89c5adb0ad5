/* SPDX-License-Identifier: MIT */
/*
 * remedy: what can be mended about a failed attempt, each once a turn: a key that may have been
 * changed is fetched anew, a request that the server finds too long is shortened.
 *
 * What a server's error says of its window and of the request's size is kept: both are better than
 * any estimate.
 */
#include "chat/session_private.h"

#include <inttypes.h>

#define UNAUTHORIZED 401
#define WINDOW_LEAST 256 /* tokens: no model has a smaller one, whatever a server says */

/* After a 401: the keys that come from files and commands are fetched anew. */
static int32_t fetch_keys(struct turn *t, const struct call_error *error)
{
	if (error->status != UNAUTHORIZED || t->refreshed)
		return 0;
	t->refreshed = 1;
	if (!options_forget(t->s->provider->options))
		return 0;
	log_line(&t->s->rt->log, LOG_STEP, "%s: the key is fetched anew", t->s->provider->name);
	return 1;
}

/* Learns what the server named. */
static void learn(struct turn *t, const struct call_error *error)
{
	struct calibrated *learnt = budget_learnt(t->s);

	if (error->window >= WINDOW_LEAST)
		learnt->window = error->window;
	budget_learn(t, error->prompt);
	tokens_count(&t->anchor, t->plan.tokens, error->prompt);
}

/* Sends less, if there is anything to leave out: as the window that the server named demands; where
 * that leaves out nothing more, two thirds of what was too long. */
static int shorten(struct turn *t)
{
	size_t sent = t->plan.sent;
	int64_t prompt = t->prompt;

	budget_plan(t);
	if (t->plan.sent == sent) {
		t->most = prompt / 3 * 2;
		budget_plan(t);
	}
	return t->plan.sent < sent;
}

/* After "too long": one further trim. The new plan has a reply's limit of its own, which the user's limits
 * have not lowered yet. */
static int32_t send_less(struct turn *t, hn_call *call)
{
	int32_t code;

	if (t->shortened)
		return 0;
	t->shortened = 1;
	learn(t, &call->error);
	if (!shorten(t))
		return 0;
	code = limits_hold_plan(t, call);
	if (code)
		return code;
	code = tell_notice(t->s,
		"the server finds the conversation too long: the oldest %zu messages are left out, "
		"%zu are sent",
		t->plan.left_out, t->plan.sent);
	t->s->told_trim = 1;
	return code < 0 ? code : 1;
}

/* What can be mended about a failed attempt. */
int32_t remedy(struct turn *t, hn_call *call)
{
	if (t->emitted)
		return 0;
	if (call->error.code == HN_ERR_AUTH)
		return fetch_keys(t, &call->error);
	return call->error.code == HN_ERR_CONTEXT_TOO_LONG ? send_less(t, call) : 0;
}
