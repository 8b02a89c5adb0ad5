/* SPDX-License-Identifier: MIT */
/*
 * fenced: the blocks of code in a message, as Markdown has them: three or more backticks or tildes, the same
 * or more of them at the end. A block that nothing closes ends with the text. Pure.
 */
#ifndef HOBNOB_UTIL_FENCED_H
#define HOBNOB_UTIL_FENCED_H

#include "util/buf.h"
#include "util/fault.h"

/* One block; its texts are borrowed from the message. */
struct fenced {
	hn_str language; /* the first word after the opening fence, or empty */
	hn_str lines;    /* between the fences, as they stand */
	size_t indent;   /* of the opening fence, in columns: so much of each line is not code */
	int quoted;      /* it stands in a quotation: each line begins with "> " */
};

/* Takes the next block off a text, and what stands before it. 1 with *out filled, or 0: there are no more. */
int fenced_next(hn_str *text, struct fenced *out);
/* How many blocks a text has. */
size_t fenced_count(hn_str text);
/* Block k of it, from 1. 1 with *out filled, or 0: there are fewer. */
int fenced_find(hn_str text, size_t k, struct fenced *out);
/* Appends the code of a block: without the indent of its fence, and with a newline at its end, unless it is empty. */
void fenced_add(const struct fenced *, struct buf *out);
/* Appends the code of block k of a reply. 0, or HN_ERR_USAGE with a fault that says how many there are. */
int32_t fenced_take(hn_str reply, size_t k, struct buf *out, struct fault *);

#endif
