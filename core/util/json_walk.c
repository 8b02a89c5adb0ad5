/* SPDX-License-Identifier: MIT */
/*
 * json_walk: goes through one JSON object where it stands.
 *
 * Nearly all of a large object is text: strings are passed by looking for their end, and decoded by
 * looking for backslashes, both with memchr(). What lies between is looked at sign by sign.
 */
#include "util/json_walk.h"

#include <stdlib.h>
#include <string.h>

#include "util/json.h"
#include "util/json_lexer.h"
#include "util/mem.h"

#define PLAIN_DIGITS 18 /* that many always fit into 64 bits */

/* A text on the way: up to here it is looked at, and what is wrong with it. */
struct walk {
	hn_str s;
	size_t at;
	const char *why;
};

/* Notes the first thing that is wrong; 0, which stands for "nothing there". */
static size_t wrong(struct walk *w, const char *why)
{
	if (!w->why)
		w->why = why;
	return 0;
}

/* 1 if JSON takes a byte for white space. */
static int is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Skips white space. 1 if anything follows. */
static int more(struct walk *w)
{
	while (w->at < w->s.n && is_space(w->s.p[w->at]))
		w->at++;
	return w->at < w->s.n;
}

/* The next byte after white space; NUL and an error at the end. */
static char next_sign(struct walk *w)
{
	return more(w) ? w->s.p[w->at] : (char)wrong(w, JSON_INCOMPLETE);
}

/* Skips one piece, which is not the text's last: an object's bracket follows. Its length, or 0. */
static size_t pass_piece(struct walk *w)
{
	char c = w->s.p[w->at];
	size_t n = json_piece(w->s, w->at);
	if (n == 0 && json_breaks_off(w->s, w->at))
		return wrong(w, JSON_INCOMPLETE);
	if (n == 0)
		return wrong(w, c == '-' || (c >= '0' && c <= '9') ? "not a number"
								   : "unexpected character");
	w->at += n;
	return w->at < w->s.n ? n : wrong(w, JSON_INCOMPLETE);
}

/* Tracks brackets: *depth of them are open, and these must close them. 1, or 0. */
static size_t nest(struct walk *w, char c, char *closing, size_t *depth)
{
	if (c == '{' || c == '[') {
		if (*depth == JSON_DEPTH - 1)
			return wrong(w, "nested too deeply");
		closing[(*depth)++] = c == '{' ? '}' : ']';
	} else if (c == '}' || c == ']') {
		if (*depth == 0 || closing[--*depth] != c)
			return wrong(w, "brackets that do not match");
	}
	return 1;
}

/* Skips one value; empty if it is missing. */
static hn_str pass_value(struct walk *w)
{
	char closing[JSON_DEPTH], c = next_sign(w);
	size_t depth = 0, from = w->at;
	if (c && memchr(",:", c, 2))
		wrong(w, "unexpected character");
	while (!w->why) {
		if (!nest(w, w->s.p[w->at], closing, &depth) || !pass_piece(w))
			break;
		if (depth == 0)
			return (hn_str){ w->s.p + from, w->at - from };
	}
	return (hn_str){ NULL, 0 };
}

/* Skips a required sign. 1, or 0. */
static size_t pass_sign(struct walk *w, char sign)
{
	if (next_sign(w) != sign)
		return wrong(w, "unexpected character");
	w->at++;
	return 1;
}

/* Skips a member's key, quotes included; empty if it is missing. */
static hn_str pass_key(struct walk *w)
{
	size_t from, n;
	if (next_sign(w) != '"') {
		wrong(w, "unexpected character");
		return (hn_str){ NULL, 0 };
	}
	from = w->at;
	n = pass_piece(w);
	return (hn_str){ w->s.p + from, n };
}

/* Hands out a member; a key with escapes is decoded before. */
static int give(
	struct walk *w, hn_str key, hn_str raw, int (*member)(void *, hn_str, hn_str), void *ud)
{
	if (!memchr(key.p, '\\', key.n))
		return member(ud, (hn_str){ key.p + 1, key.n - 2 }, raw);
	char *plain = xmalloc(key.n);
	int64_t n = json_unquote(key, plain, &w->why);
	int result = n < 0 ? -1 : member(ud, (hn_str){ plain, (size_t)n }, raw);
	free(plain);
	return result;
}

/* Steps to the next member. 1; 0 at the last, or on an error. */
static size_t pass_comma(struct walk *w)
{
	if (next_sign(w) == '}' || !pass_sign(w, ','))
		return 0;
	return next_sign(w) == '}' ? wrong(w, "a comma before the end") : 1;
}

/* Goes through the members. 0, what member() returned, or -1 with w->why. */
static int walk_members(struct walk *w, int (*member)(void *, hn_str, hn_str), void *ud)
{
	if (next_sign(w) == '}')
		return 0;
	do {
		hn_str key = pass_key(w);
		hn_str raw = key.n && pass_sign(w, ':') ? pass_value(w) : key;
		int result = w->why ? -1 : give(w, key, raw, member, ud);
		if (result != 0)
			return result;
	} while (pass_comma(w));
	return w->why ? -1 : 0;
}

/* Skips the opening bracket. 1, or 0. */
static size_t pass_start(struct walk *w)
{
	if (w->s.n && memchr(w->s.p, 0, w->s.n))
		return wrong(w, "NUL byte");
	if (!more(w))
		return wrong(w, "empty");
	return w->s.p[w->at++] == '{' ? 1 : wrong(w, "not an object");
}

/* If all went well, skips the closing bracket, which must be the end. Returns the walk's result. */
static int pass_end(struct walk *w, int result, const char **why)
{
	if (result == 0) {
		w->at++;
		if (more(w))
			wrong(w, "something after the end");
	}
	*why = w->why;
	return w->why ? -1 : result;
}

int json_walk(
	hn_str object, const char **why, int (*member)(void *ud, hn_str key, hn_str raw), void *ud)
{
	struct walk w = { .s = object };
	return pass_end(&w, pass_start(&w) ? walk_members(&w, member, ud) : -1, why);
}

hn_str json_word(hn_str raw, char room[JSON_WORD_ROOM])
{
	const char *why;
	int64_t n = raw.n > 0 && raw.n <= JSON_WORD_ROOM ? json_unquote(raw, room, &why) : -1;
	return (hn_str){ room, n > 0 ? (size_t)n : 0 };
}

int json_says(hn_str raw, const char *word)
{
	char room[JSON_WORD_ROOM];
	return str_is(json_word(raw, room), word);
}

/* A whole number; what is not written plainly is left to json-c. */
int64_t json_number(hn_str raw, int64_t fallback)
{
	size_t sign = raw.n > 0 && raw.p[0] == '-', n = json_digits(raw, sign);
	if (n == 0)
		return fallback;
	if (n > PLAIN_DIGITS || sign + n < raw.n) {
		struct json_object *o = json_read(raw, NULL);
		int64_t v = json_whole(o, fallback);
		json_object_put(o);
		return v;
	}
	int64_t v = 0;
	for (size_t i = sign; i < raw.n; i++)
		v = v * 10 + (raw.p[i] - '0');
	return sign ? -v : v;
}
