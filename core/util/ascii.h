/* SPDX-License-Identifier: MIT */
/*
 * ascii: letters and digits of texts that programs write for programs: header names, codes, option names.
 *
 * The C library asks the user's locale, where 'I' need not be the capital of 'i' (Turkish), and a
 * byte above 0x7F may be a letter. Here a byte above 0x7F is not a letter, digit or space, and
 * equals itself only. Plugins of this tree may link this.
 */
#ifndef HOBNOB_UTIL_ASCII_H
#define HOBNOB_UTIL_ASCII_H

#include <stddef.h>

/* 1 or 0. Space is ' ' and \t \n \v \f \r. */
int ascii_is_digit(char c);
int ascii_is_lower(char c);
int ascii_is_upper(char c);
int ascii_is_alpha(char c);
int ascii_is_alnum(char c);
int ascii_is_xdigit(char c);
int ascii_is_space(char c);

/* The other case of A-Z or a-z; any other byte as it is. */
char ascii_lower(char c);
char ascii_upper(char c);

/* As strcasecmp, strncasecmp and strcasestr, for A-Z alone. */
int ascii_casecmp(const char *a, const char *b);
int ascii_ncasecmp(const char *a, const char *b, size_t n);
char *ascii_casestr(const char *text, const char *word);

#endif
