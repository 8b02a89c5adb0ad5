/* SPDX-License-Identifier: MIT */
/*
 * reply: reads a response, event by event or whole.
 *
 * A response is a list of items, and each event belongs to one of them. Servers tell which one by its place in
 * the list, by its id, by both, or not at all. Pieces are emitted as they come. What came in no piece is read
 * when its item ends, and what never ended when the response does: so a whole response is read as a stream of
 * one event.
 */
#include "responses.h"

#include <stdlib.h>
#include <string.h>

#include "util/json.h"
#include "util/mem.h"
#include "wire/words.h"

#define ITEMS_MOST 4096

/* ---- items ---- */

/* Says whether what is known of an item fits. One of which nothing is known may be any. */
static int is_it(const struct responses_item *item, int64_t index, hn_str id)
{
	if (item->index >= 0 && index >= 0)
		return item->index == index;
	return item->id.n && id.n ? wire_same(item->id, id) : item->index < 0 && !item->id.n;
}

/* Gives the item of an event, a new one if need be; the last one where the event does not say. NULL: there
 * are more than are read. */
static struct responses_item *item_at(struct responses_reply *r, int64_t index, hn_str id)
{
	if (index < 0 && !id.n && r->n_items)
		return &r->items[r->n_items - 1];
	for (size_t i = r->n_items; i > 0; i--)
		if (is_it(&r->items[i - 1], index, id))
			return &r->items[i - 1];
	if (r->n_items == ITEMS_MOST)
		return NULL;
	r->items = xrealloc(r->items, (r->n_items + 1) * sizeof *r->items);
	struct responses_item *item = &r->items[r->n_items++];
	*item = (struct responses_item){ .index = index };
	wire_replace(&item->id, id);
	return item;
}

static int64_t index_of(struct json_object *event)
{
	struct json_object *index = wire_member(event, "output_index");
	return json_object_is_type(index, json_type_int) ? json_object_get_int64(index) : -1;
}

static struct responses_item *item_of(struct responses_reply *r, struct json_object *event)
{
	struct json_object *item = wire_member(event, "item");
	return item_at(r, index_of(event), wire_text(item ? wire_member(item, "id") : wire_member(event, "item_id")));
}

static int32_t fail_many(struct responses_reply *r, const hn_http_response *head)
{
	return wire_fail_protocol(&r->wire.to, head, "the reply holds more items than are read", (hn_str){ NULL, 0 });
}

/* ---- pieces ---- */

/* Takes the piece of an event, and notes that its item comes in pieces; 0, or fail(). */
static int32_t take(struct responses_reply *r, const hn_http_response *head, struct json_object *event, uint32_t type, hn_str *piece)
{
	*piece = wire_text(wire_member(event, "delta"));
	struct responses_item *item = piece->n ? item_of(r, event) : NULL;
	if (!item)
		return piece->n ? fail_many(r, head) : 0;
	item->came |= 1u << type;
	return 0;
}

static int32_t read_text(struct responses_reply *r, const hn_http_response *head, struct json_object *event)
{
	hn_str piece;
	int32_t rc = take(r, head, event, HN_EV_TEXT, &piece);
	return rc ? rc : responses_text(r, piece, 0);
}

static int32_t read_refusal(struct responses_reply *r, const hn_http_response *head, struct json_object *event)
{
	hn_str piece;
	int32_t rc = take(r, head, event, HN_EV_TEXT, &piece);
	return rc ? rc : responses_text(r, piece, 1);
}

/* Takes a text that came in no piece, at its end; an item may hold several. */
static int32_t read_text_end(struct responses_reply *r, const hn_http_response *head, struct json_object *event)
{
	struct json_object *refusal = wire_member(event, "refusal");
	hn_str text = wire_text(refusal ? refusal : wire_member(event, "text"));
	struct responses_item *item = text.n ? item_of(r, event) : NULL;
	if (!item)
		return text.n ? fail_many(r, head) : 0;
	if (item->came & 1u << HN_EV_TEXT && !(item->came & RESPONSES_BY_ENDS))
		return 0;
	item->came |= 1u << HN_EV_TEXT | RESPONSES_BY_ENDS;
	return responses_text(r, text, refusal != NULL);
}

static int32_t read_thought(struct responses_reply *r, const hn_http_response *head, struct json_object *event)
{
	hn_str piece;
	int32_t rc = take(r, head, event, HN_EV_REASONING, &piece);
	uint32_t from = wire_member(event, "summary_index") ? RESPONSES_OF_SUMMARY : RESPONSES_OF_CONTENT;
	return rc ? rc : responses_thought(r, from, piece);
}

static int32_t read_thought_part(struct responses_reply *r, const hn_http_response *head, struct json_object *event)
{
	(void)head, (void)event;
	r->thought.gap = 1;
	return 0;
}

static int32_t read_arguments(struct responses_reply *r, const hn_http_response *head, struct json_object *event)
{
	struct wire_piece p = { .index = index_of(event), .arguments = wire_text(wire_member(event, "delta")) };
	return wire_add_piece(&r->wire, head, &p);
}

