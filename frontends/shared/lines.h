/* SPDX-License-Identifier: MIT */
/* lines: takes lines out of a descriptor; it reads only what is there, and never blocks after a
 * poll. */
#ifndef HOBNOB_FRONTENDS_LINES_H
#define HOBNOB_FRONTENDS_LINES_H

#include "hobnob/plugin.h"

#define LINES_MAX ((size_t)16 << 20) /* bytes of the longest line that is taken */

/* Begin with LINES(fd, max). */
struct lines {
	int fd;
	int ended;    /* nothing more will come: end of input, or an error */
	int error;    /* errno of the read that failed, or 0 */
	int skipping; /* inside a line that was too long */
	char *p;
	size_t start, end, cap; /* what is unread of p */
	size_t seen;            /* bytes from start that are known to hold no newline */
	size_t max;
	char *aside; /* what lines_hold() has put there */
	size_t n_aside;
	int ended_aside;
};

#define LINES(descriptor, limit) ((struct lines){ .fd = (descriptor), .max = (limit) })

enum lines_what {
	LINES_MORE,     /* no whole line yet: lines_read() when the descriptor is readable */
	LINES_LINE,     /* *line: without its LF or CR LF, or a byte order mark; borrowed until the next call */
	LINES_TOO_LONG, /* a line passed the limit; it is skipped. Said once a line */
	LINES_END,      /* all has been taken; the last line may have had no newline */
};

enum lines_what lines_take(struct lines *, hn_str *line);
/* One read(2). */
void lines_read(struct lines *);
/* The input cannot be read any more, for the reason of that errno; what has come is still taken. */
void lines_fail(struct lines *, int error);
/* Adds bytes as if they had been read; without memory they are lost. */
void lines_add(struct lines *, hn_str);
/* What is there of the next line, its newline included if that has come; borrowed. */
hn_str lines_pending(const struct lines *);
/* Takes the first newline off, so that the line it ended waits for one that comes later, and puts
 * what follows it aside, the end of the input as well. Nothing is done without a newline, or memory. */
void lines_hold(struct lines *);
/* Puts back what is aside, after what has been read; how many bytes. */
size_t lines_release(struct lines *);
/* Forgets what has been read and not taken, what is aside as well. */
void lines_drop(struct lines *);
void lines_free(struct lines *);

#endif
