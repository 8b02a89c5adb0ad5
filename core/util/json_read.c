/* SPDX-License-Identifier: MIT */
/*
 * json_read: makes objects of json-c's from text.
 *
 * json-c's own parser is not used. When an allocation fails, version 0.16 dereferences NULL, or silently drops
 * a part of the text. Its versions differ in what else they accept: numbers such as 01 and
 * 5., NaN, True, single quotes, comments; raw controls, whole numbers beyond 64 bits. Here json_new.h makes
 * everything and ends the program without memory; the grammar is RFC 8259 plus raw controls.
 *
 * Servers write less strictly. json_read_loose() also accepts what programs print that were not made for
 * JSON: Python's dictionaries, templates with a comma too many, text that was cut within a character.
 */
#include "util/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/ascii.h"
#include "util/json_lexer.h"
#include "util/mem.h"
#include "util/number.h"
#include "util/utf8.h"

#define COST_CAP 16000000 /* of one document, see cost_of */

const char json_too_deep[] = "nested deeper than 64 levels";
static const char unexpected[] = "unexpected character";
_Static_assert(JSON_DEPTH == 64, "json_too_deep names it");

/* The text without JSON's white space around it. */
static hn_str trim(hn_str s)
{
	while (s.n && strchr(" \t\r\n", s.p[0]) && s.p[0])
		s = (hn_str){ s.p + 1, s.n - 1 };
	while (s.n && strchr(" \t\r\n", s.p[s.n - 1]) && s.p[s.n - 1])
		s.n--;
	return s;
}

/* What a byte outside strings costs when it is parsed, in some 75 bytes: `[{},{},` becomes two
 * hundred times as large. */
static size_t cost_of(char c)
{
	return c == '{' ? 10 : c == ':' ? 3 : c == '[' ? 2 : c == ',';
}

/* Looks at the pieces alone, before anything is made of them. NULL, or what is wrong with one; *at is where. */
static const char *bad_piece(hn_str s, size_t *at)
{
	char last = 0;
	size_t cost = 0;
	const char *nul = memchr(s.p, 0, s.n);
	if (nul) {
		*at = (size_t)(nul - s.p);
		return "NUL byte";
	}
	for (size_t i = 0, k; i < s.n; i += k) {
		char c = s.p[i];
		*at = i;
		cost += cost_of(c);
		if (cost > COST_CAP)
			return "too many values";
		k = json_piece(s, i);
		if (!k)
			return c == '-' || (c >= '0' && c <= '9') ? "not a number"
								  : "unexpected character";
		if (last == ',' && (c == '}' || c == ']'))
			return "a comma before the end";
		if (!memchr(" \t\r\n", c, 4))
			last = c;
	}
	return NULL;
}

/* A text that is read: what is before `at` has been taken. */
struct reading {
	hn_str s;
	size_t at;
	unsigned depth; /* lists and objects that are open */
	int loose;
	const char *why; /* what is wrong, or NULL */
	struct buf room; /* for what is copied or decoded, one text at a time */
};

static struct json_object *read_value(struct reading *);

/* Notes what is wrong at a place; NULL. */
static struct json_object *wrong(struct reading *r, size_t at, const char *why)
{
	r->at = at;
	r->why = why;
	return NULL;
}

/* Skips white space and peeks at the next sign; NUL and an error at the end. */
static char peek(struct reading *r)
{
	while (r->at < r->s.n && memchr(" \t\r\n", r->s.p[r->at], 4))
		r->at++;
	if (r->at < r->s.n)
		return r->s.p[r->at];
	wrong(r, r->s.n, JSON_INCOMPLETE);
	return '\0';
}

/* Takes the next piece as it stands. */
static hn_str take(struct reading *r)
{
	hn_str piece = { r->s.p + r->at, json_piece(r->s, r->at) };

	r->at += piece.n;
	return piece;
}

/* 1 if a string begins with that sign. */
static int is_quote(const struct reading *r, char c)
{
	return c == '"' || (r->loose && c == '\'');
}

/* 1 if a string has no quote at its end: the text breaks off in it. */
static int is_open(hn_str raw)
{
	size_t slashes = 0;

	if (raw.n < 2 || raw.p[raw.n - 1] != raw.p[0])
		return 1;
	while (raw.p[raw.n - 2 - slashes] == '\\')
		slashes++;
	return slashes % 2;
}

/* Decodes a string into the room. 1, or 0. */
static int take_string(struct reading *r, hn_str *out)
{
	size_t from = r->at;
	hn_str raw = { r->s.p + from, json_string(r->s, from) };
	const char *why;

	r->at += raw.n;
	if (is_open(raw)) {
		wrong(r, r->s.n, JSON_INCOMPLETE);
		return 0;
	}
	buf_cut(&r->room, 0);
	buf_add(&r->room, raw.p, raw.n); /* as many bytes as the text needs, and more */
	int64_t n = (r->loose ? json_unquote_loose : json_unquote)(raw, r->room.p, &why);
	if (n < 0) {
		wrong(r, from, utf8_valid(raw.p, raw.n) ? why : "not valid UTF-8");
		return 0;
	}
	*out = (hn_str){ r->room.p, (size_t)n };
	return 1;
}

/* A number: a whole one becomes 64 bits, clamped to their range; any other is kept as written. */
static struct json_object *number_of(const char *text)
{
	uint64_t large;
	int64_t v;

	if (strpbrk(text, ".eE"))
		return json_new_number(number_read(text, NULL), text);
	errno = 0;
	v = strtoll(text, NULL, 10);
	if (errno != ERANGE || text[0] == '-')
		return json_new_int(v);
	large = strtoull(text, NULL, 10);
	return json_new_large(large);
}

