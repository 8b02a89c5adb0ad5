/* SPDX-License-Identifier: MIT */
/* test_view: what of a long text is shown around the cursor, row by row. */
#include <locale.h>
#include <stdio.h>

#include "readline/view.h"
#include "../unit.h"

#define MORE ".. "
#define CSI "\302\233"

/* Checks the view of a text on a screen; `|` marks the cursor in what is expected. */
static void shows(
	const char *text, size_t n, size_t point, size_t rows, size_t columns, const char *expected)
{
	const struct view_shape shape = {
		.rows = rows, .columns = columns, .prompt = 3, .more = MORE
	};
	struct view view = { .text = NULL };
	char got[4096];

	ck_assert_int_eq(view_make(&view, text, n, point, &shape), 0);
	ck_assert_uint_eq(view.n, strlen(view.text));
	ck_assert_uint_le(view.point, view.n);
	snprintf(got, sizeof got, "%.*s|%s", (int)view.point, view.text, view.text + view.point);
	ck_assert_str_eq(got, expected);
	view_free(&view);
}

START_TEST(short_texts)
{
	shows("", 0, 0, 6, 20, "|");
	shows("one", 3, 1, 6, 20, "o|ne");
	shows("one", 3, 3, 6, 20, "one|");
	shows("one\ntwo", 7, 3, 6, 20, "one|\n" MORE "two");
	shows("one\ntwo", 7, 4, 6, 20, "one\n" MORE "|two");
	shows("one\n", 4, 4, 6, 20, "one\n" MORE "|");
	shows("\n\n", 2, 1, 6, 20, "\n" MORE "|\n" MORE);
}
END_TEST

START_TEST(long_texts)
{
	static const char text[] = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj";
	size_t n = sizeof text - 1;

	shows(text, n, n, 6, 20, "(6 lines above)\n.. g\n.. h\n.. i\n.. j|");
	shows(text, n, 0, 6, 20, "|a\n.. b\n.. c\n.. d\n.. (6 lines below)");
	shows(text, n, 8, 6, 20, "(2 lines above)\n.. c\n.. d\n.. |e\n.. f\n.. (4 lines below)");
	shows(text, n, n - 2, 6, 20, "(6 lines above)\n.. g\n.. h\n.. i|\n.. j");
	shows(text, n, n, 10, 20, "a\n.. b\n.. c\n.. d\n.. e\n.. f\n.. g\n.. h\n.. i\n.. j|");
	shows(text, n, n, 9, 20, "(3 lines above)\n.. d\n.. e\n.. f\n.. g\n.. h\n.. i\n.. j|");
}
END_TEST

START_TEST(one_long_line)
{
	char text[1000];

	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)('a' + i % 10);
	/* the first row has room for 7, every other for 10 */
	shows(text, 27, 27, 6, 10, "abcdefghijabcdefghijabcdefg|");
	shows(text, 77, 77, 6, 10, "(more above)\n.. hijabcdefghijabcdefghijabcdefghijabcdefg|");
	/* no newline after a full row */
	shows(text, 77, 0, 6, 10, "|abcdefghijabcdefghijabcdefghijabcdefg.. (more below)");
}
END_TEST

START_TEST(a_key_more_shifts_nothing)
{
	const struct view_shape shape = { .rows = 6, .columns = 10, .prompt = 3, .more = MORE };
	struct view before = { .text = NULL }, after = { .text = NULL };
	size_t n = 100000;
	char *text = malloc(n + 1);

	memset(text, 'x', n + 1);
	for (size_t i = 0; i < n; i += 7)
		text[i] = 'y';
	for (size_t at = n - 500, kept = 0; at < n; at++) {
		ck_assert_int_eq(view_make(&before, text, at, at, &shape), 0);
		ck_assert_int_eq(view_make(&after, text, at + 1, at + 1, &shape), 0);
		kept += !strncmp(before.text, after.text, before.n);
		if (at == n - 1)
			ck_assert_uint_ge(
				kept, 400); /* all but one in a row, and the steps of the walk */
	}
	view_free(&before);
	view_free(&after);
	free(text);
}
END_TEST

START_TEST(wide_characters)
{
#define WIDE "\xe6\xbc\xa2"
#define SEVEN WIDE WIDE WIDE WIDE WIDE WIDE WIDE
	static const char eleven[] = SEVEN WIDE WIDE WIDE WIDE,
			  twelve[] = SEVEN WIDE WIDE WIDE WIDE WIDE;

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return;
	/* five columns hold two, and one behind the prompt */
	shows(eleven, 33, 33, 6, 5, SEVEN WIDE WIDE WIDE WIDE "|");
	shows(twelve, 36, 36, 6, 5, "(more above)\n" MORE SEVEN "|");
	setlocale(LC_CTYPE, "C");
}
END_TEST

/* Checks what stays of a text once it is sent. */
static void sent(const char *text, size_t n, size_t rows, size_t columns, const char *expected)
{
	const struct view_shape shape = { .rows = rows, .columns = columns, .prompt = 3, .more = MORE };
	struct view view = { .text = NULL };

	ck_assert_int_eq(view_make_sent(&view, text, n, &shape), 0);
	ck_assert_uint_eq(view.n, strlen(view.text));
	ck_assert_uint_eq(view.point, view.n);
	ck_assert_str_eq(view.text, expected);
	view_free(&view);
}

