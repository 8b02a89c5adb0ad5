/* SPDX-License-Identifier: MIT */
/* test_rules: each rule has a name of its own, in form, and says one sentence. */
#include "../unit.h"

#include <string.h>

#include "call/rules.h"

START_TEST(each_rule_is_found_by_its_name)
{
	for (int i = 0; i < RULES_N; i++)
		ck_assert_int_eq(rule_find(rule_of((enum rule_id)i)->name), i);
	ck_assert_int_eq(rule_find("finish-once"), RULE_FINISH_ONCE);
	ck_assert_int_eq(rule_find(""), RULES_N);
	ck_assert_int_eq(rule_find("finish"), RULES_N);
}
END_TEST

START_TEST(names_are_lower_case_words_with_hyphens)
{
	for (int i = 0; i < RULES_N; i++) {
		const char *name = rule_of((enum rule_id)i)->name;
		size_t n = strlen(name);
		ck_assert_uint_eq(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"), n);
		ck_assert_msg(n > 1 && n <= 24 && name[0] != '-' && name[n - 1] != '-', "%s", name);
	}
}
END_TEST

START_TEST(each_says_one_sentence)
{
	for (int i = 0; i < RULES_N; i++) {
		const char *says = rule_of((enum rule_id)i)->says;
		size_t n = strlen(says);
		ck_assert_msg(n > 20 && n <= 140 && says[n - 1] == '.' && !strchr(says, '\n') && !strchr(says, '|'), "%s", says);
	}
}
END_TEST

START_TEST(levels_and_kinds)
{
	ck_assert_str_eq(rule_level_name(RULE_MUST), "must");
	ck_assert_str_eq(rule_level_name(RULE_SHOULD), "should");
	ck_assert_str_eq(rule_level_name(RULE_PICKY), "picky");
	ck_assert_int_eq(rule_of(RULE_LICENSE)->level, RULE_PICKY);
	ck_assert_uint_eq(rule_of(RULE_FINISH_ONCE)->whose, RULE_OF_PROVIDER);
	ck_assert_uint_eq(rule_of(RULE_RUNS)->whose, RULE_OF_FRONTEND);
	ck_assert_uint_eq(rule_of(RULE_DESCRIPTOR)->whose, RULE_OF_PROVIDER | RULE_OF_FRONTEND);
}
END_TEST

UNIT_MAIN("rules", each_rule_is_found_by_its_name, names_are_lower_case_words_with_hyphens, each_says_one_sentence,
	levels_and_kinds)
