/* SPDX-License-Identifier: MIT */
/*
 * contents: writes the turns of a request. Those of the user and of the model alternate, and the responses of
 * functions stand directly after their calls, in the order of these.
 */
#include "gemini.h"

#include <string.h>

#include "util/ascii.h"
#include "util/json.h"

/* Takes the place of a signature that was lost, or that another model made. */
#define NO_SIGNATURE "skip_thought_signature_validator"
#define SIGNATURE "thoughtSignature"

struct writing {
	const hn_request *req;
	struct json_object *turns;
	uint32_t refused, *sent;
};

static struct json_object *literal(const char *s)
{
	return json_new_text(s, strlen(s));
}

/* Makes an object of one member. */
static struct json_object *wrap(const char *key, struct json_object *value)
{
	struct json_object *o = json_new_object();
	json_set(o, key, value);
	return o;
}

struct json_object *gemini_text(hn_str text)
{
	struct json_object *parts = json_new_array();
	json_append(parts, wrap("text", wire_string(text)));
	return wrap("parts", parts);
}

static struct json_object *last_of(struct json_object *array)
{
	size_t n = json_object_array_length(array);
	return n ? json_object_array_get_idx(array, n - 1) : NULL;
}

static void add_turn(const struct writing *w, const char *role, struct json_object *parts)
{
	wire_add_turn(w->turns, str_of(role), "parts", parts);
}

/* ---- text and bytes ---- */

/* The API's own name of a media type. */
static hn_str mime_of(hn_str mime)
{
	static const char *const names[][2] = { { "audio/mpeg", "audio/mp3" }, { "audio/x-wav", "audio/wav" },
		{ "audio/wave", "audio/wav" }, { "audio/vnd.wave", "audio/wav" }, { "image/jpg", "image/jpeg" } };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_is(mime, names[i][0]))
			return str_of(names[i][1]);
	return mime;
}

/* Writes bytes, or the address where they are. */
static struct json_object *bytes_part(const hn_part *part)
{
	struct json_object *o = json_new_object();
	int url = part->flags & HN_PARTFLAG_URL;
	if (part->mime.n)
		json_set(o, "mimeType", wire_string(mime_of(part->mime)));
	json_set(o, url ? "fileUri" : "data", url ? wire_string(part->data) : wire_base64(part->data));
	return wrap(url ? "fileData" : "inlineData", o);
}

static struct json_object *text_part(hn_str text)
{
	return wrap("text", wire_string(text));
}

static const struct wire_given given = { text_part, bytes_part, bytes_part };

/* ---- what the model said ---- */

/* The part of a call that the server gave, if it was signed: the opaque part after it; or NULL. To be put. */
static struct json_object *signed_call(const hn_message *m, uint32_t i)
{
	const hn_part *next = i + 1 < m->n_parts ? wire_part_at(m, i + 1) : NULL;
	if (!next || next->type != HN_PART_OPAQUE || !str_is(next->name, GEMINI_PART))
		return NULL;
	struct json_object *o = wire_parse(next->data);
	hn_str name = wire_text(wire_path(o, "functionCall.name"));
	if (wire_same(name, wire_part_at(m, i)->name))
		return o;
	json_object_put(o);
	return NULL;
}

/* Whether an id is one that hobnob gave to a call that had none. */
static int is_own_id(hn_str id)
{
	static const char prefix[] = "call_";
	size_t n = sizeof prefix - 1;
	if (!str_begins(id, prefix) || id.n == n)
		return 0;
	while (n < id.n && ascii_is_digit(id.p[n]))
		n++;
	return n == id.n;
}

static struct json_object *call_part(const hn_part *part)
{
	struct json_object *args = wire_arguments_object(part->data), *o = json_new_object();
	if (part->id.n && !is_own_id(part->id))
		json_set(o, "id", wire_string(part->id));
	json_set(o, "name", wire_string(part->name));
	if (json_object_object_length(args))
		json_set(o, "args", args);
	else
		json_object_put(args);
	return wrap("functionCall", o);
}

/* Writes a call as it came. */
static struct json_object *call_at(const hn_message *m, uint32_t i)
{
	struct json_object *o = signed_call(m, i);
	return o ? o : call_part(wire_part_at(m, i));
}

static int is_boundary(hn_str text, size_t at)
{
	return at == text.n || ((unsigned char)text.p[at] & 0xC0u) != 0x80u;
}

/* Signs the last n bytes of the text that stands last; an empty text is a part of its own. */
static void sign_text(struct json_object *parts, size_t n, struct json_object *signature)
{
	struct json_object *last = last_of(parts);
	hn_str all = wire_text(wire_member(last, "text"));
	if (n > all.n || !is_boundary(all, all.n - n) || (n && wire_member(last, SIGNATURE)))
		return;
	if (!n || n < all.n) {
		struct json_object *tail = wrap("text", json_new_text(all.p + all.n - n, n));
		if (n)
			json_set(last, "text", json_new_text(all.p, all.n - n));
		json_append(parts, last = tail);
	}
	json_set(last, SIGNATURE, json_object_get(signature));
}

/* Puts a signed part back. */
static void add_signed(struct json_object *parts, struct json_object *o)
{
	struct json_object *text = wire_member(o, "text"), *signature = wire_member(o, SIGNATURE), *last = last_of(parts);
	if (json_object_is_type(text, json_type_int) && signature)
		sign_text(parts, (size_t)json_object_get_int64(text), signature);
	else if (wire_member(o, "inlineData") && signature && wire_member(last, "inlineData"))
		json_set(last, SIGNATURE, json_object_get(signature));
	else if (!json_object_is_type(text, json_type_int) && !wire_member(o, "inlineData") && !wire_member(o, "functionCall"))
		json_append(parts, json_object_get(o));
}

