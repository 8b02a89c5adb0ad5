/* SPDX-License-Identifier: MIT */
/* pieces: cuts a text into the deltas that it is streamed in. */
#ifndef HOBNOB_PLUGINS_MOCK_PIECES_H
#define HOBNOB_PLUGINS_MOCK_PIECES_H

#include "hobnob/plugin.h"

#define PIECE_WORD 0    /* a word with the space in front of it */
#define PIECE_CHAR (-1) /* a character */

/* Reads the option: "word", "char", or a number of bytes, 1 or more; 0 if it is invalid. */
int pieces_mode(hn_str option, int64_t *mode);
/* The first piece of a nonempty text, by PIECE_* or a number of bytes. */
hn_str pieces_first(hn_str text, int64_t mode);
/* Adds the words of a text to *words; *inside carries a word over the boundary between two texts. */
void pieces_count(hn_str text, int64_t *words, int *inside);

#endif
