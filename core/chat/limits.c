/* SPDX-License-Identifier: MIT */
/*
 * limits: what refuses a turn before a byte is sent: a window that is known, and the user's limits
 * of money and tokens; and what warns when one of these is nearly reached.
 *
 * The worst case counts: the prompt's estimate, and the reply's limit, which is lowered to what is
 * left while that is worth a reply. What a day has cost is read from the journals when there is a
 * limit for it; the turns of this session are counted in any case, for the limit may come later.
 */
#include "chat/session_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/store.h"
#include "util/money.h"

#define LEFT_SIZE 128

static const enum setting settings_of[LIMITS] = {
	[LIMIT_COST] = S_MAX_COST,
	[LIMIT_DAY] = S_MAX_COST_DAY,
	[LIMIT_TOKENS] = S_MAX_TOKENS_SESSION,
};

/* What to do about a limit that is reached. */
static const char *const hints[LIMITS] = {
	[LIMIT_COST] = "raise the limit (-o or /set), or start hobnob anew",
	[LIMIT_DAY] = "raise the limit (-o or /set), or wait for midnight",
	[LIMIT_TOKENS] = "raise the limit (-o or /set), or start hobnob anew",
};

/* What is always sent, and passes the window: the largest part of it is to be made smaller. */
struct part {
	const char *name, *hint;
};

#define IF_LARGER "or raise context_tokens if the window is larger"
static const struct part too_large[] = {
	{ "the message is too long", "shorten the message, lower max_tokens, " IF_LARGER },
	{ "the system prompt is too long",
		"shorten it (/system TEXT), lower max_tokens, " IF_LARGER },
	{ "too much is pinned",
		"take a pin back (/unpin N; /history shows them), lower max_tokens, " IF_LARGER },
	{ "max_tokens is too large", "lower max_tokens, " IF_LARGER },
};

/* Which part that is; the reply's limit, if it leaves nothing for any. */
static const struct part *largest(const struct turn *t, int64_t reply)
{
	int64_t system = budget_system(t->s), pinned = budget_pinned_with(t);
	int64_t rest = t->plan.tokens - system - pinned;

	if (reply >= t->window)
		return &too_large[3];
	if (pinned > rest && pinned >= system)
		return &too_large[2];
	return &too_large[system > rest];
}

/* Refuses a turn of which what is always sent does not fit a window that is known. */
static int32_t guard_window(struct turn *t, hn_call *call)
{
	int64_t reply = budget_reply(t->s, t->window, 0);
	const struct part *part;

	if (t->plan.fits)
		return 0;
	part = largest(t, reply);
	if (!setting(t->s->rt->settings, S_MAX_TOKENS) && reply > REPLY_LEAST)
		reply = REPLY_LEAST; /* not even that much is left */
	return call_failf(call, HN_ERR_CONTEXT_TOO_LONG, part->hint,
		"%s: about %" PRId64 " tokens and %" PRId64
		" for the reply do not fit the window of %" PRId64,
		part->name, t->prompt, reply, t->window);
}

/* ---- what is spent ---- */

/* What the turns of the day cost; NULL until it is first asked for. */
static struct day *day_of(struct hn_session *s)
{
	if (!s->day) {
		char *dir = store_dir(&s->rt->paths);

		s->day = day_new(dir);
		free(dir);
	}
	return s->day;
}

/* What has been spent today, as far as that can be read: what cannot is in *error. With each day all is
 * told again. */
static int64_t spent_today(struct hn_session *s, int look, char **error)
{
	int64_t from = day_began(s->rt->clock->wall(s->rt->clock->ud)), spent;

	if (from == s->day_from && !look)
		return day_counted(day_of(s));
	if (from != s->day_from)
		s->told_lowered[LIMIT_DAY] = s->told_near[LIMIT_DAY] = s->told_cut = 0;
	s->day_from = from;
	spent = day_spent(day_of(s), from, error);
	return spent < 0 ? day_counted(day_of(s)) : spent;
}

/* What a limit is held against: pico-dollars, or tokens. look: what other programs have spent since
 * the last look is to count; what of that cannot be read is in *error (allocated), else NULL. */
static int64_t spent(struct hn_session *s, enum limit which, int look, char **error)
{
	struct totals t = account_totals(&s->account);
	int64_t tokens, cost;

	*error = NULL;
	if (which == LIMIT_DAY)
		return spent_today(s, look, error);
	if (which == LIMIT_COST)
		return __builtin_add_overflow(t.cost > 0 ? t.cost : 0, t.risk, &cost) ? INT64_MAX : cost;
	return __builtin_add_overflow(t.prompt, t.completion, &tokens) ? INT64_MAX : tokens;
}

/* The reply is one of the day's. One that cannot be priced counts as the most that it can have cost. */
void limits_count(struct hn_session *s, const struct message *m, int64_t risk)
{
	struct message counted = *m;

	if (risk > 0)
		counted.cost = risk;
	day_add(day_of(s), &counted);
}

/* ---- refusals ---- */

/* Lowers the reply's limit to `allowed`; refuses when that is less than a reply is worth. */
static int32_t lower_reply(
	struct turn *t, hn_call *call, int64_t allowed, enum limit which, const char *left)
{
	const char *limit = setting_table[settings_of[which]].key;

	if (t->reply_limit > 0 && allowed >= t->reply_limit)
		return 0;
	if (allowed < REPLY_LEAST && (t->reply_limit == 0 || allowed < t->reply_limit))
		return call_failf(call, HN_ERR_OVER_LIMIT, hints[which],
			"%s would be passed: %s, the prompt is about %" PRId64
			" tokens and leaves %" PRId64 " for a reply",
			limit, left, t->prompt, allowed);
	t->reply_limit = allowed;
	t->lowered = limit;
	if (!t->s->told_lowered[which]++)
		tell_notice(t->s, "%s: the reply is limited to %" PRId64 " tokens", limit, allowed);
	return 0;
}

