/* SPDX-License-Identifier: MIT */
/*
 * trim: chooses the part of a conversation to send.
 *
 * Exchanges are kept or left out whole: half of one would show the model an answer without its
 * question, and many servers refuse roles that do not alternate. They are taken from the newest
 * backwards, and the first that does not fit ends the search: a hole in the middle would make later
 * ones refer to nothing. So the result is one index, and a larger budget never sends less. Anything
 * older is never examined. A pinned message brings its whole exchange.
 *
 * It never shortens a message, and leaves nothing out for an unknown budget.
 */
#include "conversation/trim.h"

/* What a part of the conversation adds to a request. */
struct load {
	int64_t tokens;
	size_t places;   /* messages of the view */
	size_t messages; /* that they are sent as */
	size_t counted;  /* of these, those that count against a limit: not all of it is pinned */
};

/* Adds tokens, which may be unknown (negative counts 0), saturating. */
static int64_t plus(int64_t sum, int64_t tokens)
{
	if (tokens <= 0)
		return sum;
	return sum > INT64_MAX - tokens ? INT64_MAX : sum + tokens;
}

static struct load with(struct load a, struct load b)
{
	return (struct load){ plus(a.tokens, b.tokens), a.places + b.places,
		a.messages + b.messages, a.counted + b.counted };
}

/* ---- one exchange ---- */

/* Counts [from, upto) of an exchange, which becomes one message of the request, or none. */
static struct load load_side(
	const struct trim_view *v, const struct exchange *e, size_t from, size_t upto)
{
	struct load load = { 0 };

	for (size_t i = from; i < upto; i++) {
		if (!exchange_sends(v->history, e, i, v->asks))
			continue;
		load.tokens = plus(load.tokens, v->tokens(v->ud, v->history->view[i]));
		load.places++;
		load.messages = 1;
		load.counted |= !v->history->view[i]->pinned;
	}
	return load;
}

/* A whole one. The exchange of the message aside does not count, as the user did not choose it. */
static struct load load_exchange(const struct trim_view *v, size_t k)
{
	const struct exchange *e = &v->history->exchanges[k];
	struct load load = with(load_side(v, e, e->from, e->answer),
		load_side(v, e, e->answer, e->upto));

	if (v->aside && k + 1 == v->history->n_exchanges)
		load.counted = 0;
	return load;
}

/* 1 if a pinned message of it is sent. */
static int is_pinned(const struct trim_view *v, size_t k)
{
	const struct history *h = v->history;
	const struct exchange *e = &h->exchanges[k];

	for (size_t i = e->from; i < e->upto && h->n_pins > 0; i++)
		if (h->view[i]->pinned && exchange_sends(h, e, i, v->asks))
			return 1;
	return 0;
}

/* The number of exchanges, without a last one that sends nothing. */
static size_t count_of(const struct trim_view *v)
{
	size_t n = v->history->n_exchanges;

	return n > 0 && load_exchange(v, n - 1).places == 0 ? n - 1 : n;
}

/* ---- the pinned ones ---- */

/* The next pinned exchange from *pin on, among the first n; n if there are no more. Returns each
 * once. */
static size_t next_pinned(const struct trim_view *v, size_t *pin, size_t n)
{
	const struct history *h = v->history;

	while (*pin < h->n_pins) {
		size_t k = history_exchange(h, h->pins[(*pin)++]);
		if (k >= n || !is_pinned(v, k))
			continue;
		while (*pin < h->n_pins && h->pins[*pin] < h->exchanges[k].upto)
			(*pin)++;
		return k;
	}
	return n;
}

/* The load of those among the first n. */
static struct load load_pinned(const struct trim_view *v, size_t n)
{
	struct load load = { 0 };
	size_t pin = 0, k;

	while ((k = next_pinned(v, &pin, n)) < n)
		load = with(load, load_exchange(v, k));
	return load;
}

/* ---- the plan ---- */

static int fits_tokens(const struct load *load, const struct trim_budget *budget)
{
	return budget->tokens < 0 || load->tokens <= budget->tokens;
}

static int fits(const struct load *load, const struct trim_budget *budget)
{
	return fits_tokens(load, budget) &&
	       (budget->messages == 0 || load->counted <= budget->messages);
}

/* What is always sent, of n exchanges: the pinned ones, the newest, and the message aside. */
static struct load load_always(const struct trim_view *v, size_t n, int64_t fixed)
{
	struct load load = { .tokens = plus(0, fixed) };

	if (n > 0)
		load = with(load, with(load_pinned(v, n - 1), load_exchange(v, n - 1)));
	if (v->aside)
		load = with(load, (struct load){ v->tokens(v->ud, v->aside), 1, 1, 0 });
	return load;
}

/* Plans one request. Each exchange but the newest is answered: two messages. */
struct trim_plan trim_plan(const struct trim_view *v, struct trim_budget budget)
{
	size_t n = count_of(v), first = n > 0 ? n - 1 : 0;
	struct load load = load_always(v, n, budget.fixed);
	struct trim_plan plan = { .fits = fits_tokens(&load, &budget) };

	for (size_t k = first; k-- > 0;) {
		struct load more = is_pinned(v, k) ? load : with(load, load_exchange(v, k));
		if (!fits(&more, &budget))
			break;
		load = more;
		first = k;
	}
	plan.first = first;
	plan.places = load.places;
	plan.sent = load.messages;
	plan.tokens = load.tokens;
	plan.left_out = 2 * first - load_pinned(v, first).messages;
	return plan;
}

/* Lists the messages of an exchange that are sent. */
static size_t *list_exchange(const struct trim_view *v, size_t k, size_t *out)
{
	const struct exchange *e = &v->history->exchanges[k];

	for (size_t i = e->from; i < e->upto; i++)
		if (exchange_sends(v->history, e, i, v->asks))
			*out++ = i;
	return out;
}

/* Lists the earlier pinned ones, then all from the first exchange that fits. */
void trim_list(const struct trim_view *v, const struct trim_plan *plan, size_t *out)
{
	size_t pin = 0, k;

	while ((k = next_pinned(v, &pin, plan->first)) < plan->first)
		out = list_exchange(v, k, out);
	for (k = plan->first; k < v->history->n_exchanges; k++)
		out = list_exchange(v, k, out);
	if (v->aside)
		*out = v->history->n_view;
}

/* Adds up the exchanges before the first that are not pinned. */
int64_t trim_left_out(const struct trim_view *v, const struct trim_plan *plan)
{
	int64_t sum = 0;

	for (size_t k = 0; k < plan->first; k++)
		if (!is_pinned(v, k))
			sum = plus(sum, load_exchange(v, k).tokens);
	return sum;
}
