/* SPDX-License-Identifier: MIT */
/* rules: the table of rules as data. */
#include "call/rules.h"

#include <string.h>

static const struct rule table[] = {
#define X(id, name, level, whose, says) { name, RULE_##level, RULE_OF_##whose, says },
	RULES(X)
#undef X
};

static const char *const levels[] = { [RULE_MUST] = "must", [RULE_SHOULD] = "should", [RULE_PICKY] = "picky" };

/* The rule of an id. */
const struct rule *rule_of(enum rule_id id)
{
	return &table[id];
}

/* The id of a name. */
enum rule_id rule_find(const char *name)
{
	size_t i = 0;
	while (i < RULES_N && strcmp(table[i].name, name) != 0)
		i++;
	return (enum rule_id)i;
}

/* A level as a word. */
const char *rule_level_name(enum rule_level level)
{
	return levels[level];
}
