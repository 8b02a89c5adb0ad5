/* SPDX-License-Identifier: MIT */
/* test_fault: a message and its hint, each in its member. */
#include "../unit.h"

#include "hobnob/plugin.h"
#include "util/fault.h"
#include "util/mem.h"

/* The fault must be of that kind and hold these texts. */
static void holds(const struct fault *f, int32_t kind, const char *message, const char *hint)
{
	ck_assert_int_eq(f->kind, kind);
	ck_assert_pstr_eq(f->message, message);
	ck_assert_pstr_eq(f->hint, hint);
}

START_TEST(the_last_one_counts)
{
	struct fault f = { 0 };
	ck_assert_int_eq(fault_set(&f, HN_ERR_USAGE, "try %s", "%s is %d", "a", 1), HN_ERR_USAGE);
	holds(&f, HN_ERR_USAGE, "a is 1", "try %s");
	ck_assert_int_eq(fault_set(&f, HN_ERR_CONFIG, NULL, "not so: %s", f.message), HN_ERR_CONFIG);
	holds(&f, HN_ERR_CONFIG, "not so: a is 1", NULL);
	fault_free(&f);
	holds(&f, 0, NULL, NULL);
}
END_TEST

START_TEST(who_passes_it_on_adds_to_it)
{
	struct fault f = { 0 };
	char *text;
	fault_set(&f, HN_ERR_OUTPUT, NULL, "is full");
	text = fault_text(&f);
	ck_assert_str_eq(text, "is full");
	free(text);
	fault_name(&f, "a%s");
	fault_hint(&f, "remove %s", "b");
	fault_hint(&f, "or c");
	holds(&f, HN_ERR_OUTPUT, "a%s: is full", "remove b\nor c");
	text = fault_text(&f);
	ck_assert_str_eq(text, "a%s: is full\nremove b\nor c");
	free(text);
	fault_free(&f);
}
END_TEST

/* The end of a message that says what to do: a name in front of it changes nothing, a new message has none. */
START_TEST(an_aside_ends_the_message)
{
	struct fault f = { 0 };
	fault_set(&f, HN_ERR_CONFIG, NULL, "no %s", "key");
	fault_aside(&f, " (see 100%s)");
	ck_assert_uint_eq(f.aside, strlen(" (see 100%s)"));
	fault_name(&f, "a");
	fault_hint(&f, "put one");
	holds(&f, HN_ERR_CONFIG, "a: no key (see 100%s)", "put one");
	ck_assert_uint_eq(f.aside, strlen(" (see 100%s)"));
	fault_set(&f, HN_ERR_USAGE, NULL, "wrong");
	ck_assert_uint_eq(f.aside, 0);
	fault_aside(&f, "");
	holds(&f, HN_ERR_USAGE, "wrong", NULL);
	fault_free(&f);
}
END_TEST

START_TEST(nobody_needs_to_ask)
{
	ck_assert_int_eq(fault_set(NULL, HN_ERR_USAGE, "a", "b"), HN_ERR_USAGE);
	fault_aside(NULL, "a");
	fault_name(NULL, "a");
	fault_hint(NULL, "b");
	fault_free(NULL);
}
END_TEST

UNIT_MAIN("fault", the_last_one_counts, who_passes_it_on_adds_to_it, an_aside_ends_the_message,
	nobody_needs_to_ask)
