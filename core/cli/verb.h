/* SPDX-License-Identifier: MIT */
/* verb: the second word of a sub-command, as in `config get`: a table, one entry each. */
#ifndef HOBNOB_CLI_VERB_H
#define HOBNOB_CLI_VERB_H

#include "cli/cli.h"

#define VERB_ANY 1000u

struct verb {
	const char *name;
	unsigned min, max; /* words that must and may follow it */
	const char *args;  /* what they are, for messages and pages; NULL: none */
	const char *help;  /* one line; NULL: the word is reserved, and not shown */
	int (*run)(struct runtime *, const struct cli *);
};

/* Each one's table stands where its verbs are; the first is what the bare sub-command does. */
extern const struct verb plugins_verbs[], config_verbs[], prompts_verbs[], sessions_verbs[], widget_verbs[];
extern const size_t plugins_verb_count, config_verb_count, prompts_verb_count, sessions_verb_count, widget_verb_count;

/* Runs the verb that the first word names; the table's first if there is no word. The exit
 * status. */
int verb_run(struct runtime *, const struct cli *, const struct verb *, size_t n);

#endif
