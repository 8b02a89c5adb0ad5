/* SPDX-License-Identifier: MIT */
/* things: reads the members of a step that are not text. */
#include "things.h"

#include <stdlib.h>
#include <string.h>

#include "said.h"

#include "util/base64.h"
#include "util/json.h"
#include "util/mem.h"

static hn_str copy_of(hn_str s)
{
	return (hn_str){ xmemdup0(s.n ? s.p : "", s.n), s.n };
}

static hn_part *add_part(struct things *t, uint32_t type)
{
	t->parts = xrealloc(t->parts, (t->n + 1) * sizeof *t->parts);
	t->parts[t->n] = (hn_part){ .type = type };
	return &t->parts[t->n++];
}

/* Says whether an object has no member but these. */
static int has_only(struct json_object *o, const char *const *keys, size_t n)
{
	if (!json_object_is_type(o, json_type_object))
		return 0;
	json_object_object_foreach(o, key, value)
	{
		size_t i = 0;
		(void)value;
		while (i < n && strcmp(keys[i], key))
			i++;
		if (i == n)
			return 0;
	}
	return 1;
}

/* Gives the arguments as text. A string goes out as it is, for models that do not write JSON. */
static hn_str arguments_of(struct json_object *v)
{
	hn_str text = { "{}", 2 };
	if (json_object_is_type(v, json_type_string))
		return (hn_str){ json_object_get_string(v), (size_t)json_object_get_string_len(v) };
	if (v)
		text.p = json_print(v, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &text.n);
	return text;
}

static const char *read_call(struct things *t, struct json_object *o)
{
	static const char *const keys[] = { "name", "arguments", "id" };
	struct json_object *arguments = json_member(o, "arguments");
	hn_str name = json_text(o, "name");
	if (!has_only(o, keys, sizeof keys / sizeof *keys))
		return "an unknown member";
	if (!name.n)
		return "a call without a name";
	if (arguments && !json_object_is_type(arguments, json_type_object) && !json_object_is_type(arguments, json_type_string))
		return "the arguments are neither an object nor a string";
	hn_part *part = add_part(t, HN_PART_TOOL_CALL);
	part->name = copy_of(name);
	part->id = copy_of(json_text(o, "id"));
	part->data = copy_of(arguments_of(arguments));
	t->calls++;
	return NULL;
}

static const char *read_image(struct things *t, struct json_object *o)
{
	static const char *const keys[] = { "mime", "name", "data", "url" };
	struct buf bytes = BUF(BUF_NO_CAP);
	hn_str url = json_text(o, "url"), data = json_text(o, "data"), mime = json_text(o, "mime");
	if (!has_only(o, keys, sizeof keys / sizeof *keys))
		return "an unknown member";
	if (!url.n == !data.n)
		return "neither data nor url, or both";
	if (base64_read(data, &bytes)) {
		buf_free(&bytes);
		return "the data is not base64";
	}
	mime = mime.n ? mime : str_of("image/png");
	hn_part *part = add_part(t, str_begins(mime, "image/") ? HN_PART_IMAGE : HN_PART_FILE);
	part->flags = url.n ? HN_PARTFLAG_URL : 0;
	part->name = copy_of(json_text(o, "name"));
	part->mime = copy_of(mime);
	part->data = copy_of(url.n ? url : buf_str(&bytes));
	buf_free(&bytes);
	return NULL;
}

/* Reads each element of a list. */
static const char *read_all(
	struct things *t, struct json_object *v, const char *(*read)(struct things *, struct json_object *))
{
	const char *why = json_object_is_type(v, json_type_array) ? NULL : "not a list";
	for (size_t i = 0; !why && i < json_object_array_length(v); i++)
		why = read(t, json_object_array_get_idx(v, i));
	return why;
}

const char *things_read_calls(struct things *t, struct json_object *v)
{
	return read_all(t, v, read_call);
}

const char *things_read_images(struct things *t, struct json_object *v)
{
	return read_all(t, v, read_image);
}

static const char *const words[] = { "schema", "tools", "images", "files" };

static const char *read_word(struct things *t, struct json_object *v)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (json_object_is_type(v, json_type_string) && !strcmp(json_object_get_string(v), words[i])) {
			t->refused |= 1u << i;
			return NULL;
		}
	}
	return "none of schema, tools, images, files";
}

const char *things_read_refused(struct things *t, struct json_object *v)
{
	return read_all(t, v, read_word);
}

const char *things_refused(const struct things *t, const hn_request *req)
{
	const int holds[] = { !!(req->set & HN_SET_SCHEMA), req->set & HN_SET_TOOLS && req->n_tools,
		said_parts(req, HN_PART_IMAGE) > 0, said_parts(req, HN_PART_FILE) > 0 };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (t->refused & 1u << i && holds[i])
			return words[i];
	return NULL;
}

void things_free(struct things *t)
{
	for (uint32_t i = 0; i < t->n; i++) {
		free((void *)(uintptr_t)t->parts[i].id.p);
		free((void *)(uintptr_t)t->parts[i].name.p);
		free((void *)(uintptr_t)t->parts[i].mime.p);
		free((void *)(uintptr_t)t->parts[i].data.p);
	}
	free(t->parts);
}
