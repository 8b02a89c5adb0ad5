/* SPDX-License-Identifier: MIT */
/*
 * talk: the conversations of the process, as somebody who ends it at once has to know them: their ids, and what came of a
 * reply that the journal does not have yet.
 */
#ifndef HOBNOB_CALL_TALK_H
#define HOBNOB_CALL_TALK_H

#include <stdatomic.h>
#include <stddef.h>

#define TALK_ID_ROOM 64

struct talk {
	struct talk *next;
	char id[TALK_ID_ROOM];   /* empty: it has no journal yet */
	/* Writes what was shown and the journal lacks; async-signal-safe. NULL: nothing is lacking. Set it between
	 * talk_hold() and talk_release(). */
	void (*save)(void *ud);
	void *ud;
};

void talk_open(struct talk *);
void talk_close(struct talk *);
/* Its journal has a file, under that id. */
void talk_name(struct talk *, const char *id);

/* What save() looks at, or the journal, is going to change: the process is not ended meanwhile, for as long as that takes.
 * Once somebody ends it, this does not return. They nest. */
void talk_hold(void);
void talk_release(void);

/* ---- for who ends the process; async-signal-safe ---- */
/* Waits a moment until no other thread holds, and lets none continue that wants to. */
void talk_freeze(void);
/* The id of this thread's conversation, or of the only one that there is; NULL: no journal has a file. */
const char *talk_id(void);
/* 1 if a reply is being shown. */
int talk_is_on(void);
/* After talk_freeze(): has each conversation write what the journal lacks. */
void talk_save(void);

#endif
