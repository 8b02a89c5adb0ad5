/* SPDX-License-Identifier: MIT */
/* valid: replaces what is not UTF-8 in text from outside. */
#include "shared/valid.h"

#include <stdlib.h>
#include <string.h>

/* What may follow a lead byte: its length, and the range of the second byte (Unicode, table
 * 3-7). */
static const struct lead {
	unsigned char first, last, length, low, high;
} leads[] = {
	{ 0x00, 0x7F, 1, 0, 0 },
	{ 0xC2, 0xDF, 2, 0x80, 0xBF },
	{ 0xE0, 0xE0, 3, 0xA0, 0xBF },
	{ 0xE1, 0xEC, 3, 0x80, 0xBF },
	{ 0xED, 0xED, 3, 0x80, 0x9F },
	{ 0xEE, 0xEF, 3, 0x80, 0xBF },
	{ 0xF0, 0xF0, 4, 0x90, 0xBF },
	{ 0xF1, 0xF3, 4, 0x80, 0xBF },
	{ 0xF4, 0xF4, 4, 0x80, 0x8F },
};

/* The table's entry for a lead byte, or NULL. */
static const struct lead *lead_of(unsigned char c)
{
	for (size_t i = 0; i < sizeof leads / sizeof *leads; i++)
		if (c >= leads[i].first && c <= leads[i].last)
			return &leads[i];
	return NULL;
}

/* Bytes of the character at s; *good tells a whole one from a maximal invalid piece. */
static size_t character(const unsigned char *s, size_t n, int *good)
{
	const struct lead *lead = lead_of(*s);
	size_t i = 1;

	if (lead && lead->length > 1 && n > 1 && s[1] >= lead->low && s[1] <= lead->high)
		for (i = 2; i < lead->length && i < n && (s[i] & 0xC0) == 0x80;)
			i++;
	*good = lead && i == lead->length;
	return i;
}

/* Where the first invalid byte stands, or in.n. */
static size_t first_bad(hn_str in)
{
	size_t at = 0;

	for (int good = 1; at < in.n;) {
		size_t n = character((const unsigned char *)in.p + at, in.n - at, &good);
		if (!good)
			break;
		at += n;
	}
	return at;
}

/* Copies with replacements only when there is something to replace. */
hn_str valid_text(hn_str in, char **made)
{
	size_t bad = first_bad(in);

	*made = NULL;
	if (bad == in.n)
		return in;
	char *to = *made = malloc(bad + (in.n - bad) * 3); /* a bad byte becomes three at most */
	if (!to)
		return (hn_str){ "", 0 };
	while (in.n) {
		int good;
		size_t n = character((const unsigned char *)in.p, in.n, &good);
		size_t put = good ? n : 3;
		memcpy(to, good ? in.p : "\xEF\xBF\xBD", put);
		to += put;
		in.p += n;
		in.n -= n;
	}
	return (hn_str){ *made, (size_t)(to - *made) };
}
