/* SPDX-License-Identifier: MIT */
/*
 * plan: what a turn may send and what a token of it costs: window, reply's limit, trim, price.
 *
 * It cuts only on a window that is known; where nothing is known the request is sent and the server
 * judges.
 */
#include "chat/relayed.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/said.h"

#define REPLY_DEFAULT 4096 /* tokens, where the model's own limit is unknown */
#define REPLY_MOST 16384 /* tokens, however much the model could */
#define MARGIN_SHARE 32 /* 1/32 of the window covers what the estimate may be off */

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* What was learnt of the present instance and model, or NULL. */
static struct learnt *find_learnt(const struct chat *chat)
{
	const struct answerer *a = chat->answerer;

	return a->provider ? estimator_find(&chat->estimator, a->provider->name, a->model) : NULL;
}

struct learnt *plan_learnt(struct chat *chat)
{
	const struct answerer *a = chat->answerer;

	return estimator_learnt(&chat->estimator, a->provider->name, a->model);
}

/* Chooses the facts about the present model from all sources. */
static struct model_facts facts(const struct chat *chat)
{
	const struct answerer *a = chat->answerer;
	const struct learnt *learnt = find_learnt(chat);
	struct listed own = facts_own(chat->rt->settings, a->model);

	return facts_of(&own, learnt ? learnt->window : 0, &a->known.listed, &a->known.table);
}

/* What a token costs: the user's price, else the facts'. */
static struct price price_now(struct chat *chat)
{
	const struct answerer *a = chat->answerer;
	struct price price;
	char *notice;
	int is_own = user_price_of(&chat->user_price, chat->rt->settings, a->provider->name, a->model,
		&price, &notice);

	if (notice)
		tell_notice(chat, "%s", notice);
	free(notice);
	return is_own ? price : facts(chat).price;
}

int64_t plan_window(const struct chat *chat)
{
	int64_t said = setting_int(chat->rt->settings, S_CONTEXT_TOKENS, -1);

	return said > 0 ? said : facts(chat).window;
}

int64_t plan_limit_said(const struct chat *chat)
{
	if (chat->relayed && chat->relayed->set & HN_SET_MAX_TOKENS)
		return chat->relayed->max_tokens;
	return setting_int(chat->rt->settings, S_MAX_TOKENS, -1);
}

/* The reply's limit: as set; else by the model's own, what the server took, a quarter of the window,
 * and what the window leaves. */
int64_t plan_reply(const struct chat *chat, int64_t window, int64_t prompt)
{
	const struct learnt *learnt = find_learnt(chat);
	int64_t said = plan_limit_said(chat);
	int64_t own = facts(chat).max_output, limit, left;

	if (said >= 0)
		return said;
	if (learnt && learnt->window > 0 && (window <= 0 || learnt->window < window))
		window = learnt->window; /* whatever window the user said */
	limit = own > 0 ? least(own, REPLY_MOST) : REPLY_DEFAULT;
	if (learnt && learnt->max_output > 0)
		limit = least(limit, learnt->max_output);
	if (window > 0)
		limit = least(limit, window / 4);
	left = window - prompt - window / MARGIN_SHARE;
	if (window > 0 && left > 0)
		limit = least(limit, left);
	return limit > 0 ? limit : 1;
}

/* Tokens of a message by the prior, for the present model. */
static int64_t tokens_of(const struct chat *chat, struct message *m)
{
	return message_tokens(chat->answerer->model, m);
}

int64_t plan_system(const struct chat *chat)
{
	return system_tokens(chat->answerer->model, chat->talk.system);
}

/* ---- what trim sees ---- */

struct message *plan_message(const struct chat *chat, size_t i)
{
	return i < chat->talk.history.n_view ? chat->talk.history.view[i] : chat->aside;
}

static int64_t weigh(const void *ud, struct message *m)
{
	return tokens_of(ud, m);
}

/* All that a request may hold. */
static struct trim_view trim_view(const struct plan *p)
{
	return (struct trim_view){
		.history = &p->chat->talk.history,
		.aside = p->chat->aside,
		.asks = !p->is_preview,
		.tokens = weigh,
		.ud = p->chat,
	};
}

/* ---- what the server has counted already ---- */

#define LOOKED_BACK 64 /* messages: an older count says little of what is sent now */

