/* SPDX-License-Identifier: MIT */
/*
 * reply: reads the answer, chunk by chunk or whole, and emits it.
 *
 * A reply is complete by [DONE], by a finish reason, or because it came as one document. The reader
 * skips what is missing, null or of the wrong type.
 */
#include "parts.h"

#include <string.h>

#include "util/said.h"

int32_t cc_emit_text(struct cc_reply *r, uint32_t type, hn_str text)
{
	text = wire_join(&r->w, type, text);
	if (type == HN_EV_REASONING && r->reasoning.from == CC_FROM_TEXT)
		wire_keep_thought(&r->w, text);
	int32_t rc = type == HN_EV_TEXT && text.n ? cc_emit_thought(r) : 0;
	return rc ? rc : wire_emit_joined(&r->w, type, text);
}

int32_t cc_put_content(void *reply, int reasoning, hn_str piece)
{
	return cc_emit_text(reply, reasoning ? HN_EV_REASONING : HN_EV_TEXT, piece);
}

int32_t cc_read_text(struct cc_reply *r, hn_str piece)
{
	return wire_think_feed(&r->text.think, piece, cc_put_content, r);
}

/* Emits usage, if the object says anything. */
static int32_t read_usage(struct cc_reply *r, struct json_object *object)
{
	hn_usage usage;
	if (!wire_usage(object, &usage))
		return 0;
	cc_usage_add(&r->tally, &usage, r->w.came.pieces > r->tally.pieces, &usage);
	r->tally.pieces = r->w.came.pieces;
	return wire_emit_usage(&r->w, &usage);
}

/* Emits the text of a thinking part: a string, or parts in their turn. */
static int32_t read_thinking(struct cc_reply *r, struct json_object *thinking)
{
	int32_t rc = cc_emit_text(r, HN_EV_REASONING, wire_text(thinking));
	if (!json_object_is_type(thinking, json_type_array))
		return rc;
	for (size_t i = 0; !rc && i < json_object_array_length(thinking); i++) {
		struct json_object *part = json_object_array_get_idx(thinking, i);
		rc = cc_emit_text(r, HN_EV_REASONING, wire_text(wire_member(part, "text")));
	}
	return rc;
}

/* Emits content that comes as parts. */
static int32_t read_parts(struct cc_reply *r, struct json_object *parts)
{
	int32_t rc = 0;
	for (size_t i = 0; !rc && i < json_object_array_length(parts); i++) {
		struct json_object *part = json_object_array_get_idx(parts, i);
		struct json_object *thinking = wire_member(part, "thinking");
		if (wire_member(part, "image_url"))
			rc = cc_read_picture(r, part);
		else
			rc = thinking ? read_thinking(r, thinking) : cc_read_text(r, wire_text(wire_member(part, "text")));
	}
	return rc;
}

/* Emits the text of a delta; a refusal, or what is said in audio, is the answer where there is no
 * other. */
static int32_t read_content(struct cc_reply *r, struct json_object *delta)
{
	struct json_object *content = wire_member(delta, "content");
	if (json_object_is_type(content, json_type_array))
		return read_parts(r, content);
	hn_str text = cc_growth_feed(&r->text.growth, wire_text(content));
	if (text.n || r->text.growth.held.n)
		return cc_read_text(r, text);
	text = wire_text(wire_member(delta, "refusal"));
	return cc_read_text(r, text.n ? text : wire_text(wire_path(delta, "audio.transcript")));
}

/* Says whether one more document's details are kept. A server that sends them without end gets
 * none back. */
static int room_for_details(struct cc_reply *r)
{
	if (r->reasoning.details_cost > CC_DETAILS_CAP)
		return 0;
	r->reasoning.details_cost += wire_cost(r->w.document);
	if (r->reasoning.details_cost <= CC_DETAILS_CAP)
		return 1;
	wire_log(&r->w.to, "the reply holds more reasoning_details than are kept");
	json_object_put(r->reasoning.details);
	r->reasoning.details = NULL;
	return 0;
}

/* Keeps the pieces of reasoning_details, to be handed back. */
static void keep_details(struct cc_reply *r, struct json_object *details)
{
	if (!room_for_details(r))
		return;
	for (size_t i = 0; i < json_object_array_length(details); i++) {
		struct json_object *piece = json_object_array_get_idx(details, i);
		if (!json_object_is_type(piece, json_type_object))
			continue;
		r->reasoning.details = r->reasoning.details ? r->reasoning.details : json_new_array();
		json_append(r->reasoning.details, json_object_get(piece));
	}
}

/* Emits reasoning from one of the members that it may stand in, unless the other one is shown. */
static int32_t show_reasoning(struct cc_reply *r, int from, hn_str text)
{
	if (!text.n || (r->reasoning.from && r->reasoning.from != from))
		return 0;
	r->reasoning.from = from;
	return cc_emit_text(r, HN_EV_REASONING, text);
}

/* Emits the texts of reasoning_details. */
static int32_t show_details(struct cc_reply *r, struct json_object *details)
{
	int32_t rc = 0;
	for (size_t i = 0; !rc && i < json_object_array_length(details); i++) {
		struct json_object *piece = json_object_array_get_idx(details, i);
		hn_str text = wire_text(wire_member(piece, "text"));
		text = text.n ? text : wire_text(wire_member(piece, "summary"));
		rc = show_reasoning(r, CC_FROM_DETAILS, text);
	}
	return rc;
}

