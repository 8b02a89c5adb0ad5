/* SPDX-License-Identifier: MIT */
/*
 * content: writes what a message holds. Text alone is a string, which every server takes; with images
 * or files it is a list of parts.
 */
#include "parts.h"

#include <string.h>


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
	return wrap("text", wire_string(text));
}

static struct json_object *image_part(const hn_part *part)
{
	struct json_object *o = json_new_object();
	json_set(o, "url", wire_data_url(part));
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
	struct json_object *o = json_new_object();
	json_set(o, "data", wire_base64(part->data));
	json_set(o, "format", json_new_text(format, strlen(format)));
	return wrap("input_audio", o);
}

static struct json_object *file_part(const hn_part *part)
{
	const char *format = part->flags & HN_PARTFLAG_URL ? NULL : audio_format(part->mime);
	if (format)
		return audio_part(part, format);
	struct json_object *o = json_new_object();
	json_set(o, "filename", wire_string(part->name.n ? part->name : str_of("file")));
	json_set(o, "file_data", wire_data_url(part));
	return wrap("file", o);
}

static const struct wire_given parts = { text_part, image_part, file_part };

/* Makes the string, the system prompt and a blank line in front of it if there is one. */
static struct json_object *plain(const hn_message *system, const hn_message *m)
{
	struct buf all = BUF(BUF_NO_CAP);
	if (!system)
		return wire_string(m->text);
	buf_addstr(&all, system->text);
	buf_adds(&all, "\n\n");
	buf_addstr(&all, m->text);
	struct json_object *o = json_new_text(all.p, all.n);
	buf_free(&all);
	return o;
}

struct json_object *cc_content(const hn_message *system, const hn_message *m)
{
	if (!wire_holds(m, WIRE_BYTES))
		return plain(system, m);
	struct json_object *list = json_new_array();
	if (system && system->text.n)
		json_append(list, text_part(system->text));
	wire_add_given(list, &parts, m, WIRE_GIVEN);
	return list;
}

/* ---- the model's own ---- */

static struct json_object *call_of(const hn_part *part)
{
	struct json_object *f = json_new_object(), *o = json_new_object();
	json_set(f, "name", wire_string(part->name));
	json_set(f, "arguments", wire_string(wire_arguments(part->data)));
	json_set(o, "id", wire_string(part->id));
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
		const hn_part *part = wire_part_at(m, i);
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
	wire_add_given(list, &parts, m, WIRE_BYTES);
}

/* ---- results of tools ---- */

/* Makes the text that stands for a result. The wire has no word for a tool that failed. */
static struct json_object *result_text(const hn_part *part, int elsewhere)
{
	hn_part as = *part;
	if (elsewhere)
		as.data = str_of("The result is in the next message.");
	return wire_result_text(&as);
}

void cc_add_results(struct json_object *messages, const hn_message *m, struct json_object *later)
{
	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *part = wire_part_at(m, i);
		if (part->type != HN_PART_TOOL_RESULT)
			continue;
		struct json_object *bytes = wire_result_is_text(part) ? NULL : wire_given_result(&parts, part), *o = json_new_object();
		json_set(o, "role", json_new_text("tool", 4));
		json_set(o, "tool_call_id", wire_string(part->id));
		json_set(o, "content", result_text(part, bytes != NULL));
		json_append(messages, o);
		if (bytes)
			json_append(later, bytes);
	}
}
