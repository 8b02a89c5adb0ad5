/* SPDX-License-Identifier: MIT */
/*
 * day: what the turns of a day have cost, over all journals of a folder, other programs' included,
 * and those of this one that no journal contains.
 *
 * A reply counts once, in however many files it stands: a conversation that was forked, exported
 * and imported, or continued in a copy begins with the records of another one. A turn counts once
 * its reply is written: one that another program runs at this moment does not, nor does one that
 * was killed. Unreadable parts, and damage that may have been a reply of the day, make the sum
 * unknown: hobnob never counts them as nothing. A line that breaks off at a file's end is not
 * damage: it is being written, or its program was killed, which loses a reply as a kill before the
 * write does.
 */
#ifndef HOBNOB_STORE_DAY_H
#define HOBNOB_STORE_DAY_H

#include <stdint.h>

#include "conversation/history.h"
#include "util/fault.h"

/* The first moment of the local day in which a time lies; both ms since 1970. The zone is the one of
 * the environment (TZ). A time that has no local day begins its own. */
int64_t day_began(int64_t wall_ms);

/* Any thread may use it, also several at once. */
struct day;
/* dir: the journals' folder, copied; it may not exist yet. NULL: no folder. Never fails. */
struct day *day_new(const char *dir);
void day_free(struct day *); /* NULL is one already freed */
/* Counts a reply of this program, whether a journal gets it or not. Skips what is not a reply, or
 * has no price. */
void day_add(struct day *, const struct message *reply);
/* What the replies of the day that begins at from_ms cost together, pico-dollars; INT64_MAX if it
 * is that or more; or -1 with a fault: the file's name, the number of a damaged line, what is
 * wrong, and what the user may do. A reply dated to a later day counts on that day. Reads what was
 * added to the folder since the last time, in files written to since from_ms. Skips what is not a
 * regular file, not a journal, or vanishes meanwhile. */
int64_t day_spent(struct day *, int64_t from_ms, struct fault *);
/* 0 if the journal of an id contains the cost of all its replies, else the kind of a fault such as
 * day_spent()'s. 0 also if it cannot be opened. */
int32_t day_doubt(const char *dir, const char *id, struct fault *);
/* FILE:LINE of a line that breaks off, and may have been a reply of the last requested day: its
 * cost is unknown, and does not count. NULL: no such line. Allocated. */
char *day_cut(struct day *);
/* The same without a look at the folder: as of the last day_spent(), and what was added by day_add(). */
int64_t day_counted(struct day *);

#endif
