/* SPDX-License-Identifier: MIT */
/*
 * wrapped: hobnob's own messages on a terminal: their lines are wrapped at words, in the columns that it has.
 *
 * What belongs together stays whole: a word, however long (a path, an address), and what stands in back-quotes, if a row has
 * room for it. A row that continues a line is indented: below a table's right column, unless that has too little room. Then the
 * column is given up.
 */
#ifndef HOBNOB_WRAPPED_H
#define HOBNOB_WRAPPED_H

#include "hobnob/plugin.h"
#include "util/buf.h"

struct wrapped {
	unsigned columns; /* of a row; 0: rows have no end */
	unsigned column;  /* where the cursor is: after a label and a blank, at out's end; the rest of the first line continues there */
	unsigned indent;  /* blanks before each further line that is not empty */
};

/* Appends a text that is safe to show, wrapped. */
void wrapped_add(struct buf *out, const struct wrapped *, hn_str text);

/* Columns of the terminal that is open as fd; 0 if it is none, or does not say. */
unsigned wrapped_columns(int fd);

#endif
