/* SPDX-License-Identifier: MIT */
/*
 * compose: a text in the user's own editor, by way of a file that only they can read.
 *
 * The editor gets the terminal and every key, Ctrl-C and Ctrl-Z included; whatever it does to the
 * terminal's modes is undone. The file is removed however that ends, but for kill -9 of ourselves.
 */
#ifndef HOBNOB_FRONTENDS_READLINE_COMPOSE_H
#define HOBNOB_FRONTENDS_READLINE_COMPOSE_H

#include "shared/services.h"

#define COMPOSE_MAX ((size_t)16 << 20) /* bytes of the longest text that is taken */

struct composer {
	const struct services *services;
	hn_session *session;
	const char *editor; /* a piece of shell, which the file's path is put behind */
	const char *folder; /* where the file is made */
	int escapes;        /* the terminal obeys them: a killed editor's traces are removed */
};

enum compose_what {
	COMPOSE_CHANGED, /* *out: another text than before, and not an empty one */
	COMPOSE_SAME,    /* as it was, or empty; why says if the editor ended at once, else it is empty */
	COMPOSE_FAILED,  /* why says what went wrong; *out: what a killed editor had saved, or NULL */
	COMPOSE_ENDING,  /* the program is to end */
};

/* Lets the user edit the text. *out is allocated, or NULL. The terminal is in its own state before
 * and after; wake_open() was called. */
enum compose_what compose(
	const struct composer *, const char *text, char **out, char *why, size_t why_n);

#endif