/* Takes a word of Python's, or one for a number that JSON cannot write, which is null. */
static struct json_object *read_word(struct reading *r)
{
	static const char *const words[] = { "true", "false", "null", "none", "nan", "infinity", "-infinity" };
	hn_str rest = { r->s.p + r->at, r->s.n - r->at };

	for (size_t i = 0; r->loose && i < sizeof words / sizeof *words; i++) {
		size_t n = strlen(words[i]);
		if (rest.n < n || ascii_ncasecmp(rest.p, words[i], n))
			continue;
		r->at += n;
		return i < 2 ? json_new_flag(!i) : NULL;
	}
	return wrong(r, r->at, unexpected);
}

/* Takes a word or a number. */
static struct json_object *read_plain(struct reading *r)
{
	hn_str raw = take(r);

	if (!raw.n)
		return read_word(r);
	if (raw.p[0] == 't' || raw.p[0] == 'f')
		return json_new_flag(raw.p[0] == 't');
	if (raw.p[0] == 'n')
		return NULL;
	buf_cut(&r->room, 0);
	buf_addstr(&r->room, raw);
	return number_of(r->room.p);
}

/* Steps past a member or an element. 1: another one follows; 0: that was the last, or an error. */
static int goes_on(struct reading *r, char closing)
{
	char c = peek(r);

	if (r->why)
		return 0;
	if (c != ',' && c != closing) {
		wrong(r, r->at, unexpected);
		return 0;
	}
	r->at++;
	if (c == closing || !r->loose || peek(r) != closing)
		return !r->why && c == ',';
	r->at++;
	return 0;
}

/* Takes the opening bracket. 1: the list or object has members; 0: it is empty, or an error. */
static int opens(struct reading *r, char closing)
{
	if (r->depth == JSON_DEPTH) {
		wrong(r, r->at, json_too_deep);
		return 0;
	}
	r->depth++;
	r->at++;
	if (peek(r) != closing)
		return !r->why;
	r->at++;
	return 0;
}

static struct json_object *read_list(struct reading *r)
{
	struct json_object *list = json_new_array();

	for (int more = opens(r, ']'); more && !r->why; more = goes_on(r, ']')) {
		struct json_object *value = read_value(r);
		if (r->why)
			break;
		json_append(list, value);
	}
	r->depth--;
	return list;
}

/* Takes a key and the colon after it; allocated, or NULL. */
static char *read_key(struct reading *r)
{
	hn_str key;
	char *copy;

	if (!is_quote(r, peek(r))) {
		if (!r->why)
			wrong(r, r->at, unexpected);
		return NULL;
	}
	if (!take_string(r, &key))
		return NULL;
	copy = xmemdup0(key.p, key.n);
	if (peek(r) == ':') {
		r->at++;
		return copy;
	}
	if (!r->why)
		wrong(r, r->at, unexpected);
	free(copy);
	return NULL;
}

static struct json_object *read_object(struct reading *r)
{
	struct json_object *object = json_new_object();

	for (int more = opens(r, '}'); more && !r->why; more = goes_on(r, '}')) {
		char *key = read_key(r);
		struct json_object *value = key ? read_value(r) : NULL;
		if (key && !r->why)
			json_set(object, key, value);
		free(key);
	}
	r->depth--;
	return object;
}

/* Takes a value; NULL for null and on an error. */
static struct json_object *read_value(struct reading *r)
{
	char c = peek(r);
	struct json_object *o = NULL;
	hn_str text;

	if (r->why)
		return NULL;
	if (memchr("}],:", c, 4))
		return wrong(r, r->at, unexpected);
	if (c == '{')
		o = read_object(r);
	else if (c == '[')
		o = read_list(r);
	else if (!is_quote(r, c))
		o = read_plain(r);
	else if (take_string(r, &text))
		o = json_new_text(text.p, text.n);
	if (!r->why)
		return o;
	json_object_put(o);
	return NULL;
}

/* Parses a text without white space around it. NULL with *reason and *at. */
static struct json_object *read_whole(hn_str s, size_t *at, const char **reason)
{
	struct reading r = { .s = s, .room = BUF(BUF_NO_CAP) };
	struct json_object *o = read_value(&r);

	if (!r.why && r.at < s.n)
		wrong(&r, r.at, unexpected);
	if (!r.why && !o)
		wrong(&r, r.at, "null");
	buf_free(&r.room);
	*at = r.at;
	*reason = r.why;
	if (!r.why)
		return o;
	json_object_put(o);
	return NULL;
}

/* Parses one document; says where it is not JSON. */
struct json_object *json_read_at(hn_str text, size_t *at, const char **why)
{
	const char *reason = NULL;
	struct json_object *o = NULL;
	hn_str s = trim(text);

	*at = 0;
	if (!s.n)
		reason = "empty";
	else if (s.n > INT32_MAX)
		reason = "too long";
	else
		reason = bad_piece(s, at);
	if (!reason)
		o = read_whole(s, at, &reason);
	*at = *at < s.n ? *at + (size_t)(s.p - text.p) : text.n;
	if (why)
		*why = reason;
	return o;
}

/* Parses one document. */
struct json_object *json_read(hn_str text, const char **why)
{
	size_t at;

	return json_read_at(text, &at, why);
}

/* Reads the document at the beginning of a text. */
struct json_object *json_read_loose(hn_str text, size_t *used)
{
	struct reading r = { .s = text, .loose = 1, .room = BUF(BUF_NO_CAP) };
	struct json_object *o = read_value(&r);

	buf_free(&r.room);
	*used = r.at;
	return o;
}
