/* SPDX-License-Identifier: MIT */
/*
 * journal_mend: from what the lines of a journal say to a history.
 *
 * Messages, pins and the head are gathered as they come; at the end messages go into the history in
 * order of their ids: so that a parent is known before what follows it, and the time is the same
 * whatever the order in the file.
 */
#ifndef HOBNOB_STORE_JOURNAL_MEND_H
#define HOBNOB_STORE_JOURNAL_MEND_H

#include "conversation/conversation.h"

#define FAULTS_TOLD 5

/* What was gathered. Begin with MEND(conversation). */
struct mend {
	struct conversation *c;
	struct entry *all; /* in order of the file */
	size_t n, cap;
	int ordered;
	struct pin *pins; /* in order of the file */
	size_t n_pins, cap_pins;
	size_t head_line; /* of the head that came after the last message; 0: none did */
	uint64_t head;
	struct damage { size_t line; char *text; } faults[FAULTS_TOLD]; /* the first, by their lines */
	size_t n_faults;
};
#define MEND(conversation) ((struct mend){ .c = (conversation), .ordered = 1 })

/* Counts a damaged line, and saves its report if it is among the first. */
__attribute__((format(printf, 3, 4))) void mend_fault(struct mend *, size_t line, const char *fmt, ...);
/* Takes a message over. */
void mend_message(struct mend *, struct message *, size_t line);
void mend_pin(struct mend *, uint64_t id, int on, size_t line);
/* The conversation continues after that message, until another one comes. */
void mend_head(struct mend *, uint64_t id, size_t line);
/* Makes the history and its view, writes the faults as text, and frees what was gathered. */
void mend_finish(struct mend *);

#endif
