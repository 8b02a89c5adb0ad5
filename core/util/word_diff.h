/* SPDX-License-Identifier: MIT */
/*
 * word_diff: what differs between two texts, word by word.
 *
 * A word is what stands between white space; a wide character (Chinese, Japanese, Korean) is a word by
 * itself. White space is not compared: the pieces have that of the new text. Texts that share too
 * little for a comparison by words to be read are compared by paragraphs, then as a whole.
 */
#ifndef HOBNOB_UTIL_WORD_DIFF_H
#define HOBNOB_UTIL_WORD_DIFF_H

#include "util/buf.h"

enum word_piece {
	WORD_SAME, /* of the new text, with its white space */
	WORD_GONE, /* of the old text */
	WORD_COME, /* of the new text */
	WORD_GAP,  /* white space that keeps what is gone apart from what follows; of neither text */
};
#define WORD_PIECES 4
/* "same", "removed", "added", "gap" */
const char *word_piece_key(enum word_piece);
/* Passes put() a piece as people read it: [-what is gone-], {+what comes+}. A mark ends and begins again where a line does,
 * so that each row says by itself what it is. */
void word_marked(enum word_piece, hn_str text, void (*put)(void *ud, hn_str), void *ud);

enum word_by { WORD_BY_WORDS, WORD_BY_PARAGRAPHS, WORD_BY_WHOLE };
const char *word_by_name(enum word_by); /* "words", ... */

/* How they were compared, and how many words are in both, in the old and in the new one alone. */
struct word_diff { enum word_by by; size_t same, gone, come; };

/* Passes put() the pieces in order, never an empty one; borrowed for the call. The SAME and COME ones are the new text.
 * Memory is linear in the texts, and time nearly so. */
struct word_diff word_diff(hn_str old, hn_str now, void (*put)(void *ud, enum word_piece, hn_str text), void *ud);

#endif