START_TEST(sent_texts)
{
	static const char text[] = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj";
	char line[2000];

	sent("", 0, 6, 20, "");
	sent("one\ntwo", 7, 6, 20, "one\n.. two");
	sent(text, sizeof text - 1, 10, 20, "a\n.. b\n.. c\n.. d\n.. e\n.. f\n.. g\n.. h\n.. i\n.. j");
	sent(text, sizeof text - 1, 9, 30, "a\n.. b\n.. c\n.. (5 lines, 10 bytes)\n.. i\n.. j");
	sent("a\nb\nc\nd\ne\nf\n", 12, 6, 30, "a\n.. b\n.. c\n.. (2 lines, 4 bytes)\n.. f\n.. ");
	for (size_t i = 0; i < sizeof line; i++)
		line[i] = (char)('a' + i % 10);
	sent(line, 77, 6, 10, "abcdefghijabcdefghijabcdefg.. (30 bytes)\n.. hijabcdefghijabcdefg");
	sent(line, 1076, 6, 10, "abcdefghijabcdefghijabcdefg.. (1.0 kB)\n.. hijabcdefghijabcdef");
}
END_TEST

START_TEST(joined_emoji_are_shown_by_their_parts)
{
#define WOMAN "\xf0\x9f\x91\xa9"
#define GIRL "\xf0\x9f\x91\xa7"
#define ZWJ "\xe2\x80\x8d"
#define VS16 "\xef\xb8\x8f"
#define HEART "\xe2\x9d\xa4"
#define AL_LAKUNA "\xe0\xb7\x8a" /* Sinhala, where the joiner makes another letter */
#define RA "\xe0\xb6\xbb"

	static const char family[] = "a" WOMAN ZWJ GIRL "b", couple[] = WOMAN ZWJ HEART VS16 ZWJ GIRL, letters[] = AL_LAKUNA ZWJ RA;

	shows(family, sizeof family - 1, 0, 6, 20, "|a" WOMAN GIRL "b");
	shows(family, sizeof family - 1, 5, 6, 20, "a" WOMAN "|" GIRL "b");
	shows(family, sizeof family - 1, 8, 6, 20, "a" WOMAN "|" GIRL "b");
	shows(family, sizeof family - 1, 12, 6, 20, "a" WOMAN GIRL "|b");
	shows(family, sizeof family - 1, 13, 6, 20, "a" WOMAN GIRL "b|");
	shows(couple, sizeof couple - 1, sizeof couple - 1, 6, 20, WOMAN HEART GIRL "|");
	shows(letters, sizeof letters - 1, 9, 6, 20, AL_LAKUNA ZWJ RA "|");
	shows(family, 8, 8, 6, 20, "a" WOMAN ZWJ "|"); /* it is not known yet what it joins */
}
END_TEST

START_TEST(what_a_terminal_obeys_is_shown_by_its_number)
{
	static const char csi[] = "a" CSI "2Jb", turned[] = "a\342\200\256b", tag[] = "\363\240\201\201\363\240\201\202";
	static const char rows[] = CSI CSI CSI CSI CSI CSI CSI;

	shows(csi, sizeof csi - 1, sizeof csi - 1, 6, 20, "a<U+009B>2Jb|");
	shows(csi, sizeof csi - 1, 1, 6, 20, "a|<U+009B>2Jb");
	shows(csi, sizeof csi - 1, 2, 6, 20, "a|<U+009B>2Jb");
	shows(turned, sizeof turned - 1, 4, 6, 20, "a<U+202E>|b");
	shows(tag, sizeof tag - 1, 4, 6, 30, "<U+E0041>|<U+E0042>");
	if (setlocale(LC_CTYPE, "C.UTF-8"))
		shows(rows, sizeof rows - 1, 0, 3, 20, "|<U+009B><U+009B>\n" MORE "(more below)"); /* it takes its columns */
}
END_TEST

START_TEST(whatever_bytes)
{
	const struct view_shape shape = { .rows = 5, .columns = 7, .prompt = 3, .more = MORE };
	struct view view = { .text = NULL };
	char text[400];
	uint32_t seed = 1;

	for (int round = 0; round < 20000; round++) {
		size_t n = (seed >> 8) % sizeof text;
		for (size_t i = 0; i < n; i++) {
			seed = seed * 1103515245u + 12345u;
			text[i] = (char)((seed >> 16) % 5 ? 1 + (seed >> 20) % 255 : '\n');
		}
		size_t point = n ? (seed >> 4) % (n + 1) : 0;
		ck_assert_int_eq(view_make(&view, text, n, point, &shape), 0);
		ck_assert_uint_le(view.point, view.n);
		size_t lines = 0;
		for (size_t i = 0; i < view.n; i++)
			lines += view.text[i] == '\n';
		ck_assert_uint_lt(lines, shape.rows);
		if (point < n && text[point] != '\n')
			ck_assert(view.text[view.point] == text[point] || !strncmp(view.text + view.point, "<U+", 3));
		seed = seed * 1103515245u + 12345u;
	}
	view_free(&view);
}
END_TEST

UNIT_MAIN("view", short_texts, long_texts, one_long_line, a_key_more_shifts_nothing,
	wide_characters, sent_texts, joined_emoji_are_shown_by_their_parts,
	what_a_terminal_obeys_is_shown_by_its_number, whatever_bytes)
