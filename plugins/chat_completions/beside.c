/* SPDX-License-Identifier: MIT */
/*
 * beside: what a reply contains that is not text, so that a reply without any text says what it
 * was.
 *
 * Not shown are audio, content that is a number, and what of calls and images is not complete. The first few are named even next to text, because the server waits for something; an
 * unknown member is named only if there is no text at all.
 */
#include "parts.h"

#include <string.h>

/* Members that are read elsewhere, or say nothing to a person. */
static const char *const read_elsewhere[] = { "role", "content", "refusal", "reasoning",
	"reasoning_content", "reasoning_details", "id", "name", "index", "type", "object",
	"created", "model", "annotations", "obfuscation", "padding", "usage", "token_ids",
	"logprobs",
	"tool_calls", "function_call", "images" };

static int says_anything(struct json_object *v)
{
	switch (json_object_get_type(v)) {
	case json_type_object:
		return json_object_object_length(v) > 0;
	case json_type_array:
		return json_object_array_length(v) > 0;
	case json_type_string:
		return json_object_get_string_len(v) > 0;
	case json_type_boolean:
		return json_object_get_boolean(v);
	default:
		return v != NULL;
	}
}

void cc_beside_image(struct wire_beside *b)
{
	wire_beside_name(&b->told, "an image", (hn_str){ NULL, 0 }, "");
}

/* Names parts of the content that are not text, by their type. */
static void name_parts(struct wire_beside *b, struct json_object *parts)
{
	for (size_t i = 0; i < json_object_array_length(parts); i++) {
		struct json_object *part = json_object_array_get_idx(parts, i);
		hn_str type = wire_text(wire_member(part, "type"));
		int read = wire_member(part, "text") || wire_member(part, "thinking") || wire_member(part, "image_url");
		if (!read && says_anything(part))
			wire_beside_name(&b->told, "a part of the type \"", type.n ? type : wire_words(part),
				"\"");
	}
}

/* Names content that is not text. */
static void name_content(struct wire_beside *b, struct json_object *content)
{
	static const char *const types[] = { [json_type_boolean] = "a boolean",
		[json_type_double] = "a number",
		[json_type_int] = "a number",
		[json_type_object] = "an object" };
	enum json_type type = json_object_get_type(content);
	if (type == json_type_array) {
		name_parts(b, content);
	} else if (content && type != json_type_string) {
		struct wire_message before = { 0 };
		wire_says(&before, types[type]);
		wire_says(&before, " in the place of text (");
		before.p[before.n] = '\0';
		wire_beside_name(&b->told, before.p, wire_words(content), ")");
	}
}

static int is_read(const char *key)
{
	for (size_t i = 0; i < sizeof read_elsewhere / sizeof *read_elsewhere; i++)
		if (strcmp(key, read_elsewhere[i]) == 0)
			return 1;
	return 0;
}

void cc_beside_read(struct wire_beside *b, struct json_object *delta)
{
	if (!json_object_is_type(delta, json_type_object))
		return;
	name_content(b, wire_member(delta, "content"));
	json_object_object_foreach(delta, key, value)
	{
		if (is_read(key) || !says_anything(value))
			continue;
		if (strcmp(key, "audio") == 0)
			wire_beside_name(&b->told, "audio", (hn_str){ NULL, 0 }, "");
		else if (strcmp(key, "image") == 0)
			cc_beside_image(b);
		else
			wire_beside_name(&b->unknown, "the member \"", (hn_str){ key, strlen(key) }, "\"");
	}
}
