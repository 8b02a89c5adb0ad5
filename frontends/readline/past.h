/* SPDX-License-Identifier: MIT */
/*
 * past: the lines that were typed in earlier runs, in a file that several processes share.
 *
 * The file is FOLDER/history, 0600, text: a first line that says what it is, then an entry a line,
 * in which a backslash, LF and CR stand as \\, \n and \r. Every new entry is appended under
 * flock(2), so what two processes keep is merged in the order of time; whoever finds twice as many
 * as are wanted writes the newest to a new file in its place. What is cut off or damaged costs its
 * own line; a file that is none of ours is left alone.
 *
 * Trouble is told once, and nothing more is kept then. Nothing here waits for long: a lock that
 * another process holds on to costs that one entry.
 */
#ifndef HOBNOB_FRONTENDS_READLINE_PAST_H
#define HOBNOB_FRONTENDS_READLINE_PAST_H

#include <stddef.h>

#include "hobnob/plugin.h"

#define PAST_ENTRY_MAX ((size_t)64 << 10) /* bytes of an entry; a longer one is not kept */
#define PAST_READ_MAX ((size_t)16 << 20)  /* bytes of the file that are looked at: its end */

struct past {
	char *folder, *path; /* NULL: nothing is kept */
	size_t most;         /* entries that are wanted */
	char trouble[400];   /* what is to be told; empty: nothing */
};

/* Nothing is read yet. An empty folder, or most = 0, keeps nothing. End with past_close(). */
void past_open(struct past *, hn_str folder, size_t most);
/* Gives each of the newest entries to put(), the oldest first. */
void past_read(struct past *, void (*put)(void *ud, const char *entry), void *ud);
/* Keeps one more. */
void past_add(struct past *, const char *entry);
void past_close(struct past *);

#endif
