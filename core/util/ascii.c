/* SPDX-License-Identifier: MIT */
/* ascii: letters and digits of texts that programs write for programs. */
#include "util/ascii.h"

#include <stdint.h>
#include <string.h>

int ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int ascii_is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

int ascii_is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

int ascii_is_alpha(char c)
{
	return ascii_is_lower(c) || ascii_is_upper(c);
}

int ascii_is_alnum(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c);
}

int ascii_is_xdigit(char c)
{
	return ascii_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

int ascii_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

char ascii_lower(char c)
{
	return ascii_is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

char ascii_upper(char c)
{
	return ascii_is_lower(c) ? (char)(c - 'a' + 'A') : c;
}

int ascii_casecmp(const char *a, const char *b)
{
	return ascii_ncasecmp(a, b, SIZE_MAX);
}

int ascii_ncasecmp(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char x = (unsigned char)ascii_lower(a[i]);
		unsigned char y = (unsigned char)ascii_lower(b[i]);
		if (x != y)
			return x < y ? -1 : 1;
		if (!x)
			return 0;
	}
	return 0;
}

char *ascii_casestr(const char *text, const char *word)
{
	size_t n = strlen(word);
	const char both[] = { ascii_lower(*word), ascii_upper(*word), '\0' };
	if (!n)
		return (char *)(uintptr_t)text;
	for (; (text = strpbrk(text, both)); text++)
		if (!ascii_ncasecmp(text, word, n))
			return (char *)(uintptr_t)text;
	return NULL;
}
