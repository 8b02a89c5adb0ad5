/* SPDX-License-Identifier: MIT */
/* json: the few things hobnob does with JSON, over json-c. */
#include "util/json.h"

#include <string.h>

#include "util/json_walk.h"
#include "util/mem.h"
#include "util/text.h"
#include "util/utf8.h"

#define COST_CAP 16000000 /* of one document, see cost_of */
#define WHOLE_DOUBLE 9007199254740992.0 /* 2^53: up to here a double's whole numbers are exact */

const char json_too_deep[] = "nested deeper than 64 levels";
static const char json_not_utf8[] = "not valid UTF-8";
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

/*
 * Names what json-c lets through and JSON does not: numbers such as 01 and 5., NaN and Infinity, True, single quotes, comments, a
 * comma before a closing bracket, and raw NUL bytes, at which it would stop; *at is where it stands. json-c's strict mode is not
 * used, for its versions differ: 0.18 refuses letters beyond ASCII, whole numbers beyond 64 bits and raw controls, 0.16 takes
 * them. NULL if there is nothing of the kind.
 */
static const char *not_json(hn_str s, size_t *at)
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

/* What an error of json-c's is called here. */
static const char *reason_of(enum json_tokener_error error)
{
	switch (error) {
	case json_tokener_continue:
	case json_tokener_error_parse_eof:
		return "incomplete";
	case json_tokener_error_depth:
		return json_too_deep;
	case json_tokener_error_parse_utf8_string:
		return json_not_utf8;
	default:
		return json_tokener_error_desc(error);
	}
}

/* Runs json-c's tokener over all of s. NULL with *reason and *at if it does not take all of it. */
static struct json_object *tokenise(hn_str s, size_t *at, const char **reason)
{
	struct json_tokener *tok = json_new_tokener(JSON_DEPTH);
	json_tokener_set_flags(tok, JSON_TOKENER_VALIDATE_UTF8);
	struct json_object *o = json_tokenise(tok, s.p, (int)s.n);
	enum json_tokener_error error = json_tokener_get_error(tok);
	*at = json_tokener_get_parse_end(tok);
	if (error == json_tokener_continue) {
		/* A number ends only where something follows it. */
		o = json_tokenise(tok, "", 1);
		error = json_tokener_get_error(tok);
		*at = s.n;
	} else if (error == json_tokener_success && *at != s.n) {
		error = json_tokener_error_parse_unexpected;
		json_object_put(o);
		o = NULL;
	}
	if (error != json_tokener_success)
		*reason = reason_of(error);
	else if (!o)
		*reason = "null";
	json_tokener_free(tok);
	return o;
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
		reason = not_json(s, at);
	if (!reason)
		o = tokenise(s, at, &reason);
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

/* Member of an object. */
struct json_object *json_member(struct json_object *o, const char *key)
{
	struct json_object *m = NULL;
	if (!json_object_is_type(o, json_type_object) || !json_object_object_get_ex(o, key, &m))
		return NULL;
	return m;
}

/* String member. */
hn_str json_text(struct json_object *o, const char *key)
{
	struct json_object *m = json_member(o, key);
	if (!json_object_is_type(m, json_type_string))
		return (hn_str){ NULL, 0 };
	return (hn_str){ json_object_get_string(m), (size_t)json_object_get_string_len(m) };
}

/* Whole number: json-c clamps what does not fit, so its extremes stand for "out of range". */
int64_t json_whole(struct json_object *o, int64_t fallback)
{
	if (json_object_is_type(o, json_type_double)) {
		double d = json_object_get_double(o);
		int whole = d >= -WHOLE_DOUBLE && d <= WHOLE_DOUBLE && d == (double)(int64_t)d;
		return whole ? (int64_t)d : fallback;
	}
	if (!json_object_is_type(o, json_type_int))
		return fallback;
	int64_t v = json_object_get_int64(o);
	if (v == INT64_MIN || (v > 0 && json_object_get_uint64(o) > INT64_MAX))
		return fallback;
	return v;
}

/* Whole number of a member. */
int64_t json_int(struct json_object *o, const char *key, int64_t fallback)
{
	return json_whole(json_member(o, key), fallback);
}

/* Boolean member. */
int json_flag(struct json_object *o, const char *key, int fallback)
{
	struct json_object *m = json_member(o, key);
	return json_object_is_type(m, json_type_boolean) ? json_object_get_boolean(m) != 0
							 : fallback;
}

/* Adds a string. */
void json_add_text(struct json_object *o, const char *key, hn_str text)
{
	json_set(o, key, json_of(text));
}

/* Adds a number. */
void json_add_int(struct json_object *o, const char *key, int64_t v)
{
	json_set(o, key, json_new_int(v));
}

/* Adds a null. */
void json_add_null(struct json_object *o, const char *key)
{
	json_set(o, key, NULL);
}

/* A string object. */
struct json_object *json_of(hn_str text)
{
	if (utf8_valid(text.p, text.n))
		return json_new_text(text.p, text.n);
	struct buf clean = BUF(BUF_NO_CAP);
	struct utf8_stream stream = { .n = 0 };
	utf8_feed(&stream, text.p, text.n, &clean);
	utf8_end(&stream, &clean);
	struct json_object *o = json_new_text(clean.p, clean.n);
	buf_free(&clean);
	return o;
}

/* Serialises. json-c escapes the controls of ASCII but DEL; the others that a terminal may obey
 * are escaped here. */
int json_write(struct json_object *o, struct buf *out)
{
	size_t n = 0, run = 0, k;
	const char *s = json_print(o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &n);
	for (size_t i = 0; i < n; i += k) {
		uint32_t cp;
		k = 1;
		if ((unsigned char)s[i] < 0x7F)
			continue;
		k = utf8_decode(s + i, n - i, &cp);
		k = k ? k : 1;
		if (!text_is_unsafe(cp, 0))
			continue;
		buf_add(out, s + run, i - run);
		buf_addf(out, "\\u%04x", (unsigned)cp);
		run = i + k;
	}
	return buf_add(out, s + run, n - run);
}
