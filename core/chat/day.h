/* SPDX-License-Identifier: MIT */
/*
 * day: what the turns of a day have cost, over all journals of a folder, other programs' included,
 * and those of this one that no journal holds.
 *
 * A reply counts once, in however many files it stands: a conversation that was forked, exported and
 * imported, or gone on with in a copy begins with the records of another one. A turn counts once its
 * reply is written: one that another program runs at this moment does not.
 */
#ifndef HOBNOB_CHAT_DAY_H
#define HOBNOB_CHAT_DAY_H

#include <stdint.h>

#include "chat/history.h"

/* The first moment of the local day in which a time lies; both ms since 1970. The zone is the one of
 * the environment (TZ). A time that has no local day begins its own. */
int64_t day_began(int64_t wall_ms);

struct day;
/* dir: the journals' folder, copied; it may not exist yet. NULL: there is none. Never fails. */
struct day *day_new(const char *dir);
void day_free(struct day *); /* NULL is one already freed */
/* Counts a reply of this program's own, whether a journal gets it or not. What is no reply, or is not
 * priced, is passed over. */
void day_add(struct day *, const struct message *reply);
/* What the replies of the day that begins at from_ms cost together, pico-dollars; INT64_MAX if it is that or
 * more; or -1 with *error (allocated: the file's name, and why it cannot be read). One that says it is of a later day counts on that day.
 * Reads what was added to the folder since the last time, in files written to since from_ms. What is
 * damaged, no regular file, or vanishes meanwhile is passed over. */
int64_t day_spent(struct day *, int64_t from_ms, char **error);
/* The same without a look at the folder: as of the last day_spent(), and what was added by day_add(). */
int64_t day_counted(const struct day *);

#endif
