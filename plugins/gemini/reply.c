/* SPDX-License-Identifier: MIT */
/*
 * reply: reads an answer. A chunk of a stream has the shape of a whole answer, and holds what is new.
 *
 * A call of a function comes whole, in one part. There is no end mark: a reply ends with its finish reason.
 */
#include "gemini.h"

#include <string.h>

#include "util/json.h"

/* ---- usage ---- */

static int64_t count_of(struct json_object *usage, const char *key)
{
	return wire_count(wire_member(usage, key));
}

static int64_t or_zero(int64_t count)
{
	return count > 0 ? count : 0;
}

/* Emits what a document says of tokens. Thoughts are counted beside the answer, and what the server's own tools
 * returned beside the prompt. last: a count that is missing is 0. */
static int32_t read_usage(struct wire_reply *r, struct json_object *usage, int last)
{
	int64_t prompt = count_of(usage, "promptTokenCount"), answer = count_of(usage, "candidatesTokenCount");
	int64_t thoughts = count_of(usage, "thoughtsTokenCount");
	hn_usage u = { .struct_size = sizeof u, .prompt = -1, .completion = -1, .cached = -1, .cache_write = -1, .reasoning = thoughts, .cost = -1 };
	if (prompt < 0 && answer < 0 && thoughts < 0)
		return 0;
	if (prompt >= 0)
		u.prompt = prompt + or_zero(count_of(usage, "toolUsePromptTokenCount"));
	if (answer >= 0 || thoughts >= 0 || last)
		u.completion = or_zero(answer) + or_zero(thoughts);
	u.cached = count_of(usage, "cachedContentTokenCount");
	return wire_emit_usage(r, &u);
}

/* ---- parts ---- */

/* Keeps a part to be handed back, directly after what it is about. */
static int32_t keep(struct wire_reply *r, struct json_object *part)
{
	return wire_keep(r, GEMINI_PART, part, (hn_str){ NULL, 0 });
}

/* Keeps a signature, with what it signs in short. */
static int32_t keep_signature(struct wire_reply *r, struct json_object *part, const char *key, struct json_object *what)
{
	struct json_object *o = json_new_object();
	json_set(o, key, what);
	json_set(o, "thoughtSignature", json_object_get(wire_member(part, "thoughtSignature")));
	int32_t rc = keep(r, o);
	json_object_put(o);
	return rc;
}

static int is_signed(struct json_object *part)
{
	return wire_text(wire_member(part, "thoughtSignature")).n > 0;
}

static int is_thought(struct json_object *part)
{
	return wire_is_true(wire_member(part, "thought"));
}

/* Emits a text, or a thought. Thoughts have no place in a message: a signed one is kept whole. */
static int32_t read_text(struct wire_reply *r, struct json_object *part)
{
	uint32_t type = is_thought(part) ? HN_EV_REASONING : HN_EV_TEXT;
	hn_str text = wire_join(r, type, wire_text(wire_member(part, "text")));
	size_t n = text.n;
	int32_t rc = wire_emit_joined(r, type, text);
	if (rc || !is_signed(part))
		return rc;
	return is_thought(part) ? keep(r, part) : keep_signature(r, part, "text", json_new_int((int64_t)n));
}

/* Whether a call is in pieces, which servers send only where they are asked to. The last piece is empty. */
static int is_piece(struct json_object *call)
{
	return wire_is_true(wire_member(call, "willContinue")) || wire_member(call, "partialArgs") || !json_object_object_length(call);
}

/* Emits a call, and the whole part after it if it is signed. One in pieces is named. */
static int32_t read_call(struct wire_reply *r, const hn_http_response *head, struct json_object *part)
{
	struct json_object *call = wire_member(part, "functionCall"), *args = wire_member(call, "args");
	if (is_piece(call)) {
		if (wire_member(call, "name"))
			wire_beside_call(&r->beside, wire_text(wire_member(call, "name")));
		return 0;
	}
	struct wire_piece piece = { .index = (int64_t)r->calls.n,
		.id = wire_text(wire_member(call, "id")),
		.name = wire_text(wire_member(call, "name")),
		.arguments = args ? wire_words(args) : str_of("{}"),
		.extra = is_signed(part) ? part : NULL,
		.extra_name = GEMINI_PART,
		.first = r->calls.n };
	size_t before = r->calls.n;
	int32_t rc = wire_add_piece(r, head, &piece);
	return rc || r->calls.n == before ? rc : wire_emit_call(r, &r->calls.list[before], 0);
}

