/* SPDX-License-Identifier: MIT */
/*
 * limits: what refuses a turn before a byte is sent: a known window, and the user's limits of money
 * and tokens; and the warnings when one of these is nearly reached.
 *
 * The worst case counts: the prompt's estimate, and the reply's limit, which is lowered to what is
 * left while that is worth a reply. A limit per day reads the day's cost from the journals; the
 * turns of this session are counted in any case, because the user may set the limit later.
 */
#include "chat/chat_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "call/place.h"
#include "store/store.h"
#include "util/mem.h"
#include "util/money.h"

#define LEFT_SIZE 128

static const enum setting settings_of[LIMITS] = {
	[LIMIT_COST] = S_MAX_COST,
	[LIMIT_DAY] = S_MAX_COST_DAY,
	[LIMIT_TOKENS] = S_MAX_TOKENS_SESSION,
};

/* What else to do about a limit that is reached, in a conversation and in one turn. */
static const char *const hints[LIMITS][2] = {
	[LIMIT_COST] = { "", ", or begin another conversation: leave, and start hobnob again" },
	[LIMIT_DAY] = { ", or wait for midnight", ", or wait for midnight" },
	[LIMIT_TOKENS] = { "", ", or begin another conversation: leave, and start hobnob again" },
};

/* What to do about a limit that is reached; allocated. */
static char *hint_raise(const struct chat *chat, enum limit which)
{
	char *sets = place_sets(chat->rt, settings_of[which], "N");
	char *hint = xasprintf("raise the limit (%s)%s", sets, hints[which][chat->rt->converses]);

	free(sets);
	return hint;
}

/* A part that is always sent, and how to shorten it when it exceeds the window. */
struct share {
	const char *name, *hint;
};

#define IF_LARGER "or raise context_tokens if the window is larger"
static const struct share too_large[] = {
	{ "the message is too long", "shorten the message, lower max_tokens, " IF_LARGER },
	{ "the system prompt is too long",
		"shorten it (/system TEXT), lower max_tokens, " IF_LARGER },
	{ "too much is pinned",
		"take a pin back (/unpin N; /history shows them), lower max_tokens, " IF_LARGER },
	{ "max_tokens is too large", "lower max_tokens, " IF_LARGER },
};

/* The largest part; the reply's limit, if it leaves no room for any. */
static const struct share *largest(const struct plan *p, int64_t reply)
{
	int64_t system = plan_system(p->chat), pinned = plan_pinned_with(p);
	int64_t rest = p->trim.tokens - system - pinned;

	if (reply >= p->window)
		return &too_large[3];
	if (pinned > rest && pinned >= system)
		return &too_large[2];
	return &too_large[system > rest];
}

/* Refuses a turn if the part that is always sent does not fit a known window. */
static int32_t guard_window(struct plan *p, hn_call *call)
{
	int64_t reply = plan_reply(p->chat, p->window, 0);
	const struct share *part;

	if (p->trim.fits)
		return 0;
	part = largest(p, reply);
	if (plan_limit_said(p->chat) < 0 && reply > REPLY_LEAST)
		reply = REPLY_LEAST; /* not even that much is left */
	return call_failf(call, HN_ERR_CONTEXT_TOO_LONG, part->hint,
		"%s: about %" PRId64 " tokens and %" PRId64
		" for the reply do not fit the window of %" PRId64,
		part->name, p->prompt, reply, p->window);
}

/* ---- what is spent ---- */

/* What the turns of the day cost: those of all sessions of the run. */
static struct day *day_of(struct chat *chat)
{
	if (chat->rt->day)
		return chat->rt->day;
	if (!chat->limits->day) {
		char *dir = store_dir(&chat->rt->paths);

		chat->limits->day = day_new(dir);
		free(dir);
	}
	return chat->limits->day;
}

/* Today's spending, as far as hobnob can read it: a fault reports the rest. A new day re-arms every
 * warning. */
static int64_t spent_today(struct chat *chat, int look, struct fault *f)
{
	int64_t from = day_began(chat->rt->clock->wall(chat->rt->clock->ud)), spent;

	if (from == chat->limits->day_from && !look)
		return day_counted(day_of(chat));
	if (from != chat->limits->day_from)
		chat->limits->told_lowered[LIMIT_DAY] = chat->limits->told_near[LIMIT_DAY] = chat->limits->told_cut = 0;
	chat->limits->day_from = from;
	spent = day_spent(day_of(chat), from, f);
	return spent < 0 ? day_counted(day_of(chat)) : spent;
}

void limits_resume(struct chat *chat, const char *id)
{
	free(chat->limits->resumed);
	chat->limits->resumed = xstrdup(id);
}

/* Why the conversation's spending is unknown, if it is. The journal is read once, and only for a
 * limit. */
static const struct fault *doubt_of(struct chat *chat)
{
	struct limits *l = chat->limits;
	char *dir = l->resumed ? store_dir(&chat->rt->paths) : NULL;

	if (dir) {
		fault_free(&l->doubt);
		day_doubt(dir, l->resumed, &l->doubt);
	}
	free(dir);
	free(l->resumed);
	l->resumed = NULL;
	return &l->doubt;
}

