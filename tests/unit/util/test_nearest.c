/* SPDX-License-Identifier: MIT */
/* test_nearest: what counts as near. */
#include "../unit.h"

#include "util/nearest.h"

/* The best of up to three words. */
static const char *best(const char *word, const char *a, const char *b, const char *c)
{
	struct nearest n = NEAREST(str_of(word));
	nearest_offer(&n, a);
	nearest_offer(&n, b);
	nearest_offer(&n, c);
	return nearest_best(&n);
}

/* Edits of every sort, and the smallest number of them wins. */
START_TEST(finds)
{
	ck_assert_str_eq(best("temprature", "top_p", "temperature", "timeout"), "temperature");
	ck_assert_str_eq(best("modle", "provider", "mode", "model"), "mode"); /* first of equals */
	ck_assert_str_eq(best("modle", "provider", "models", "model"), "model");
	ck_assert_str_eq(best("sotp", "seed", "stop", "system"), "stop");
	ck_assert_str_eq(best("stop", "seed", "stop", "system"), "stop");
	ck_assert_str_eq(best("frontendd", "frontend", NULL, NULL), "frontend");
}
END_TEST

/* A transposition is one edit. */
START_TEST(transposition)
{
	struct nearest n = NEAREST(str_of("ab"));
	nearest_offer(&n, "ba");
	ck_assert_uint_eq(n.distance, 1);
	n = NEAREST(str_of("kitten"));
	nearest_offer(&n, "sitting");
	ck_assert_uint_eq(n.distance, 3);
}
END_TEST

/* What is too far, empty or too long is not offered. */
START_TEST(nothing_near)
{
	char word[80];
	memset(word, 'a', 65);
	word[65] = '\0';
	ck_assert_ptr_null(best("zzzzzz", "model", "seed", "stop"));
	ck_assert_ptr_null(best("ab", "xy", NULL, NULL));
	ck_assert_ptr_null(best("", "a", "b", NULL));
	ck_assert_ptr_null(best(word, word, NULL, NULL));
	ck_assert_str_eq(best(word + 1, word + 2, NULL, NULL), word + 2);
	ck_assert_ptr_null(best("abcdefghi", "abcdezzzz", NULL, NULL));
	ck_assert_str_eq(best("abcdefghi", "abcdefzzz", NULL, NULL), "abcdefzzz");
	ck_assert_ptr_null(best("x", NULL, NULL, NULL));
}
END_TEST

UNIT_MAIN("nearest", finds, transposition, nothing_near)
