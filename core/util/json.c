/* SPDX-License-Identifier: MIT */
/* json: the few things hobnob does with JSON, over json-c. */
#include "util/json.h"

#include <string.h>

#include "util/mem.h"
#include "util/text.h"
#include "util/utf8.h"

#define WHOLE_DOUBLE 9007199254740992.0 /* 2^53: up to here a double's whole numbers are exact */

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

void json_add_text_or_null(struct json_object *o, const char *key, const char *text)
{
	json_set(o, key, text && *text ? json_of(str_of(text)) : NULL);
}

void json_add_int_or_null(struct json_object *o, const char *key, int64_t v)
{
	json_set(o, key, v < 0 ? NULL : json_new_int(v));
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
		if (cp > 0xFFFF || !text_is_unsafe(cp, 0))
			continue;
		buf_add(out, s + run, i - run);
		buf_addf(out, "\\u%04x", (unsigned)cp);
		run = i + k;
	}
	return buf_add(out, s + run, n - run);
}