/* Emits reasoning, which has three names and may come under two of them at once. */
static int32_t read_reasoning(struct cc_reply *r, struct json_object *delta)
{
	hn_str text = wire_text(wire_member(delta, "reasoning_content"));
	struct json_object *details = wire_member(delta, "reasoning_details");
	int32_t rc = show_reasoning(
		r, CC_FROM_TEXT, text.n ? text : wire_text(wire_member(delta, "reasoning")));
	if (rc || !json_object_is_type(details, json_type_array))
		return rc;
	keep_details(r, details);
	return show_details(r, details);
}

/* Gives a choice's word for the end; a value of another type is its own word. Zero, false and what is empty
 * say that there is none yet. */
static hn_str finish_word(struct json_object *finish)
{
	hn_str word = wire_trim(wire_words(finish));
	int none = (json_object_is_type(finish, json_type_boolean) && !wire_is_true(finish)) ||
		   (json_object_is_type(finish, json_type_int) && !json_object_get_int64(finish)) ||
		   (json_object_is_type(finish, json_type_object) && !json_object_object_length(finish)) ||
		   (json_object_is_type(finish, json_type_array) && !json_object_array_length(finish));
	return none ? (hn_str){ NULL, 0 } : word;
}

/* Reads what a choice says of the end. */
static int32_t read_finish(
	struct cc_reply *r, const hn_http_response *head, struct json_object *choice)
{
	struct json_object *finish = wire_member(choice, "finish_reason");
	hn_str word = finish_word(finish);
	if (wire_is_failure(word)) {
		return wire_fail_protocol(&r->w.to, head,
			"the server ended the reply with an error and gave no reason",
			(hn_str){ NULL, 0 });
	}
	r->finish.is_null |= !finish;
	r->finish.is_empty = json_object_is_type(finish, json_type_string) && !word.n;
	wire_set_word(&r->w, word);
	return 0;
}

/* Reads the choice that is shown, except how it ends. */
static int32_t read_choice(
	struct cc_reply *r, const hn_http_response *head, uint32_t kind, struct json_object *choice)
{
	struct json_object *message = wire_member(choice, "message");
	struct json_object *delta = wire_member(choice, "delta");
	unsigned pieces = r->w.came.pieces;
	int32_t rc = 0;
	delta = delta ? delta : message;
	if (kind == HN_DATA_WHOLE && message)
		wire_think_begin(&r->text.think, wire_text(wire_member(message, "content")));
	if (delta) {
		cc_beside_read(&r->w.beside, delta);
		rc = read_reasoning(r, delta);
		rc = rc ? rc : read_content(r, delta);
		rc = rc ? rc : cc_read_pictures(r, delta);
		rc = rc ? rc : cc_read_calls(r, head, delta);
	} else {
		rc = cc_read_text(r, wire_text(wire_member(choice, "text")));
	}
	r->w.came.answers++;
	/* text after a finish reason: there the word does not mean the end */
	r->finish.goes_on |= r->w.word.n && r->w.came.pieces > pieces;
	r->w.done |= kind == HN_DATA_WHOLE && message;
	return rc ? rc : read_usage(r, wire_member(choice, "usage"));
}

/* Says whether a choice that is held would end the reply. */
static int holds_end(const struct cc_reply *r)
{
	return !wire_is_unfinished(finish_word(wire_member(r->shown.held, "finish_reason")));
}

/* Reads a choice that was held, and frees it. */
static int32_t read_held(struct cc_reply *r, const hn_http_response *head, struct json_object *held)
{
	int32_t rc = held ? read_choice(r, head, HN_DATA_EVENT, held) : 0;
	rc = rc || !held ? rc : read_finish(r, head, held);
	json_object_put(held);
	return rc;
}

int32_t cc_read_held(struct cc_reply *r, const hn_http_response *head)
{
	return read_held(r, head, cc_held_choice(&r->shown));
}

/* Reads one document: a chunk, a whole reply, or an error. What stands beside an error was
 * written before it, and may be billed. After a finish reason only usage and an end mark may follow, and not every
 * server sends those. */
int32_t cc_read_document(struct wire_reply *w, const hn_http_response *head, uint32_t kind, hn_str event,
	struct json_object *document)
{
	struct cc_reply *r = (struct cc_reply *)w;
	int failed = wire_find_error(document, wire_is_fault(event)) != NULL;
	struct json_object *before = NULL;
	struct json_object *choice = cc_shown_choice(&r->shown, document, kind == HN_DATA_WHOLE, &before);
	unsigned pieces = w->came.pieces;
	size_t held = r->text.growth.held.n;
	int32_t rc = read_held(r, head, before);
	rc = rc ? rc : wire_emit_model(w, wire_text(wire_member(document, "model")), wire_text(wire_member(document, "provider")));
	rc = rc || !choice ? rc : read_choice(r, head, kind, choice);
	rc = rc ? rc : read_usage(r, wire_path(document, "x_groq.usage"));
	rc = rc ? rc : read_usage(r, wire_member(document, "usage"));
	if (failed)
		return rc ? rc : wire_read_failure(w, head, document);
	if (w->came.pieces > pieces || r->text.growth.held.n > held)
		wire_forget_remarks(w);
	if (!choice)
		wire_keep_remark(w, event, document);
	rc = rc || !choice ? rc : read_finish(r, head, choice);
	w->ending = (w->word.n || holds_end(r)) && !r->finish.goes_on;
	return rc;
}
