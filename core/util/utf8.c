/* SPDX-License-Identifier: MIT */
/*
 * utf8: decoding, and cleaning a stream of bytes into whole characters.
 *
 * Which second byte may follow a lead byte is the whole of UTF-8's difficulty: it excludes overlong forms, surrogates
 * and what lies beyond U+10FFFF, so one table of lead bytes is enough.
 */
#include "util/utf8.h"

#include <endian.h>
#include <string.h>

/* Lead bytes first..last begin a character of n bytes whose second byte is low..high. */
struct lead {
	unsigned char first, last, n, low, high;
};

static const struct lead leads[] = {
	{ 0x00, 0x7F, 1, 0x00, 0x00 },
	{ 0xC2, 0xDF, 2, 0x80, 0xBF },
	{ 0xE0, 0xE0, 3, 0xA0, 0xBF },
	{ 0xE1, 0xEC, 3, 0x80, 0xBF },
	{ 0xED, 0xED, 3, 0x80, 0x9F },
	{ 0xEE, 0xEF, 3, 0x80, 0xBF },
	{ 0xF0, 0xF0, 4, 0x90, 0xBF },
	{ 0xF1, 0xF3, 4, 0x80, 0xBF },
	{ 0xF4, 0xF4, 4, 0x80, 0x8F },
};

/* The table's row for a byte, or NULL if no character begins with it. */
static const struct lead *lead_of(unsigned char c)
{
	for (size_t i = 0; i < sizeof leads / sizeof *leads; i++)
		if (c >= leads[i].first && c <= leads[i].last)
			return &leads[i];
	return NULL;
}

/* 1 if c may be byte i of a character that begins as lead says. */
static int may_follow(const struct lead *lead, size_t i, unsigned char c)
{
	return i == 1 ? c >= lead->low && c <= lead->high : (c & 0xC0) == 0x80;
}

/* Decodes one character. */
size_t utf8_decode(const char *s, size_t n, uint32_t *cp)
{
	unsigned char c = (unsigned char)s[0];
	const struct lead *lead = lead_of(c);
	*cp = UTF8_BAD;
	if (!lead)
		return 1;
	uint32_t v = lead->n == 1 ? c : c & (0x7Fu >> lead->n);
	for (size_t i = 1; i < lead->n; i++) {
		if (i >= n)
			return 0;
		c = (unsigned char)s[i];
		if (!may_follow(lead, i, c))
			return i;
		v = v << 6 | (c & 0x3F);
	}
	*cp = v;
	return lead->n;
}

/* Encodes one character. */
size_t utf8_encode(uint32_t cp, char out[4])
{
	if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		cp = UTF8_BAD;
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	for (size_t i = n - 1; i > 0; i--, cp >>= 6)
		out[i] = (char)(0x80 | (cp & 0x3F));
	out[0] = (char)((0xF00u >> n & 0xFF) | cp);
	return n;
}

/* Where the run of ASCII that begins at i ends; eight bytes at a time, for most text is such. */
static size_t ascii_end(const char *s, size_t n, size_t i)
{
	for (uint64_t eight; n - i >= sizeof eight; i += sizeof eight) {
		memcpy(&eight, s + i, sizeof eight);
		eight = le64toh(eight) & UINT64_C(0x8080808080808080);
		if (eight)
			return i + (size_t)__builtin_ctzll(eight) / 8;
	}
	while (i < n && !(s[i] & 0x80))
		i++;
	return i;
}

/* Length of the character at s if its lead byte lets any byte of continuation follow and it is one
 * of two or three bytes: nearly all text beyond ASCII; else 0. */
static size_t common_char(const char *s, size_t n)
{
	unsigned char c = (unsigned char)s[0];
	size_t k = c >= 0xC2 && c <= 0xDF ? 2 : c >= 0xE1 && c <= 0xEF && c != 0xED ? 3 : 0;
	if (k == 0 || n < k || (s[1] & 0xC0) != 0x80 || (s[k - 1] & 0xC0) != 0x80)
		return 0;
	return k;
}

/* Length of the character at s, or 0 if it is invalid. */
static size_t char_at(const char *s, size_t n)
{
	uint32_t cp;
	size_t k = common_char(s, n);
	if (k)
		return k;
	k = utf8_decode(s, n, &cp);
	return cp == UTF8_BAD ? 0 : k;
}

/* 1 if all of s is valid. */
int utf8_valid(const char *s, size_t n)
{
	for (size_t i = ascii_end(s, n, 0), k; i < n; i = ascii_end(s, n, i + k)) {
		k = char_at(s + i, n - i);
		if (!k)
			return 0;
	}
	return 1;
}

/* Appends one decoded character, or U+FFFD for invalid bytes. */
static int add_char(struct buf *out, const char *s, size_t k, uint32_t cp)
{
	return cp == UTF8_BAD ? buf_add(out, "\xEF\xBF\xBD", 3) : buf_add(out, s, k);
}

/* Tries to finish the held character with bytes of s; returns how many of s were used, and sets *rc to buf_add's result. */
static size_t finish_held(struct utf8_stream *u, const char *s, size_t n, struct buf *out, int *rc)
{
	size_t used = 0;
	while (u->n && used < n) {
		char joined[5];
		uint32_t cp;
		memcpy(joined, u->held, u->n);
		joined[u->n] = s[used];
		size_t k = utf8_decode(joined, u->n + 1, &cp);
		if (k == 0) {
			u->held[u->n++] = s[used++];
			continue;
		}
		/* Either the new byte completed it, or it does not belong to it and is decoded by itself. */
		used += k > u->n;
		u->n = 0;
		*rc = add_char(out, joined, k, cp);
	}
	return used;
}

/* Appends the complete characters of a piece. */
int utf8_feed(struct utf8_stream *u, const char *s, size_t n, struct buf *out)
{
	int rc = 0;
	size_t i = finish_held(u, s, n, out, &rc);
	while (i < n && rc == 0) {
		size_t run = i;
		while (run < n && !(s[run] & 0x80))
			run++;
		if (run > i) {
			rc = buf_add(out, s + i, run - i);
			i = run;
			continue;
		}
		uint32_t cp;
		size_t k = utf8_decode(s + i, n - i, &cp);
		if (k == 0) {
			u->n = n - i;
			memcpy(u->held, s + i, u->n);
			break;
		}
		rc = add_char(out, s + i, k, cp);
		i += k;
	}
	return rc;
}

/* Ends the stream. */
int utf8_end(struct utf8_stream *u, struct buf *out)
{
	if (!u->n)
		return 0;
	u->n = 0;
	return buf_add(out, "\xEF\xBF\xBD", 3);
}

/* A whole text as valid UTF-8. */
int utf8_clean(hn_str text, struct buf *out)
{
	struct utf8_stream stream = { .n = 0 };
	utf8_feed(&stream, text.p, text.n, out);
	return utf8_end(&stream, out);
}
