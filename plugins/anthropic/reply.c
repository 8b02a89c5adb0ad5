/* SPDX-License-Identifier: MIT */
/*
 * reply: reads the answer, event by event or whole, and emits it.
 *
 * A reply is a list of blocks, one after the other. Text, reasoning and calls are emitted as they come; a block that
 * has to go back is kept until its end, and emitted there, so that it stands in its place. A reply that came whole is
 * read as a stream of which each block has one piece.
 */
#include "anthropic.h"

#include <string.h>

#include "util/json.h"

#define COUNTS_MOST 64 /* members of a usage object */

static int32_t read_document(struct wire_reply *, const hn_http_response *, uint32_t kind, hn_str event,
	struct json_object *document);
static int32_t complete(struct wire_reply *);

void an_reply_begin(struct an_reply *r, const struct wire_host *to)
{
	static const struct wire_reader reader = { .document = read_document, .complete = complete };
	*r = (struct an_reply){
		.open = { .text = BUF(BUF_NO_CAP), .signature = BUF(BUF_NO_CAP), .input = BUF(BUF_NO_CAP) },
		.usage = json_new_object(),
	};
	wire_reply_begin(&r->w, to, &reader);
}

/* Forgets the block that is open. */
static void close_block(struct an_block *b)
{
	wire_replace(&b->type, (hn_str){ NULL, 0 });
	json_object_put(b->start);
	b->start = NULL;
	buf_free(&b->text);
	buf_free(&b->signature);
	buf_free(&b->input);
}

void an_reply_free(struct an_reply *r)
{
	close_block(&r->open);
	json_object_put(r->usage);
	json_object_put(r->why);
}

/* ---- blocks that are kept ---- */

/* Keeps a piece of a block, as long as the reply does not hold too much of the kind. */
static void keep(struct an_reply *r, struct buf *b, hn_str piece)
{
	if (wire_has_room(&r->w, piece.n))
		buf_addstr(b, piece);
}

static struct json_object *text_of(const struct buf *b)
{
	return json_new_text(b->p ? b->p : "", b->n);
}

/* Emits a block that is complete, to be handed back. Reasoning without its signature was cut: the API takes none of
 * it. */
static int32_t emit_kept(struct an_reply *r)
{
	struct an_block *b = &r->open;
	int thought = str_is(b->type, "thinking");
	if (!wire_has_room(&r->w, 0) || (thought && !b->signature.n))
		return 0;
	if (thought) {
		json_set(b->start, "thinking", text_of(&b->text));
		json_set(b->start, "signature", text_of(&b->signature));
	} else if (b->input.n) {
		json_set(b->start, "input", wire_arguments_object(buf_str(&b->input)));
	}
	thought |= str_is(b->type, "redacted_thinking");
	return wire_emit_opaque_json(&r->w, thought ? AN_THOUGHT : AN_BLOCK, b->start, (hn_str){ NULL, 0 });
}

/* ---- pieces ---- */

static int32_t read_thought(struct an_reply *r, hn_str piece)
{
	piece = wire_join(&r->w, HN_EV_REASONING, piece);
	if (str_is(r->open.type, "thinking"))
		keep(r, &r->open.text, piece);
	return wire_emit_joined(&r->w, HN_EV_REASONING, piece);
}

/* Takes a piece of a call; no call is open where a server's own tool is called. */
static int32_t read_input(struct an_reply *r, const hn_http_response *head, int64_t index, hn_str piece)
{
	if (r->open.type.n) {
		keep(r, &r->open.input, piece);
		return 0;
	}
	struct wire_piece p = { .index = index, .arguments = piece };
	return wire_add_piece(&r->w, head, &p);
}

static int64_t index_of(struct json_object *event)
{
	struct json_object *v = wire_member(event, "index");
	return json_object_is_type(v, json_type_int) ? json_object_get_int64(v) : WIRE_NO_INDEX;
}