/* Tokens by the prior of the messages in [from, upto) of an exchange that has an answer. */
static int64_t sent_of(const struct chat *chat, const struct exchange *e, size_t from, size_t upto)
{
	const struct history *h = &chat->talk.history;
	int64_t sum = 0;

	for (size_t i = from; i < upto; i++)
		if (exchange_sends(h, e, i, 0))
			sum += tokens_of(chat, h->view[i]);
	return sum;
}

/* What was sent for a reply of an earlier run, by the prior: the system prompt that the journal
 * knows, and the messages before the reply, as many as it says. -1 if unknown. */
static int64_t sent_before(const struct chat *chat, size_t reply)
{
	const struct history *h = &chat->talk.history;
	int64_t sum = TOKENS_PER_REQUEST + system_tokens(chat->answerer->model, chat->keeper->system);
	size_t k = history_exchange(h, reply);
	int64_t left = h->view[reply]->sent;

	if (left <= 0 || h->n_pins || h->view[reply]->continues) /* which sent what is not in the view */
		return -1;
	if (k == h->n_exchanges || h->exchanges[k].answer != reply)
		return -1;
	sum += sent_of(chat, &h->exchanges[k], h->exchanges[k].from, reply);
	for (left--; k-- > 0 && left > 0; left -= 2)
		sum += sent_of(chat, &h->exchanges[k], h->exchanges[k].from, h->exchanges[k].upto);
	return left == 0 ? sum : -1;
}

/* 1 if the usage of that reply counts what the present model would count. */
static int is_counted(const struct chat *chat, const struct message *m)
{
	return m->role == HN_ROLE_ASSISTANT && m->usage.prompt > 0 && m->usage.completion >= 0 &&
	       !(m->usage.set & USAGE_ESTIMATED) && m->instance && m->model &&
	       !strcmp(m->instance, chat->answerer->provider->name) && !strcmp(m->model, chat->answerer->model);
}

/* Takes the count of a reply: its prompt, and the reply without its reasoning, which is not sent again. A
 * count of more than twice the text includes reasoning that the server does not report: it is skipped. */
static void take_count(const struct chat *chat, struct message *m, struct anchor *out)
{
	int64_t own = tokens_of(chat, m), came = m->usage.completion;

	if (m->usage.reasoning > 0 && m->usage.reasoning <= came)
		came -= m->usage.reasoning;
	if (m->state != MESSAGE_COMPLETE || m->continues || came > 2 * own)
		tokens_count(out, m->sent_prior, m->usage.prompt);
	else
		tokens_count(out, m->sent_prior + own, m->usage.prompt + came);
}

/* The newest count in the view, if counts are believed. */
static struct anchor find_anchor(const struct chat *chat)
{
	const struct history *h = &chat->talk.history;
	const struct learnt *learnt = find_learnt(chat);
	struct anchor anchor = { 0 };

	if (learnt && learnt->trust.lost)
		return anchor;
	for (size_t i = h->n_view, k = 0; i-- > 0 && k < LOOKED_BACK && chat->answerer->model; k++) {
		if (!is_counted(chat, h->view[i]))
			continue;
		if (h->view[i]->sent_prior < 0)
			h->view[i]->sent_prior = sent_before(chat, i);
		if (h->view[i]->sent_prior < 0)
			continue;
		take_count(chat, h->view[i], &anchor);
		break;
	}
	return anchor;
}

/* ---- the plan ---- */

/* The room of a window beside the reply. A part of it is spare, because the estimate may be off: a quarter
 * at most, because where a long reply leaves little room, the estimate can be off by little. */
static int64_t beside_reply(const struct plan *p)
{
	int64_t left = p->window - plan_reply(p->chat, p->window, 0);

	return left > 0 ? left - least(p->window / MARGIN_SHARE, left / 4) : 0;
}

/* Tokens of a prompt that the window has room for, by the estimate; -1 if nothing limits it. */
static int64_t room(const struct plan *p)
{
	int64_t tokens = p->window > 0 ? beside_reply(p) : -1;

	if (p->most > 0 && (tokens < 0 || tokens > p->most))
		tokens = p->most;
	return tokens;
}

/* 1 if the newest turn leaves the window room for some reply, though not for one of the reserved
 * length. A limit that the user set is not shortened. */
