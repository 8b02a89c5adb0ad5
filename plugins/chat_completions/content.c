/* SPDX-License-Identifier: MIT */
/*
 * content: writes what a message holds. Text alone is a string, which every server takes; with images
 * or files it is a list of parts.
 */
#include "parts.h"

#include <string.h>

#include "util/base64.h"
#include "util/json.h"

static struct json_object *string(hn_str s)
{
	return json_new_text(s.p, s.n);
}

static const hn_part *part_of(const hn_message *m, uint32_t i)
{
	return HN_AT(hn_part, m->parts, m->part_stride, i);
}

/* Makes a text of what stands before, and bytes in base64. */
static struct json_object *encoded(struct buf *before, hn_str bytes)
{
	base64_write(before, bytes);
	struct json_object *o = json_new_text(before->p, before->n);
	buf_free(before);
	return o;
}

/* Makes the address of a part: its own, or one that holds the bytes. */
static struct json_object *url_of(const hn_part *part)
{
	struct buf url = BUF(BUF_NO_CAP);
	if (part->flags & HN_PARTFLAG_URL)
		return string(part->data);
	buf_adds(&url, "data:");
	buf_addstr(&url, part->mime);
	buf_adds(&url, ";base64,");
	return encoded(&url, part->data);
}

/* Wraps a value as a part: {"type":TYPE,TYPE:value}. */
static struct json_object *wrap(const char *type, struct json_object *value)
{
	struct json_object *o = json_new_object();
	json_set(o, "type", json_new_text(type, strlen(type)));
	json_set(o, type, value);
	return o;
}

static struct json_object *text_part(hn_str text)
{
	return wrap("text", string(text));
}

static struct json_object *image_part(const hn_part *part)
{
	struct json_object *o = json_new_object();
	json_set(o, "url", url_of(part));
	return wrap("image_url", o);
}

/* What the wire calls a kind of audio; NULL if it has no name for it. */
static const char *audio_format(hn_str mime)
{
	static const struct {
		const char *mime, *format;
	} known[] = { { "audio/wav", "wav" }, { "audio/x-wav", "wav" }, { "audio/wave", "wav" },
		{ "audio/vnd.wave", "wav" }, { "audio/mpeg", "mp3" }, { "audio/mp3", "mp3" } };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (str_is(mime, known[i].mime))
			return known[i].format;
	return NULL;
}

static struct json_object *audio_part(const hn_part *part, const char *format)
{
	struct buf none = BUF(BUF_NO_CAP);
	struct json_object *o = json_new_object();
	json_set(o, "data", encoded(&none, part->data));
	json_set(o, "format", json_new_text(format, strlen(format)));
	return wrap("input_audio", o);
}

static struct json_object *file_part(const hn_part *part)
{
	const char *format = part->flags & HN_PARTFLAG_URL ? NULL : audio_format(part->mime);
	if (format)
		return audio_part(part, format);
	struct json_object *o = json_new_object();
	json_set(o, "filename", string(part->name.n ? part->name : str_of("file")));
	json_set(o, "file_data", url_of(part));
	return wrap("file", o);
}

/* Makes one part of the list; NULL for one that does not stand there, and for empty text. */
static struct json_object *item(const hn_part *part)
{
	switch (part->type) {
	case HN_PART_TEXT:
		return part->data.n ? text_part(part->data) : NULL;
	case HN_PART_IMAGE:
		return image_part(part);
	case HN_PART_FILE:
		return file_part(part);
	default:
		return NULL;
	}
}

static int is_one_of(const hn_part *part, uint32_t types)
{
	return part->type < 32 && types & 1u << part->type;
}

static int holds(const hn_message *m, uint32_t types)
{
	for (uint32_t i = 0; i < m->n_parts; i++)
		if (is_one_of(part_of(m, i), types))
			return 1;
	return 0;
}

/* Makes the string, the system prompt and a blank line in front of it if there is one. */
static struct json_object *plain(const hn_message *system, const hn_message *m)
{
	struct buf all = BUF(BUF_NO_CAP);
	if (!system)
		return string(m->text);
	buf_addstr(&all, system->text);
	buf_adds(&all, "\n\n");
	buf_addstr(&all, m->text);
	struct json_object *o = json_new_text(all.p, all.n);
	buf_free(&all);
	return o;
}

