/* SPDX-License-Identifier: MIT */
/* test_ascii: letters, digits and numbers are the same in every locale. */
#include "../unit.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "util/ascii.h"
#include "util/number.h"

/* Each byte is of the classes that C's locale has it in. */
START_TEST(classes)
{
	for (int i = 0; i < 256; i++) {
		char c = (char)i;
		int digit = i >= '0' && i <= '9', upper = i >= 'A' && i <= 'Z';
		int lower = i >= 'a' && i <= 'z';
		ck_assert_int_eq(ascii_is_digit(c), digit);
		ck_assert_int_eq(ascii_is_upper(c), upper);
		ck_assert_int_eq(ascii_is_lower(c), lower);
		ck_assert_int_eq(ascii_is_alpha(c), upper || lower);
		ck_assert_int_eq(ascii_is_alnum(c), upper || lower || digit);
		ck_assert_int_eq(ascii_is_xdigit(c), i && strchr("0123456789abcdefABCDEF", i));
		ck_assert_int_eq(ascii_is_space(c), i && strchr(" \t\n\v\f\r", i));
		ck_assert_int_eq(ascii_lower(c), upper ? c + 32 : c);
		ck_assert_int_eq(ascii_upper(c), lower ? c - 32 : c);
	}
}
END_TEST

/* Comparison, by A-Z alone; any other byte equals itself only. */
START_TEST(compares)
{
	ck_assert_int_eq(ascii_casecmp("TITLE", "title"), 0);
	ck_assert_int_lt(ascii_casecmp("Ab", "aBc"), 0);
	ck_assert_int_gt(ascii_casecmp("b", "A"), 0);
	ck_assert_int_lt(ascii_casecmp("z", "\xC3\xA4"), 0);
	ck_assert_int_ne(ascii_casecmp("\xC3\x84", "\xC3\xA4"), 0);
	ck_assert_int_ne(ascii_casecmp("[", "{"), 0);
	ck_assert_int_ne(ascii_casecmp("@", "`"), 0);
	ck_assert_int_eq(ascii_ncasecmp("Bearer X", "bEARER y", 7), 0);
	ck_assert_int_eq(ascii_ncasecmp("a", "b", 0), 0);
	ck_assert_int_gt(ascii_ncasecmp("abc", "ab", 5), 0);
}
END_TEST

/* A word in a text. */
START_TEST(finds)
{
	const char *text = "MAXIMUM Context LengTH";
	ck_assert_ptr_eq(ascii_casestr(text, "context length"), text + 8);
	ck_assert_ptr_eq(ascii_casestr(text, ""), text);
	ck_assert_ptr_null(ascii_casestr(text, "context lengths"));
	ck_assert_ptr_null(ascii_casestr("", "a"));
	ck_assert_str_eq(ascii_casestr("aaAb", "AAB"), "aAb");
	ck_assert_str_eq(ascii_casestr("1.5K", ".5k"), ".5K");
}
END_TEST

/* Numbers as text and back. */
START_TEST(numbers)
{
	static const struct {
		double d;
		const char *text;
	} all[] = { { 0.7, "0.7" }, { 1, "1" }, { 0.1, "0.1" }, { -2.5, "-2.5" },
		{ 1.0 / 3, "0.33333333333333331" }, { 1e300, "1e+300" }, { 1e-7, "1e-07" },
		{ 0, "0" }, { -1.7976931348623157e308, "-1.7976931348623157e+308" } };
	char room[NUMBER_ROOM], *end;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		ck_assert_str_eq(number_text(all[i].d, room), all[i].text);
		ck_assert(number_read(all[i].text, &end) == all[i].d);
		ck_assert_str_eq(end, "");
	}
	ck_assert(number_read("0,7", &end) == 0);
	ck_assert_str_eq(end, ",7");
}
END_TEST

UNIT_MAIN("ascii", classes, compares, finds, numbers)