static int32_t read_item_begin(struct responses_reply *r, const hn_http_response *head, struct json_object *event)
{
	struct responses_item *item = item_of(r, event);
	return item ? responses_item_begin(r, head, item, wire_member(event, "item")) : fail_many(r, head);
}

static int32_t read_item_end(struct responses_reply *r, const hn_http_response *head, struct json_object *event)
{
	struct responses_item *item = item_of(r, event);
	return item ? responses_item_end(r, head, item, wire_member(event, "item")) : fail_many(r, head);
}

/* ---- errors ---- */

/* Why a server cannot read the items that came back, as all the words that have to stand beside each other. */
static const struct { const char *what, *why; } unreadable[] = {
	{ "encrypted_content", "verif* decrypt* decod* invalid pars* expired" },
	{ "item items", "not_found not_persisted without" },
};

/* Says whether an error is about the response that the request named. */
static int names_previous(const struct responses_reply *r, const struct wire_message *said, hn_str words)
{
	return wire_names(words, "previous_response* previous_response_id") != NULL ||
	       (r->previous.n && memmem(said->p, said->n, r->previous.p, r->previous.n));
}

/* A response that is gone, and items that the server cannot read, come under several statuses. */
static uint32_t refused(struct wire_reply *w, struct json_object *document, int32_t status)
{
	const struct responses_reply *r = (void *)w;
	struct json_object *error = wire_find_error(document, 1);
	struct wire_said said = { 0 };
	if (status != 400 && status != 404 && status != 422)
		return 0;
	wire_read_said(&said, error);
	hn_str words = { said.words.p, said.words.n };
	if (w->to.sent & RESPONSES_PREVIOUS && names_previous(r, &said.text, words))
		return RESPONSES_PREVIOUS;
	for (size_t i = 0; w->to.sent & RESPONSES_ITEMS && i < sizeof unreadable / sizeof *unreadable; i++)
		if (wire_names(words, unreadable[i].what) && wire_names(words, unreadable[i].why))
			return RESPONSES_ITEMS;
	return 0;
}

/* Fails for an error in the place of a reply, or remembers that it is such a refusal: some servers begin to answer
 * before they look. */
static int32_t fail(struct responses_reply *r, const hn_http_response *head, struct json_object *document)
{
	if (!r->wire.came.pieces)
		r->wire.refused = refused(&r->wire, document, 400);
	return r->wire.refused ? HN_ENOUGH : wire_read_failure(&r->wire, head, document);
}

/* ---- the response ---- */

/* Reads who answers, and what it follows. */
static int32_t read_response(struct responses_reply *r, struct json_object *response)
{
	hn_str id = wire_text(wire_member(response, "id"));
	if (id.n && !wire_same(id, r->id))
		wire_replace(&r->id, id);
	r->continues |= wire_same(wire_text(wire_member(response, "previous_response_id")), r->previous);
	return wire_emit_model(&r->wire, wire_text(wire_member(response, "model")), (hn_str){ NULL, 0 });
}

static int32_t read_begin(struct responses_reply *r, const hn_http_response *head, struct json_object *event)
{
	(void)head;
	return read_response(r, wire_member(event, "response"));
}

static int32_t read_usage(struct responses_reply *r, struct json_object *response)
{
	hn_usage usage;
	return wire_usage(wire_member(response, "usage"), &usage) ? wire_emit_usage(&r->wire, &usage) : 0;
}

/* Reads the items that have not ended. */
static int32_t read_output(struct responses_reply *r, const hn_http_response *head, struct json_object *response)
{
	struct json_object *output = wire_member(response, "output");
	size_t n = json_object_is_type(output, json_type_array) ? json_object_array_length(output) : 0;
	int32_t rc = 0;
	for (size_t i = 0; !rc && i < n; i++) {
		struct json_object *o = json_object_array_get_idx(output, i);
		struct responses_item *item = item_at(r, (int64_t)i, wire_text(wire_member(o, "id")));
		rc = item ? responses_item_end(r, head, item, o) : fail_many(r, head);
	}
	return rc;
}

/* Gives the word for the end of a response: why it is not complete, else its status. */
static hn_str end_word(const struct responses_reply *r, struct json_object *response, hn_str status)
{
	hn_str said = wire_text(wire_member(response, "status"));
	hn_str why = wire_text(wire_path(response, "incomplete_details.reason"));
	status = said.n ? said : status;
	if (why.n)
		return why;
	return str_is(status, "completed") && r->refuses ? str_of("refusal") : status;
}

/* Fails for a response that says that it failed. Its other members are not words about that. */
static int32_t fail_response(struct responses_reply *r, const hn_http_response *head, struct json_object *response)
{
	struct json_object *error = wire_member(response, "error"), *document = json_new_object();
	if (error)
		json_set(document, "error", json_object_get(error));
	else
		json_set(document, "error", wire_string(str_of("the response failed, and the server does not say why")));
	int32_t rc = fail(r, head, document);
	json_object_put(document);
	return rc;
}

