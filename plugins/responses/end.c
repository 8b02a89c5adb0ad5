/* SPDX-License-Identifier: MIT */
/* end: emits what the items of a response hold, in the order in which it is handed back. */
#include "responses.h"

#include <string.h>

#include "util/json.h"

/* ---- text ---- */

/* Emits what a message has beside its text, before that. Two messages in a row are two for the server, and for a
 * person a blank line apart. */
static int32_t open_message(struct responses_reply *r)
{
	struct responses_place *at = &r->place;
	int32_t rc = 0;
	if (!at->begins)
		return 0;
	at->begins = 0;
	if (!at->text_before && !at->phase.n && !at->refuses)
		return 0;
	if (at->text_before)
		rc = wire_emit_text(&r->wire, HN_EV_TEXT, str_of(RESPONSES_GAP));
	struct json_object *o = json_new_object();
	if (at->phase.n)
		json_set(o, "phase", json_new_text(at->phase.p, at->phase.n));
	if (at->refuses)
		json_set(o, "refusal", json_new_flag(1));
	rc = rc ? rc : wire_keep(&r->wire, RESPONSES_MESSAGE, o, (hn_str){ NULL, 0 });
	json_object_put(o);
	return rc;
}

int32_t responses_text(struct responses_reply *r, hn_str piece, int refusal)
{
	struct responses_place *at = &r->place;
	if (!piece.n)
		return 0;
	at->begins |= at->refuses != refusal;
	at->refuses = refusal;
	r->refuses |= refusal;
	int32_t rc = open_message(r);
	at->text_before = 1;
	return rc ? rc : wire_emit_text(&r->wire, HN_EV_TEXT, piece);
}

/* Reads the parts of a message that came whole. */
static int32_t read_content(struct responses_reply *r, struct json_object *item)
{
	struct json_object *content = wire_member(item, "content");
	size_t n = json_object_is_type(content, json_type_array) ? json_object_array_length(content) : 0;
	int32_t rc = responses_text(r, wire_text(content), 0);
	for (size_t i = 0; !rc && i < n; i++) {
		struct json_object *part = json_object_array_get_idx(content, i);
		rc = responses_text(r, wire_text(wire_member(part, "text")), 0);
		rc = rc ? rc : responses_text(r, wire_text(wire_member(part, "refusal")), 1);
	}
	return rc;
}

static void begin_message(struct responses_reply *r, struct json_object *item)
{
	r->place.begins = 1;
	r->place.refuses = 0;
	wire_replace(&r->place.phase, wire_text(wire_member(item, "phase")));
}

/* ---- reasoning ---- */

int32_t responses_thought(struct responses_reply *r, uint32_t from, hn_str piece)
{
	int gap = r->thought.gap && r->thought.from;
	if (!piece.n || (r->thought.from && r->thought.from != from))
		return 0;
	r->thought.from = from;
	r->thought.gap = 0;
	int32_t rc = gap ? wire_emit_text(&r->wire, HN_EV_REASONING, str_of(RESPONSES_GAP)) : 0;
	return rc ? rc : wire_emit_text(&r->wire, HN_EV_REASONING, piece);
}

static int32_t read_thoughts(struct responses_reply *r, uint32_t from, struct json_object *list)
{
	size_t n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
	int32_t rc = 0;
	for (size_t i = 0; !rc && i < n; i++) {
		r->thought.gap = 1;
		rc = responses_thought(r, from, wire_text(wire_member(json_object_array_get_idx(list, i), "text")));
	}
	return rc;
}

/* ---- what is handed back ---- */

/* Emits an item for the request that follows. */
static int32_t keep(struct responses_reply *r, struct json_object *item)
{
	r->place.text_before = 0;
	return wire_keep(&r->wire, RESPONSES_ITEM, item, (hn_str){ NULL, 0 });
}

/* Says whether a reasoning item holds anything for the server: without that it looks for its id, and has kept
 * nothing. */
static int holds_reasoning(struct json_object *item)
{
	struct json_object *content = wire_member(item, "content");
	return wire_text(wire_member(item, "encrypted_content")).n ||
	       (json_object_is_type(content, json_type_array) && json_object_array_length(content));
}

