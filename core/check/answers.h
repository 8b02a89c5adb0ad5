/* SPDX-License-Identifier: MIT */
/* answers: a server, or a program, in a can: NAME.answers.json, docs/check.md. And the wires that the checker knows by itself. */
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
	const char *name;            /* of a wire, or the file */
};

/* Reads a file. 0, or HN_ERR_CONFIG with a fault that names it. */
int32_t answers_read(struct answers *, const char *path, struct fault *);
/* Wire i of those that the checker knows; 0, or -1: there are fewer. */
int answers_wire(struct answers *, size_t i);
void answers_free(struct answers *);

/* The first that fits a request; or (program set) a program's first word, and what it read. NULL: none. */
const struct answer *answers_find(const struct answers *, const char *method, hn_str url, hn_str body);
const struct answer *answers_program(const struct answers *, hn_str program);

#endif