/* Reads a response at its end; status: how it ended, if it does not say so itself. */
static int32_t read_end(struct responses_reply *r, const hn_http_response *head, struct json_object *response, const char *status)
{
	int32_t rc = read_response(r, response);
	hn_str said = wire_text(wire_member(response, "status"));
	rc = rc ? rc : read_output(r, head, response);
	rc = rc ? rc : read_usage(r, response);
	if (!rc && (str_is(said, "failed") || str_is(str_of(status), "failed")))
		return fail_response(r, head, response);
	if (rc || str_is(said, "in_progress") || str_is(said, "queued"))
		return rc;
	wire_set_word(&r->wire, end_word(r, response, str_of(status)));
	r->wire.ending = r->wire.done = 1;
	return 0;
}

static int32_t read_completed(struct responses_reply *r, const hn_http_response *head, struct json_object *event)
{
	return read_end(r, head, wire_member(event, "response"), "completed");
}

static int32_t read_incomplete(struct responses_reply *r, const hn_http_response *head, struct json_object *event)
{
	return read_end(r, head, wire_member(event, "response"), "incomplete");
}

static int32_t read_failed(struct responses_reply *r, const hn_http_response *head, struct json_object *event)
{
	return read_end(r, head, wire_member(event, "response"), "failed");
}

/* ---- documents ---- */

/* Events by their type; the others are passed over. */
static const struct event {
	const char *type;
	int32_t (*read)(struct responses_reply *, const hn_http_response *, struct json_object *event);
} events[] = {
	{ "response.created", read_begin },
	{ "response.in_progress", read_begin },
	{ "response.output_item.added", read_item_begin },
	{ "response.output_text.delta", read_text },
	{ "response.output_text.done", read_text_end },
	{ "response.refusal.delta", read_refusal },
	{ "response.refusal.done", read_text_end },
	{ "response.reasoning_summary_part.added", read_thought_part },
	{ "response.reasoning_summary_text.delta", read_thought },
	{ "response.reasoning_text.delta", read_thought },
	{ "response.function_call_arguments.delta", read_arguments },
	{ "response.output_item.done", read_item_end },
	{ "response.completed", read_completed },
	{ "response.incomplete", read_incomplete },
	{ "response.failed", read_failed },
};

static int32_t read_event(struct responses_reply *r, const hn_http_response *head, hn_str type, struct json_object *event)
{
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		if (str_is(type, events[i].type))
			return events[i].read(r, head, event);
	return 0;
}

/* Says whether a document is a whole response. */
static int is_response(struct json_object *document)
{
	return str_is(wire_text(wire_member(document, "object")), "response") ||
	       json_object_is_type(wire_member(document, "output"), json_type_array);
}

/* Reads what belongs to a response. */
static int32_t read_ours(struct responses_reply *r, const hn_http_response *head, hn_str type, struct json_object *document)
{
	unsigned pieces = r->wire.came.pieces;
	r->wire.came.answers++;
	int32_t rc = str_begins(type, "response.") ? read_event(r, head, type, document)
						    : read_end(r, head, document, "completed");
	if (r->wire.came.pieces > pieces)
		wire_forget_remarks(&r->wire);
	return rc;
}

static int32_t read_document(struct wire_reply *w, const hn_http_response *head, uint32_t kind, hn_str event,
	struct json_object *document)
{
	struct responses_reply *r = (void *)w;
	hn_str type = wire_text(wire_member(document, "type"));
	(void)kind;
	type = type.n ? type : event;
	if (str_begins(type, "response.") || is_response(document))
		return read_ours(r, head, type, document);
	if (wire_find_error(document, wire_is_fault(type)))
		return fail(r, head, document);
	wire_keep_remark(w, type, document);
	return 0;
}

/* ---- the end ---- */

/* Emits the id by which the next request may go on, and says where this one could not. */
static int32_t complete(struct wire_reply *w)
{
	static const char ignored[] = "the server did not go on from the response that hobnob named, so the model saw only the "
				      "last message: set chain to false";
	struct responses_reply *r = (void *)w;
	int32_t rc = r->previous.n && !r->continues ? wire_emit_notice(w, str_of(ignored)) : 0;
	return rc || !r->chain || !r->id.n ? rc : wire_emit_opaque(w, RESPONSES_ID, r->id);
}

void responses_begin(struct responses_reply *r, const struct wire_host *to)
{
	static const struct wire_reader reader = { .document = read_document, .complete = complete, .refused = refused };
	*r = (struct responses_reply){ .place = { .begins = 1 } };
	wire_reply_begin(&r->wire, to, &reader);
}

void responses_free(struct responses_reply *r)
{
	for (size_t i = 0; i < r->n_items; i++)
		wire_replace(&r->items[i].id, (hn_str){ NULL, 0 });
	free(r->items);
	wire_replace(&r->id, (hn_str){ NULL, 0 });
	wire_replace(&r->place.phase, (hn_str){ NULL, 0 });
}
