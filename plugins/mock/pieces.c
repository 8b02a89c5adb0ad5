/* SPDX-License-Identifier: MIT */
/* pieces: cuts text, and counts its words. */
#include "pieces.h"

#include <string.h>

#define BYTES_CAP 1000000000

static int is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

int pieces_mode(hn_str option, int64_t *mode)
{
	if (option.n == 4 && (!memcmp(option.p, "word", 4) || !memcmp(option.p, "char", 4))) {
		*mode = option.p[0] == 'w' ? PIECE_WORD : PIECE_CHAR;
		return 1;
	}
	*mode = 0;
	for (size_t i = 0; i < option.n; i++) {
		if (option.p[i] < '0' || option.p[i] > '9' || *mode > BYTES_CAP)
			return 0;
		*mode = *mode * 10 + (option.p[i] - '0');
	}
	return *mode > 0;
}

/* The length of the first word, the space in front of it included. */
static size_t word_length(hn_str text)
{
	size_t i = 0;
	while (i < text.n && is_blank(text.p[i]))
		i++;
	while (i < text.n && !is_blank(text.p[i]))
		i++;
	return i;
}

/* The length of the first character: a byte and the UTF-8 continuation bytes after it. */
static size_t char_length(hn_str text)
{
	size_t i = 1;
	while (i < text.n && i < 4 && ((unsigned char)text.p[i] & 0xC0) == 0x80)
		i++;
	return i;
}

hn_str pieces_first(hn_str text, int64_t mode)
{
	size_t n = mode == PIECE_WORD   ? word_length(text)
		   : mode == PIECE_CHAR ? char_length(text)
					: (size_t)mode;
	return (hn_str){ text.p, n < text.n ? n : text.n };
}

void pieces_count(hn_str text, int64_t *words, int *inside)
{
	for (size_t i = 0; i < text.n; i++) {
		int blank = is_blank(text.p[i]);
		*words += !blank && !*inside;
		*inside = !blank;
	}
}
