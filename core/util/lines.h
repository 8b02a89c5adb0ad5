/* SPDX-License-Identifier: MIT */
/* lines: the lines of a file, read by chunks: whatever stands in it, memory is bound by the longest
 * line that is wanted. Or those of a text that is there already. */
#ifndef HOBNOB_UTIL_LINES_H
#define HOBNOB_UTIL_LINES_H

#include "util/buf.h"

/* Set fd, max and begin; or fd -1, p and n: a text, borrowed. The rest is zero. */
struct lines {
	int fd;
	size_t max;    /* bytes of the longest line that is wanted */
	char begin;    /* what a long line must begin with to be wanted */
	size_t number; /* of the line that was given last, from 1 */
	size_t end;    /* bytes from where fd stood up to the end of that line, its newline included */
	int ended;     /* it has a newline */
	int too_long;  /* it was passed over: longer than max; or long, and no text or of another kind */
	const char *p; /* what is held: up to `next` given away, up to `looked` without a newline */
	size_t next, looked, n, cap;
	char *room;    /* p of a file */
	size_t passed; /* bytes before p */
};

/* The next line without its newline, borrowed until the next call; empty if it was passed over. 1; 0
 * at the end; -1 with errno. */
int lines_next(struct lines *, hn_str *line);
void lines_free(struct lines *);

#endif