static int32_t read_delta(struct an_reply *r, const hn_http_response *head, struct json_object *event)
{
	struct json_object *delta = wire_member(event, "delta");
	hn_str type = wire_text(wire_member(delta, "type"));
	if (str_is(type, "text_delta"))
		return wire_emit_text(&r->w, HN_EV_TEXT, wire_text(wire_member(delta, "text")));
	if (str_is(type, "thinking_delta"))
		return read_thought(r, wire_text(wire_member(delta, "thinking")));
	if (str_is(type, "signature_delta"))
		keep(r, &r->open.signature, wire_text(wire_member(delta, "signature")));
	else if (str_is(type, "input_json_delta"))
		return read_input(r, head, index_of(event), wire_text(wire_member(delta, "partial_json")));
	return 0;
}

/* ---- blocks ---- */

/* Begins a call. Its input is {} in a stream, where pieces of it follow. */
static int32_t begin_call(struct an_reply *r, const hn_http_response *head, int64_t index, struct json_object *block)
{
	struct json_object *input = wire_member(block, "input");
	struct wire_piece p = { .index = index,
		.id = wire_text(wire_member(block, "id")),
		.name = wire_text(wire_member(block, "name")),
		.first = r->w.calls.n };
	if (json_object_is_type(input, json_type_object) && json_object_object_length(input))
		p.arguments.p = json_print(input, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &p.arguments.n);
	return wire_add_piece(&r->w, head, &p);
}

/* Begins a block that is kept as it comes. What a person cannot see of it is named. */
static int32_t begin_other(struct an_reply *r, hn_str type, struct json_object *block)
{
	(void)wire_has_room(&r->w, wire_words(block).n);
	if (!str_is(type, "redacted_thinking"))
		wire_beside_name(&r->w.beside.told, "a block of the type ", type, "");
	return 0;
}

/* Begins a block, with what it holds already. */
static int32_t begin_block(struct an_reply *r, const hn_http_response *head, int64_t index, struct json_object *block)
{
	hn_str type = wire_text(wire_member(block, "type"));
	close_block(&r->open);
	if (str_is(type, "text"))
		return wire_emit_text(&r->w, HN_EV_TEXT, wire_text(wire_member(block, "text")));
	if (str_is(type, "tool_use"))
		return begin_call(r, head, index, block);
	if (!type.n || !json_object_is_type(block, json_type_object))
		return 0;
	wire_replace(&r->open.type, type);
	r->open.start = json_object_get(block);
	r->w.came.pieces++;
	if (!str_is(type, "thinking"))
		return begin_other(r, type, block);
	keep(r, &r->open.signature, wire_text(wire_member(block, "signature")));
	return read_thought(r, wire_text(wire_member(block, "thinking")));
}

/* Ends a block: what is kept goes out here, and so does a call whose arguments are complete. */
static int32_t end_block(struct an_reply *r, int64_t index)
{
	if (r->open.type.n) {
		int32_t rc = emit_kept(r);
		close_block(&r->open);
		return rc;
	}
	struct wire_call *call = index == WIRE_NO_INDEX ? NULL : wire_call_at(&r->w.calls, index);
	if (!call || (call->arguments.n && !wire_is_object(buf_str(&call->arguments))))
		return 0;
	return wire_emit_call(&r->w, call, 0);
}

/* ---- what is said about the reply ---- */

/* Reads a usage object: what it states replaces what was stated before, and what it does not state stays. begins: the
 * reply does, so what it says of the output says nothing. */
static int32_t read_usage(struct an_reply *r, struct json_object *usage, int begins)
{
	hn_usage all;
	if (!json_object_is_type(usage, json_type_object))
		return 0;
	json_object_object_foreach(usage, key, value)
	{
		int known = wire_member(r->usage, key) != NULL, room = json_object_object_length(r->usage) < COUNTS_MOST;
		if (value && (known || room) && !(begins && str_begins(str_of(key), "output_tokens")))
			json_set(r->usage, key, json_object_get(value));
	}
	return wire_usage(r->usage, &all) ? wire_emit_usage(&r->w, &all) : 0;
}

/* Reads why the reply ended: in a message, or in the delta of one. */
static void read_end(struct an_reply *r, struct json_object *o)
{
	struct json_object *why = wire_member(o, "stop_details");
	wire_set_word(&r->w, wire_text(wire_member(o, "stop_reason")));
	if (!why)
		return;
	json_object_put(r->why);
	r->why = json_object_get(why);
}

/* ---- events ---- */