/* What counts towards a limit: pico-dollars, or tokens. look: include what other programs have
 * spent since the last look; a fault reports what cannot be read. */
static int64_t spent(struct chat *chat, enum limit which, int look, struct fault *f)
{
	struct totals t = account_totals(&chat->account);
	int64_t tokens, cost;

	if (which == LIMIT_DAY)
		return spent_today(chat, look, f);
	if (which == LIMIT_COST)
		return __builtin_add_overflow(t.cost > 0 ? t.cost : 0, t.risk, &cost) ? INT64_MAX : cost;
	return __builtin_add_overflow(t.prompt, t.completion, &tokens) ? INT64_MAX : tokens;
}

/* A reply that cannot be priced counts as the most that it can have cost. */
void limits_count(struct chat *chat, const struct message *m)
{
	struct message counted = *m;

	if (m->risk > 0)
		counted.cost = m->risk;
	day_add(day_of(chat), &counted);
}

void limits_free(struct limits *l)
{
	day_free(l->day);
	free(l->resumed);
	free(l->unpriced);
	fault_free(&l->doubt);
	free(l);
}

/* ---- refusals ---- */

/* Refuses a turn because of a limit, and says how to raise it. Takes the message. */
static int32_t refuse(const struct chat *chat, hn_call *call, enum limit which, char *message)
{
	char *hint = hint_raise(chat, which);
	int32_t code = call_failf(call, HN_ERR_OVER_LIMIT, hint, "%s", message);

	free(message);
	free(hint);
	return code;
}

/* Lowers the reply's limit to `allowed`; refuses when that is less than a reply is worth. */
static int32_t lower_reply(
	struct plan *p, hn_call *call, int64_t allowed, enum limit which, const char *left)
{
	const char *limit = setting_table[settings_of[which]].key;

	if (p->reply_limit > 0 && allowed >= p->reply_limit)
		return 0;
	if (allowed < REPLY_LEAST && (p->reply_limit == 0 || allowed < p->reply_limit))
		return refuse(p->chat, call, which,
			xasprintf("%s would be passed: %s, the prompt is about %" PRId64 " tokens and leaves %" PRId64 " for a reply",
				limit, left, p->prompt, allowed));
	p->reply_limit = allowed;
	p->lowered = limit;
	if (!p->chat->limits->told_lowered[which]++)
		tell_notice(p->chat, "%s: the reply is limited to %" PRId64 " tokens", limit, allowed);
	return 0;
}

/* Warns once that a reply was lost, so that its cost may be missing. */
static void tell_cut(struct chat *chat)
{
	char *cut = day_cut(day_of(chat));

	if (cut && !chat->limits->told_cut++)
		tell_notice(chat, "max_cost_day: %s breaks off: if it was a reply, its cost does not count", cut);
	free(cut);
}

/* Refuses a turn under a limit that cannot be judged: what cannot be read may be more than the limit. */
static int32_t refuse_unread(hn_call *call, enum limit which, const struct fault *why)
{
	int is_day = which == LIMIT_DAY;

	return call_failf(call, HN_ERR_OVER_LIMIT, why->hint,
		"%s is set, but what was spent %s cannot be read: %s",
		setting_table[settings_of[which]].key, is_day ? "today" : "in this conversation", why->message);
}

/* What is left of a limit of money, for people, too. Refuses to say it of a model without a price, and where
 * what was spent cannot be read. */
static int32_t money_left(struct chat *chat, hn_call *call, enum limit which, int64_t limit, const char *unpriced,
	int64_t *left, char text[LEFT_SIZE])
{
	char some[32], whole[32];
	struct fault f = { 0 };
	const struct fault *unread = &f;
	int64_t rest;

	if (unpriced)
		return call_failf(call, HN_ERR_OVER_LIMIT,
			chat->rt->converses
				? "say the price, in USD per million tokens, under models: in the config file; or leave, and "
				  "continue with hobnob -c -o price_input=N -o price_output=N"
				: "ask the provider (hobnob models); or say the price in USD per million tokens: "
				  "-o price_input=N -o price_output=N, or both under models: in the config file",
			"%s is set, but the price of %s is unknown",
			setting_table[settings_of[which]].key, unpriced);
	rest = limit - spent(chat, which, 1, &f);
	if (which == LIMIT_COST)
		unread = doubt_of(chat);
	if (unread->kind) {
		int32_t code = refuse_unread(call, which, unread);
		fault_free(&f);
		return code;
	}
	if (which == LIMIT_DAY)
		tell_cut(chat);
	*left = rest > 0 ? rest : 0;
	snprintf(text, LEFT_SIZE, "$%s left of $%s%s", money_text(*left, some),
		money_text(limit, whole), which == LIMIT_DAY ? " for today" : "");
	return 0;
}

