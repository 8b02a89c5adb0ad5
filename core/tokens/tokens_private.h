/* SPDX-License-Identifier: MIT */
/* tokens_private: the weights that tokens.c reads and weights.c holds. */
#ifndef HOBNOB_TOKENS_TOKENS_PRIVATE_H
#define HOBNOB_TOKENS_TOKENS_PRIVATE_H

#include "tokens/tokens.h"

/* What a piece is made of; LETTERS stands for the three before it once they are read. */
enum kind {
	UPPER,
	LOWER,
	ACCENTED,
	LETTERS = ACCENTED,
	DIGIT,
	SPACE,
	NEWLINE,
	PUNCTUATION,
	OTHER,
	NOTHING,
	KINDS
};

/* Characters that cost so much each, and so much a run. */
enum script {
	GREEK,
	CYRILLIC,
	ARMENIAN,
	HEBREW,
	ARABIC,
	DEVANAGARI,
	BENGALI,
	TAMIL,
	TELUGU,
	SINHALA,
	THAI,
	KHMER,
	GEORGIAN,
	HANGUL,
	ETHIOPIC,
	COMBINING,
	JOINER,
	SIGN,
	BOX,
	DINGBAT,
	CJK_MARK,
	HIRAGANA,
	KATAKANA,
	HAN,
	HAN_RARE,
	HAN_RAREST,
	FULL_WIDTH,
	EMOJI,
	FLAG,
	SKIN,
	RARE,
	SCRIPTS
};

#define LETTER_CODES 27 /* a to z are 1 to 26; 0 is a word's edge and what has an accent */
#define WORD_LENGTHS 17
#define ACCENTS 4 /* Latin-1, Latin extended, phonetic, Vietnamese */

/* A table of numbers that were fitted together, not the state of anything: it has as many members as the
 * estimate knows kinds of pieces. */
struct tokens_weights {
	int16_t word[WORD_LENGTHS], word_more; /* by its letters; each one past the table */
	int16_t accent[ACCENTS];
	int16_t bare[KINDS]; /* a word without a space in front, by what is there instead */
	int16_t three_digits,
		digits_spaced; /* spaced: a space is in front, which is a token more */
	int16_t spaces, tab; /* two or more, 64 a token; a tab alone */
	int16_t newline, newline_spaced, newline_joined, newline_more; /* joined: to punctuation */
	int16_t mark, mark_spaced, mark_word, mark_same; /* same as before it; a word comes next */
	int16_t mark_more[3]; /* the second, the third, each later one */
	struct {
		int16_t each, run;
	} script[SCRIPTS];
	int16_t pair[LETTER_CODES][LETTER_CODES]; /* neighbours: what a vocabulary has words for */
};

extern const struct tokens_weights tokens_weights[TOKENS_VOCABULARIES];

#endif
