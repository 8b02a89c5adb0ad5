/* SPDX-License-Identifier: MIT */
/* test_thought: the line about reasoning that is not shown. */
#include "../unit.h"

#include "shared/thought.h"

static void add(struct thought *t, const char *text)
{
	thought_add(t, (hn_str){ text, strlen(text) });
}

/* What is said after that much reasoning and time; "": nothing. */
static const char *said(const char *text, int64_t ms, int64_t tokens)
{
	static char out[THOUGHT_ROOM];
	struct thought t;

	thought_begin(&t, 500);
	add(&t, text);
	return thought_line(&t, 500 + ms, tokens, out) ? out : "";
}

START_TEST(lines)
{
	ck_assert_str_eq(said("", 5000, -1), "");
	ck_assert_str_eq(said("", 5000, 300), "");
	ck_assert_str_eq(said("Two and two.", 12999, -1), "(thought 13 s, ~3 tokens: /reasoning)");
	ck_assert_str_eq(said("Two and two!!", 999, -1), "(thought ~4 tokens: /reasoning)");
	ck_assert_str_eq(said("a", -500, -1), "(thought ~1 token: /reasoning)");
	ck_assert_str_eq(said("a", 60000, -1), "(thought 60 s, ~1 token: /reasoning)");
	ck_assert_str_eq(said("a", 125000, 340), "(thought 125 s, 340 tokens: /reasoning)");
	ck_assert_str_eq(said("a", 1000, 0), "(thought 1 s, ~1 token: /reasoning)");
	ck_assert_uint_lt(strlen(said("a", INT64_MAX - 1000, INT64_MAX)), THOUGHT_ROOM - 1);
}
END_TEST

/* The estimate knows other alphabets, and does not depend on where a piece is cut. */
START_TEST(alphabets)
{
	static const char text[] = "\xD0\x94\xD0\xB0 \xE6\x97\xA5\xE6\x9C\xAC\xF0\x9F\x98\x80"; /* Да 日本😀 */
	struct thought t;
	char out[THOUGHT_ROOM];

	ck_assert_str_eq(said(text, 0, -1), "(thought ~5 tokens: /reasoning)");
	thought_begin(&t, 0);
	for (size_t i = 0; i < sizeof text - 1; i++)
		thought_add(&t, (hn_str){ text + i, 1 });
	ck_assert_int_eq(thought_line(&t, 0, -1, out), 1);
	ck_assert_str_eq(out, "(thought ~5 tokens: /reasoning)");
}
END_TEST

/* Once a reply; another reply, or another attempt, begins with nothing. */
START_TEST(once)
{
	struct thought t;
	char out[THOUGHT_ROOM];

	thought_begin(&t, 0);
	add(&t, "first");
	ck_assert_int_eq(thought_line(&t, 1000, -1, out), 1);
	add(&t, "more");
	ck_assert_int_eq(thought_line(&t, 9000, -1, out), 0);
	thought_begin(&t, 10000);
	ck_assert_int_eq(thought_line(&t, 20000, -1, out), 0);
	add(&t, "next");
	ck_assert_int_eq(thought_line(&t, 13000, -1, out), 1);
	ck_assert_str_eq(out, "(thought 3 s, ~1 token: /reasoning)");
}
END_TEST

UNIT_MAIN("thought", lines, alphabets, once)
