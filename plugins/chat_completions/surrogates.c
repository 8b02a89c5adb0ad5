/* SPDX-License-Identifier: MIT */
/*
 * surrogates: joins the halves of characters that a server has cut apart.
 *
 * JSON text is UTF-16, and what cuts it into events may do so within a pair: one event ends in \ud83d,
 * the next begins with \ude00. json-c makes U+FFFD of each half. So before a document is parsed, each
 * lone half is written as the three bytes that UTF-8 would have for it if that were allowed; json-c hands
 * them on, and where two halves meet in the text, they become their character. One that stays alone
 * becomes U+FFFD. Bytes of the same kind that a server sent itself (CESU-8) are mended likewise.
 */
#include "parts.h"

#include <string.h>

#include "util/utf8.h"

#define HALF 3 /* bytes of a half */

/* ---- in JSON ---- */

/* The unit of an escape "\uXXXX" that s begins with, else 0. */
static uint32_t unit_of(hn_str s)
{
	uint32_t unit = 0;
	if (s.n < 6 || s.p[0] != '\\' || s.p[1] != 'u')
		return 0;
	for (size_t i = 2; i < 6; i++) {
		static const char digits[] = "0123456789abcdef";
		char c = s.p[i] >= 'A' && s.p[i] <= 'F' ? (char)(s.p[i] - 'A' + 'a') : s.p[i];
		const char *at = c ? strchr(digits, c) : NULL;
		if (!at)
			return 0;
		unit = unit * 16 + (uint32_t)(at - digits);
	}
	return unit;
}

/* Says whether a unit is the first half of a pair, or the second. */
static int is_high(uint32_t unit)
{
	return unit >= 0xD800 && unit < 0xDC00;
}
static int is_low(uint32_t unit)
{
	return unit >= 0xDC00 && unit < 0xE000;
}

/* Finds the next escape of a lone half from `at` on; json.n if there is none. */
static size_t next_lone(hn_str json, size_t at)
{
	while (at < json.n) {
		const char *slash = memchr(json.p + at, '\\', json.n - at);
		if (!slash)
			break;
		at = (size_t)(slash - json.p);
		uint32_t unit = unit_of((hn_str){ slash, json.n - at });
		if (!is_high(unit) && !is_low(unit)) {
			at += 2;
			continue;
		}
		hn_str next = { slash + 6, json.n - at - 6 };
		if (is_low(unit) || !is_low(unit_of(next)))
			return at;
		at += 12;
	}
	return json.n;
}

/* Writes JSON with each lone half as bytes. */
int cc_write_halves(hn_str json, struct buf *out)
{
	size_t from = 0, at = next_lone(json, 0);
	if (at == json.n)
		return 0;
	for (; at < json.n; at = next_lone(json, from)) {
		uint32_t unit = unit_of((hn_str){ json.p + at, json.n - at });
		char half[HALF] = { (char)(0xE0 | unit >> 12), (char)(0x80 | (unit >> 6 & 0x3F)),
			(char)(0x80 | (unit & 0x3F)) };
		buf_add(out, json.p + from, at - from);
		buf_add(out, half, HALF);
		from = at + 6;
	}
	buf_add(out, json.p + from, json.n - from);
	return 1;
}

/* ---- in text ---- */

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

/* Joins the halves in a piece of text. */
hn_str cc_join_halves(uint32_t *waiting, hn_str text, struct buf *out)
{
	size_t from = 0, at = next_half(text, 0);
	if (!text.n || (at == text.n && !*waiting))
		return text;
	buf_cut(out, 0);
	for (; at < text.n; at = next_half(text, from)) {
		if (at > from && *waiting)
			cc_end_halves(waiting, out);
		buf_add(out, text.p + from, at - from);
		add_half(waiting, half_of((hn_str){ text.p + at, text.n - at }), out);
		from = at + HALF;
	}
	if (from < text.n && *waiting)
		cc_end_halves(waiting, out);
	buf_add(out, text.p + from, text.n - from);
	return buf_str(out);
}

/* Gives up a half that waits. */
void cc_end_halves(uint32_t *waiting, struct buf *out)
{
	if (*waiting)
		add(out, *waiting);
	*waiting = 0;
}
