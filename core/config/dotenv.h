/* SPDX-License-Identifier: MIT */
/*
 * dotenv: NAME=value lines. Pure: text in, pairs out.
 * Blank lines and # comments; optional `export `; 'single quotes' are literal, "double quotes" know
 * \n \t \" \\ \$ and may span lines; unquoted values end at ` #` and are trimmed; ${X} and $X
 * outside single quotes are replaced by names set earlier in the same file (unset: empty). Names:
 * [A-Za-z_][A-Za-z0-9_]*. The last of equal names wins.
 */
#ifndef HOBNOB_CONFIG_DOTENV_H
#define HOBNOB_CONFIG_DOTENV_H

#include <stddef.h>

#include "util/buf.h"

struct dotenv_pair { char *name, *value; int line; };
struct dotenv { struct dotenv_pair *pairs; size_t n; };

/* 0, or -1 with *error ("NAME:LINE: what", allocated; never quotes a value). */
int dotenv_read(hn_str text, const char *name, struct dotenv *out, char **error);
const struct dotenv_pair *dotenv_get(const struct dotenv *, const char *name);
void dotenv_free(struct dotenv *);

#endif
