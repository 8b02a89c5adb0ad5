/* SPDX-License-Identifier: MIT */
/* answers: a server, or a program, in a can: NAME.answers.json, docs/check.md; and a folder of them, for the wires that many
 * servers speak. */
#ifndef HOBNOB_CHECK_ANSWERS_H
#define HOBNOB_CHECK_ANSWERS_H

#include "util/fault.h"
#include "util/json.h"

struct answer {
	char *method, *path, *when, *program; /* NULL: any */
	int32_t status;
	char *type;
	hn_str body;
	size_t *ends; /* where each piece ends */
	size_t n_ends;
};

struct answers {
	struct json_object *options; /* or NULL */
	struct answer *all;
	size_t n;
	char *text;                  /* the reply that is right; NULL: it does not say */
};

/* Reads a file. 0, or HN_ERR_CONFIG with a fault that names it. */
int32_t answers_read(struct answers *, const char *path, struct fault *);
/* Reads file i of a folder (NULL: it has none), and its name without ending into *name (allocated). 1; 0: the folder has
 * fewer; -1 with a fault: that file is damaged. */
int answers_wire(struct answers *, const char *folder, size_t i, char **name, struct fault *);
void answers_free(struct answers *);

/* The first that fits a request; or (program set) a program's first word, and what it read. NULL: none. */
const struct answer *answers_find(const struct answers *, const char *method, hn_str url, hn_str body);
const struct answer *answers_program(const struct answers *, hn_str program);

#endif