/* Emits bytes, unless they are a draft that the model thought of. */
static int32_t read_bytes(struct wire_reply *r, struct json_object *part)
{
	struct json_object *data = wire_member(part, "inlineData");
	if (is_thought(part))
		return 0;
	int32_t rc = wire_emit_bytes(r, wire_text(wire_member(data, "mimeType")), wire_text(wire_member(data, "data")));
	return rc || !is_signed(part) ? rc : keep_signature(r, part, "inlineData", json_new_object());
}

/* Names and keeps a part that hobnob has no place for, such as a program that the server ran. */
static int32_t read_other(struct wire_reply *r, struct json_object *part)
{
	static const char *const beside[] = { "thought", "thoughtSignature", "partMetadata", "videoMetadata", "mediaResolution" };
	const char *kind = NULL;
	json_object_object_foreach(part, key, value)
	{
		int known = !value;
		for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
			known |= strcmp(key, beside[i]) == 0;
		kind = known ? kind : key;
	}
	if (!kind)
		return 0;
	wire_beside_name(&r->beside.told, "a part of the kind \"", str_of(kind), "\"");
	r->came.pieces++;
	return keep(r, part);
}

static int32_t read_part(struct wire_reply *r, const hn_http_response *head, struct json_object *part)
{
	if (json_object_is_type(wire_member(part, "text"), json_type_string))
		return read_text(r, part);
	if (json_object_is_type(wire_member(part, "functionCall"), json_type_object))
		return read_call(r, head, part);
	if (wire_member(part, "inlineData"))
		return read_bytes(r, part);
	return json_object_is_type(part, json_type_object) ? read_other(r, part) : 0;
}

/* ---- the end ---- */

/* Words for the end of what is not a reply. */
static const struct {
	const char *word;
	int32_t code;
	uint32_t flags;
	const char *said;
} failures[] = {
	{ "MALFORMED_FUNCTION_CALL", HN_ERR_PROTOCOL, HN_FAIL_RETRY, "the model called a tool in a form that is not valid" },
	{ "MALFORMED_RESPONSE", HN_ERR_PROTOCOL, HN_FAIL_RETRY, "the model's reply is not valid" },
	{ "UNEXPECTED_TOOL_CALL", HN_ERR_PROTOCOL, HN_FAIL_RETRY, "the model called a tool that it was not offered" },
	{ "TOO_MANY_TOOL_CALLS", HN_ERR_PROTOCOL, HN_FAIL_FINAL, "the model called too many tools" },
	{ "MISSING_THOUGHT_SIGNATURE", HN_ERR_BAD_REQUEST, HN_FAIL_FINAL, "a call of a tool has lost its thought signature" },
	{ "PUP_LIMITED_DISABLED", HN_ERR_PERMISSION, HN_FAIL_FINAL, "the account is limited or disabled by the service's policy" },
};

/* Fails with what hobnob says, the server's word for it, and the server's own sentence. */
static int32_t fail(struct wire_reply *r, const hn_http_response *head, hn_error *e, const char *said, hn_str word, hn_str more)
{
	struct wire_message m = { 0 };
	wire_says(&m, said);
	wire_say(&m, word);
	if (more.n) {
		wire_says(&m, ": ");
		wire_say(&m, more);
	}
	e->struct_size = sizeof *e;
	e->status = head->status;
	e->retry_after_ms = -1;
	e->message = wire_said(&m);
	return r->to.host->fail(r->to.call, e);
}

/* Fails for a reply that ended with a failure. One that nothing of has come may be asked for in another way. */
static int32_t fail_end(struct wire_reply *r, const hn_http_response *head, size_t i, hn_str more)
{
	struct wire_message said = { 0 };
	hn_error e = { .code = failures[i].code, .flags = failures[i].flags };
	if (str_begins(str_of(failures[i].word), "MISSING_") && !r->came.pieces)
		r->refused = r->to.sent & GEMINI_UNSIGNED;
	if (r->refused)
		return HN_ENOUGH;
	wire_says(&said, failures[i].said);
	wire_says(&said, ", ");
	said.p[said.n] = '\0';
	return fail(r, head, &e, said.p, str_of(failures[i].word), more);
}

