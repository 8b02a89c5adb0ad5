/* SPDX-License-Identifier: MIT */
/* tally: what several reports of usage say together. */
#include "parts.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

/* The later of two counts, unless it says nothing. */
static int64_t later(int64_t before, int64_t now)
{
	return now > 0 || before < 0 ? now : before;
}

/* Compares a count with the one before it, with text between them: sums grow, increments need not. A count
 * without text before it that is at least all the others together is their sum. */
static void compare(struct cc_tally *t, int64_t now, int text)
{
	int64_t last = t->all.completion;
	if (now <= 0 || last <= 0)
		return;
	if (text) {
		t->before += last;
		t->pairs++;
		t->level += now <= last;
	} else if (now >= t->before + last) {
		t->before = t->pairs = t->level = 0;
	}
}

void cc_usage_add(struct cc_tally *t, const hn_usage *now, int text, hn_usage *out)
{
	hn_usage *all = &t->all;
	const struct { int64_t *sum, now; } counts[] = { { &all->prompt, now->prompt }, { &all->completion, now->completion },
		{ &all->cached, now->cached }, { &all->cache_write, now->cache_write }, { &all->reasoning, now->reasoning },
		{ &all->cost, now->cost } };
	if (!t->reports++) {
		*all = *now;
	} else {
		compare(t, now->completion, text);
		for (size_t i = 0; i < ARRAY_LEN(counts); i++)
			*counts[i].sum = later(*counts[i].sum, counts[i].now);
	}
	*out = *all;
	if (t->level && t->level * 3 >= t->pairs)
		out->completion = all->completion + t->before;
}
