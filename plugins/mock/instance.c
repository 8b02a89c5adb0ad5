/* SPDX-License-Identifier: MIT */
/* instance: walks down a schema, with a bound for one that refers to itself. */
#include "instance.h"

#include <string.h>

#include "util/json.h"

#define NODES_MOST 1000
#define DEPTH_MOST 32
#define LEAST_MOST 100 /* elements and characters that a schema can ask for */

struct maker {
	struct json_object *root;
	hn_str said;
	int nodes, depth;
};

static struct json_object *make(struct maker *, struct json_object *schema);

/* Finds what "#/$defs/node" names; NULL if nothing is there. */
static struct json_object *resolve(struct json_object *root, const char *path)
{
	char key[128];
	if (*path++ != '#')
		return NULL;
	while (root && *path == '/') {
		size_t n = strcspn(++path, "/");
		if (n >= sizeof key)
			return NULL;
		memcpy(key, path, n);
		key[n] = '\0';
		root = json_member(root, key);
		path += n;
	}
	return root;
}

/* Gives the type of a schema that says one, else what its other members mean. Of several types, the first
 * that is not null. */
static hn_str type_of(struct json_object *schema)
{
	struct json_object *type = json_member(schema, "type");
	size_t n = json_object_is_type(type, json_type_array) ? json_object_array_length(type) : 0;
	for (size_t i = 0; i < n; i++) {
		struct json_object *one = json_object_array_get_idx(type, i);
		hn_str word = str_of(json_object_is_type(one, json_type_string) ? json_object_get_string(one) : "");
		if (!str_is(word, "null") || n == 1)
			return word;
	}
	if (json_object_is_type(type, json_type_string))
		return str_of(json_object_get_string(type));
	if (json_member(schema, "properties"))
		return str_of("object");
	return str_of(json_member(schema, "items") ? "array" : "string");
}

static int64_t least(struct json_object *schema, const char *key)
{
	int64_t n = json_int(schema, key, 0);
	return n < 0 ? 0 : n > LEAST_MOST ? LEAST_MOST : n;
}

/* Makes a text of at least and at most so many characters. */
static struct json_object *make_string(const struct maker *m, struct json_object *schema)
{
	struct buf text = BUF(BUF_NO_CAP);
	int64_t most = json_int(schema, "maxLength", INT64_MAX), from = least(schema, "minLength"), n = 0;
	for (size_t i = 0; i < m->said.n; i++) {
		n += ((unsigned char)m->said.p[i] & 0xC0) != 0x80;
		if (n > most)
			break;
		buf_addc(&text, m->said.p[i]);
	}
	for (; n < from; n++)
		buf_addc(&text, 'x');
	struct json_object *o = json_of(buf_str(&text));
	buf_free(&text);
	return o;
}

/* Makes the least number that is allowed and not below 0, or else the largest. */
static struct json_object *make_number(struct json_object *schema)
{
	struct json_object *min = json_member(schema, "minimum"), *max = json_member(schema, "maximum");
	struct json_object *above = json_member(schema, "exclusiveMinimum");
	if (max && json_object_get_double(max) < 0)
		return json_object_get(max);
	if (above && json_object_get_double(above) >= 0)
		return json_new_int(json_object_get_int64(above) + 1);
	return min && json_object_get_double(min) > 0 ? json_object_get(min) : json_new_int(0);
}

static struct json_object *make_array(struct maker *m, struct json_object *schema)
{
	struct json_object *list = json_new_array();
	for (int64_t i = least(schema, "minItems"); i > 0; i--)
		json_append(list, make(m, json_member(schema, "items")));
	return list;
}

/* Says whether a member is among those that are required; without a list of them all are. */
static int is_required(struct json_object *schema, const char *key)
{
	struct json_object *list = json_member(schema, "required");
	if (!json_object_is_type(list, json_type_array))
		return 1;
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *one = json_object_array_get_idx(list, i);
		if (json_object_is_type(one, json_type_string) && !strcmp(json_object_get_string(one), key))
			return 1;
	}
	return 0;
}

static struct json_object *make_object(struct maker *m, struct json_object *schema)
{
	struct json_object *o = json_new_object(), *properties = json_member(schema, "properties");
	if (!json_object_is_type(properties, json_type_object))
		return o;
	json_object_object_foreach(properties, key, value)
	{
		if (is_required(schema, key))
			json_set(o, key, make(m, value));
	}
	return o;
}

static struct json_object *make_typed(struct maker *m, struct json_object *schema)
{
	hn_str type = type_of(schema);
	if (str_is(type, "object"))
		return make_object(m, schema);
	if (str_is(type, "array"))
		return make_array(m, schema);
	if (str_is(type, "number") || str_is(type, "integer"))
		return make_number(schema);
	if (str_is(type, "boolean"))
		return json_new_flag(0);
	return str_is(type, "string") ? make_string(m, schema) : NULL;
}

/* The first element of a member that is a list; NULL if it is not one. */
static struct json_object *first_of(struct json_object *schema, const char *key)
{
	struct json_object *list = json_member(schema, key);
	return json_object_is_type(list, json_type_array) ? json_object_array_get_idx(list, 0) : NULL;
}

/* Makes what a schema says by other schemas, or by values. 0 if it does not. */
static int make_chosen(struct maker *m, struct json_object *schema, struct json_object **out)
{
	static const char *const choices[] = { "anyOf", "oneOf", "allOf" };
	struct json_object *other = NULL, *ref = json_member(schema, "$ref");
	if (json_object_object_get_ex(schema, "const", out) || (*out = first_of(schema, "enum"))) {
		json_object_get(*out);
		return 1;
	}
	if (json_object_is_type(ref, json_type_string))
		other = resolve(m->root, json_object_get_string(ref));
	for (size_t i = 0; i < sizeof choices / sizeof *choices && !other; i++)
		other = first_of(schema, choices[i]);
	*out = other ? make(m, other) : NULL;
	return other != NULL;
}

/* Makes a value by one schema; null where the bound is reached. */
static struct json_object *make(struct maker *m, struct json_object *schema)
{
	struct json_object *out = NULL;
	if (++m->nodes > NODES_MOST || m->depth == DEPTH_MOST)
		return NULL;
	m->depth++;
	if (!json_object_is_type(schema, json_type_object))
		out = json_of(m->said);
	else if (!make_chosen(m, schema, &out))
		out = make_typed(m, schema);
	m->depth--;
	return out;
}

hn_str instance_make(const hn_host *host, hn_call *call, hn_str schema, hn_str said)
{
	struct maker m = { .root = json_read(schema, NULL), .said = said };
	struct json_object *o = m.root ? make(&m, m.root) : json_new_object();
	hn_str text = { "null", 4 };
	if (o)
		text.p = json_print(o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &text.n);
	char *copy = host->alloc(call, text.n + 1);
	memcpy(copy, text.p, text.n);
	json_object_put(o);
	json_object_put(m.root);
	return (hn_str){ copy, text.n };
}
