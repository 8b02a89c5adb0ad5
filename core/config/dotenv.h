/* SPDX-License-Identifier: MIT */
/*
 * dotenv: NAME=value lines. Pure: text in, pairs out.
 * Blank lines and # comments; optional `export `; 'single quotes' are literal, "double quotes" know
 * \n \t \" \\ \$ and may span lines; unquoted values end at ` #` and are trimmed; ${X} and $X
 * outside single quotes are replaced by names set earlier in the same file (unset: empty). Names:
 * [A-Za-z_][A-Za-z0-9_]*. The last of equal names wins.
 *
 * A file that was named is valid or refused. One that was found may be another program's: invalid
 * lines are skipped one by one, each with what a quote on it runs over.
 */
#ifndef HOBNOB_CONFIG_DOTENV_H
#define HOBNOB_CONFIG_DOTENV_H

#include <stddef.h>

#include "util/buf.h"
#include "util/fault.h"

/* fault: NULL; or why the line that begins with the name was skipped (static), and value is "". */
struct dotenv_pair { char *name, *value; int line; const char *fault; };
struct dotenv { struct dotenv_pair *pairs; size_t n; };

/* 0, or HN_ERR_CONFIG with a fault ("NAME:LINE: what"; never quotes a value). */
int dotenv_read(hn_str text, const char *name, struct dotenv *out, struct fault *);
/* Reads a file that was found. *skipped is NULL, or the warning that something was skipped (allocated:
 * "NAME:LINE: this line and 2 more are skipped: what"). A file of too much is skipped whole. */
void dotenv_read_found(hn_str text, const char *name, struct dotenv *out, char **skipped);
const struct dotenv_pair *dotenv_get(const struct dotenv *, const char *name);
void dotenv_free(struct dotenv *);

#endif
