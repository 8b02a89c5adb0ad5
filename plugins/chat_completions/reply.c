/* SPDX-License-Identifier: MIT */
/*
 * reply: reads the answer, chunk by chunk or whole, and emits it.
 *
 * A reply is complete by [DONE], by a finish reason, or because it came as one document. The reader
 * skips what is missing, null or of the wrong type; only an event that begins as JSON and is not
 * valid, and an error, end the call. Everything is read once, so the time is linear in the input.
 */
#include "parts.h"

#include <string.h>

#include "util/json.h"
#include "util/said.h"

#define DONE "[DONE]"

void cc_reply_begin(struct cc_reply *r, const struct wire_host *to, uint32_t sent)
{
	*r = (struct cc_reply){
		.to = *to,
		.sent = sent,
		.text = {
			.growth = { .all = BUF(BUF_NO_CAP), .held = BUF(BUF_NO_CAP) },
			.joined = BUF(BUF_NO_CAP),
		},
		.reasoning = { .thought = BUF(BUF_NO_CAP) },
		.shown = { .state = sent & WIRE_SEVERAL ? CC_SHOWN_FIRST : CC_SHOWN_UNKNOWN },
	};
}

int32_t cc_emit_text(struct cc_reply *r, uint32_t type, hn_str text)
{
	uint32_t *half = &r->text.halves[type == HN_EV_REASONING];
	text = wire_join_halves(half, text, &r->text.joined);
	hn_event e = { .struct_size = sizeof e, .type = type, .text = text };
	r->came.pieces += text.n || *half;
	r->tally.unreported |= text.n > 0;
	if (type == HN_EV_REASONING && r->reasoning.from == CC_FROM_TEXT)
		cc_keep_thought(r, text);
	int32_t rc = type == HN_EV_TEXT && text.n ? cc_emit_thought(r) : 0;
	return rc || !text.n ? rc : r->to.host->emit(r->to.call, &e);
}

int32_t cc_put_content(void *reply, int reasoning, hn_str piece)
{
	return cc_emit_text(reply, reasoning ? HN_EV_REASONING : HN_EV_TEXT, piece);
}

int32_t cc_read_text(struct cc_reply *r, hn_str piece)
{
	return cc_think_feed(&r->text.think, piece, cc_put_content, r);
}

/* Emits who answers, whenever that is news. */
static int32_t read_model(struct cc_reply *r, struct json_object *chunk)
{
	hn_str model = wire_text(wire_member(chunk, "model"));
	hn_str upstream = wire_text(wire_member(chunk, "provider"));
	int same = wire_same(model, r->by.model);
	if (!model.n || (same && (!upstream.n || wire_same(upstream, r->by.upstream))))
		return 0;
	wire_replace(&r->by.model, model);
	wire_replace(&r->by.upstream, upstream);
	hn_event e = {
		.struct_size = sizeof e, .type = HN_EV_MODEL, .text = r->by.model, .name = r->by.upstream
	};
	return r->to.host->emit(r->to.call, &e);
}

/* Emits usage, if the object says anything. */
static int32_t read_usage(struct cc_reply *r, struct json_object *object)
{
	hn_usage usage;
	if (!cc_usage(object, &usage))
		return 0;
	cc_usage_add(&r->tally, &usage, r->tally.unreported, &usage);
	usage_say(&usage);
	r->tally.unreported = 0;
	hn_event e = { .struct_size = sizeof e, .type = HN_EV_USAGE, .usage = &usage };
	return r->to.host->emit(r->to.call, &e);
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
	r->reasoning.details_cost += wire_cost(r->document);
	if (r->reasoning.details_cost <= CC_DETAILS_CAP)
		return 1;
	wire_log(&r->to, "the reply holds more reasoning_details than are kept");
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
		return wire_fail_protocol(&r->to, head,
			"the server ended the reply with an error and gave no reason",
			(hn_str){ NULL, 0 });
	}
	r->finish.is_null |= !finish;
	r->finish.is_empty = json_object_is_type(finish, json_type_string) && !word.n;
	if (!wire_is_unfinished(word) && !wire_same(word, r->finish.word))
		wire_replace(&r->finish.word, word);
	return 0;
}

