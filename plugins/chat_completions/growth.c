/* SPDX-License-Identifier: MIT */
/*
 * growth: deltas that each hold all of the text so far, which some gateways send.
 *
 * A text may repeat itself: "ha", "ha" are two deltas. So nothing is taken for a repetition until
 * every delta was longer than all before it and began with it, several times or over some length. What
 * comes meanwhile is held back: two or three deltas at a reply's beginning, and only where the second
 * begins with the first.
 */
#include "parts.h"

#include <string.h>

#define SURE_TIMES 3 /* deltas that grew, and bytes that they repeated, to be sure at once */
#define SURE_BYTES 16
#define SURELY_BYTES 32 /* repeated bytes that are enough whatever the times */
#define LIKELY_BYTES 8 /* the same where the text has ended: no more evidence will come */

enum { WATCHING, GROWING, PLAIN };

static int begins(hn_str s, const struct buf *with)
{
	return s.n >= with->n && (with->n == 0 || memcmp(s.p, with->p, with->n) == 0);
}

/* Keeps a delta as all of the text so far. */
static void keep(struct cc_growth *g, hn_str delta)
{
	buf_cut(&g->all, 0);
	buf_addstr(&g->all, delta);
}

/* Each delta contains the whole text so far: returns the part not given yet. */
static hn_str settle(struct cc_growth *g)
{
	g->state = GROWING;
	return (hn_str){ g->all.p + g->given, g->all.n - g->given };
}

hn_str cc_growth_feed(struct cc_growth *g, hn_str delta)
{
	if (!delta.n || g->state == PLAIN)
		return delta;
	if (g->state == GROWING) {
		if (!begins(delta, &g->all)) {
			g->state = PLAIN;
			return delta;
		}
		delta = (hn_str){ delta.p + g->all.n, delta.n - g->all.n };
		buf_addstr(&g->all, delta);
		return delta;
	}
	if (!g->deltas++) {
		keep(g, delta);
		g->given = delta.n;
		return delta;
	}
	int same = delta.n == g->all.n && (!g->times || g->all.n < LIKELY_BYTES);
	if (same || !begins(delta, &g->all)) {
		g->state = PLAIN;
		if (!g->held.n)
			return delta;
		buf_addstr(&g->held, delta);
		return buf_str(&g->held);
	}
	g->times++;
	g->repeated += g->all.n;
	buf_addstr(&g->held, delta);
	keep(g, delta);
	if ((g->times >= SURE_TIMES && g->repeated >= SURE_BYTES) || g->repeated >= SURELY_BYTES)
		return settle(g);
	return (hn_str){ NULL, 0 };
}

hn_str cc_growth_end(struct cc_growth *g)
{
	if (g->state != WATCHING || !g->times)
		return (hn_str){ NULL, 0 };
	if (g->repeated >= LIKELY_BYTES)
		return settle(g);
	g->state = PLAIN;
	return buf_str(&g->held);
}

int cc_growth_is_cumulative(const struct cc_growth *g)
{
	return g->state == GROWING;
}

void cc_growth_free(struct cc_growth *g)
{
	buf_free(&g->all);
	buf_free(&g->held);
}
