/* SPDX-License-Identifier: MIT */
/* test_diff: the fewest marks on two lists, the pieces of two texts, and bounds of time and memory for hostile ones. */
#include "../unit.h"

#include <stdlib.h>
#include <string.h>

#include "util/diff.h"
#include "util/mem.h"
#include "util/word_diff.h"

/* ---- lists ---- */

#define SMALL 24

/* The length of the longest common subsequence, by the book. */
static size_t longest(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	size_t best[SMALL + 1][SMALL + 1] = { { 0 } };

	for (size_t i = 1; i <= n; i++)
		for (size_t k = 1; k <= m; k++) {
			size_t less = best[i - 1][k] > best[i][k - 1] ? best[i - 1][k] : best[i][k - 1];

			best[i][k] = a[i - 1] == b[k - 1] ? best[i - 1][k - 1] + 1 : less;
		}
	return best[n][m];
}

/* What is not marked is the same in both, and as much as there can be. */
static void check(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	unsigned char gone[SMALL + 1] = { 0 }, come[SMALL + 1] = { 0 };
	const struct diff d = { a, b, n, m, gone, come };
	size_t i = 0, k = 0, same = 0;

	ck_assert_int_eq(diff_lists(&d, 1 << 20), 0);
	for (;; i++, k++, same++) {
		while (i < n && gone[i])
			i++;
		while (k < m && come[k])
			k++;
		if (i == n || k == m)
			break;
		ck_assert_uint_eq(a[i], b[k]);
	}
	ck_assert(i == n && k == m);
	ck_assert_uint_eq(same, longest(a, n, b, m));
}

START_TEST(few_marks)
{
	uint32_t a[SMALL], b[SMALL];

	srand(7);
	for (int round = 0; round < 20000; round++) {
		size_t n = (size_t)rand() % (SMALL + 1), m = (size_t)rand() % (SMALL + 1);
		int kinds = 1 + rand() % 8;

		for (size_t i = 0; i < SMALL; i++) {
			a[i] = (uint32_t)(rand() % kinds);
			b[i] = (uint32_t)(rand() % kinds);
		}
		check(a, n, b, m);
	}
}
END_TEST

/* Equal lists of the greatest length need no effort; lists that share nothing use it up; too long ones are not looked at. */
START_TEST(effort)
{
	size_t n = DIFF_MOST / 2;
	uint32_t *a = xcalloc(n + 1, sizeof *a), *b = xcalloc(n + 1, sizeof *b);
	unsigned char *marks = xcalloc(2 * (n + 1), 1);
	struct diff d = { a, b, n, n, marks, marks + n + 1 };

	for (size_t i = 0; i < n; i++)
		a[i] = b[i] = (uint32_t)i;
	b[n / 2] = 0;
	ck_assert_int_eq(diff_lists(&d, n + 100), 0);
	ck_assert_uint_eq(marks[n / 2] + marks[n + 1 + n / 2], 2);
	ck_assert_int_eq(diff_lists(&d, n / 2), -1);
	for (size_t i = 0; i < n; i++)
		b[i] = (uint32_t)(n + i);
	ck_assert_int_eq(diff_lists(&d, 1 << 22), -1);
	d.n_b = n + 1;
	ck_assert_int_eq(diff_lists(&d, UINT64_MAX), -1);
	free(a);
	free(b);
	free(marks);
}
END_TEST

/* ---- texts ---- */

struct seen { struct buf shown, now; };

static void add(void *ud, hn_str text)
{
	buf_addstr(ud, text);
}

static void see(void *ud, enum word_piece what, hn_str text)
{
	struct seen *seen = ud;

	ck_assert_uint_gt(text.n, 0);
	if (what == WORD_GAP)
		buf_addc(&seen->shown, '_');
	word_marked(what, text, add, &seen->shown);
	if (what == WORD_GAP)
		buf_addc(&seen->shown, '_');
	if (what == WORD_SAME || what == WORD_COME)
		buf_addstr(&seen->now, text);
}