/* Reads the choice that is shown, except how it ends. */
static int32_t read_choice(
	struct cc_reply *r, const hn_http_response *head, uint32_t kind, struct json_object *choice)
{
	struct json_object *message = wire_member(choice, "message");
	struct json_object *delta = wire_member(choice, "delta");
	unsigned pieces = r->came.pieces;
	int32_t rc = 0;
	delta = delta ? delta : message;
	if (kind == HN_DATA_WHOLE && message)
		cc_think_begin(&r->text.think, wire_text(wire_member(message, "content")));
	if (delta) {
		cc_beside_read(&r->stray.beside, delta);
		rc = read_reasoning(r, delta);
		rc = rc ? rc : read_content(r, delta);
		rc = rc ? rc : cc_read_pictures(r, delta);
		rc = rc ? rc : cc_read_calls(r, head, delta);
	} else {
		rc = cc_read_text(r, wire_text(wire_member(choice, "text")));
	}
	r->came.choices++;
	/* text after a finish reason: there the word does not mean the end */
	r->finish.goes_on |= r->finish.word.n && r->came.pieces > pieces;
	r->done |= kind == HN_DATA_WHOLE && message;
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

/* Fails for an error that stands in a document, or remembers that it refuses how it was asked. */
static int32_t read_failure(
	struct cc_reply *r, const hn_http_response *head, struct json_object *document)
{
	if (!r->came.choices)
		r->refused = wire_refused_stream(document, r->sent);
	return r->refused ? HN_ENOUGH : wire_fail_document(&r->to, head, document);
}

/* Forgets what was said without being a reply: the reply went on after it. */
static void forget_remarks(struct cc_reply *r)
{
	json_object_put(r->stray.remark);
	r->stray.remark = NULL;
	r->stray.says = 0;
	wire_replace(&r->stray.noise, (hn_str){ NULL, 0 });
}

/* Keeps a document without a reply: it says why none comes, or no more of it. */
static void keep_remark(struct cc_reply *r, hn_str event, struct json_object *document)
{
	int says = wire_says_something(document, event);
	if (!says && (r->stray.remark || r->came.choices))
		return;
	json_object_put(r->stray.remark);
	r->stray.remark = json_object_get(document);
	r->stray.says = says;
}

/* Reads one document: a chunk, a whole reply, or an error. What stands beside an error was
 * written before it, and may be billed. */
static int32_t read_document(struct cc_reply *r, const hn_http_response *head, uint32_t kind,
	hn_str event, struct json_object *document)
{
	int failed = wire_find_error(document, wire_is_fault(event)) != NULL;
	struct json_object *before = NULL;
	struct json_object *choice = cc_shown_choice(&r->shown, document, kind == HN_DATA_WHOLE, &before);
	unsigned pieces = r->came.pieces;
	size_t held = r->text.growth.held.n;
	int32_t rc = read_held(r, head, before);
	rc = rc ? rc : read_model(r, document);
	r->came.documents++;
	rc = rc || !choice ? rc : read_choice(r, head, kind, choice);
	rc = rc ? rc : read_usage(r, wire_path(document, "x_groq.usage"));
	rc = rc ? rc : read_usage(r, wire_member(document, "usage"));
	if (failed)
		return rc ? rc : read_failure(r, head, document);
	if (r->came.pieces > pieces || r->text.growth.held.n > held)
		forget_remarks(r);
	if (!choice)
		keep_remark(r, event, document);
	return rc || !choice ? rc : read_finish(r, head, choice);
}

/* Parses the document that data begins with and removes it; NULL if it is not valid. */
static struct json_object *parse(struct cc_reply *r, hn_str *data)
{
	size_t used;
	struct json_object *o = json_read_loose(*data, &used);
	if (!o)
		return NULL;
	r->document = (hn_str){ data->p, used };
	*data = (hn_str){ data->p + used, data->n - used };
	return o;
}

/* Says whether data holds a control character that no text has. */
static int is_binary(hn_str data)
{
	for (size_t i = 0; i < data.n; i++)
		if ((unsigned char)data.p[i] < 0x20 && !strchr("\t\n\v\f\r\x1B", data.p[i]))
			return 1;
	return data.n && memchr(data.p, 0, data.n);
}

/* Remembers and reports what is not JSON; gateways and pings send such text. In an event of an
 * error it is that error. */
static int32_t read_noise(
	struct cc_reply *r, const hn_http_response *head, hn_str event, hn_str data)
{
	struct wire_message m = { .max = 200 };
	if (str_begins(data, "<"))
		wire_say_page(&m, data);
	else if (is_binary(data))
		wire_says(&m, "bytes that are not text");
	else
		wire_say(&m, data);
	hn_str said = wire_said(&m);
	if (wire_is_fault(event)) {
		struct json_object *words = json_new_text(data.p, data.n);
		int32_t rc = read_failure(r, head, words);
		json_object_put(words);
		return rc;
	}
	if (!r->stray.noise.n && !wire_is_ping(said))
		wire_replace(&r->stray.noise, said);
	wire_log(&r->to, "passed over what is not JSON: %.*s", (int)said.n, said.p);
	return 0;
}

/* Reads data: one document after the other, because some servers forget to separate them. */
static int32_t read_documents(
	struct cc_reply *r, const hn_http_response *head, uint32_t kind, hn_str event, hn_str data)
{
	int32_t rc = 0;
	if (wire_too_heavy(data))
		return wire_fail_protocol(&r->to, head,
			"the server sent too many values in one piece", (hn_str){ NULL, 0 });
	data = wire_trim(data);
	if (!data.n && wire_is_fault(event))
		return read_noise(r, head, event, data);
	for (; !rc && data.n; data = wire_trim(data)) {
		if (str_begins(data, "data:")) {
			data = (hn_str){ data.p + 5, data.n - 5 };
			continue;
		}
		if (str_begins(data, DONE)) {
			r->done = 1;
			return HN_ENOUGH;
		}
		/* what begins with a quotation mark may as well be a remark that quotes something */
		int quoted = data.p[0] == '"', json = quoted || data.p[0] == '{' || data.p[0] == '[';
		hn_str begin = data;
		struct json_object *document = json ? parse(r, &data) : NULL;
		if (!document && (!json || quoted))
			return read_noise(r, head, event, data);
		if (!document) {
			/* of an event that the end of the body cut off, nothing can be said */
			return kind == HN_DATA_TAIL ? 0
						    : wire_fail_protocol(&r->to, head,
							      "the server sent broken JSON", begin);
		}
		rc = read_document(r, head, kind, event, document);
		json_object_put(document);
	}
	return rc;
}

/* Reads data. HN_NEARLY after a finish reason: only usage and an end mark may follow, and not every server
 * sends those. */
static int32_t read_data(
	struct cc_reply *r, const hn_http_response *head, uint32_t kind, hn_str event, hn_str data)
{
	int32_t rc = read_documents(r, head, kind, event, data);
	return rc || !(r->finish.word.n || holds_end(r)) || r->finish.goes_on ? rc : HN_NEARLY;
}

/* Reads the body of an answer that is an error: it decides how the call ends, once the request
 * has. */
static int32_t read_error(struct cc_reply *r, const hn_http_response *head, hn_str data)
{
	hn_str body = wire_trim(data);
	if (str_begins(body, "data:"))
		body = wire_trim((hn_str){ body.p + 5, body.n - 5 });
	struct json_object *document = wire_parse(body);
	if (document)
		r->refused = wire_refused(document, head->status, r->sent);
	else if (body.n && body.p[0] != '<')
		r->refused = wire_refused_words(body, head->status, r->sent);
	if (!r->refused) {
		r->failed = document ? wire_fail_document(&r->to, head, document)
				     : wire_fail_text(&r->to, head, body);
	}
	json_object_put(document);
	return 0;
}

int32_t cc_reply_data(
	void *reply, const hn_http_response *head, uint32_t kind, hn_str event, hn_str data)
{
	struct cc_reply *r = reply;
	if (r->done)
		return HN_ENOUGH;
	if (kind == HN_DATA_ERROR_BODY)
		return r->failed || r->refused ? 0 : read_error(r, head, data);
	if (kind == HN_DATA_WHOLE) {
		hn_str body = wire_trim(data);
		r->stray.plain = !str_begins(body, "{") && !str_begins(body, "[");
		if (str_begins(body, "<"))
			return wire_fail_text(&r->to, head, body);
	}
	return read_data(r, head, kind, event, data);
}
