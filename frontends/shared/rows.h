/* SPDX-License-Identifier: MIT */
/* rows: lists of which each entry is one row of the terminal, such as /history. */
#ifndef HOBNOB_FRONTENDS_ROWS_H
#define HOBNOB_FRONTENDS_ROWS_H

#include "util/buf.h"

/* Appends lines that are safe to show, each cut to so many columns (0: none is) where it is longer. What stands in parentheses
 * at its end, such as "(interrupted)", stays, if there is room for as much again before it. */
void rows_cut(struct buf *out, unsigned columns, hn_str text);

#endif
