/* SPDX-License-Identifier: MIT */
/* conversation: all that a journal, or a saved file, says of a conversation. */
#ifndef HOBNOB_CONVERSATION_CONVERSATION_H
#define HOBNOB_CONVERSATION_CONVERSATION_H

#include <stddef.h>
#include <stdint.h>

#include "conversation/history.h"
#include "util/buf.h"

/* A message's id in a journal. A conversation can be continued while there is room for MORE. */
#define CONVERSATION_ID_MAX ((uint64_t)INT64_MAX / 2)
#define CONVERSATION_ID_MORE ((uint64_t)1 << 32)
#define CONVERSATION_RECORD_MAX ((size_t)512 << 20) /* bytes of the longest record that is read */

/* What reading a journal found out about the file. */
struct journal_reading {
	int64_t version;         /* of its first line; 0 or less: not said */
	size_t lines;            /* of the file, the first included */
	size_t damaged;          /* lines that were skipped, or repaired by a guess */
	struct buf faults;       /* one sentence a line for the first of them; how many more */
	size_t body;             /* bytes before the first record */
	size_t whole;            /* bytes up to the end of the last line that has its newline, or needs only that */
	int torn;                /* the last line has no newline: one must come before all that follows */
};

struct conversation {
	char *id;                /* NULL: not from a journal */
	char *forked_from;       /* the id of the conversation that it was copied from, or NULL */
	int64_t created;         /* ms since 1970; 0: not known */
	char *system;            /* the system prompt in force, or NULL */
	char *title;             /* what the user called it, or NULL */
	struct history history;  /* its view ends at the conversation's last message */
	struct journal_reading reading;  /* all 0 if it is not from a journal */
};

void conversation_init(struct conversation *);
void conversation_free(struct conversation *); /* accepts NULL */
/* 1 if it has an answer: something of a reply came that a person would see. */
int conversation_has_answer(const struct conversation *);
/* 1 if its message ids leave room for more. */
int conversation_has_room(const struct conversation *);

#endif
