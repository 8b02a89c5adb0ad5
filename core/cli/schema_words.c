/* SPDX-License-Identifier: MIT */
/* schema_words: a JSON Schema of the words after --schema, such as "name, age int, bio: in one sentence". */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "util/json.h"

#define BLANKS " \t\r\n"

static const struct {
	const char *word, *type;
} types[] = { { "str", "string" }, { "int", "integer" }, { "float", "number" }, { "bool", "boolean" } };

/* The text without blanks at its ends. */
static hn_str trimmed(hn_str s)
{
	for (; s.n && strchr(BLANKS, *s.p); s.p++)
		s.n--;
	while (s.n && strchr(BLANKS, s.p[s.n - 1]))
		s.n--;
	return s;
}

/* What stands before a character, trimmed; *rest: what stands after it, empty if it is not there. */
static hn_str split(hn_str s, const char *at, hn_str *rest)
{
	size_t n = 0;

	while (n < s.n && !strchr(at, s.p[n]))
		n++;
	*rest = n < s.n ? trimmed((hn_str){ s.p + n + 1, s.n - n - 1 }) : (hn_str){ s.p + n, 0 };
	return trimmed((hn_str){ s.p, n });
}

/* JSON Schema's name of a type; NULL if it is not one of ours. */
static const char *type_of(hn_str word)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (!word.n || str_is(word, types[i].word))
			return types[i].type;
	return NULL;
}

/* Adds one field, "NAME [TYPE][: DESCRIPTION]". 0, or HN_ERR_USAGE with a fault. */
static int32_t add_field(struct json_object *fields, struct json_object *required, hn_str text, struct fault *f)
{
	hn_str about, word, name = split(split(text, ":", &about), BLANKS, &word);
	const char *type = type_of(word);

	if (!name.n)
		return fault_set(f, HN_ERR_USAGE, NULL, "a field needs a name");
	if (!type)
		return fault_set(f, HN_ERR_USAGE, "no file has that name: hobnob reads it as fields, such as 'name, age int'",
			"\"%.*s\" is not a type: expected str, int, float or bool", (int)word.n, word.p);
	char *key = str_dup(name);
	int twice = json_object_object_get_ex(fields, key, NULL);
	struct json_object *field = json_new_object();
	json_add_text(field, "type", str_of(type));
	if (about.n)
		json_add_text(field, "description", about);
	json_set(fields, key, field);
	json_append(required, json_of(name));
	if (twice)
		fault_set(f, HN_ERR_USAGE, NULL, "the field \"%s\" is there twice", key);
	free(key);
	return twice ? HN_ERR_USAGE : 0;
}

int32_t schema_of_words(hn_str words, struct buf *out, struct fault *f)
{
	struct json_object *o = json_new_object(), *fields = json_new_object(), *required = json_new_array();
	const char *comma = words.n && memchr(words.p, '\n', words.n) ? "\n" : ",";
	int32_t code = 0;

	json_add_text(o, "type", str_of("object"));
	json_set(o, "properties", fields);
	json_set(o, "required", required);
	json_set(o, "additionalProperties", json_new_flag(0));
	for (hn_str text = trimmed(words), rest; !code && text.n; text = rest) {
		hn_str field = split(text, comma, &rest);
		code = add_field(fields, required, field, f);
	}
	if (!code && !json_object_object_length(fields))
		code = fault_set(f, HN_ERR_USAGE, NULL, "a field needs a name");
	if (!code)
		json_write(o, out);
	json_object_put(o);
	return code;
}
