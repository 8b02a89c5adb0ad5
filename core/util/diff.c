/* SPDX-License-Identifier: MIT */
/* diff: what differs between two lists, by Myers' algorithm in linear space. */
#include "util/diff.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

/* A part of both lists: [a, a_end) and [b, b_end). */
struct box { int32_t a, a_end, b, b_end; };

/* A search: how far it came on each diagonal, from the beginning and from the end; and the steps that are left. */
struct search {
	const struct diff *d;
	int32_t *forth, *back; /* at diagonal 0 */
	uint64_t left;
};

/* Where the shortest ways from both ends of a box meet. */
struct middle { int32_t a, b; };

/* Takes the equal elements off both ends. 0; -1: the effort is used up. */
static int shrink(struct search *s, struct box *x)
{
	const struct diff *d = s->d;
	int32_t before = x->a_end - x->a;

	while (x->a < x->a_end && x->b < x->b_end && d->a[x->a] == d->b[x->b]) {
		x->a++;
		x->b++;
	}
	while (x->a < x->a_end && x->b < x->b_end && d->a[x->a_end - 1] == d->b[x->b_end - 1]) {
		x->a_end--;
		x->b_end--;
	}
	uint64_t took = (uint64_t)(before - (x->a_end - x->a)) + 1;
	if (took > s->left)
		return -1;
	s->left -= took;
	return 0;
}

/* One step forth on diagonal k (a minus b): as far as the better neighbour leads, and on over what is equal. */
static int32_t step_forth(struct search *s, const struct box *x, int32_t k)
{
	int32_t *v = s->forth;
	int32_t a = v[k - 1] >= v[k + 1] ? v[k - 1] + 1 : v[k + 1], from = a;

	while (a < x->a_end && a - k < x->b_end && s->d->a[a] == s->d->b[a - k])
		a++;
	s->left -= (uint64_t)(a - from) + 1 < s->left ? (uint64_t)(a - from) + 1 : s->left;
	return v[k] = a;
}

static int32_t step_back(struct search *s, const struct box *x, int32_t k)
{
	int32_t *v = s->back;
	int32_t a = v[k - 1] < v[k + 1] ? v[k - 1] : v[k + 1] - 1, from = a;

	while (a > x->a && a - k > x->b && s->d->a[a - 1] == s->d->b[a - k - 1])
		a--;
	s->left -= (uint64_t)(from - a) + 1 < s->left ? (uint64_t)(from - a) + 1 : s->left;
	return v[k] = a;
}

/* The diagonals that a search looks at; those at the border of the box have no neighbour beyond it. */
struct span { int32_t from, to; };

/* One edit more: the span grows by a diagonal at each side, or shrinks at the border. `none` is less than any place that
 * can be reached, or more. */
static void widen(struct span *span, int32_t low, int32_t high, int32_t *v, int32_t none)
{
	if (span->from > low)
		v[--span->from - 1] = none;
	else
		span->from++;
	if (span->to < high)
		v[++span->to + 1] = none;
	else
		span->to--;
}

/* Finds where the ways meet. Both ends of the box differ. 0; -1: the effort is used up. */
static int find_middle(struct search *s, const struct box *x, struct middle *out)
{
	int32_t low = x->a - x->b_end, high = x->a_end - x->b;
	int32_t first = x->a - x->b, last = x->a_end - x->b_end;
	int odd = (first - last) & 1;
	struct span f = { first, first }, g = { last, last };

	s->forth[first] = x->a;
	s->back[last] = x->a_end;
	while (s->left > 0) {
		widen(&f, low, high, s->forth, -1);
		for (int32_t k = f.to; k >= f.from; k -= 2) {
			int32_t a = step_forth(s, x, k);
			if (odd && g.from <= k && k <= g.to && s->back[k] <= a) {
				*out = (struct middle){ a, a - k };
				return 0;
			}
		}
		widen(&g, low, high, s->back, INT32_MAX);
		for (int32_t k = g.to; k >= g.from; k -= 2) {
			int32_t a = step_back(s, x, k);
			if (!odd && f.from <= k && k <= f.to && a <= s->forth[k]) {
				*out = (struct middle){ a, a - k };
				return 0;
			}
		}
	}
	return -1;
}

/* Marks what differs within a box. The depth is the logarithm of the differences. 0; -1: the effort is used up. */
static int mark(struct search *s, struct box x)
{
	struct middle m;

	if (shrink(s, &x))
		return -1;
	if (x.a == x.a_end || x.b == x.b_end) {
		memset(s->d->gone + x.a, 1, (size_t)(x.a_end - x.a));
		memset(s->d->come + x.b, 1, (size_t)(x.b_end - x.b));
		return 0;
	}
	if (find_middle(s, &x, &m))
		return -1;
	if (mark(s, (struct box){ x.a, m.a, x.b, m.b }))
		return -1;
	return mark(s, (struct box){ m.a, x.a_end, m.b, x.b_end });
}

int diff_lists(const struct diff *d, uint64_t effort)
{
	size_t n = d->n_a + d->n_b;
	struct search s = { .d = d, .left = effort };
	int32_t *room;
	int code;

	if (d->n_a > DIFF_MOST || d->n_b > DIFF_MOST || n > DIFF_MOST)
		return -1;
	room = xcalloc(2 * (n + 3), sizeof *room);
	s.forth = room + d->n_b + 1;
	s.back = s.forth + n + 3;
	code = mark(&s, (struct box){ 0, (int32_t)d->n_a, 0, (int32_t)d->n_b });
	free(room);
	return code;
}