struct json_object *cc_content(const hn_message *system, const hn_message *m)
{
	if (!holds(m, CC_BYTES))
		return plain(system, m);
	struct json_object *list = json_new_array();
	if (system && system->text.n)
		json_append(list, text_part(system->text));
	for (uint32_t i = 0; i < m->n_parts; i++) {
		struct json_object *o = item(part_of(m, i));
		if (o)
			json_append(list, o);
	}
	return list;
}

/* ---- the model's own ---- */

/* Gives the arguments of a call. Servers parse them as an object, and refuse all of the conversation for
 * one that is not. */
static hn_str arguments_of(hn_str text)
{
	struct json_object *o = json_read(text, NULL);
	int ok = json_object_is_type(o, json_type_object);
	json_object_put(o);
	return ok ? text : str_of("{}");
}

static struct json_object *call_of(const hn_part *part)
{
	struct json_object *f = json_new_object(), *o = json_new_object();
	json_set(f, "name", string(part->name));
	json_set(f, "arguments", string(arguments_of(part->data)));
	json_set(o, "id", string(part->id));
	json_set(o, "type", json_new_text("function", 8));
	json_set(o, "function", f);
	return o;
}

/* Puts back what a server gave beside a call: it stands directly after it. */
static void add_beside(struct json_object *call, const hn_part *part)
{
	struct json_object *v = call && str_is(part->name, CC_CALL_EXTRA) ? wire_parse(part->data) : NULL;
	if (v)
		json_set(call, CC_CALL_EXTRA, v);
}

void cc_add_calls(struct json_object *out, const hn_message *m)
{
	struct json_object *calls = NULL, *last = NULL;
	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *part = part_of(m, i);
		if (part->type == HN_PART_OPAQUE)
			add_beside(last, part);
		last = part->type == HN_PART_TOOL_CALL ? call_of(part) : NULL;
		if (!last)
			continue;
		calls = calls ? calls : json_new_array();
		json_append(calls, last);
	}
	if (!calls)
		return;
	if (!m->text.n) /* an empty text beside calls is refused by some */
		json_set(out, "content", NULL);
	json_set(out, "tool_calls", calls);
}

void cc_add_images(struct json_object *list, const hn_message *m)
{
	for (uint32_t i = 0; i < m->n_parts; i++) {
		if (is_one_of(part_of(m, i), CC_BYTES))
			json_append(list, item(part_of(m, i)));
	}
}

/* ---- results of tools ---- */

/* Gives a result as an image or a file, if it is not text. */
static struct json_object *result_item(const hn_part *part)
{
	hn_part as = *part;
	as.type = str_begins(part->mime, "image/") ? HN_PART_IMAGE : HN_PART_FILE;
	return part->mime.n && !str_begins(part->mime, "text/") && !str_is(part->mime, "application/json")
		       ? item(&as)
		       : NULL;
}

/* Makes the text of a result. The wire has no word for a tool that failed. */
static struct json_object *result_text(const hn_part *part, int elsewhere)
{
	struct buf text = BUF(BUF_NO_CAP);
	if (part->flags & HN_PARTFLAG_ERROR)
		buf_adds(&text, "Error: ");
	if (elsewhere)
		buf_adds(&text, "The result is in the next message.");
	else
		buf_addstr(&text, part->data);
	struct json_object *o = json_new_text(text.p, text.n);
	buf_free(&text);
	return o;
}

void cc_add_results(struct json_object *messages, const hn_message *m, struct json_object *later)
{
	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *part = part_of(m, i);
		if (part->type != HN_PART_TOOL_RESULT)
			continue;
		struct json_object *bytes = result_item(part), *o = json_new_object();
		json_set(o, "role", json_new_text("tool", 4));
		json_set(o, "tool_call_id", string(part->id));
		json_set(o, "content", result_text(part, bytes != NULL));
		json_append(messages, o);
		if (bytes)
			json_append(later, bytes);
	}
}
