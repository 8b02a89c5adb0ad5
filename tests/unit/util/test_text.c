/* SPDX-License-Identifier: MIT */
/* test_text: nothing that acts on a terminal gets through. */
#include "../unit.h"

#include <stdint.h>

#include "util/text.h"
#include "util/utf8.h"

#define BAD "\xEF\xBF\xBD"

struct shown {
	const char *in;
	size_t n;
	uint32_t flags;
	const char *want;
};
#define SHOWN(in, flags, want)                  \
	{                                       \
		in, sizeof(in) - 1, flags, want \
	}

static const struct shown shown[] = {
	SHOWN("plain w\xC3\xB6rld \xF0\x9F\x98\x80", 0, "plain w\xC3\xB6rld \xF0\x9F\x98\x80"),
	SHOWN("a\nb\tc", 0, "a\nb\tc"),
	SHOWN("a\nb\tc", HN_TEXT_LINE, "a^Jb\tc"),
	SHOWN("a\r\nb", 0, "a\nb"),
	SHOWN("a\r\nb", HN_TEXT_LINE, "a^Jb"),
	SHOWN("a\rb\r", 0, "a^Mb^M"),
	SHOWN("\x1B[31mred\x1B]0;t\x07", 0, "^[[31mred^[]0;t^G"),
	SHOWN("a\0b", 0, "a^@b"),
	SHOWN("\x7F", 0, "<U+007F>"),
	SHOWN("\xC2\x9B"
	      "2J",
		0, "<U+009B>2J"),
	SHOWN("a\xF3\xA0\x80\x81\xF3\xA0\x81\x81" "b", 0, "a<U+E0001><U+E0041>b"), /* tags */
	SHOWN("a\xF3\xA0\x84\x80", HN_TEXT_LINE, "a<U+E0100>"),
	SHOWN("\xE2\x98\xBA\xEF\xB8\x8F\xE2\x80\x8D\xE2\x80\x8B", 0, "\xE2\x98\xBA\xEF\xB8\x8F\xE2\x80\x8D\xE2\x80\x8B"),
	SHOWN("\xD8\x9C\xE2\x80\x8E\xE2\x80\xAE", 0, "<U+061C><U+200E><U+202E>"),
	SHOWN("\xE2\x81\xA6\xE2\x81\xA9\xE2\x81\xAA", 0, "<U+2066><U+2069><U+206A>"),
	SHOWN("a\xFFz\xE2\x82", 0, "a" BAD "z" BAD),
	SHOWN("\x9B", 0, BAD),
	SHOWN("", 0, ""),
};

/* Every row of the table above. */
START_TEST(safe_forms)
{
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		struct buf out = BUF(BUF_NO_CAP);
		ck_assert_int_eq(
			text_add_safe(&out, (hn_str){ shown[i].in, shown[i].n }, shown[i].flags),
			0);
		buf_addc(&out, '\0');
		ck_assert_str_eq(out.p, shown[i].want);
		buf_free(&out);
	}
}
END_TEST

/* Of all characters, just the controls and those that spell hidden text are changed. */
START_TEST(all_characters)
{
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
		char in[4];
		if (cp >= 0xD800 && cp <= 0xDFFF)
			continue;
		size_t n = utf8_encode(cp, in);
		struct buf out = BUF(BUF_NO_CAP);
		text_add_safe(&out, (hn_str){ in, n }, 0);
		int same = out.n == n && !memcmp(out.p, in, n);
		int control = (cp < 0x20 && cp != '\n' && cp != '\t') || (cp >= 0x7F && cp <= 0x9F);
		int bidi = cp == 0x61C || cp == 0x200E || cp == 0x200F ||
			   (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
		int hidden = (cp >= 0x2061 && cp <= 0x2064) || (cp >= 0x206A && cp <= 0x206F) || (cp >= 0xFFF9 && cp <= 0xFFFB) ||
			     (cp >= 0x1D173 && cp <= 0x1D17A) || (cp >= 0xE0000 && cp <= 0xE0FFF);
		ck_assert_msg(same == !(control || bidi || hidden), "U+%04X", (unsigned)cp);
		buf_free(&out);
	}
}
END_TEST

/* The cap is told. */
START_TEST(cap)
{
	struct buf out = BUF(3);
	ck_assert_int_eq(text_add_safe(&out, str_of("abcd"), 0), -1);
}
END_TEST

/* Columns of what would be shown. */
START_TEST(column_counts)
{
	ck_assert_uint_eq(text_columns(str_of("abc")), 3);
	ck_assert_uint_eq(text_columns(str_of("e\xCC\x81")), 1);
	ck_assert_uint_eq(text_columns(str_of("\xE6\x97\xA5\xE6\x9C\xAC")), 4);
	ck_assert_uint_eq(text_columns(str_of("\x1B[0m")), 5);
	ck_assert_uint_eq(text_columns(str_of("a\tb")), 9);
	ck_assert_uint_eq(text_columns(str_of("\xFF")), 1);
	ck_assert_uint_eq(text_columns(str_of("")), 0);
}
END_TEST

/* put() of the service. */
static void collect(void *ud, hn_str piece)
{
	buf_addstr(ud, piece);
}

/* The service offers the same. */
START_TEST(service)
{
	ck_assert_uint_eq(text_service.struct_size, sizeof(hn_text));
	struct buf out = BUF(BUF_NO_CAP);
	text_service.safe(str_of("a\x1B"), 0, collect, &out);
	ck_assert_str_eq(out.p, "a^[");
	buf_free(&out);
	ck_assert_uint_eq(text_service.columns(str_of("xy")), 2);
}
END_TEST

/* A plugin's text that cannot be one is empty. */
START_TEST(service_of_nonsense)
{
	static const hn_str all[] = { { NULL, 5 }, { NULL, SIZE_MAX }, { "x", SIZE_MAX }, { "x", (size_t)PTRDIFF_MAX + 1 } };
	struct buf out = BUF(BUF_NO_CAP);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		text_service.safe(all[i], 0, collect, &out);
		ck_assert_uint_eq(text_service.columns(all[i]), 0);
	}
	ck_assert_uint_eq(out.n, 0);
	text_service.safe(str_of("x"), 0, NULL, NULL);
}
END_TEST

UNIT_MAIN("text", safe_forms, all_characters, cap, column_counts, service, service_of_nonsense)
