/* SPDX-License-Identifier: MIT */
/*
 * items: writes messages as the items of an input. A reply of the model's is several: its text, its calls, and
 * what the server gave beside them, each in its place.
 */
#include "responses.h"

#include <string.h>

#include "util/json.h"

static struct json_object *said_by(const char *role, struct json_object *content)
{
	struct json_object *o = json_new_object();
	json_set(o, "role", wire_word(role));
	json_set(o, "content", content);
	return o;
}

static int is_opaque(const hn_part *part, const char *name)
{
	return part->type == HN_PART_OPAQUE && str_is(part->name, name);
}

/* ---- what is given: texts, images, files ---- */

static struct json_object *text_part(hn_str text)
{
	struct json_object *o = wire_typed("input_text");
	json_set(o, "text", wire_string(text));
	return o;
}

static struct json_object *image_part(const hn_part *part)
{
	struct json_object *o = wire_typed("input_image");
	json_set(o, "image_url", wire_data_url(part));
	json_set(o, "detail", wire_word("auto"));
	return o;
}

static struct json_object *file_part(const hn_part *part)
{
	struct json_object *o = wire_typed("input_file");
	if (part->flags & HN_PARTFLAG_URL) {
		json_set(o, "file_url", wire_string(part->data));
		return o;
	}
	json_set(o, "filename", wire_string(part->name.n ? part->name : str_of("file")));
	json_set(o, "file_data", wire_data_url(part));
	return o;
}

static const struct wire_given parts = { text_part, image_part, file_part };

/* Makes the content of a message of the user's. Text alone is a string, which every server takes. */
static struct json_object *content(const hn_message *m)
{
	if (!wire_holds(m, WIRE_BYTES))
		return wire_string(m->text);
	struct json_object *list = json_new_array();
	wire_add_given(list, &parts, m, WIRE_GIVEN);
	return list;
}

/* ---- results of tools ---- */

/* Makes what a tool gave. The API has no word for a tool that failed. */
static struct json_object *output(const hn_part *part)
{
	if (wire_result_is_text(part))
		return wire_result_text(part);
	struct json_object *list = json_new_array();
	if (part->flags & HN_PARTFLAG_ERROR)
		json_append(list, text_part(str_of("Error:")));
	json_append(list, wire_given_result(&parts, part));
	return list;
}

static void add_results(struct json_object *items, const hn_message *m)
{
	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *part = wire_part_at(m, i);
		if (part->type != HN_PART_TOOL_RESULT)
			continue;
		struct json_object *o = wire_typed("function_call_output");
		json_set(o, "call_id", wire_string(part->id));
		json_set(o, "output", output(part));
		json_append(items, o);
	}
}

/* ---- the model's own ---- */

/* A reply as it is taken apart. */
struct turn {
	struct json_object *items; /* all of them */
	struct json_object *held;  /* array: reasoning, which is refused without the item that it led to */
	struct json_object *beside; /* what the message has besides its text, or NULL */
	struct json_object *later; /* array: images of the model's, which only a user may send */
	struct buf text;
	uint32_t refused;
	uint32_t sent;
};

/* Appends an item, and before it the reasoning that led to it. */
static void append(struct turn *t, struct json_object *item)
{
	for (size_t i = 0; i < json_object_array_length(t->held); i++)
		json_append(t->items, json_object_get(json_object_array_get_idx(t->held, i)));
	json_object_put(t->held);
	t->held = json_new_array();
	json_append(t->items, item);
}

/* Makes the message that a text is. A plain one is in the short form, which every server takes. */
static struct json_object *own_message(struct json_object *beside, hn_str text)
{
	struct json_object *o = said_by("assistant", NULL), *phase = wire_member(beside, "phase");
	if (wire_is_true(wire_member(beside, "refusal"))) {
		struct json_object *list = json_new_array(), *part = wire_typed("refusal");
		json_set(part, "refusal", wire_string(text));
		json_append(list, part);
		json_set(o, "content", list);
	} else {
		json_set(o, "content", wire_string(text));
	}
	if (phase)
		json_set(o, "phase", json_object_get(phase));
	return o;
}

