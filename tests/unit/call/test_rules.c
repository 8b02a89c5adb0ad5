/* SPDX-License-Identifier: MIT */
/* test_rules: each rule has a name of its own, in form, and says one sentence. */
#include "../unit.h"

#include <stdio.h>
#include <string.h>

#include "call/rules.h"
#include "util/buf.h"

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

static const char *whose(unsigned bits)
{
	return bits == RULE_OF_BOTH ? "both" : bits == RULE_OF_PROVIDER ? "provider" : "frontend";
}

/* docs/check.md has the table, in its order. */
START_TEST(the_documents_say_the_same)
{
	char path[4096], line[1024];
	int i = 0;

	UNIT_DATA(path, "../../docs/check.md");
	FILE *f = fopen(path, "r");
	ck_assert_msg(f != NULL, "%s cannot be opened", path);
	while (fgets(line, sizeof line, f)) {
		struct buf row = BUF(BUF_NO_CAP);

		if (strncmp(line, "| `", 3) != 0 || !(strstr(line, " | provider | ") || strstr(line, " | frontend | ") || strstr(line, " | both | ")))
			continue;
		ck_assert_int_lt(i, RULES_N);
		const struct rule *r = rule_of((enum rule_id)i++);
		buf_addf(&row, "| `%s` | %s | %s | %s |\n", r->name, rule_level_name(r->level), whose(r->whose), r->says);
		ck_assert_str_eq(line, row.p);
		buf_free(&row);
	}
	fclose(f);
	ck_assert_int_eq(i, RULES_N);
}
END_TEST

UNIT_MAIN("rules", each_rule_is_found_by_its_name, names_are_lower_case_words_with_hyphens, each_says_one_sentence,
	levels_and_kinds, the_documents_say_the_same)
