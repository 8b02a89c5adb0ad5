/* SPDX-License-Identifier: MIT */
/*
 * conversation: all that a journal, or a saved file, says of a conversation; and the reader of
 * journals.
 *
 * A damaged journal is read as far as it is whole: what is not is named and passed over, and a
 * message whose parent was lost follows the one with the next smaller id, which hobnob had written
 * before it. Nothing is ever written here.
 */
#ifndef HOBNOB_CHAT_CONVERSATION_H
#define HOBNOB_CHAT_CONVERSATION_H

#include <stddef.h>
#include <stdint.h>

#include "chat/history.h"
#include "util/buf.h"

/* A message's id in a journal. A conversation is gone on with while there is room for MORE. */
#define CONVERSATION_ID_MAX ((uint64_t)INT64_MAX / 2)
#define CONVERSATION_ID_MORE ((uint64_t)1 << 32)
#define CONVERSATION_RECORD_MAX ((size_t)512 << 20) /* bytes of the longest record that is read */

struct conversation {
	char *id;                /* NULL: of no journal */
	char *forked_from;       /* the id of the conversation that it began as a copy of, or NULL */
	int64_t created;         /* ms since 1970; 0: not known */
	char *system;            /* the system prompt in force, or NULL */
	struct history history;  /* its view ends where the conversation did */
	size_t lines;            /* of the file, the first included */
	size_t damaged;          /* lines that were passed over, or mended by a guess */
	struct buf faults;       /* a sentence for each of the first of them, a line each; how many more */
	size_t body;             /* bytes before the first record */
	size_t whole;            /* bytes up to the end of the last line that has its newline, or needs only that */
	int torn;                /* the last line has no newline: one must come before all that follows */
};

void conversation_init(struct conversation *);
void conversation_free(struct conversation *); /* NULL is one already freed */
/* Reads a journal from where fd stands, to its end. 0; or -1 with *error (allocated: a sentence
 * without the file's name) if it is none, is of a version that is not known, or cannot be read: then
 * errno says why, else it is 0. What
 * is damaged is no error. *out is to be freed either way. Memory is bound by what is kept and the
 * longest record, not by the file's longest line. */
int conversation_read(int fd, struct conversation *out, char **error);
/* 1 if somebody has answered in the journal that fd stands at the beginning of: a reply that is complete,
 * or of which some text came; 0 if not; -1 with errno. Reads as far as that takes. */
int conversation_is_answered(int fd);
/* The same of one that was read. */
int conversation_has_answer(const struct conversation *);
/* Reads one from a text. */
int conversation_read_text(hn_str text, struct conversation *out, char **error);
/* 1 if the ids of its messages leave room for more. */
int conversation_has_room(const struct conversation *);

#endif
