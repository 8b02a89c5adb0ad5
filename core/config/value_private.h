/* SPDX-License-Identifier: MIT */
/* value_private: how settings and options make values of what was said. */
#ifndef HOBNOB_CONFIG_VALUE_PRIVATE_H
#define HOBNOB_CONFIG_VALUE_PRIVATE_H

#include "config/value.h"

/* How an option was said; the last two are for secrets only. */
enum how { HOW_PLAIN, HOW_COMMAND, HOW_FILE, HOW_COUNT };

/* What was said, before its type is looked at. */
struct said {
	enum how how;
	enum source source;
	const char *text;         /* borrowed; NULL where there is a node */
	const struct ynode *node; /* of a file */
	const char *where;        /* as in struct value; NULL: nothing was said */
	const char *label;        /* the same for errors, with the key where it is not in it */
};

/* A deep copy of a setting's value. */
void value_copy(struct value *to, const struct value *from);

/* Fills a value whose decl is set. 0, or HN_ERR_CONFIG with a fault and nothing to free. */
int value_read(struct value *, const struct said *, struct fault *);
/* "LABEL: expected ..., got ..."; -1. Either expected says what, or decl, which is NULL otherwise. */
int value_refuse(const char *label, const hn_option *decl, const char *expected, const struct ynode *got, struct fault *);

#endif
