/* SPDX-License-Identifier: MIT */
/* locate: walks over JSON values without decoding them; the text has been parsed before, so it is
 * valid. */
#include "locate.h"

#include <string.h>

/* The next place that is not white space. */
static size_t skip_blank(hn_str text, size_t at)
{
	while (at < text.n && memchr(" \t\r\n", text.p[at], 4))
		at++;
	return at;
}

/* The place after a string. */
static size_t skip_string(hn_str text, size_t at)
{
	for (at++; at < text.n && text.p[at] != '"'; at++)
		at += text.p[at] == '\\';
	return at + 1;
}

/* The place after a value: after its closing bracket, or at what ends a number or a word. */
static size_t skip_value(hn_str text, size_t at)
{
	size_t depth = 0;
	at = skip_blank(text, at);
	while (at < text.n) {
		char c = text.p[at];
		if (c == '"') {
			at = skip_string(text, at);
		} else if (memchr(",]}", c, 3) && depth == 0) {
			return at;
		} else {
			depth += c == '{' || c == '[';
			depth -= c == '}' || c == ']';
			at++;
		}
		if (depth == 0 && memchr("\"]}", c, 3))
			return at;
	}
	return text.n;
}

/* The place after the comma, if there is one. */
static size_t skip_comma(hn_str text, size_t at)
{
	at = skip_blank(text, at);
	return skip_blank(text, at + (at < text.n && text.p[at] == ','));
}

size_t locate_value(hn_str text, size_t key)
{
	size_t at = skip_blank(text, skip_string(text, key));
	return skip_blank(text, at + 1);
}

/* Of two members with the same key the last one counts. */
size_t locate_member(hn_str text, size_t at, const char *key)
{
	size_t n = strlen(key), found = at;
	size_t i = skip_blank(text, at + 1);
	while (i < text.n && text.p[i] == '"') {
		size_t behind = skip_string(text, i);
		if (behind <= text.n && behind - i == n + 2 && memcmp(text.p + i + 1, key, n) == 0)
			found = i;
		i = skip_comma(text, skip_value(text, locate_value(text, i)));
	}
	return found;
}

size_t locate_element(hn_str text, size_t at)
{
	return skip_blank(text, at + 1);
}

size_t locate_next(hn_str text, size_t at)
{
	return skip_comma(text, skip_value(text, at));
}

unsigned locate_line(hn_str text, size_t at)
{
	unsigned line = 1;
	for (size_t i = 0; i < at && i < text.n; i++)
		line += text.p[i] == '\n';
	return line;
}