/* Adds an opaque part. Where the server refuses signatures, no text has one. */
static void add_opaque(const struct writing *w, struct json_object *parts, const hn_part *part)
{
	struct json_object *o = str_is(part->name, GEMINI_PART) ? wire_parse(part->data) : NULL;
	if (json_object_is_type(o, json_type_object) && !(w->refused & GEMINI_SIGNED && wire_member(o, "text")))
		add_signed(parts, o);
	json_object_put(o);
}

/* Notes whether a turn of the model's is signed. The model wants a signature beside the first call of a turn. */
static void check_signatures(const struct writing *w, struct json_object *parts)
{
	int calls = 0;
	for (size_t i = 0; i < json_object_array_length(parts); i++) {
		struct json_object *part = json_object_array_get_idx(parts, i);
		int call = wire_member(part, "functionCall") != NULL;
		if (w->refused & GEMINI_SIGNED)
			json_object_object_del(part, SIGNATURE);
		if (call && !calls++ && !wire_member(part, SIGNATURE)) {
			if (w->refused & (GEMINI_SIGNED | GEMINI_UNSIGNED))
				json_set(part, SIGNATURE, literal(NO_SIGNATURE));
			else
				*w->sent |= GEMINI_UNSIGNED;
		} else if (wire_member(part, SIGNATURE)) {
			*w->sent |= GEMINI_SIGNED;
		}
	}
}

static void add_model(const struct writing *w, const hn_message *m)
{
	struct json_object *parts = json_new_array();
	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *part = wire_part_at(m, i);
		struct json_object *o = part->type == HN_PART_TOOL_CALL ? call_at(m, i) : wire_given_part(&given, part);
		if (o)
			json_append(parts, o);
		else if (part->type == HN_PART_OPAQUE)
			add_opaque(w, parts, part);
	}
	check_signatures(w, parts);
	add_turn(w, "model", parts);
}

/* ---- results of tools ---- */

/* What a tool returned, or why it failed. */
static struct json_object *response_of(const hn_part *result)
{
	struct json_object *value = str_is(result->mime, "application/json") ? json_read(result->data, NULL) : NULL;
	if (!wire_result_is_text(result))
		value = literal("the result is one of the parts that follow");
	return wrap(result->flags & HN_PARTFLAG_ERROR ? "error" : "output", value ? value : wire_string(result->data));
}

static struct json_object *result_part(const hn_part *result, struct json_object *call)
{
	struct json_object *o = json_new_object(), *id = wire_member(call, "id");
	if (id)
		json_set(o, "id", json_object_get(id));
	json_set(o, "name", json_object_get(wire_member(call, "name")));
	json_set(o, "response", response_of(result));
	return wrap("functionResponse", o);
}

/* The result of a call in the messages from `from` on, as long as they are of tools; or NULL. */
static const hn_part *result_of(const hn_request *req, uint32_t from, hn_str id)
{
	for (uint32_t i = from; i < req->n_messages && wire_message_at(req, i)->role == HN_ROLE_TOOL; i++) {
		const hn_message *m = wire_message_at(req, i);
		for (uint32_t k = 0; k < m->n_parts; k++)
			if (wire_part_at(m, k)->type == HN_PART_TOOL_RESULT && wire_same(wire_part_at(m, k)->id, id))
				return wire_part_at(m, k);
	}
	return NULL;
}

/* Adds the results of the calls of message i, which stand in the messages after it. */
static void add_results(const struct writing *w, uint32_t i)
{
	const hn_message *m = wire_message_at(w->req, i);
	struct json_object *parts = json_new_array(), *later = json_new_array();
	for (uint32_t k = 0; k < m->n_parts; k++) {
		const hn_part *part = wire_part_at(m, k);
		const hn_part *result = part->type == HN_PART_TOOL_CALL ? result_of(w->req, i + 1, part->id) : NULL;
		if (!result)
			continue;
		struct json_object *call = call_at(m, k);
		json_append(parts, result_part(result, wire_member(call, "functionCall")));
		json_object_put(call);
		if (!wire_result_is_text(result))
			json_append(later, wire_given_result(&given, result));
	}
	add_turn(w, "user", parts);
	add_turn(w, "user", later);
}

/* ---- the turns ---- */

static void add_user(const struct writing *w, const hn_message *m)
{
	struct json_object *parts = json_new_array();
	wire_add_given(parts, &given, m, WIRE_GIVEN);
	add_turn(w, "user", parts);
}

/* Adds a message. A system prompt stands elsewhere, unless the model takes none: then it begins the first question. */
static void add_message(const struct writing *w, uint32_t i)
{
	const hn_message *m = wire_message_at(w->req, i);
	if (m->role == HN_ROLE_ASSISTANT) {
		add_model(w, m);
		add_results(w, i);
	} else if (m->role == HN_ROLE_USER || (m->role == HN_ROLE_SYSTEM && w->refused & WIRE_SYSTEM)) {
		add_user(w, m);
	}
}

struct json_object *gemini_contents(const hn_request *req, uint32_t refused, uint32_t *sent)
{
	struct writing w = { .req = req, .turns = json_new_array(), .refused = refused, .sent = sent };
	for (uint32_t i = 0; i < req->n_messages; i++)
		add_message(&w, i);
	return w.turns;
}
