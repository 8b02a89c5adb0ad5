/* SPDX-License-Identifier: MIT */
/* line_reader: the lines of a file, read in chunks, or of a text in memory. The longest line that is wanted
 * bounds the memory, whatever the file holds. */
#ifndef HOBNOB_UTIL_LINE_READER_H
#define HOBNOB_UTIL_LINE_READER_H

#include "util/buf.h"

/* Set fd, max and begin; or fd -1, p and n: a text, borrowed. The rest is zero. */
struct line_reader {
	int fd;
	size_t max;    /* bytes of the longest line that is wanted */
	char begin;    /* what a long line must begin with to be wanted */
	size_t number; /* of the line returned last, from 1 */
	size_t end;    /* bytes from where fd stood up to the end of that line, its newline included */
	int ended;     /* it has a newline */
	int too_long;  /* it was skipped: longer than max; or long, and not text or of another kind */
	const char *p; /* what is held: up to `next` given away, up to `looked` without a newline */
	size_t next, looked, n, cap;
	char *room;    /* p of a file */
	size_t passed; /* bytes before p */
};

/* The next line without its newline, borrowed until the next call; empty if it was skipped. 1; 0
 * at the end; -1 with errno. */
int line_reader_next(struct line_reader *, hn_str *line);
/* 1 if a line is white space alone. */
int line_is_blank(hn_str line);
void line_reader_free(struct line_reader *);

#endif