/* A limit of money: what is spent and the worst that this turn may cost stay below it. */
static int32_t guard_money(struct plan *p, hn_call *call, enum limit which, int64_t limit)
{
	const char *unpriced = p->price.input < 0 || p->price.output < 0 ? p->chat->answerer->model : NULL;
	char left[LEFT_SIZE];
	int64_t rest;
	int32_t code = money_left(p->chat, call, which, limit, unpriced, &rest, left);

	return code ? code : lower_reply(p, call, cost_affords(&p->price, p->prompt, rest), which, left);
}

/* What is left of the limit of tokens, for people, too. */
static int64_t tokens_left(struct chat *chat, int64_t limit, char text[LEFT_SIZE])
{
	int64_t rest = limit - spent(chat, LIMIT_TOKENS, 1, NULL);

	snprintf(text, LEFT_SIZE, "%" PRId64 " tokens left of %" PRId64, rest > 0 ? rest : 0, limit);
	return rest;
}

static int32_t guard_tokens(struct plan *p, hn_call *call, int64_t limit)
{
	char left[LEFT_SIZE];
	int64_t rest = tokens_left(p->chat, limit, left);

	return lower_reply(p, call, rest > p->prompt ? rest - p->prompt : 0, LIMIT_TOKENS, left);
}

/* A limit as it is set; -1: it is not. */
static int64_t limit_of(const struct chat *chat, enum limit which)
{
	return setting_int(chat->rt->settings, settings_of[which], -1);
}

int32_t limits_hold_plan(struct plan *p, hn_call *call)
{
	int32_t code = 0;

	for (enum limit i = 0; i < LIMITS && code == 0; i++) {
		int64_t limit = limit_of(p->chat, i);

		if (limit >= 0)
			code = i == LIMIT_TOKENS ? guard_tokens(p, call, limit)
						 : guard_money(p, call, i, limit);
	}
	return code;
}

/* Several turns against one limit. */
static int32_t guard_outlay(struct chat *chat, const struct outlay *o, hn_call *call, enum limit which, int64_t limit)
{
	int is_tokens = which == LIMIT_TOKENS;
	int64_t rest = 0, least = is_tokens ? o->least_tokens : o->least_pico;
	char left[LEFT_SIZE], needed[32];
	int32_t code = 0;

	if (is_tokens)
		rest = tokens_left(chat, limit, left);
	else
		code = money_left(chat, call, which, limit, o->unpriced, &rest, left);
	if (code || least <= rest)
		return code;
	if (is_tokens)
		snprintf(needed, sizeof needed, "%" PRId64, least);
	else
		money_text(least, needed);
	return refuse(chat, call, which,
		xasprintf("%s would be passed: %s, and %zu models need about %s%s", setting_table[settings_of[which]].key, left,
			o->models, is_tokens ? "" : "$", needed));
}

int32_t limits_hold_outlay(struct chat *chat, const struct outlay *o, hn_call *call)
{
	int32_t code = 0;

	for (enum limit i = 0; i < LIMITS && code == 0; i++) {
		int64_t limit = limit_of(chat, i);

		if (limit >= 0)
			code = guard_outlay(chat, o, call, i, limit);
	}
	return code;
}

int32_t limits_guard(struct plan *p, hn_call *call)
{
	int32_t code = guard_window(p, call);

	return code ? code : limits_hold_plan(p, call);
}

/* ---- warnings ---- */

/* Tells how much of a limit is used. */
static void tell_near(struct chat *chat, enum limit which, int64_t used, int64_t limit)
{
	const char *key = setting_table[settings_of[which]].key;
	char text[32], whole[32];

	if (which == LIMIT_TOKENS)
		tell_notice(chat, "%s: %" PRId64 " of %" PRId64 " tokens are used", key, used, limit);
	else
		tell_notice(chat, "%s: $%s of $%s are spent%s", key, money_text(used, text),
			money_text(limit, whole), which == LIMIT_DAY ? " today" : "");
}

/* 1 if a turn used something that counts towards a limit. */
static int adds_to(const struct message *m, enum limit which)
{
	if (which == LIMIT_TOKENS)
		return m->usage.prompt > 0 || m->usage.completion > 0;
	return m->cost > 0 || m->risk > 0;
}

void limits_warn(struct chat *chat, const struct message *m)
{
	for (enum limit i = 0; i < LIMITS; i++) {
		int64_t limit = limit_of(chat, i), used;

		if (limit < 0 || !adds_to(m, i))
			continue;
		used = spent(chat, i, 0, NULL); /* the turn's refusal has just looked */
		if (used >= limit - limit / 5 && !chat->limits->told_near[i]++)
			tell_near(chat, i, used, limit);
	}
}

/* Whichever limit it was, the lowest of all lowers the reply's. */
void limits_changed(struct chat *chat, int setting)
{
	int lowers = setting == S_MAX_TOKENS;

	for (enum limit i = 0; i < LIMITS; i++) {
		if (setting != (int)settings_of[i])
			continue;
		chat->limits->told_near[i] = 0;
		lowers = 1;
	}
	for (enum limit i = 0; i < LIMITS && lowers; i++)
		chat->limits->told_lowered[i] = 0;
}
