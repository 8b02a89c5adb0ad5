/* SPDX-License-Identifier: MIT */
/*
 * past: the lines typed in earlier runs, in a file that several processes share.
 *
 * The file is FOLDER/history, 0600, text: a first line that identifies it, then one entry per line,
 * in which a backslash, LF and CR are written \\, \n and \r. Every new entry is appended under
 * flock(2), so the entries of two processes are merged in order of time; a process that finds twice
 * as many as wanted replaces the file with a new one of the newest. Damage or a cut costs only its
 * own line; a file that is not hobnob's is left alone.
 *
 * hobnob reports trouble once and then saves nothing more. Nothing here waits for long: if another
 * process holds the lock, that one entry is lost.
 */
#ifndef HOBNOB_FRONTENDS_READLINE_PAST_H
#define HOBNOB_FRONTENDS_READLINE_PAST_H

#include <stddef.h>

#include "hobnob/plugin.h"

#define PAST_ENTRY_MAX ((size_t)64 << 10) /* bytes of an entry; a longer one is not saved */
#define PAST_READ_MAX ((size_t)16 << 20)  /* bytes read from the end of the file */

struct past {
	char *folder, *path; /* NULL: nothing is saved */
	size_t most;         /* wanted number of entries */
	char trouble[400];   /* what to report; empty: nothing */
};

/* Reads nothing yet. An empty folder, or most = 0, saves nothing. End with past_close(). */
void past_open(struct past *, hn_str folder, size_t most);
/* Passes each of the newest entries to put(), the oldest first. */
void past_read(struct past *, void (*put)(void *ud, const char *entry), void *ud);
/* Saves one more. */
void past_add(struct past *, const char *entry);
void past_close(struct past *);

#endif
