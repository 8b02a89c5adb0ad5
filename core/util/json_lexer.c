/* SPDX-License-Identifier: MIT */
/* json_lexer: JSON's pieces, by RFC 8259. */
#include "util/json_lexer.h"

#include <string.h>

#include "util/utf8.h"

/* Length of the run of digits at s. */
size_t json_digits(hn_str s, size_t at)
{
	size_t n = 0;
	while (at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '9')
		n++;
	return n;
}

/* Length of the JSON number at s: -? (0 | 1-9 digits) (. digits)? (e sign? digits)?; 0 if there is
 * none. */
static size_t number_at(hn_str s, size_t from)
{
	size_t at = from + (s.p[from] == '-'), n = json_digits(s, at);
	if (!n || (n > 1 && s.p[at] == '0'))
		return 0;
	at += n;
	if (at < s.n && s.p[at] == '.') {
		n = json_digits(s, at + 1);
		if (!n)
			return 0;
		at += 1 + n;
	}
	if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
		at += 1 + (at + 1 < s.n && (s.p[at + 1] == '+' || s.p[at + 1] == '-'));
		n = json_digits(s, at);
		if (!n)
			return 0;
		at += n;
	}
	return at - from;
}

/* How many backslashes stand before a byte. */
static size_t slashes_before(hn_str s, size_t at)
{
	size_t n = 0;
	while (n < at && s.p[at - 1 - n] == '\\')
		n++;
	return n;
}

/* Length of the string at s: the same quote ends it, unless an odd number of backslashes stands before. */
size_t json_string(hn_str s, size_t from)
{
	const char *quote = s.p + from;
	while ((quote = memchr(quote + 1, s.p[from], (size_t)(s.p + s.n - quote) - 1)))
		if (slashes_before(s, (size_t)(quote - s.p)) % 2 == 0)
			return (size_t)(quote - s.p) + 1 - from;
	return s.n - from;
}

static const char *const words[] = { "true", "false", "null" };
#define WORDS (sizeof words / sizeof *words)

/* Length of the word at s if it is one of JSON's three; else 0. */
static size_t word_at(hn_str s, size_t from)
{
	for (size_t i = 0; i < WORDS; i++)
		if (str_begins((hn_str){ s.p + from, s.n - from }, words[i]))
			return strlen(words[i]);
	return 0;
}

/* 1 if a text breaks off in the word, or in the number, that begins at s. */
int json_breaks_off(hn_str s, size_t from)
{
	size_t at = from;
	for (size_t i = 0; i < WORDS; i++)
		if (s.n - from < strlen(words[i]) &&
			!memcmp(s.p + from, words[i], s.n - from))
			return 1;
	while (at < s.n && memchr("0123456789-+.eE", s.p[at], 15))
		at++;
	return at == s.n;
}

/* Length of the piece of a document at s. */
size_t json_piece(hn_str s, size_t from)
{
	char c = s.p[from];
	if (c == '"')
		return json_string(s, from);
	if (c == '-' || (c >= '0' && c <= '9'))
		return number_at(s, from);
	return memchr("{}[],: \t\r\n", c, 10) ? 1 : word_at(s, from);
}

/* The value of the four hexadecimal digits after \u, or -1. */
static int32_t hex4(hn_str s, size_t at)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	int32_t value = 0;
	if (at + 6 > s.n || s.p[at] != '\\' || s.p[at + 1] != 'u')
		return -1;
	for (size_t i = at + 2; i < at + 6; i++) {
		const char *digit = memchr(digits, s.p[i], sizeof digits - 1);
		if (!digit)
			return -1;
		int32_t v = (int32_t)(digit - digits);
		value = value * 16 + (v < 16 ? v : v - 6);
	}
	return value;
}

/* Writes a half of a character as UTF-8 would, if that were allowed. */
static size_t encode_half(int32_t half, char *to)
{
	to[0] = (char)(0xE0 | half >> 12);
	to[1] = (char)(0x80 | (half >> 6 & 0x3F));
	to[2] = (char)(0x80 | (half & 0x3F));
	return 3;
}

/* Writes the character of the \u at s, which may take two of them. Returns the bytes of s that it used, or 0. */
static size_t unescape_hex(hn_str s, int loose, char **to)
{
	int32_t high = hex4(s, 0), low = hex4(s, 6);
	if (high < 0)
		return 0;
	int pair = high >= 0xD800 && high < 0xDC00 && low >= 0xDC00 && low < 0xE000;
	uint32_t cp = pair ? 0x10000 + ((uint32_t)(high - 0xD800) << 10) + (uint32_t)(low - 0xDC00)
			   : (uint32_t)high;
	*to += loose && cp >= 0xD800 && cp < 0xE000 ? encode_half(high, *to) : utf8_encode(cp, *to);
	return pair ? 12 : 6;
}

/* Writes what the escape at s stands for. Returns the bytes of s that it used, or 0 if the escape is invalid. */
static size_t unescape(hn_str s, int loose, char **to)
{
	static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	if (s.n < 2)
		return 0;
	if (s.p[1] == 'u')
		return unescape_hex(s, loose, to);
	const char *name = memchr(names, s.p[1], sizeof names - 1);
	if (!name)
		return 0;
	*(*to)++ = meant[name - names];
	return 2;
}

/* Writes what stands between the quotes. */
static int64_t decode(hn_str raw, int loose, char *out, const char **why)
{
	char *to = out;
	for (hn_str s = { raw.p + 1, raw.n - 2 }; s.n;) {
		const char *slash = memchr(s.p, '\\', s.n);
		size_t n = slash ? (size_t)(slash - s.p) : s.n;
		memcpy(to, s.p, n);
		to += n;
		if (slash) {
			size_t k = unescape((hn_str){ slash, s.n - n }, loose, &to);
			if (k == 0) {
				*why = "invalid escape";
				return -1;
			}
			n += k;
		}
		s = (hn_str){ s.p + n, s.n - n };
	}
	*to = '\0';
	return to - out;
}

int64_t json_unquote(hn_str raw, char *out, const char **why)
{
	*why = raw.n < 2 || raw.p[0] != '"' || raw.p[raw.n - 1] != '"' ? "not a string"
	       : !utf8_valid(raw.p, raw.n)                             ? "not UTF-8"
								       : NULL;
	return *why ? -1 : decode(raw, 0, out, why);
}

int64_t json_unquote_loose(hn_str raw, char *out, const char **why)
{
	*why = NULL;
	return decode(raw, 1, out, why);
}