/* Ends the message whose text was collected. */
static void close_message(struct turn *t)
{
	if (t->text.n)
		append(t, own_message(t->beside, buf_str(&t->text)));
	buf_cut(&t->text, 0);
	json_object_put(t->beside);
	t->beside = NULL;
}

/* Begins another message: what stands between the two for a reader goes. */
static void open_message(struct turn *t, hn_str beside)
{
	size_t gap = sizeof RESPONSES_GAP - 1;
	if (t->text.n > gap && !memcmp(t->text.p + t->text.n - gap, RESPONSES_GAP, gap))
		buf_cut(&t->text, t->text.n - gap);
	close_message(t);
	t->beside = wire_parse(beside);
}

static void add_item(struct turn *t, hn_str json)
{
	struct json_object *item = wire_parse(json);
	close_message(t);
	if (!item || t->refused & RESPONSES_ITEMS) {
		json_object_put(item);
		return;
	}
	t->sent |= RESPONSES_ITEMS;
	if (str_is(wire_text(wire_member(item, "type")), "reasoning"))
		json_append(t->held, item);
	else
		append(t, item);
}

static void add_call(struct turn *t, const hn_part *part)
{
	struct json_object *o = wire_typed("function_call");
	close_message(t);
	json_set(o, "call_id", wire_string(part->id));
	json_set(o, "name", wire_string(part->name));
	json_set(o, "arguments", wire_string(wire_arguments(part->data)));
	append(t, o);
}

static void add_part(struct turn *t, const hn_part *part)
{
	if (part->type == HN_PART_TEXT)
		buf_addstr(&t->text, part->data);
	else if (part->type == HN_PART_TOOL_CALL)
		add_call(t, part);
	else if (is_opaque(part, RESPONSES_ITEM))
		add_item(t, part->data);
	else if (is_opaque(part, RESPONSES_MESSAGE))
		open_message(t, part->data);
}

/* Appends the items of a reply; one that broke off may end in reasoning that led to nothing. */
static void add_reply(struct turn *t, const hn_message *m)
{
	t->held = json_new_array();
	if (!m->n_parts)
		buf_addstr(&t->text, m->text);
	for (uint32_t i = 0; i < m->n_parts; i++)
		add_part(t, wire_part_at(m, i));
	wire_add_given(t->later, &parts, m, WIRE_BYTES);
	close_message(t);
	json_object_put(t->held);
}

/* ---- all of it ---- */

/* Appends the images that the model made before the next message of the user's: nothing may stand between a
 * call and its result. */
static void add_later(struct turn *t)
{
	if (!json_object_array_length(t->later))
		return;
	json_append(t->items, said_by("user", t->later));
	t->later = json_new_array();
}

static void add_message(struct turn *t, const hn_message *m)
{
	if (m->role == HN_ROLE_ASSISTANT) {
		add_reply(t, m);
	} else if (m->role == HN_ROLE_TOOL) {
		add_results(t->items, m);
	} else {
		add_later(t);
		json_append(t->items, said_by(m->role == HN_ROLE_USER ? "user" : "developer", content(m)));
	}
}

struct json_object *responses_items(const hn_request *req, uint32_t from, uint32_t refused, uint32_t *sent)
{
	struct turn t = { .items = json_new_array(), .later = json_new_array(), .text = BUF(BUF_NO_CAP), .refused = refused };
	if (!from && req->n_messages && wire_message_at(req, 0)->role == HN_ROLE_SYSTEM)
		from = 1;
	for (uint32_t i = from; i < req->n_messages; i++)
		add_message(&t, wire_message_at(req, i));
	add_later(&t);
	json_object_put(t.later);
	buf_free(&t.text);
	*sent |= t.sent;
	return t.items;
}

int64_t responses_previous(const hn_request *req, hn_str *id)
{
	for (uint32_t i = req->n_messages ? req->n_messages - 1 : 0; i > 0; i--) {
		const hn_message *m = wire_message_at(req, i - 1);
		for (uint32_t k = 0; m->role == HN_ROLE_ASSISTANT && k < m->n_parts; k++) {
			*id = wire_part_at(m, k)->data;
			if (is_opaque(wire_part_at(m, k), RESPONSES_ID) && id->n)
				return i - 1;
		}
	}
	return -1;
}
