/* SPDX-License-Identifier: MIT */
/* json_lexer: the pieces of a JSON document where they stand. The one place that knows their grammar. */
#ifndef HOBNOB_UTIL_JSON_LEXER_H
#define HOBNOB_UTIL_JSON_LEXER_H

#include "util/buf.h"

/* Length of the piece of a document at s.p[from]: a string (up to the end of a text that breaks off
 * in one), a number, a word, or one sign or white space; 0 if JSON has none such. from < s.n. */
size_t json_piece(hn_str s, size_t from);
/* 1 if the text breaks off in the word, or in the number, that begins at from. */
int json_breaks_off(hn_str s, size_t from);
/* Length of the run of digits at `at`. */
size_t json_digits(hn_str s, size_t at);

#endif
