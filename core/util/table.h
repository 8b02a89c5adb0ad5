/* SPDX-License-Identifier: MIT */
/* table: cells that are aligned by their columns on a terminal. */
#ifndef HOBNOB_UTIL_TABLE_H
#define HOBNOB_UTIL_TABLE_H

#include "util/buf.h"

/* Appends as much of a safe text as fits that many columns, marked where it was cut. */
void table_cut(struct buf *, const char *text, size_t columns);

/* Cells row by row, aligned when printed. Zero-initialise but for columns and what fits. */
struct table {
	size_t columns;
	size_t fit; /* columns of a terminal that rows are cut to, at their last cell; 0: never */
	/* Which columns give way, in this order, where the last one would have less than `least` */
	const size_t *giving_way;
	size_t n_giving_way, least;
	char **cells;
	size_t n, cap;
};
/* Adds the next cell, made safe for one line of a terminal; NULL is an empty one. */
void table_cell(struct table *, const char *text);
/* Appends all rows to out and frees the table's cells. */
void table_print(struct table *, struct buf *out);

#endif
