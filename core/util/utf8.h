/* SPDX-License-Identifier: MIT */
/* utf8: decoding, and cleaning a stream of bytes into whole characters. */
#ifndef HOBNOB_UTIL_UTF8_H
#define HOBNOB_UTIL_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

#define UTF8_BAD 0xFFFDu

/* Decodes one character of s into *cp and returns its length in bytes, 1..4. An invalid sequence
 * gives UTF8_BAD and the length of its maximal invalid prefix (Unicode 3.9, U+FFFD
 * substitution); 0 if s ends inside a character that is valid so far. n must be > 0. */
size_t utf8_decode(const char *s, size_t n, uint32_t *cp);
/* Writes cp to out (4 bytes of room); returns the length. Surrogates and > 0x10FFFF become
 * U+FFFD. */
size_t utf8_encode(uint32_t cp, char out[4]);
/* 1 if all of s is valid UTF-8. */
int utf8_valid(const char *s, size_t n);
/* Columns on a terminal: 2 for East Asian wide, 0 for marks that join what precedes and for controls. */
unsigned utf8_columns(uint32_t cp);
/* Bytes of the grapheme cluster at s (Unicode annex 29), and the columns of all its characters, since a
 * terminal may show joined ones one by one. n must be > 0. */
size_t utf8_cluster(const char *s, size_t n, unsigned *columns);
/* The columns of a text that is safe to show, without tabs and newlines. */
unsigned utf8_text_columns(hn_str text);
/* 1 if a grapheme cluster may begin between two characters that follow each other; *state is 0 before the first. */
int utf8_breaks(uint32_t before, uint32_t after, int32_t *state);
/* 1 if a terminal shows it as what it is, in its place: not for controls, formats (which turn a line around, or show as nothing), blanks
 * other than " ", and what is not assigned. */
int utf8_is_seen(uint32_t cp);
/* 1 for letters, digits and the marks that join them. */
int utf8_is_word(uint32_t cp);

/* Carries the bytes of a character that is split between two pieces. Zero-initialise. */
struct utf8_stream { char held[4]; size_t n; };
/* Appends complete characters to out, invalid bytes as U+FFFD; holds back an unfinished character.
 * Returns as buf_add. */
int utf8_feed(struct utf8_stream *, const char *s, size_t n, struct buf *out);
/* The stream has ended: an unfinished character becomes U+FFFD. */
int utf8_end(struct utf8_stream *, struct buf *out);

/* Appends all of a text that is whole, invalid bytes as U+FFFD. Returns as buf_add. */
int utf8_clean(hn_str text, struct buf *out);

#endif
