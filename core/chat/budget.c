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

/* The reply's limit: as set; else by the model's own, a quarter of the window, and what the
 * window leaves. */
int64_t budget_reply(const struct hn_session *s, int64_t window, int64_t prompt)
{
	int64_t said = setting_int(s->rt->settings, S_MAX_TOKENS, -1);
	int64_t own = says_of_model(s).max_output, limit;

	if (said >= 0)
		return said;
	own = own > 0 ? own : s->known.listed.max_output;
	own = own > 0 ? own : s->known.table.max_output;
	limit = own > 0 ? least(own, REPLY_MOST) : REPLY_DEFAULT;
	if (window > 0)
		limit = least(limit, window / 4);
	if (window > 0 && window - prompt > 0)
		limit = least(limit, window - prompt);
	return limit > 0 ? limit : 1;
}

/* The user's price of this run's model, dropped with a notice once another model answers. */
static int user_price(struct hn_session *s, struct price *out)
{
	int64_t input = setting_int(s->rt->settings, S_PRICE_INPUT, -1);

	if (input < 0 || !s->model)
		return 0;
	if (strcmp(s->priced_model, s->model)) {
		if (!s->told_prices++)
			tell_notice(s,
				"price_input and price_output were for %s: they do not apply to %s",
				s->priced_model, s->model);
		return 0;
	}
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
struct calibration *budget_calibration(struct hn_session *s)
{
	return &budget_learnt(s)->calibration;
}

/* Tokens of one message by the prior, frame included; made once. */
int64_t message_tokens(struct message *m)
{
	if (m->tokens < 0)
		m->tokens = tokens_prior((hn_str){ m->text, m->n }) + TOKENS_PER_MESSAGE;
	return m->tokens;
}

/* Messages that a request may hold. */
size_t budget_count(const struct hn_session *s)
{
	return s->talk.history.n_view + (s->aside != NULL);
}

/* One of them: the view's, and behind them the one aside. */
struct message *budget_message(const struct hn_session *s, size_t i)
{
	return i < s->talk.history.n_view ? s->talk.history.view[i] : s->aside;
}

/* As the view says; the one aside is always sent. */
int message_is_skipped(const struct hn_session *s, size_t i)
{
	return i < s->talk.history.n_view && history_skips(&s->talk.history, i);
}

/* What a request may hold as trim sees it, in calibrated tokens. The message aside is about the
 * turn before it, which is sent whatever is left out. */
static struct trim_message *trim_view(struct hn_session *s, const struct calibration *c)
{
	size_t n = budget_count(s), about = s->aside ? 3 : 0;
	struct trim_message *out = xcalloc(n + 1, sizeof *out);

	for (size_t i = 0; i < n; i++) {
		struct message *m = budget_message(s, i);

		out[i] = (struct trim_message){
			.role = m->role,
			.pinned = m->pinned || n - i <= about,
			.skip = message_is_skipped(s, i),
			.tokens = tokens_apply(c, message_tokens(m)),
		};
	}
	return out;
}

/* Tokens of the system prompt by the prior, frame and request included. */
static int64_t fixed_tokens(const struct hn_session *s)
{
	int64_t frame = TOKENS_PER_REQUEST;

	return s->talk.system ? frame + TOKENS_PER_MESSAGE + tokens_prior(str_of(s->talk.system))
			      : frame;
}

/* Tokens of what the plan sends, by the prior alone: what a reported usage is compared with. */
static int64_t prior_of_plan(const struct turn *t)
{
	int64_t sum = fixed_tokens(t->s);

	for (size_t i = 0; i < budget_count(t->s); i++)
		if (trim_sends(t->trim, i, &t->plan))
			sum += message_tokens(budget_message(t->s, i));
	return sum;
}

/* Decides what is sent and what it may cost. */
void budget_plan(struct turn *t)
{
	struct hn_session *s = t->s;
	const struct calibration *c = budget_calibration(s);
	struct trim_budget budget = {
		.tokens = -1,
		.messages = (size_t)setting_int(s->rt->settings, S_CONTEXT_MESSAGES, 0),
		.fixed = tokens_apply(c, fixed_tokens(s)),
	};

	free(t->trim);
	t->trim = trim_view(s, c);
	t->window = budget_window(s);
	if (t->window > 0)
		budget.tokens =
			t->window - budget_reply(s, t->window, 0) - t->window / MARGIN_SHARE;
	if (t->window > 0 && budget.tokens < 0)
		budget.tokens = 0;
	if (t->most > 0 && (budget.tokens < 0 || budget.tokens > t->most))
		budget.tokens = t->most;
	t->plan = trim_plan(t->trim, budget_count(s), budget);
	t->prompt = t->plan.tokens;
	t->prompt_prior = prior_of_plan(t);
	t->reply_limit = budget_reply(s, t->window, t->prompt);
	t->price = budget_price(s);
}