/* Reads how a candidate ends. The server says why it stopped early. */
static int32_t read_end(struct wire_reply *r, const hn_http_response *head, struct json_object *candidate)
{
	hn_str word = wire_text(wire_member(candidate, "finishReason"));
	hn_str said = wire_text(wire_member(candidate, "finishMessage"));
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
		if (str_is(word, failures[i].word))
			return fail_end(r, head, i, said);
	wire_set_word(r, word);
	r->ending = r->word.n > 0;
	return said.n && wire_finish_of(word) != HN_FINISH_STOP ? wire_emit_notice(r, said) : 0;
}

/* Fails for a prompt that is not answered. */
static int32_t fail_blocked(struct wire_reply *r, const hn_http_response *head, struct json_object *feedback)
{
	hn_error e = { .code = HN_ERR_CONTENT_FILTER, .flags = HN_FAIL_FINAL };
	return fail(r, head, &e, "prompt blocked: ", wire_text(wire_member(feedback, "blockReason")),
		wire_text(wire_member(feedback, "blockReasonMessage")));
}

/* ---- documents ---- */

/* The candidate that is shown: the first one, which may have no number; or NULL. */
static struct json_object *shown_candidate(struct json_object *document)
{
	struct json_object *list = wire_member(document, "candidates");
	for (size_t i = 0; json_object_is_type(list, json_type_array) && i < json_object_array_length(list); i++) {
		struct json_object *candidate = json_object_array_get_idx(list, i);
		if (json_whole(wire_member(candidate, "index"), 0) == 0)
			return candidate;
	}
	return NULL;
}

static int32_t read_candidate(struct wire_reply *r, const hn_http_response *head, struct json_object *candidate)
{
	struct json_object *parts = wire_path(candidate, "content.parts");
	int32_t rc = 0;
	for (size_t i = 0; json_object_is_type(parts, json_type_array) && !rc && i < json_object_array_length(parts); i++)
		rc = read_part(r, head, json_object_array_get_idx(parts, i));
	r->came.answers++;
	return rc;
}

/* Reads one document. What stands beside an error was written before it, and may be billed. */
static int32_t read_document(struct wire_reply *r, const hn_http_response *head, hn_str event, struct json_object *document)
{
	struct json_object *candidate = shown_candidate(document), *feedback = wire_member(document, "promptFeedback");
	int failed = wire_find_error(document, wire_is_fault(event)) != NULL;
	int blocked = !candidate && wire_text(wire_member(feedback, "blockReason")).n > 0;
	unsigned pieces = r->came.pieces;
	int32_t rc = wire_emit_model(r, wire_text(wire_member(document, "modelVersion")), (hn_str){ NULL, 0 });
	rc = rc || !candidate ? rc : read_candidate(r, head, candidate);
	rc = rc ? rc : read_usage(r, wire_member(document, "usageMetadata"), blocked || wire_member(candidate, "finishReason"));
	if (rc || failed)
		return rc ? rc : wire_read_failure(r, head, document);
	if (blocked)
		return fail_blocked(r, head, feedback);
	if (r->came.pieces > pieces)
		wire_forget_remarks(r);
	if (!candidate)
		wire_keep_remark(r, event, document);
	return candidate ? read_end(r, head, candidate) : 0;
}

/* Reads a document, or the list of documents that a stream is where nobody asked for events. */
static int32_t read_answer(struct wire_reply *r, const hn_http_response *head, uint32_t kind, hn_str event, struct json_object *document)
{
	int32_t rc = 0;
	(void)kind;
	if (!json_object_is_type(document, json_type_array))
		return read_document(r, head, event, document);
	for (size_t i = 0; !rc && i < json_object_array_length(document); i++)
		rc = read_document(r, head, event, json_object_array_get_idx(document, i));
	return rc;
}

const struct wire_reader gemini_reader = { .document = read_answer };
