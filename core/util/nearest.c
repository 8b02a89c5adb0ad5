/* SPDX-License-Identifier: MIT */
/* nearest: "did you mean", by the edit distance that counts a transposition of neighbours as one. */
#include "util/nearest.h"

#include <string.h>

#include "util/ascii.h"

#define LONGEST 64

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;
	return m < c ? m : c;
}

/* 1 if two letters are one, whatever their case. */
static int is_same(char a, char b)
{
	return ascii_lower(a) == ascii_lower(b);
}

/* The edits from a to b, ignoring case; both at most LONGEST bytes. Three rows are enough: a transposition looks two back. */
static unsigned edits(hn_str a, hn_str b)
{
	unsigned rows[3][LONGEST + 1];
	for (unsigned j = 0; j <= b.n; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= a.n; i++) {
		unsigned *now = rows[i % 3], *prev = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
		now[0] = i;
		for (unsigned j = 1; j <= b.n; j++) {
			unsigned differ = !is_same(a.p[i - 1], b.p[j - 1]);
			now[j] = min3(prev[j] + 1, now[j - 1] + 1, prev[j - 1] + differ);
			int swapped = i > 1 && j > 1 && is_same(a.p[i - 1], b.p[j - 2]) &&
				      is_same(a.p[i - 2], b.p[j - 1]);
			if (swapped && before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
	}
	return rows[a.n % 3][b.n];
}

/* Considers one known word; among equally near ones the first wins. */
void nearest_offer(struct nearest *near, const char *known)
{
	hn_str k = str_of(known);
	if (!near->word.n || near->word.n > LONGEST || !k.n || k.n > LONGEST)
		return;
	unsigned d = edits(near->word, k);
	if (near->best && d >= near->distance)
		return;
	near->best = known;
	near->distance = d;
}

/* The best, if it is near; a word that shares nothing is not. */
const char *nearest_best(const struct nearest *near)
{
	if (!near->best)
		return NULL;
	size_t known = strlen(near->best), longer = known > near->word.n ? known : near->word.n;
	size_t limit = near->word.n / 3 > 2 ? near->word.n / 3 : 2;
	return near->distance <= limit && near->distance < longer ? near->best : NULL;
}

/* The question for people. */
void nearest_add(const struct nearest *near, const char *before, struct buf *out)
{
	const char *best = nearest_best(near);
	if (best)
		buf_addf(out, " (did you mean \"%s%s\"?)", before, best);
}

void nearest_aside(const struct nearest *near, struct fault *f)
{
	struct buf guess = BUF(BUF_NO_CAP);
	nearest_add(near, "", &guess);
	if (guess.n)
		fault_aside(f, guess.p);
	buf_free(&guess);
}
