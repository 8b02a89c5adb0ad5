/* SPDX-License-Identifier: MIT */
/* test_encoding: which bytes are text, and what is said of those that are not. */
#include "../fault_is.h"

#include "util/encoding.h"

#define BYTES(s) ((hn_str){ s, sizeof(s) - 1 })

struct judged {
	hn_str bytes;
	const char *what, *hint; /* NULL: text; of the hint a part */
	int line;
};

/* Every row. */
START_TEST(judges)
{
	const struct judged all[] = {
		{ { NULL, 0 }, NULL, NULL, 1 },
		{ BYTES("plain\n\xC3\xA9"), NULL, NULL, 2 },
		{ BYTES("\xEF\xBB\xBFmarked"), NULL, NULL, 1 },
		{ BYTES("\xFF\xFE" "a\0"), "it is UTF-16, not UTF-8", "UTF-16 ", 1 },
		{ BYTES("\xFE\xFF\0a"), "it is UTF-16, not UTF-8", "UTF-16 ", 1 },
		{ BYTES("\xFF\xFE"), "it is UTF-16, not UTF-8", "UTF-16 ", 1 },
		{ BYTES("\xFF\xFE\0\0a\0\0\0"), "it is UTF-32, not UTF-8", "UTF-32", 1 },
		{ BYTES("\0\0\xFE\xFF\0\0\0a"), "it is UTF-32, not UTF-8", "UTF-32", 1 },
		{ BYTES("h\0e\0y\0\n\0x\0"), "it looks like UTF-16, not UTF-8", "UTF-16LE", 1 },
		{ BYTES("\0h\0e\0y\0\n\0x"), "it looks like UTF-16, not UTF-8", "UTF-16BE", 1 },
		{ BYTES("a\nb\0c"), "it is not text: it holds a NUL byte", "UTF-8", 2 },
		{ BYTES("a\n\nb\xE9"), "it is not text in UTF-8", "LATIN1", 3 },
		{ BYTES("\xC3"), "it is not text in UTF-8", "LATIN1", 1 },
		{ BYTES("\xED\xA0\x80"), "it is not text in UTF-8", "LATIN1", 1 },
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		const char *hint = "";
		const char *what = text_fault(all[i].bytes, &hint);
		ck_assert_int_eq(text_fault_line(all[i].bytes), all[i].line);
		if (!all[i].what) {
			ck_assert_ptr_null(what);
			ck_assert_ptr_null(hint);
			continue;
		}
		ck_assert_str_eq(what, all[i].what);
		ck_assert_ptr_nonnull(strstr(hint, all[i].hint));
	}
}
END_TEST

/* One mark in front and one line's end are taken off, no more. */
START_TEST(trims)
{
	ck_assert(str_is(text_unmarked(BYTES("\xEF\xBB\xBFx")), "x"));
	ck_assert(str_is(text_unmarked(BYTES("\xEF\xBB\xBF\xEF\xBB\xBFx")), "\xEF\xBB\xBFx"));
	ck_assert(str_is(text_unmarked(BYTES("\xEF\xBBx")), "\xEF\xBBx"));
	ck_assert_uint_eq(text_unmarked((hn_str){ NULL, 0 }).n, 0);
	ck_assert(str_is(text_chomped(BYTES("a\r\n")), "a"));
	ck_assert(str_is(text_chomped(BYTES("a\n\n")), "a\n"));
	ck_assert(str_is(text_chomped(BYTES("a\r")), "a\r"));
	ck_assert(str_is(text_chomped(BYTES("\n")), ""));
	ck_assert_uint_eq(text_chomped((hn_str){ NULL, 0 }).n, 0);
}
END_TEST

/* A whole file: taken in place, or refused with its hint. */
START_TEST(takes)
{
	struct buf b = BUF(100);
	struct fault fault = { 0 };
	ck_assert_int_eq(text_take(&b, &fault), 0);
	buf_adds(&b, "\xEF\xBB\xBFtext\n");
	ck_assert_int_eq(text_take(&b, &fault), 0);
	ck_assert_str_eq(b.p, "text\n");
	buf_addc(&b, '\xFF');
	ck_assert_int_eq(text_take(&b, &fault), HN_ERR_USAGE);
	fault_is(&fault, HN_ERR_USAGE,
		"it is not text in UTF-8\nif it is text in another encoding, convert it, as "
		"with: iconv -f LATIN1 -t UTF-8");
	buf_free(&b);
}
END_TEST

UNIT_MAIN("encoding", judges, trims, takes)
