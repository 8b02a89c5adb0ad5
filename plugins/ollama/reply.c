/* SPDX-License-Identifier: MIT */
/*
 * reply: reads the documents of a reply. Each holds a piece of the message; the last one says so, and has the
 * counts. An error is a document, too, whatever came before it.
 */
#include "ollama.h"

#include "util/json.h"
#include "util/said.h"

#define LOAD_TOLD 1000      /* ms that a model took to load, from which on the log has it */

/* ---- text ---- */

/* Emits the thoughts that were kept, before what they led to. */
static int32_t emit_thought(struct ollama_reply *r)
{
	return wire_emit_thought(&r->w, OLLAMA_THOUGHT);
}

static int32_t read_thinking(struct ollama_reply *r, hn_str text)
{
	text = wire_join(&r->w, HN_EV_REASONING, text);
	wire_keep_thought(&r->w, text);
	return wire_emit_joined(&r->w, HN_EV_REASONING, text);
}

static int32_t put_text(struct ollama_reply *r, hn_str text)
{
	int32_t rc = text.n ? emit_thought(r) : 0;
	return rc ? rc : wire_emit_text(&r->w, HN_EV_TEXT, text);
}

/* As wire_think_put. A model that the server does not know to think writes its thoughts into the content, between
 * tags. */
static int32_t put_content(void *reply, int thought, hn_str piece)
{
	return thought ? read_thinking(reply, piece) : put_text(reply, piece);
}

static int32_t read_content(struct ollama_reply *r, uint32_t kind, hn_str text)
{
	if (kind == HN_DATA_WHOLE)
		wire_think_begin(&r->think, text);
	return wire_think_feed(&r->think, text, put_content, r);
}

/* ---- calls ---- */

/* Reads one call. It comes whole; its index often says nothing, and older servers give it no id. */
static int32_t read_call(struct ollama_reply *r, const hn_http_response *head, struct json_object *call)
{
	struct json_object *f = wire_member(call, "function");
	int64_t place = (int64_t)r->w.calls.n;
	struct wire_piece piece = { .index = place,
		.id = wire_text(wire_member(call, "id")),
		.name = wire_text(wire_member(f, "name")),
		.arguments = wire_words(wire_member(f, "arguments")),
		.first = r->w.calls.n };
	if (!f)
		return 0;
	int32_t rc = emit_thought(r);
	rc = rc ? rc : wire_add_piece(&r->w, head, &piece);
	struct wire_call *made = rc ? NULL : wire_call_at(&r->w.calls, place);
	return made ? wire_emit_call(&r->w, made, 0) : rc;
}

static int32_t read_calls(struct ollama_reply *r, const hn_http_response *head, struct json_object *calls)
{
	int32_t rc = 0;
	size_t n = json_object_is_type(calls, json_type_array) ? json_object_array_length(calls) : 0;
	for (size_t i = 0; !rc && i < n; i++)
		rc = read_call(r, head, json_object_array_get_idx(calls, i));
	return rc;
}

/* Reads a piece of the message. What imitates this API has thoughts by the name that others gave them. */
static int32_t read_message(struct ollama_reply *r, const hn_http_response *head, uint32_t kind, struct json_object *message)
{
	hn_str thought = wire_text(wire_member(message, "thinking"));
	int32_t rc = read_thinking(r, thought.n ? thought : wire_text(wire_member(message, "reasoning_content")));
	rc = rc ? rc : read_content(r, kind, wire_text(wire_member(message, "content")));
	if (wire_first(wire_member(message, "images")))
		wire_beside_name(&r->w.beside.told, "an image", (hn_str){ NULL, 0 }, "");
	return rc ? rc : read_calls(r, head, wire_member(message, "tool_calls"));
}

/* ---- the end ---- */

/* Logs how long the user waited for the model; the server counts in ns. */
static void log_load(const struct ollama_reply *r, struct json_object *document)
{
	struct json_object *v = wire_member(document, "load_duration");
	int64_t ms = json_object_is_type(v, json_type_int) ? json_object_get_int64(v) / 1000000 : 0;
	if (ms >= LOAD_TOLD)
		wire_log(&r->w.to, "the server took %lld ms to load the model", (long long)ms);
}

