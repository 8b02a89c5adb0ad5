/* SPDX-License-Identifier: MIT */
/*
 * queued: how many lines were typed and ended by Enter while a reply comes, by the keys alone.
 *
 * It knows the usual keys: a user's inputrc may bind others, so the count is for the status line. What becomes of
 * the keys is decided by who reads them.
 */
#ifndef HOBNOB_FRONTENDS_QUEUED_H
#define HOBNOB_FRONTENDS_QUEUED_H

#include "hobnob/plugin.h"

/* Begin with { 0 } and the first three. */
struct queued {
	size_t lines;   /* the lines that wait; begin with those from before */
	int multiline;  /* Enter makes a new line, as in /multiline */
	int takes_back; /* Up on an empty line takes the last one back */
	size_t typed;   /* characters of the line that is being typed */
	size_t word;    /* of them, those before the last word */
	size_t row;     /* of them, those of its last row */
	int ink;        /* one of them is not a blank */
	int command;    /* the line begins with a slash */
	int dot;        /* the row begins with a dot */
	int taken;      /* the line was taken back, and nothing was changed */
	int pasting;
	char escape[8]; /* the escape sequence that is incomplete */
	unsigned n_escape;
};

/* Takes more keys, cut anywhere. */
void queued_keys(struct queued *, hn_str keys);

#endif
