/* SPDX-License-Identifier: MIT */
/* draft: a record that is ready but for the end of its text, so that a program that crashes can still write it. */
#ifndef HOBNOB_STORE_DRAFT_H
#define HOBNOB_STORE_DRAFT_H

#include "hobnob/plugin.h"
#include "util/buf.h"

/* Zero-initialise it. */
struct draft {
	struct buf line;
	size_t at; /* where more of the text goes */
};

/* Takes the line of a message's record in place of the one before; the buffer is the draft's afterwards. 0. */
int draft_take(struct draft *, struct buf *line);
void draft_free(struct draft *);
/* Writes it with more valid UTF-8 at the end of its text; async-signal-safe. What cannot be written is lost. */
void draft_write(const struct draft *, int fd, hn_str more);

#endif
