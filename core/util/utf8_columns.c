/* SPDX-License-Identifier: MIT */
/*
 * utf8_columns: how wide characters are on a terminal, by utf8proc's Unicode tables: the C library's wcwidth()
 * answers for the current locale only, in the C locale not at all.
 */
#include <utf8proc.h>

#include "util/utf8.h"

unsigned utf8_columns(uint32_t cp)
{
	int width = utf8proc_charwidth((utf8proc_int32_t)cp);

	if (utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_CO)
		return 1; /* for private use: fonts of terminals have signs there */
	return width > 0 ? (unsigned)width : 0;
}

int utf8_breaks(uint32_t before, uint32_t after, int32_t *state)
{
	utf8proc_int32_t known = *state;
	int breaks = utf8proc_grapheme_break_stateful((utf8proc_int32_t)before, (utf8proc_int32_t)after, &known);

	*state = known;
	return breaks;
}

int utf8_is_word(uint32_t cp)
{
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)cp);

	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

/* Fillers, and marks that choose how the character before them looks: letters and marks by their category. */
static int is_filler(uint32_t cp)
{
	static const struct { uint32_t first, last; } fillers[] = {
		{ 0x034F, 0x034F }, { 0x115F, 0x1160 }, { 0x17B4, 0x17B5 }, { 0x180B, 0x180F }, { 0x2800, 0x2800 },
		{ 0x3164, 0x3164 }, { 0xFE00, 0xFE0F }, { 0xFFA0, 0xFFA0 }, { 0xE0100, 0xE01EF },
	};

	for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++)
		if (cp >= fillers[i].first && cp <= fillers[i].last)
			return 1;
	return 0;
}

int utf8_is_seen(uint32_t cp)
{
	switch (utf8proc_category((utf8proc_int32_t)cp)) {
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return 0;
	case UTF8PROC_CATEGORY_ZS:
		return cp == ' ';
	default:
		return !is_filler(cp);
	}
}

size_t utf8_cluster(const char *s, size_t n, unsigned *columns)
{
	utf8proc_int32_t state = 0;
	uint32_t cp, next;
	if (*s >= ' ' && *s < 0x7F && (n == 1 || !(s[1] & 0x80))) { /* nearly all of what there is */
		*columns = 1;
		return 1;
	}
	size_t end = utf8_decode(s, n, &cp), k;

	*columns = utf8_columns(cp);
	if (end == 0)
		return n;
	for (; end < n && (k = utf8_decode(s + end, n - end, &next)) > 0; end += k, cp = next) {
		if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)cp, (utf8proc_int32_t)next, &state))
			break;
		*columns += utf8_columns(next);
	}
	return end;
}

unsigned utf8_text_columns(hn_str text)
{
	unsigned sum = 0, columns;

	for (size_t i = 0; i < text.n; sum += columns)
		i += utf8_cluster(text.p + i, text.n - i, &columns);
	return sum;
}
