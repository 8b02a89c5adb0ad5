/* SPDX-License-Identifier: MIT */
/*
 * surrogates: joins the halves of characters that a server has cut apart.
 *
 * JSON text is UTF-16, and what cuts it into events may do so within a pair: one event ends in \ud83d,
 * the next begins with \ude00. json_read_loose() makes of a half the three bytes that UTF-8 would have for
 * it if that were allowed; where two halves meet in the text, they become their character. One that stays
 * alone becomes U+FFFD. Bytes of the same kind that a server sent itself (CESU-8) are mended likewise.
 */
#include "wire/wire.h"

#include <string.h>

#include "util/utf8.h"

#define HALF 3 /* bytes of a half */

/* Says whether a unit is the first half of a pair, or the second. */
static int is_high(uint32_t unit)
{
	return unit >= 0xD800 && unit < 0xDC00;
}
static int is_low(uint32_t unit)
{
	return unit >= 0xDC00 && unit < 0xE000;
}

/* The half that s begins with, else 0. */
static uint32_t half_of(hn_str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	if (s.n < HALF || p[0] != 0xED || p[1] < 0xA0 || p[1] > 0xBF || (p[2] & 0xC0) != 0x80)
		return 0;
	return 0xD000u | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
}

/* Finds the next half from `at` on; text.n if there is none. */
static size_t next_half(hn_str text, size_t at)
{
	while (at < text.n) {
		const char *p = memchr(text.p + at, 0xED, text.n - at);
		if (!p)
			break;
		at = (size_t)(p - text.p);
		if (half_of((hn_str){ p, text.n - at }))
			return at;
		at++;
	}
	return text.n;
}

/* Adds a character; a half that is alone becomes U+FFFD. */
static void add(struct buf *out, uint32_t cp)
{
	char bytes[4];
	buf_add(out, bytes, utf8_encode(cp, bytes));
}

/* Adds one half: to the one that waits, or in its place. */
static void add_half(uint32_t *waiting, uint32_t half, struct buf *out)
{
	if (*waiting && is_low(half)) {
		add(out, 0x10000 + ((*waiting - 0xD800) << 10) + (half - 0xDC00));
		*waiting = 0;
		return;
	}
	if (*waiting)
		add(out, *waiting);
	*waiting = is_high(half) ? half : 0;
	if (!*waiting)
		add(out, half);
}

hn_str wire_join_halves(uint32_t *waiting, hn_str text, struct buf *out)
{
	size_t from = 0, at = next_half(text, 0);
	if (!text.n || (at == text.n && !*waiting))
		return text;
	buf_cut(out, 0);
	for (; at < text.n; at = next_half(text, from)) {
		if (at > from && *waiting)
			wire_end_halves(waiting, out);
		buf_add(out, text.p + from, at - from);
		add_half(waiting, half_of((hn_str){ text.p + at, text.n - at }), out);
		from = at + HALF;
	}
	if (from < text.n && *waiting)
		wire_end_halves(waiting, out);
	buf_add(out, text.p + from, text.n - from);
	return buf_str(out);
}

void wire_end_halves(uint32_t *waiting, struct buf *out)
{
	if (*waiting)
		add(out, *waiting);
	*waiting = 0;
}
