/* SPDX-License-Identifier: MIT */
/*
 * header: what hobnob/plugin.h declares, with its comments.
 *
 * It reads this one header, which keeps to plain declarations: no union, enum, bit-field or nested struct.
 */
#ifndef HOBNOB_PAGES_HEADER_H
#define HOBNOB_PAGES_HEADER_H

#include "hobnob/plugin.h"

struct decl {
	char *owner; /* of a member: its struct; else NULL */
	char *name;
	char *code;  /* a constant's value; else the declaration as C has it, without its semicolon */
	char *about; /* its comments, as one line; may be empty */
	int is_constant;
};

struct header {
	struct decl *all; /* in the order of the file */
	size_t n, cap;
};

/* Adds what the text of the header declares; header_free() it. */
void header_read(struct header *, hn_str text);
void header_free(struct header *);
/* A declaration by its name, which is not a member; NULL: no such declaration. */
const struct decl *header_find(const struct header *, const char *name);
/* The name of the constant with that prefix and value; "" if no constant has it. */
const char *header_constant(const struct header *, const char *prefix, long value);

#endif