/* Reads a count. One of 0 says nothing, since the server leaves it out; nor can it be true where something came. */
static int64_t count(struct json_object *document, const char *key, int came)
{
	int64_t n = wire_count(wire_member(document, key));
	return n || !came ? n : -1;
}

/* Reads the last document. */
static int32_t read_end(struct ollama_reply *r, struct json_object *document)
{
	hn_usage usage = { .struct_size = sizeof usage,
		.prompt = count(document, "prompt_eval_count", 1),
		.completion = count(document, "eval_count", r->w.came.pieces > 0),
		.cached = -1,
		.cache_write = -1,
		.reasoning = -1,
		.cost = -1 };
	hn_str word = wire_text(wire_member(document, "done_reason"));
	wire_set_word(&r->w, word.n ? word : str_of("stop")); /* older servers give no reason */
	r->w.done = 1;
	log_load(r, document);
	int32_t rc = usage.prompt >= 0 || usage.completion >= 0 ? wire_emit_usage(&r->w, &usage) : 0;
	return rc ? rc : ollama_tell_full(&r->w, r->num_ctx, usage.prompt, usage.completion, wire_finish_of(r->w.word));
}

/* Reads one document: a piece, the last one, or an error. */
static int32_t read_document(struct wire_reply *w, const hn_http_response *head, uint32_t kind, hn_str event,
	struct json_object *document)
{
	struct ollama_reply *r = (struct ollama_reply *)w;
	struct json_object *message = wire_member(document, "message");
	int done = wire_is_true(wire_member(document, "done"));
	if (wire_find_error(document, 0))
		return wire_read_failure(w, head, document);
	if (!done && !json_object_is_type(message, json_type_object)) {
		wire_keep_remark(w, event, document);
		return 0;
	}
	w->came.answers++;
	wire_forget_remarks(w);
	int32_t rc = wire_emit_model(w, wire_text(wire_member(document, "model")), wire_text(wire_member(document, "remote_host")));
	rc = rc ? rc : read_message(r, head, kind, message);
	if (!rc && (done || kind == HN_DATA_WHOLE))
		rc = read_end(r, document);
	return rc ? rc : done ? HN_ENOUGH : 0;
}

/* Nothing more comes: emits what may have become a tag. */
static int32_t rest(struct wire_reply *w, const hn_http_response *head)
{
	struct ollama_reply *r = (struct ollama_reply *)w;
	(void)head;
	return wire_think_end(&r->think, put_content, r);
}

/* What began as a thought and was not closed is the reply, unless a limit ended it. */
static int32_t complete(struct wire_reply *w)
{
	struct ollama_reply *r = (struct ollama_reply *)w;
	hn_str block = wire_think_open(&r->think);
	int is_cut = wire_finish_of(w->word) == HN_FINISH_LENGTH;
	int32_t rc = block.n && !is_cut ? put_text(r, block) : 0;
	return rc ? rc : emit_thought(r);
}

/* A prompt that does not fit the room which hobnob estimated gets more of it: the model's window may be larger. */
static uint32_t refused(struct wire_reply *w, struct json_object *document, int32_t status)
{
	struct json_object *error = wire_find_error(document, 1);
	int long_prompt = wire_kind(error, w->to.http->code_of_status(status), 0) == HN_ERR_CONTEXT_TOO_LONG;
	return long_prompt ? w->to.sent & OLLAMA_ROOM : 0;
}

void ollama_reply_begin(struct ollama_reply *r, const struct wire_host *to, int64_t num_ctx)
{
	static const struct wire_reader reader = { .document = read_document, .rest = rest, .complete = complete, .refused = refused };
	*r = (struct ollama_reply){ .num_ctx = num_ctx };
	wire_reply_begin(&r->w, to, &reader);
}

void ollama_reply_free(struct ollama_reply *r)
{
	wire_think_free(&r->think);
}