static int32_t end_reasoning(struct responses_reply *r, const struct responses_item *at, struct json_object *item)
{
	int32_t rc = 0;
	if (!(at->came & 1u << HN_EV_REASONING)) {
		rc = read_thoughts(r, RESPONSES_OF_SUMMARY, wire_member(item, "summary"));
		rc = rc ? rc : read_thoughts(r, RESPONSES_OF_CONTENT, wire_member(item, "content"));
	}
	return rc || !holds_reasoning(item) ? rc : keep(r, item);
}

/* ---- calls ---- */

static hn_str call_id(struct json_object *item)
{
	hn_str id = wire_text(wire_member(item, "call_id"));
	return id.n ? id : wire_text(wire_member(item, "id"));
}

static int32_t begin_call(struct responses_reply *r, const hn_http_response *head, const struct responses_item *at, struct json_object *item)
{
	struct wire_piece p = { .index = at->index,
		.id = call_id(item),
		.name = wire_text(wire_member(item, "name")),
		.arguments = wire_words(wire_member(item, "arguments")),
		.first = r->wire.calls.n };
	return wire_add_piece(&r->wire, head, &p);
}

/* The call that began with an item, or NULL. */
static struct wire_call *call_of(struct responses_reply *r, const struct responses_item *at, struct json_object *item)
{
	struct wire_calls *calls = &r->wire.calls;
	for (size_t i = calls->n; i > 0; i--)
		if (wire_same(calls->list[i - 1].id, call_id(item)))
			return &calls->list[i - 1];
	return at->index >= 0 ? wire_call_at(calls, at->index) : NULL;
}

/* Emits a call that is whole. What the item says at its end counts, whatever the pieces were. */
static int32_t end_call(struct responses_reply *r, const hn_http_response *head, const struct responses_item *at, struct json_object *item)
{
	struct wire_call *call = call_of(r, at, item);
	hn_str all = wire_words(wire_member(item, "arguments"));
	int32_t rc = call ? 0 : begin_call(r, head, at, item);
	call = call ? call : call_of(r, at, item);
	if (rc || !call || str_is(wire_text(wire_member(item, "status")), "incomplete"))
		return rc;
	if (all.n && !wire_same(all, buf_str(&call->arguments))) {
		buf_cut(&call->arguments, 0);
		buf_addstr(&call->arguments, all);
	}
	r->place.text_before = 0;
	return wire_emit_call(&r->wire, call, 0);
}

/* ---- items ---- */

/* Emits an item of another type: what a tool of the server's did. */
static int32_t end_other(struct responses_reply *r, hn_str type, struct json_object *item)
{
	if (!type.n)
		return 0;
	wire_beside_name(&r->wire.beside.told, "an item of the type ", type, "");
	return keep(r, item);
}

/* An image that the server's own tool made is a part of the reply, and too large to be handed back twice. */
static int32_t end_image(struct responses_reply *r, struct json_object *item)
{
	struct wire_message mime = { 0 };
	hn_str format = wire_text(wire_member(item, "output_format"));
	wire_says(&mime, "image/");
	wire_say(&mime, format.n ? format : str_of("png"));
	r->place.text_before = 0;
	return wire_emit_bytes(&r->wire, wire_said(&mime), wire_text(wire_member(item, "result")));
}

int32_t responses_item_begin(struct responses_reply *r, const hn_http_response *head, struct responses_item *at, struct json_object *item)
{
	hn_str type = wire_text(wire_member(item, "type"));
	if (str_is(type, "message"))
		begin_message(r, item);
	else if (str_is(type, "reasoning"))
		r->thought.gap = 1;
	else if (str_is(type, "function_call"))
		return begin_call(r, head, at, item);
	return 0;
}

int32_t responses_item_end(struct responses_reply *r, const hn_http_response *head, struct responses_item *at, struct json_object *item)
{
	hn_str type = wire_text(wire_member(item, "type"));
	if (at->ended)
		return 0;
	at->ended = 1;
	if (str_is(type, "reasoning"))
		return end_reasoning(r, at, item);
	if (str_is(type, "function_call"))
		return end_call(r, head, at, item);
	if (str_is(type, "image_generation_call"))
		return end_image(r, item);
	if (!str_is(type, "message"))
		return end_other(r, type, item);
	if (at->came & 1u << HN_EV_TEXT)
		return 0;
	begin_message(r, item);
	return read_content(r, item);
}
