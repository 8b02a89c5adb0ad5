/* SPDX-License-Identifier: MIT */
/*
 * budget: what a turn may send and what a token of it costs: window, reply's limit, trim, price.
 *
 * It cuts only on a window that is known; where nothing is known the request is sent and the server
 * judges.
 */
#include "chat/session_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

#define REPLY_DEFAULT 4096 /* tokens, where the model's own limit is unknown */
#define REPLY_MOST 16384 /* tokens, however much the model could */
#define MARGIN_SHARE 32 /* 1/32 of the window covers what the estimate may be off */

/* The smaller of two counts. */
static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* What the config file says of the present model; all -1 if nothing. */
static struct model_says says_of_model(const struct hn_session *s)
{
	struct model_says says = { -1, -1, -1, -1, -1 };

	if (s->model && settings_model(s->rt->settings, s->model, &says) == 0)
		return says;
	return (struct model_says){ -1, -1, -1, -1, -1 };
}

/* What was learnt of the present instance and model, or NULL. */
static struct calibrated *find_learnt(const struct hn_session *s)
{
	const char *model = s->model ? s->model : "";

	for (size_t i = 0; s->provider && i < s->n_calibrated; i++) {
		struct calibrated *c = &s->calibrated[i];
		if (!strcmp(c->instance, s->provider->name) && !strcmp(c->model, model))
			return c;
	}
	return NULL;
}

/* The reply's limit: as set; else by the model's own, what the server took, a quarter of the window,
 * and what the window leaves. */
