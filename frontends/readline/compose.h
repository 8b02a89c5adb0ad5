/* SPDX-License-Identifier: MIT */
/*
 * compose: a text in the user's own editor, through a file that only they can read.
 *
 * The editor gets the terminal and every key, Ctrl-C and Ctrl-Z included; whatever it does to the
 * terminal's modes is undone. The file is removed however that ends, except by kill -9 of
 * ourselves.
 */
#ifndef HOBNOB_FRONTENDS_READLINE_COMPOSE_H
#define HOBNOB_FRONTENDS_READLINE_COMPOSE_H

#include "shared/services.h"

#define COMPOSE_MAX ((size_t)16 << 20) /* bytes of the longest text accepted */

struct composer {
	const struct services *services;
	hn_session *session;
	const char *editor; /* a piece of shell; the file's path is appended to it */
	const char *folder; /* the folder of the file */
	/* the terminal supports escape sequences: a killed editor's traces are removed */
	int escapes;
};

enum compose_what {
	COMPOSE_CHANGED, /* *out: a text that differs from the one before, and is not empty */
	/* unchanged, or empty; why explains it if the editor ended at once, else it is empty */
	COMPOSE_SAME,
	COMPOSE_FAILED,  /* why says what went wrong; *out: what a killed editor had saved, or NULL */
	COMPOSE_ENDING,  /* the program must end */
};

/* Lets the user edit the text. *out is allocated, or NULL. The terminal is in its own state before
 * and after; call wake_open() first. */
enum compose_what compose(
	const struct composer *, const char *text, char **out, char *why, size_t why_n);

#endif