/* Says once that a reply was lost, the cost of which may be missing. */
static void tell_cut(struct hn_session *s)
{
	const char *cut = day_cut(day_of(s));

	if (cut && !s->told_cut++)
		tell_notice(s, "max_cost_day: %s breaks off: if it was a reply, its cost does not count", cut);
}

/* Refuses a turn under a limit that cannot be judged: what cannot be read may be more than the limit. */
static int32_t refuse_unread(struct hn_session *s, hn_call *call, enum limit which, char *why)
{
	int32_t code = call_failf(call, HN_ERR_OVER_LIMIT, day_remedy(day_of(s)),
		"%s is set, but what was spent today cannot be read: %s",
		setting_table[settings_of[which]].key, why);

	free(why);
	return code;
}

/* A limit of money: what is spent and the worst that this turn may cost stay below it. */
static int32_t guard_money(struct turn *t, hn_call *call, enum limit which, int64_t limit)
{
	char text[32], whole[32], left[LEFT_SIZE], *unread;
	int64_t rest;

	if (t->price.input < 0 || t->price.output < 0)
		return call_failf(call, HN_ERR_OVER_LIMIT,
			"ask the provider (hobnob models); or say the price in USD per million tokens: "
			"-o price_input=N -o price_output=N, or both under models: in the config file",
			"%s is set, but the price of %s is unknown",
			setting_table[settings_of[which]].key, t->s->model);
	rest = limit - spent(t->s, which, 1, &unread);
	if (unread)
		return refuse_unread(t->s, call, which, unread);
	if (which == LIMIT_DAY)
		tell_cut(t->s);
	rest = rest > 0 ? rest : 0;
	snprintf(left, sizeof left, "$%s left of $%s%s", money_text(rest, text),
		money_text(limit, whole), which == LIMIT_DAY ? " for today" : "");
	return lower_reply(t, call, cost_affords(&t->price, t->prompt, rest), which, left);
}

/* A limit of tokens, likewise. */
static int32_t guard_tokens(struct turn *t, hn_call *call, int64_t limit)
{
	char left[LEFT_SIZE], *unread;
	int64_t rest = limit - spent(t->s, LIMIT_TOKENS, 1, &unread);

	snprintf(left, sizeof left, "%" PRId64 " tokens left of %" PRId64, rest > 0 ? rest : 0, limit);
	return lower_reply(t, call, rest > t->prompt ? rest - t->prompt : 0, LIMIT_TOKENS, left);
}

/* A limit as it is set; -1: it is not. */
static int64_t limit_of(const struct hn_session *s, enum limit which)
{
	return setting_int(s->rt->settings, settings_of[which], -1);
}

/* Whether any limit is set. */
int limits_any(const struct hn_session *s)
{
	for (enum limit i = 0; i < LIMITS; i++)
		if (limit_of(s, i) >= 0)
			return 1;
	return 0;
}

/* The user's own limits, for the plan as it stands. */
int32_t limits_hold_plan(struct turn *t, hn_call *call)
{
	int32_t code = 0;

	for (enum limit i = 0; i < LIMITS && code == 0; i++) {
		int64_t limit = limit_of(t->s, i);

		if (limit >= 0)
			code = i == LIMIT_TOKENS ? guard_tokens(t, call, limit)
						 : guard_money(t, call, i, limit);
	}
	return code;
}

/* All refusals before a byte is sent. */
int32_t limits_guard(struct turn *t, hn_call *call)
{
	int32_t code = guard_window(t, call);

	return code ? code : limits_hold_plan(t, call);
}

/* ---- warnings ---- */

/* Tells how much of a limit is used. */
static void tell_near(struct hn_session *s, enum limit which, int64_t used, int64_t limit)
{
	const char *key = setting_table[settings_of[which]].key;
	char text[32], whole[32];

	if (which == LIMIT_TOKENS)
		tell_notice(s, "%s: %" PRId64 " of %" PRId64 " tokens are used", key, used, limit);
	else
		tell_notice(s, "%s: $%s of $%s are spent%s", key, money_text(used, text),
			money_text(limit, whole), which == LIMIT_DAY ? " today" : "");
}

/* 1 if a turn has brought something that counts against a limit. */
static int adds_to(const struct account_turn *line, enum limit which)
{
	if (which == LIMIT_TOKENS)
		return line->usage.prompt > 0 || line->usage.completion > 0;
	return line->cost.pico > 0 || line->risk > 0;
}

/* Which limits are used up by four fifths or more. */
void limits_warn(struct hn_session *s, const struct account_turn *line)
{
	for (enum limit i = 0; i < LIMITS; i++) {
		int64_t limit = limit_of(s, i), used;
		char *unread;

		if (limit < 0 || !adds_to(line, i))
			continue;
		used = spent(s, i, 0, &unread); /* the turn's refusal has just looked */
		free(unread);
		if (used >= limit - limit / 5 && !s->told_near[i]++)
			tell_near(s, i, used, limit);
	}
}

/* A setting changed. Whichever limit it was, the lowest of all lowers the reply's. */
void limits_changed(struct hn_session *s, int setting)
{
	int lowers = setting == S_MAX_TOKENS;

	for (enum limit i = 0; i < LIMITS; i++) {
		if (setting != (int)settings_of[i])
			continue;
		s->told_near[i] = 0;
		lowers = 1;
	}
	for (enum limit i = 0; i < LIMITS && lowers; i++)
		s->told_lowered[i] = 0;
}