int64_t budget_reply(const struct hn_session *s, int64_t window, int64_t prompt)
{
	const struct calibrated *learnt = find_learnt(s);
	int64_t said = setting_int(s->rt->settings, S_MAX_TOKENS, -1);
	int64_t own = says_of_model(s).max_output, limit, left;

	if (said >= 0)
		return said;
	if (learnt && learnt->window > 0 && (window <= 0 || learnt->window < window))
		window = learnt->window; /* whatever window the user said */
	own = own > 0 ? own : s->known.listed.max_output;
	own = own > 0 ? own : s->known.table.max_output;
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

/* 1 if the user's prices are not for the present model; told once. */
static int is_priced_otherwise(struct hn_session *s)
{
	int moved = strcmp(s->priced_by, s->provider->name) != 0;

	if (!moved && !strcmp(s->priced_model, s->model))
		return 0;
	if (!s->told_prices++)
		tell_notice(s,
			"price_input and price_output were for %s%s%s: they do not apply to %s%s%s",
			s->priced_model, moved ? " by " : "", moved ? s->priced_by : "", s->model,
			moved ? " by " : "", moved ? s->provider->name : "");
	return 1;
}

/* The user's price of this run's model, dropped with a notice once another model, or the same by
 * another provider, answers. */
static int user_price(struct hn_session *s, struct price *out)
{
	int64_t input = setting_int(s->rt->settings, S_PRICE_INPUT, -1);

	if (input < 0 || !s->model || is_priced_otherwise(s))
		return 0;
	out->input = input;
	out->output = setting_int(s->rt->settings, S_PRICE_OUTPUT, -1);
	out->cached = setting_int(s->rt->settings, S_PRICE_CACHED, input);
	out->source = "user";
	return 1;
}

/* The price that a list says, if it says one: 1, else 0. */
static int listed_price(const struct listed *l, const char *source, struct price *out)
{
	if (l->input < 0 || l->output < 0)
		return 0;
	*out = (struct price){
		.input = l->input,
		.output = l->output,
		.cached = l->cached,
		.cache_write = l->cache_write,
		.reasoning = l->reasoning,
		.source = source,
	};
	return 1;
}

/* What a token costs: the user's price, then the config file's for this model, then what the
 * provider's list said, then the shipped table; else unpriced. */
struct price budget_price(struct hn_session *s)
{
	struct price price = PRICE_NONE;
	struct model_says says;

	if (user_price(s, &price))
		return price;
	says = says_of_model(s);
	if (says.price_input >= 0 && says.price_output >= 0) {
		price.input = says.price_input;
		price.output = says.price_output;
		price.cached = says.price_cached;
		price.source = "user";
		return price;
	}
	if (listed_price(&s->known.listed, "models", &price) == 0)
		listed_price(&s->known.table, "table", &price);
	return price;
}

/* The context window in tokens: the user's word, the config file's of this model, what an error of
 * the server's taught, the provider's list, the shipped table; else unknown. */
int64_t budget_window(const struct hn_session *s)
{
	int64_t said = setting_int(s->rt->settings, S_CONTEXT_TOKENS, -1);
	int64_t of_model = says_of_model(s).context;
	const struct calibrated *learnt = find_learnt(s);

	if (said > 0)
		return said;
	if (of_model > 0)
		return of_model;
	if (learnt && learnt->window > 0)
		return learnt->window;
	return s->known.listed.context > 0 ? s->known.listed.context : s->known.table.context;
}

/* The same, made when first asked for. */
struct calibrated *budget_learnt(struct hn_session *s)
{
	struct calibrated *c = find_learnt(s);

	if (c)
		return c;
	s->calibrated =
		xgrow(s->calibrated, s->n_calibrated, &s->cap_calibrated, sizeof *s->calibrated);
	c = &s->calibrated[s->n_calibrated++];
	*c = (struct calibrated){
		.instance = xstrdup(s->provider->name),
		.model = xstrdup(s->model ? s->model : ""),
	};
	return c;
}

/* The estimator of the present instance and model. */
const struct calibration *budget_calibration(struct hn_session *s)
{
	return &budget_learnt(s)->calibration;
}

/* What the server counted moves the estimator, or where counts cannot be believed takes it back to the
 * prior. */
void budget_learn(const struct turn *t, int64_t counted)
{
	struct calibrated *c = budget_learnt(t->s);

	if (tokens_trust(&c->trust, t->plan.tokens, counted))
		tokens_learn(&c->calibration, t->plan.tokens, counted);
	else if (c->trust.lost)
		c->calibration = (struct calibration){ 0 };
}

/* The vocabulary that the present model counts by. */
static enum tokens_vocabulary vocabulary(const struct hn_session *s)
{
	return s->model ? tokens_vocabulary(s->model) : TOKENS_O200K;
}

/* Tokens of one message by the prior, frame included; made once a vocabulary. */
int64_t message_tokens(const struct hn_session *s, struct message *m)
{
	enum tokens_vocabulary v = vocabulary(s);

	if (m->tokens_by != 1 + (int)v) {
		m->tokens = tokens_prior_in(v, (hn_str){ m->text, m->n }) + TOKENS_PER_MESSAGE;
		m->tokens_by = 1 + (int)v;
	}
	return m->tokens;
}

/* Tokens of a text of the present model's, without a frame, by what was learnt. */
int64_t budget_tokens(struct hn_session *s, hn_str text)
{
	return tokens_apply(budget_calibration(s), tokens_prior_in(vocabulary(s), text));
}

/* The smaller of both estimates. */
int64_t budget_least(struct hn_session *s, hn_str text)
{
	return least(tokens_prior_in(vocabulary(s), text), budget_tokens(s, text));
}

/* Tokens of a system prompt by the prior, frame included; 0 without one. */
static int64_t system_tokens(const struct hn_session *s, const char *text)
{
	return text && *text ? tokens_prior_in(vocabulary(s), str_of(text)) + TOKENS_PER_MESSAGE : 0;
}

/* Tokens of the one that holds. */
int64_t budget_system(const struct hn_session *s)
{
	return system_tokens(s, s->talk.system);
}

/* ---- what trim sees ---- */

/* Message i of those that a request may hold: the view's, and behind them the one aside. */
struct message *budget_message(const struct hn_session *s, size_t i)
{
	return i < s->talk.history.n_view ? s->talk.history.view[i] : s->aside;
}

/* trim's weight of a message. */
static int64_t weigh(const void *ud, struct message *m)
{
	return message_tokens(ud, m);
}

/* All that a request may hold. */
static struct trim_view trim_view(const struct turn *t)
{
	return (struct trim_view){
		.history = &t->s->talk.history,
		.aside = t->s->aside,
		.asks = !t->is_preview,
		.tokens = weigh,
		.ud = t->s,
	};
}

/* ---- what the server has counted already ---- */

#define LOOKED_BACK 64 /* messages: an older count says little of what is sent now */

/* Tokens by the prior of the messages in [from, upto) of an exchange that has an answer. */
static int64_t sent_of(const struct hn_session *s, const struct exchange *e, size_t from, size_t upto)
{
	const struct history *h = &s->talk.history;
	int64_t sum = 0;

	for (size_t i = from; i < upto; i++)
		if (exchange_sends(h, e, i, 0))
			sum += message_tokens(s, h->view[i]);
	return sum;
}

/* What was sent for a reply of an earlier run, by the prior: the system prompt that the journal knows,
 * and the messages before the reply, as many as it says. -1 if that cannot be told. */
static int64_t sent_before(const struct hn_session *s, size_t reply)
{
	const struct history *h = &s->talk.history;
	int64_t sum = TOKENS_PER_REQUEST + system_tokens(s, s->journalled_system);
	size_t k = history_exchange(h, reply);
	int64_t left = h->view[reply]->sent;

	if (left <= 0 || h->n_pins || h->view[reply]->continues) /* which sent what is not in the view */
		return -1;
	if (k == h->n_exchanges || h->exchanges[k].answer != reply)
		return -1;
	sum += sent_of(s, &h->exchanges[k], h->exchanges[k].from, reply);
	for (left--; k-- > 0 && left > 0; left -= 2)
		sum += sent_of(s, &h->exchanges[k], h->exchanges[k].from, h->exchanges[k].upto);
	return left == 0 ? sum : -1;
}

/* 1 if the usage of that reply counts what the present model would count. */
static int is_counted(const struct hn_session *s, const struct message *m)
{
	return m->role == HN_ROLE_ASSISTANT && m->usage.prompt > 0 && m->usage.completion >= 0 &&
	       !(m->usage.flags & HN_USAGE_ESTIMATED) && m->instance && m->model &&
	       !strcmp(m->instance, s->provider->name) && !strcmp(m->model, s->model);
}

/* Takes the count of a reply: its prompt, and the reply itself unless more of it was counted than is
 * sent again, which hidden reasoning is. */
static void take_count(const struct hn_session *s, struct message *m, struct anchor *out)
{
	int64_t own = message_tokens(s, m), came = m->usage.completion;

	if (m->usage.reasoning > 0 && m->usage.reasoning <= came)
		came -= m->usage.reasoning;
	if (m->state != MESSAGE_COMPLETE || m->continues || came > 2 * own)
		tokens_count(out, m->sent_prior, m->usage.prompt);
	else
		tokens_count(out, m->sent_prior + own, m->usage.prompt + came);
}

/* The newest count in the view, if counts are believed. */
static struct anchor find_anchor(const struct hn_session *s)
{
	const struct history *h = &s->talk.history;
	const struct calibrated *learnt = find_learnt(s);
	struct anchor anchor = { 0 };

	if (learnt && learnt->trust.lost)
		return anchor;
	for (size_t i = h->n_view, k = 0; i-- > 0 && k < LOOKED_BACK && s->model; k++) {
		if (!is_counted(s, h->view[i]))
			continue;
		if (h->view[i]->sent_prior < 0)
			h->view[i]->sent_prior = sent_before(s, i);
		if (h->view[i]->sent_prior < 0)
			continue;
		take_count(s, h->view[i], &anchor);
		break;
	}
	return anchor;
}

/* ---- the plan ---- */

/* What a window has beside the reply. A part of it is for what the estimate may be off: a quarter at most,
 * for of the little that a long reply leaves little can be off. */
static int64_t beside_reply(const struct turn *t)
{
	int64_t left = t->window - budget_reply(t->s, t->window, 0);

	return left > 0 ? left - least(t->window / MARGIN_SHARE, left / 4) : 0;
}

/* Tokens of a prompt that the window has room for, by the estimate; -1 if nothing limits it. */
static int64_t room(const struct turn *t)
{
	int64_t tokens = t->window > 0 ? beside_reply(t) : -1;

	if (t->most > 0 && (tokens < 0 || tokens > t->most))
		tokens = t->most;
	return tokens;
}

/* 1 if the newest turn leaves the window room for some reply, though not for one of the length that is
 * reserved. A limit of the user's own is not made shorter. */
static int leaves_some_reply(const struct turn *t, const struct calibration *c)
{
	int64_t most = t->window - t->window / MARGIN_SHARE - REPLY_LEAST;

	return t->window > 0 && t->most == 0 && !setting(t->s->rt->settings, S_MAX_TOKENS) &&
	       t->plan.tokens <= tokens_room(c, &t->anchor, most);
}

/* The limit that the request bears; 0: none. One that hobnob chose by itself is what the server takes. */
static int64_t reply_limit(const struct turn *t)
{
	const struct calibrated *learnt = find_learnt(t->s);
	int64_t limit = budget_reply(t->s, t->window, t->prompt);

	if (setting(t->s->rt->settings, S_MAX_TOKENS))
		return limit;
	if ((t->unlimited || (learnt && learnt->unlimited)) && !limits_any(t->s))
		return 0;
	return t->max_output > 0 ? least(limit, t->max_output) : limit;
}

/* Decides what is sent and what it may cost. */
void budget_plan(struct turn *t)
{
	struct hn_session *s = t->s;
	const struct calibration *c = budget_calibration(s);
	struct trim_view view = trim_view(t);
	struct trim_budget budget = {
		.messages = (size_t)setting_int(s->rt->settings, S_CONTEXT_MESSAGES, 0),
		.fixed = TOKENS_PER_REQUEST + budget_system(s),
	};

	if (t->anchor.counted == 0)
		t->anchor = find_anchor(s);
	t->window = budget_window(s);
	budget.tokens = room(t);
	if (budget.tokens >= 0)
		budget.tokens = tokens_room(c, &t->anchor, budget.tokens);
	t->plan = trim_plan(&view, budget);
	t->plan.fits = t->plan.fits || leaves_some_reply(t, c);
	t->sends = xrealloc(t->sends, (t->plan.places + 1) * sizeof *t->sends);
	trim_list(&view, &t->plan, t->sends);
	t->prompt = tokens_since(c, &t->anchor, t->plan.tokens);
	t->reply_limit = reply_limit(t);
	t->price = budget_price(s);
}

/* What is sent and pinned. */
int64_t budget_pinned(const struct turn *t, size_t *n)
{
	int64_t sum = 0;

	*n = 0;
	for (size_t i = 0; i < t->plan.places; i++) {
		struct message *m = budget_message(t->s, t->sends[i]);

		if (!m->pinned)
			continue;
		sum += message_tokens(t->s, m);
		++*n;
	}
	return sum;
}

/* Where a plan passes its budget it sends the pinned exchanges and the newest. */
int64_t budget_pinned_with(const struct turn *t)
{
	const struct hn_session *s = t->s;
	int64_t newest = 0;

	if (s->talk.history.n_pins == 0 || t->plan.places == 0)
		return 0;
	newest = message_tokens(s, budget_message(s, t->sends[t->plan.places - 1]));
	return t->plan.tokens - TOKENS_PER_REQUEST - budget_system(s) - newest;
}

/* What trim says of it. */
int64_t budget_left_out(const struct turn *t)
{
	struct trim_view view = trim_view(t);

	return trim_left_out(&view, &t->plan);
}

/* Frees what the plan of a turn holds. */
void budget_free(struct turn *t)
{
	free(t->sends);
}
