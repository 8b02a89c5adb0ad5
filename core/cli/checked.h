/* SPDX-License-Identifier: MIT */
/* checked: what `hobnob plugins check` says of a file, for whoever asks on behalf of the user. */
#ifndef HOBNOB_CLI_CHECKED_H
#define HOBNOB_CLI_CHECKED_H

#include "cli/cli.h"
#include "util/json.h"

/* How the checker is started: its words, ended by NULL, with room for options after them. */
#define CHECKER_WORDS_MOST 16
struct checker {
	char *program, *wires;
	const char *words[CHECKER_WORDS_MOST];
	size_t n;
};

/* On a file, with canned answers or NULL, both borrowed. */
void checker_begin(struct checker *, const struct runtime *, const char *file, const char *answers);
/* One more word, borrowed. */
void checker_add(struct checker *, const char *word);
void checker_free(struct checker *);

/* Runs the checker on a file; answers: the file of canned answers, or NULL. 0: must gets a line "RULE: what" for each rule
 * that must hold and does not, should an array of the names of those that should. HN_ERR_INTERRUPTED, without a fault.
 * HN_ERR_CONFIG: the fault says why there is no report. */
int32_t checked_run(struct runtime *, const char *file, const char *answers, struct buf *must, struct json_object *should, struct fault *);

#endif
