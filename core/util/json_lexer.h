/* SPDX-License-Identifier: MIT */
/* json_lexer: the pieces of a JSON document where they stand. The one place that knows their grammar. */
#ifndef HOBNOB_UTIL_JSON_LEXER_H
#define HOBNOB_UTIL_JSON_LEXER_H

#include <stdint.h>

#include "util/buf.h"

/* The error of a text that breaks off: more bytes could complete it. */
#define JSON_INCOMPLETE "incomplete"

/* Length of the piece of a document at s.p[from]: a string (up to the end of a text that breaks off
 * in one), a number, a word, or one sign or white space; 0 if JSON has no such piece. from < s.n. */
size_t json_piece(hn_str s, size_t from);
/* Length of the string at s.p[from] with its quotes, which may be of either kind; up to the end of a text that breaks
 * off in it. */
size_t json_string(hn_str s, size_t from);
/* 1 if the text breaks off in the word, or in the number, that begins at from. */
int json_breaks_off(hn_str s, size_t from);
/* Length of the run of digits at `at`. */
size_t json_digits(hn_str s, size_t at);

/* Decodes a string, given with its quotes, to out, which has room for raw.n bytes, and adds a NUL. Lone surrogates become U+FFFD.
 * Returns the length, or -1 with *why (static): not a string, not UTF-8, or an invalid escape. */
int64_t json_unquote(hn_str raw, char *out, const char **why);
/* The same for any text between two signs, even if not UTF-8; a lone surrogate becomes the three bytes that UTF-8
 * would have for it. */
int64_t json_unquote_loose(hn_str raw, char *out, const char **why);

#endif
