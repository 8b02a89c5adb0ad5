/* SPDX-License-Identifier: MIT */
/*
 * trim: which messages of a view are sent.
 *
 * A turn is a user message and all that follows it up to the next one. Turns are kept or left
 * out whole: half of one would show the model an answer without its question. They are taken
 * from the newest backwards, and the first that does not fit ends it: a hole in the middle would
 * make later turns refer to nothing. So the result is one index, and a larger budget never sends
 * less.
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

/* 1 if a turn begins here. */
static int begins_turn(const struct trim_message *m)
{
	return !m->skip && m->role == HN_ROLE_USER;
}

/* Where the newest turn of the first n messages begins; without any user message, n. */
static size_t turn_start(const struct trim_message *m, size_t n)
{
	for (size_t i = n; i > 0; i--)
		if (begins_turn(&m[i - 1]))
			return i - 1;
	return n;
}

/* Where the newest turn begins; without any user message, the newest message alone is all
 * there is to send. */
static size_t newest_start(const struct trim_message *m, size_t n)
{
	size_t start = turn_start(m, n);
	if (start < n)
		return start;
	while (start > 0 && m[start - 1].skip)
		start--;
	return start > 0 ? start - 1 : n;
}

/* The load with what [from, to) adds when it is sent for its place. */
static struct load with_turn(struct load load, const struct trim_message *m, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (m[i].skip || m[i].pinned)
			continue;
		load.tokens = plus(load.tokens, m[i].tokens);
		load.messages++;
	}
	return load;
}

/* What is sent whatever the budget: what is fixed, and every pinned message. */
static struct load always(const struct trim_message *m, size_t n, int64_t fixed)
{
	struct load load = { plus(0, fixed), 0 };
	for (size_t i = 0; i < n; i++)
		if (m[i].pinned && !m[i].skip)
			load.tokens = plus(load.tokens, m[i].tokens);
	return load;
}

static int fits_tokens(const struct load *load, const struct trim_budget *budget)
{
	return budget->tokens < 0 || load->tokens <= budget->tokens;
}

static int fits_messages(const struct load *load, const struct trim_budget *budget)
{
	return budget->messages == 0 || load->messages <= budget->messages;
}

/* Messages sent when those from first on are. */
static size_t count_sent(const struct trim_message *m, size_t n, size_t first)
{
	struct trim_plan plan = { .first = first };
	size_t sent = 0;
	for (size_t i = 0; i < n; i++)
		sent += (size_t)trim_sends(m, i, &plan);
	return sent;
}

/* Plans one request. */
struct trim_plan trim_plan(const struct trim_message *m, size_t n, struct trim_budget budget)
{
	size_t first = newest_start(m, n);
	struct load load = with_turn(always(m, n, budget.fixed), m, first, n);
	struct trim_plan plan = { .fits = fits_tokens(&load, &budget) };
	size_t oldest = first;
	int room = 1;
	for (size_t at = turn_start(m, first); at < oldest; at = turn_start(m, at)) {
		struct load more = with_turn(load, m, at, oldest);
		oldest = at;
		room = room && fits_tokens(&more, &budget) && fits_messages(&more, &budget);
		if (!room)
			continue;
		load = more;
		first = at;
	}
	plan.first = first;
	plan.tokens = load.tokens;
	plan.sent = count_sent(m, n, first);
	plan.left_out = count_sent(m, n, oldest) - plan.sent;
	return plan;
}

/* Whether message i goes out: for its place, or because it is pinned. */
int trim_sends(const struct trim_message *m, size_t i, const struct trim_plan *plan)
{
	return !m[i].skip && (i >= plan->first || m[i].pinned);
}