static const struct row { const char *old, *now, *shown; enum word_by by; } rows[] = {
	{ "", "", "", WORD_BY_WORDS },
	{ "a b c", "a b c", "a b c", WORD_BY_WORDS },
	{ "a b c", "a x c", "a [-b-]{+x+} c", WORD_BY_WORDS },
	{ "a b c", "a c", "a [-b-]_ _c", WORD_BY_WORDS },
	{ "a c", "a b c", "a {+b+} c", WORD_BY_WORDS },
	{ "a b", "a", "a_ _[-b-]", WORD_BY_WORDS },
	{ "a", "a b\n", "a {+b+}\n", WORD_BY_WORDS },
	{ "b a", "a", "[-b-]_ _a", WORD_BY_WORDS },
	{ "a  b\nc", " a b c ", " a b c ", WORD_BY_WORDS },
	{ "one two\n\nthree four", "one two\n\nfour", "one two\n\n[-three-]_ _four", WORD_BY_WORDS },
	{ "", "a b", "{+a b+}", WORD_BY_WORDS },
	{ "a b", "", "[-a b-]", WORD_BY_WORDS },
	{ "a b", " \n", "[-a b-] \n", WORD_BY_WORDS },
	{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "\xe6\x97\xa5\xe8\xaa\x9e", "\xe6\x97\xa5[-\xe6\x9c\xac-]\xe8\xaa\x9e", WORD_BY_WORDS },
	{ "a \xff b", "a \xff\xff b", "a [-\xff-]{+\xff\xff+} b", WORD_BY_WORDS },
	{ "the cat sat on the mat here\nlast one", "whatever else there is of words in a line of many\nlast one",
		"[-the cat sat on the mat here-]_\n_{+whatever else there is of words in a line of many+}\nlast one", WORD_BY_PARAGRAPHS },
	{ "one two three", "four five", "[-one two three-]_\n_{+four five+}", WORD_BY_PARAGRAPHS },
};

static void check_row(const struct row *row)
{
	struct seen seen = { BUF(BUF_NO_CAP), BUF(BUF_NO_CAP) };
	struct word_diff d = word_diff(str_of(row->old), str_of(row->now), see, &seen);

	ck_assert_str_eq(seen.shown.p ? seen.shown.p : "", row->shown);
	ck_assert_str_eq(seen.now.p ? seen.now.p : "", row->now);
	ck_assert_str_eq(word_by_name(d.by), word_by_name(row->by));
	buf_free(&seen.shown);
	buf_free(&seen.now);
}

START_TEST(texts)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_row(&rows[i]);
}
END_TEST

START_TEST(marks)
{
	struct buf out = BUF(BUF_NO_CAP);

	word_marked(WORD_GONE, str_of("a b\n\nc\n"), add, &out);
	word_marked(WORD_COME, str_of("d"), add, &out);
	ck_assert_str_eq(out.p, "[-a b-]\n\n[-c-]\n{+d+}");
	ck_assert_str_eq(word_piece_key(WORD_GONE), "removed");
	buf_free(&out);
}
END_TEST

START_TEST(counts)
{
	struct seen seen = { BUF(BUF_NO_CAP), BUF(BUF_NO_CAP) };
	struct word_diff d = word_diff(str_of("a b c d e f"), str_of("a x y d e"), see, &seen);

	ck_assert_uint_eq(d.same, 3);
	ck_assert_uint_eq(d.gone, 3);
	ck_assert_uint_eq(d.come, 2);
	buf_free(&seen.shown);
	buf_free(&seen.now);
}
END_TEST

static void count_piece(void *ud, enum word_piece what, hn_str text)
{
	size_t *sizes = ud;

	sizes[what] += text.n;
}

/* A text of n words, each with a number of its own, or with the same one; of n letters without a blank. */
static char *make_text(size_t n, size_t from, size_t step, const char *between)
{
	struct buf out = BUF(BUF_NO_CAP);

	for (size_t i = 0; i < n; i++)
		buf_addf(&out, "%zu%s", from + i * step, between);
	return out.p;
}

/* n words each, from a number on by a step. */
struct hostile { size_t n, from_old, step_old, from_now, step_now; const char *between; enum word_by by; };
static const struct hostile hostiles[] = {
	{ 200000, 0, 1, 200000, 1, " ", WORD_BY_PARAGRAPHS },  /* one line, nothing shared */
	{ 200000, 0, 1, 200000, 1, "\n", WORD_BY_WHOLE },      /* as many lines */
	{ 200000, 0, 1, 100, 1, " ", WORD_BY_WORDS },          /* a little moved */
	{ 600000, 0, 0, 0, 0, " ", WORD_BY_PARAGRAPHS },       /* more words than are taken, all the same */
	{ 600000, 0, 0, 1, 0, "\n", WORD_BY_WHOLE },
	{ 300000, 0, 0, 1, 0, "", WORD_BY_PARAGRAPHS },        /* one word */
};

static void check_hostile(const struct hostile *c)
{
	char *old = make_text(c->n, c->from_old, c->step_old, c->between);
	char *now = make_text(c->n, c->from_now, c->step_now, c->between);
	size_t sizes[WORD_PIECES] = { 0 };
	struct word_diff d = word_diff(str_of(old), str_of(now), count_piece, sizes);

	ck_assert_str_eq(word_by_name(d.by), word_by_name(c->by));
	ck_assert_uint_eq(sizes[WORD_SAME] + sizes[WORD_COME], strlen(now));
	free(old);
	free(now);
}

/* However long, and however unlike: it ends, and the new text is whole. */
START_TEST(hostile)
{
	for (size_t i = 0; i < sizeof hostiles / sizeof *hostiles; i++)
		check_hostile(&hostiles[i]);
}
END_TEST

UNIT_MAIN("diff", few_marks, effort, texts, marks, counts, hostile)