static int32_t on_start(struct an_reply *r, const hn_http_response *head, struct json_object *event)
{
	struct json_object *message = wire_member(event, "message");
	(void)head;
	int32_t rc = wire_emit_model(&r->w, wire_text(wire_member(message, "model")), (hn_str){ NULL, 0 });
	return rc ? rc : read_usage(r, wire_member(message, "usage"), 1);
}

static int32_t on_block_start(struct an_reply *r, const hn_http_response *head, struct json_object *event)
{
	return begin_block(r, head, index_of(event), wire_member(event, "content_block"));
}

static int32_t on_block_stop(struct an_reply *r, const hn_http_response *head, struct json_object *event)
{
	(void)head;
	return end_block(r, index_of(event));
}

static int32_t on_message_delta(struct an_reply *r, const hn_http_response *head, struct json_object *event)
{
	(void)head;
	read_end(r, wire_member(event, "delta"));
	r->w.ending = r->w.word.n > 0;
	return read_usage(r, wire_member(event, "usage"), 0);
}

static int32_t on_message_stop(struct an_reply *r, const hn_http_response *head, struct json_object *event)
{
	(void)head;
	(void)event;
	r->w.done = 1;
	return HN_ENOUGH;
}

/* A reply that came whole. */
static int32_t on_message(struct an_reply *r, const hn_http_response *head, struct json_object *message)
{
	struct json_object *content = wire_member(message, "content");
	size_t n = json_object_is_type(content, json_type_array) ? json_object_array_length(content) : 0;
	int32_t rc = wire_emit_model(&r->w, wire_text(wire_member(message, "model")), (hn_str){ NULL, 0 });
	rc = rc ? rc : wire_emit_text(&r->w, HN_EV_TEXT, wire_text(content)); /* where it is a string */
	for (size_t i = 0; !rc && i < n; i++) {
		rc = begin_block(r, head, (int64_t)i, json_object_array_get_idx(content, i));
		rc = rc ? rc : end_block(r, (int64_t)i);
	}
	read_end(r, message);
	r->w.done = 1;
	return rc ? rc : read_usage(r, wire_member(message, "usage"), 0);
}

static const struct {
	const char *type;
	int32_t (*read)(struct an_reply *, const hn_http_response *, struct json_object *event);
} events[] = {
	{ "message_start", on_start },
	{ "content_block_start", on_block_start },
	{ "content_block_delta", read_delta },
	{ "content_block_stop", on_block_stop },
	{ "message_delta", on_message_delta },
	{ "message_stop", on_message_stop },
	{ "message", on_message },
};

static int32_t read_document(struct wire_reply *w, const hn_http_response *head, uint32_t kind, hn_str event,
	struct json_object *document)
{
	struct an_reply *r = (struct an_reply *)w;
	hn_str type = wire_text(wire_member(document, "type"));
	unsigned pieces = w->came.pieces;
	if (wire_find_error(document, wire_is_fault(event)))
		return wire_read_failure(w, head, document);
	for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
		if (!str_is(type, events[i].type))
			continue;
		w->came.answers++;
		int32_t rc = events[i].read(r, head, document);
		if (w->came.pieces > pieces)
			wire_forget_remarks(w);
		return rc;
	}
	/* a type that is unknown may be one of a later version */
	if (!type.n || kind != HN_DATA_EVENT || wire_is_fault(type))
		wire_keep_remark(w, event, document);
	return 0;
}

/* Says why the model refused, in the server's words. */
static int32_t complete(struct wire_reply *w)
{
	struct an_reply *r = (struct an_reply *)w;
	struct wire_message m = { .max = 500 };
	hn_str why = wire_text(wire_member(r->why, "explanation")), category = wire_text(wire_member(r->why, "category"));
	hn_str better = wire_text(wire_member(r->why, "recommended_model"));
	if (!why.n && !category.n)
		return 0;
	wire_says(&m, "the model refused");
	if (category.n) {
		wire_says(&m, " (");
		wire_say(&m, category);
		wire_says(&m, ")");
	}
	if (why.n) {
		wire_says(&m, ": ");
		wire_say(&m, why);
	}
	if (better.n) {
		wire_says(&m, "; the server recommends the model ");
		wire_say(&m, better);
	}
	return wire_emit_notice(w, wire_said(&m));
}
