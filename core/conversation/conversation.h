/* SPDX-License-Identifier: MIT */
/* conversation: all that a journal, or a saved file, says of a conversation. */
#ifndef HOBNOB_CONVERSATION_CONVERSATION_H
#define HOBNOB_CONVERSATION_CONVERSATION_H

#include <stddef.h>
#include <stdint.h>

#include "conversation/history.h"
#include "util/buf.h"

/* A message's id in a journal. A conversation is gone on with while there is room for MORE. */
#define CONVERSATION_ID_MAX ((uint64_t)INT64_MAX / 2)
#define CONVERSATION_ID_MORE ((uint64_t)1 << 32)
#define CONVERSATION_RECORD_MAX ((size_t)512 << 20) /* bytes of the longest record that is read */

/* What the reading of a journal found of the file. */
struct journal_reading {
	size_t lines;            /* of the file, the first included */
	size_t damaged;          /* lines that were passed over, or mended by a guess */
	struct buf faults;       /* a sentence for each of the first of them, a line each; how many more */
	size_t body;             /* bytes before the first record */
	size_t whole;            /* bytes up to the end of the last line that has its newline, or needs only that */
	int torn;                /* the last line has no newline: one must come before all that follows */
};

struct conversation {
	char *id;                /* NULL: of no journal */
	char *forked_from;       /* the id of the conversation that it began as a copy of, or NULL */
	int64_t created;         /* ms since 1970; 0: not known */
	char *system;            /* the system prompt in force, or NULL */
	struct history history;  /* its view ends where the conversation did */
	struct journal_reading reading;  /* all 0 of one that no journal told of */
};

void conversation_init(struct conversation *);
void conversation_free(struct conversation *); /* NULL is one already freed */
/* 1 if somebody has answered in it: some text of a reply came. */
int conversation_has_answer(const struct conversation *);
/* 1 if the ids of its messages leave room for more. */
int conversation_has_room(const struct conversation *);

#endif
