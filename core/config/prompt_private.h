/* SPDX-License-Identifier: MIT */
/* prompt_private: the pieces of a prompt file's message. */
#ifndef HOBNOB_CONFIG_PROMPT_PRIVATE_H
#define HOBNOB_CONFIG_PROMPT_PRIVATE_H

#include "config/prompt.h"

/* How far a message has been read; begin with its text and line. */
struct prompt_scan {
	hn_str rest;
	int line;
	int escaped; /* rest begins with braces that are no variable's */
};

struct prompt_piece {
	int is_var;
	hn_str text; /* as it stands, or the variable's name */
	hn_str fallback;
	int has_fallback;
	int line;
};

/* The next piece: 1; 0: there are no more; -1 with a fault, "LINE: what". */
int prompt_next(struct prompt_scan *, struct prompt_piece *, struct fault *);
/* The variable of that name, or NULL. */
const struct prompt_var *prompt_var(const struct prompt *, hn_str name);

#endif
