/* SPDX-License-Identifier: MIT */
/*
 * trim: which messages of a view are sent.
 *
 * A turn is a user message and all that follows it up to the next one. Turns are kept or left
 * out whole: half of one would show the model an answer without its question. They are taken
 * from the newest backwards, and the first that does not fit ends it: a hole in the middle would
 * make later turns refer to nothing. So the result is one index, and a larger budget never sends
 * less. What is older than the first that does not fit is never looked at: how much it is, the view
 * knows.
 *
 * What is not done here: a message is never shortened, and nothing is left out for a budget that
 * is not known.
 */
#include "chat/trim.h"

#include "hobnob/plugin.h"

/* What is sent so far. */
struct load {
	int64_t tokens;
	size_t messages; /* that count: not the pinned ones */
};

/* Adds tokens that may be unknown (negative: none), staying at the top instead of passing it. */
static int64_t plus(int64_t sum, int64_t tokens)
{
	if (tokens <= 0)
		return sum;
	return sum > INT64_MAX - tokens ? INT64_MAX : sum + tokens;
}

/* The load with one more message that is sent for its place. */
static struct load with(struct load load, const struct trim_message *m)
{
	if (m->pinned)
		return load;
	return (struct load){ plus(load.tokens, m->tokens), load.messages + 1 };
}

/* Pinned messages in [from, to) that are sent; their tokens are added to *tokens. */
static size_t pinned(const struct trim_view *v, size_t from, size_t to, int64_t *tokens)
{
	size_t n = 0;
	for (size_t i = 0; i < v->n_pins; i++) {
		if (v->pins[i] < from || v->pins[i] >= to)
			continue;
		struct trim_message m = v->at(v->ud, v->pins[i]);
		if (m.skip)
			continue;
		*tokens = plus(*tokens, m.tokens);
		n++;
	}
	return n;
}

static int fits_tokens(const struct load *load, const struct trim_budget *budget)
{
	return budget->tokens < 0 || load->tokens <= budget->tokens;
}

static int fits(const struct load *load, const struct trim_budget *budget)
{
	return fits_tokens(load, budget) &&
	       (budget->messages == 0 || load->messages <= budget->messages);
}

/* Takes turns from the newest backwards into *load; where the oldest of them begins. Without any turn,
 * the newest message alone is all there is to send. */
static size_t take(
	const struct trim_view *v, const struct trim_budget *budget, struct load *load, int *fit)
{
	size_t first = v->n, oldest = v->begin < v->n ? v->begin : 0;
	struct load more = *load;
	*fit = fits_tokens(load, budget);
	for (size_t i = v->n; i-- > oldest;) {
		struct trim_message m = v->at(v->ud, i);
		if (m.skip)
			continue;
		more = with(more, &m);
		if (first < v->n && !fits(&more, budget))
			break;
		if (m.role != HN_ROLE_USER && v->begin < v->n)
			continue;
		if (first == v->n)
			*fit = fits_tokens(&more, budget);
		*load = more;
		first = i;
		if (v->begin == v->n)
			break;
	}
	return first;
}

/* Plans one request. */
struct trim_plan trim_plan(const struct trim_view *v, struct trim_budget budget)
{
	struct load load = { plus(0, budget.fixed), 0 };
	int64_t ignored = 0;
	struct trim_plan plan = { .sent = pinned(v, 0, v->n, &load.tokens) };
	plan.first = take(v, &budget, &load, &plan.fits);
	plan.tokens = load.tokens;
	plan.sent += load.messages;
	if (v->begin < plan.first)
		plan.left_out = v->sendable(v->ud, plan.first) - v->sendable(v->ud, v->begin) -
				pinned(v, v->begin, plan.first, &ignored);
	return plan;
}

/* Lists what is sent: pinned ones from before, then all that is sent for its place. */
void trim_list(const struct trim_view *v, const struct trim_plan *plan, size_t *out)
{
	for (size_t i = 0; i < v->n_pins && v->pins[i] < plan->first; i++)
		if (!v->at(v->ud, v->pins[i]).skip)
			*out++ = v->pins[i];
	for (size_t i = plan->first; i < v->n; i++)
		if (!v->at(v->ud, i).skip)
			*out++ = i;
}
