/* SPDX-License-Identifier: MIT */
/* json: small readers for JSON of unknown shape; a member of the wrong type is a missing one. */
#include "wire/wire.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/json.h"
#include "util/mem.h"
#include "util/money.h"

struct json_object *wire_member(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;
	if (json_object_is_type(o, json_type_object) && json_object_object_get_ex(o, key, &v))
		return v;
	return NULL;
}

struct json_object *wire_path(struct json_object *o, const char *path)
{
	char key[64];
	while (o && *path) {
		size_t n = strcspn(path, ".");
		if (n >= sizeof key)
			return NULL;
		memcpy(key, path, n);
		key[n] = '\0';
		o = wire_member(o, key);
		path += n + (path[n] == '.');
	}
	return o;
}

struct json_object *wire_first(struct json_object *array)
{
	return json_object_is_type(array, json_type_array) ? json_object_array_get_idx(array, 0)
							   : NULL;
}

hn_str wire_text(struct json_object *o)
{
	if (!json_object_is_type(o, json_type_string))
		return (hn_str){ NULL, 0 };
	return (hn_str){ json_object_get_string(o), (size_t)json_object_get_string_len(o) };
}

hn_str wire_words(struct json_object *o)
{
	if (!o || json_object_is_type(o, json_type_string))
		return wire_text(o);
	size_t n;
	const char *s = json_print(o, JSON_C_TO_STRING_NOSLASHESCAPE, &n);
	return (hn_str){ s, n };
}

int64_t wire_count(struct json_object *o)
{
	if (json_object_is_type(o, json_type_int)) {
		int64_t v = json_object_get_int64(o);
		return v >= 0 && v <= WIRE_TOKENS_CAP ? v : -1;
	}
	if (json_object_is_type(o, json_type_double)) {
		double d = json_object_get_double(o);
		return d >= 0 && d <= WIRE_TOKENS_CAP && d == floor(d) ? (int64_t)d : -1;
	}
	return -1;
}

int wire_is_true(struct json_object *o)
{
	return json_object_is_type(o, json_type_boolean) && json_object_get_boolean(o);
}

/* json-c keeps the text that a number was written with. */
int64_t wire_price(struct json_object *o)
{
	int64_t pico;
	if (!o || json_object_is_type(o, json_type_boolean))
		return -1;
	return money_parse(wire_words(o), &pico) < 0 ? -1 : pico;
}

hn_str wire_trim(hn_str s)
{
	if (str_begins(s, "\xEF\xBB\xBF"))
		s = (hn_str){ s.p + 3, s.n - 3 };
	while (s.n && strchr(" \t\r\n", s.p[0]) && s.p[0])
		s = (hn_str){ s.p + 1, s.n - 1 };
	while (s.n && strchr(" \t\r\n", s.p[s.n - 1]) && s.p[s.n - 1])
		s.n--;
	return s;
}

int wire_same(hn_str a, hn_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

struct json_object *wire_parse(hn_str text)
{
	size_t used;
	text = wire_trim(text);
	int json = text.n && (text.p[0] == '{' || text.p[0] == '[') && !wire_too_heavy(text);
	return json ? json_read_loose(text, &used) : NULL;
}

/* What a byte outside strings costs: json-c's objects weigh most, then members, arrays, elements. */
static size_t cost_of(char c)
{
	return c == '{' ? 10 : c == ':' ? 3 : c == '[' ? 2 : c == ',';
}

/* `[{},{},` becomes two hundred times as large. */
size_t wire_cost(hn_str s)
{
	size_t cost = s.n / 64;
	char quote = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (quote) {
			i += c == '\\';
			quote = c == quote ? 0 : quote;
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else {
			cost += cost_of(c);
		}
	}
	return cost;
}

int wire_too_heavy(hn_str s)
{
	return s.n > WIRE_LIGHT && wire_cost(s) > WIRE_COST_CAP;
}

void wire_replace(hn_str *at, hn_str s)
{
	char *p = s.n ? xmalloc(s.n) : NULL;
	if (p)
		memcpy(p, s.p, s.n);
	free((void *)(uintptr_t)at->p);
	*at = (hn_str){ p, p ? s.n : 0 };
}

int wire_is_object(hn_str text)
{
	struct json_object *o = wire_too_heavy(text) ? NULL : json_read(text, NULL);
	int ok = json_object_is_type(o, json_type_object);
	json_object_put(o);
	return ok;
}