static int leaves_some_reply(const struct plan *p, const struct calibration *c)
{
	int64_t most = p->window - p->window / MARGIN_SHARE - REPLY_LEAST;

	return p->window > 0 && p->most == 0 && plan_limit_said(p->chat) < 0 &&
	       p->trim.tokens <= tokens_room(c, &p->anchor, most);
}

int plan_is_limited(const struct chat *chat)
{
	const struct settings *settings = chat->rt->settings;

	return setting(settings, S_MAX_COST) || setting(settings, S_MAX_COST_DAY) ||
	       setting(settings, S_MAX_TOKENS_SESSION);
}

/* The limit to send; 0: none. A limit of hobnob's own is at most what the server takes. */
static int64_t reply_limit(const struct plan *p)
{
	const struct learnt *learnt = find_learnt(p->chat);
	int64_t limit = plan_reply(p->chat, p->window, p->prompt);

	if (plan_limit_said(p->chat) >= 0)
		return limit;
	if ((p->unlimited || (learnt && learnt->unlimited)) && !plan_is_limited(p->chat))
		return 0;
	return p->max_output > 0 ? least(limit, p->max_output) : limit;
}

/* Chooses what is sent of the conversation. */
static void plan_trim(struct plan *p, const struct calibration *c)
{
	struct chat *chat = p->chat;
	struct trim_view view = trim_view(p);
	struct trim_budget budget = {
		.messages = (size_t)setting_int(chat->rt->settings, S_CONTEXT_MESSAGES, 0),
		.fixed = TOKENS_PER_REQUEST + plan_system(chat),
	};

	budget.tokens = room(p);
	if (budget.tokens >= 0)
		budget.tokens = tokens_room(c, &p->anchor, budget.tokens);
	p->trim = trim_plan(&view, budget);
	p->sends = xrealloc(p->sends, (p->trim.places + 1) * sizeof *p->sends);
	trim_list(&view, &p->trim, p->sends);
}

/* A relayed request is sent whole. */
static void plan_relayed(struct plan *p, const struct calibration *c)
{
	int64_t limit = room(p);

	p->trim = (struct trim_plan){ .sent = p->chat->relayed->n_messages, .tokens = relayed_tokens(p->chat) };
	p->trim.fits = limit < 0 || p->trim.tokens <= tokens_room(c, &p->anchor, limit);
}

void plan_make(struct plan *p)
{
	struct chat *chat = p->chat;
	const struct calibration *c = &plan_learnt(chat)->calibration;

	if (p->anchor.counted == 0)
		p->anchor = find_anchor(chat);
	p->window = plan_window(chat);
	if (chat->relayed)
		plan_relayed(p, c);
	else
		plan_trim(p, c);
	p->trim.fits = p->trim.fits || leaves_some_reply(p, c);
	p->prompt = tokens_since(c, &p->anchor, p->trim.tokens);
	p->reply_limit = reply_limit(p);
	p->price = price_now(chat);
}

int64_t plan_pinned(const struct plan *p, size_t *n)
{
	int64_t sum = 0;

	*n = 0;
	for (size_t i = 0; i < p->trim.places; i++) {
		struct message *m = plan_message(p->chat, p->sends[i]);

		if (!m->pinned)
			continue;
		sum += tokens_of(p->chat, m);
		++*n;
	}
	return sum;
}

/* Where a plan passes its budget it sends the pinned exchanges and the newest. */
int64_t plan_pinned_with(const struct plan *p)
{
	const struct chat *chat = p->chat;
	int64_t newest = 0;

	if (chat->talk.history.n_pins == 0 || p->trim.places == 0)
		return 0;
	newest = tokens_of(chat, plan_message(chat, p->sends[p->trim.places - 1]));
	return p->trim.tokens - TOKENS_PER_REQUEST - plan_system(chat) - newest;
}

int64_t plan_left_out(const struct plan *p)
{
	struct trim_view view = trim_view(p);

	return trim_left_out(&view, &p->trim);
}

int64_t plan_shown(const struct plan *p)
{
	int64_t sum = 0;

	for (size_t i = 0; i < p->trim.places; i++)
		sum += shown_tokens(p->chat->answerer->model, plan_message(p->chat, p->sends[i]));
	return sum;
}

void plan_free(struct plan *p)
{
	free(p->sends);
}
