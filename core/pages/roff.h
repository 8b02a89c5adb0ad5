/* SPDX-License-Identifier: MIT */
/* roff: text in which roff sees no macro and no request. */
#ifndef HOBNOB_PAGES_ROFF_H
#define HOBNOB_PAGES_ROFF_H

#include "util/buf.h"

/* Adds text as it is. A pair of backticks becomes quotes. */
void roff_text(struct buf *out, const char *text);
/* Adds a blank and one argument of a macro, quoted, so that it is not taken for a macro's name. */
void roff_arg(struct buf *out, const char *text);
/* Adds a line of a sentence: with a capital first letter and a full stop at its end. */
void roff_sentence(struct buf *out, const char *text);
/* The same for several sentences, each of which begins a line; lines have 78 columns. */
void roff_paragraph(struct buf *out, const char *text);
/* Begins and ends a list of terms. */
void roff_list(struct buf *out);
void roff_list_end(struct buf *out);

#endif
