/* SPDX-License-Identifier: MIT */
/* words: which concepts the sentences of an error name. Pure: no memory, no call. */
#ifndef HOBNOB_PLUGINS_WIRE_WORDS_H
#define HOBNOB_PLUGINS_WIRE_WORDS_H

#include "hobnob/plugin.h"

/* A text as words: lower case, one space around each, '#' for a number, '.' after a sentence. What
 * has no room is left off. Starts as { 0 }. */
struct wire_text {
	size_t n;
	char p[4096];
};
/* Appends a text as sentences of its own. */
void wire_text_add(struct wire_text *, hn_str s);
/* Makes one word of each place that names one of some stems in several: "tokens" no longer stands in
 * "max_tokens". */
void wire_text_join(struct wire_text *, const char *stems);
/* Takes the next sentence off the front of a text's words; 0 once there is none. */
int wire_sentence(hn_str *rest, hn_str *out);
/* The first place that names one of some stems, or NULL. Stems are separated by spaces; '_' joins
 * words, a '*' at a stem's end is any end of a word: "exceed* too_long". */
const char *wire_names(hn_str part, const char *stems);
/* The same, but for a place that has one of `heads` among the two words after it. */
const char *wire_names_but(hn_str part, const char *stems, const char *heads);
/* 1 if two concepts stand beside each other, in either order: between them are no words, or only those of
 * `glue`. All three are stems; those of the concepts are not to begin beyond ASCII. */
int wire_beside(hn_str part, const char *one, const char *other, const char *glue);

#endif
