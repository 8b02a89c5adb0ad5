/* SPDX-License-Identifier: MIT */
/* request: writes the body of a chat completion; a field that nobody set is not sent, for strict
 * servers refuse null. */
#include "parts.h"

#include <string.h>


static const char *role_name(const struct cc_style *style, uint32_t role)
{
	if (role == HN_ROLE_SYSTEM) {
		return style->developer && !(style->refused & CC_DEVELOPER) ? "developer"
									    : "system";
	}
	return role == HN_ROLE_ASSISTANT ? "assistant" : "user";
}

/* Hands back what a former reply gave to be kept with its message. */
static void add_opaque(struct json_object *out, const hn_message *m)
{
	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *part = wire_part_at(m, i);
		if (part->type != HN_PART_OPAQUE ||
			!str_is(part->name, "reasoning_details"))
			continue;
		struct json_object *v = wire_parse(part->data);
		if (v)
			json_set(out, "reasoning_details", v);
	}
}

/* Hands back what a former reply thought, where this server wants it: others refuse the member. */
static void add_thought(
	struct json_object *out, const struct cc_style *style, const hn_message *m, uint32_t *sent)
{
	if (style->refused & CC_NO_REASONING_CONTENT)
		cc_add_thought(out, m, "reasoning_content");
	if (style->refused & CC_NO_REASONING)
		cc_add_thought(out, m, "reasoning");
	*sent |= ~style->refused & (CC_NO_REASONING_CONTENT | CC_NO_REASONING);
}

/* Gives the system prompt that goes into the first question, a blank line before it; NULL if it is
 * a message of its own. */
static const hn_message *prompt_of(const struct cc_style *style, const hn_request *req)
{
	const hn_message *m = req->n_messages ? req->messages : NULL;
	return style->in_question && m && m->role == HN_ROLE_SYSTEM ? m : NULL;
}

/* Appends what could not stand where it belongs: images go in a message of the user's, after all results
 * of tools, since nothing may stand between a call and its results. */
static void append_later(struct json_object *array, struct json_object *later)
{
	if (!json_object_array_length(later)) {
		json_object_put(later);
		return;
	}
	struct json_object *o = json_new_object();
	json_set(o, "role", json_new_text("user", 4));
	json_set(o, "content", later);
	json_append(array, o);
}

/* Adds to a message of the model's what it was besides text. */
static void add_own(struct json_object *o, const struct cc_style *style, const hn_message *m,
	struct json_object *later, uint32_t *sent)
{
	struct json_object *images = json_new_array();
	cc_add_calls(o, m);
	cc_add_images(style->images ? images : later, m);
	if (json_object_array_length(images))
		json_set(o, "images", images);
	else
		json_object_put(images);
	add_thought(o, style, m, sent);
}

static struct json_object *message(const struct cc_style *style, const hn_message *system,
	const hn_message *m, struct json_object *later, uint32_t *sent)
{
	const char *role = role_name(style, m->role);
	int own = m->role == HN_ROLE_ASSISTANT;
	struct json_object *o = json_new_object();
	json_set(o, "role", json_new_text(role, strlen(role)));
	json_set(o, "content", own ? wire_string(m->text) : cc_content(system, m));
	add_opaque(o, m);
	if (own)
		add_own(o, style, m, later, sent);
	if (m->role == HN_ROLE_SYSTEM)
		*sent |= strcmp(role, "developer") == 0 ? CC_DEVELOPER | WIRE_SYSTEM : WIRE_SYSTEM;
	return o;
}

static struct json_object *messages(
	const struct cc_style *style, const hn_request *req, uint32_t *sent)
{
	struct json_object *array = json_new_array(), *later = json_new_array();
	const hn_message *system = prompt_of(style, req);
	for (uint32_t i = system ? 1 : 0; i < req->n_messages; i++) {
		const hn_message *m = wire_message_at(req, i);
		if (m->role == HN_ROLE_TOOL) {
			cc_add_results(array, m, later);
			continue;
		}
		append_later(array, later);
		later = json_new_array();
		int first = system && m->role == HN_ROLE_USER;
		json_append(array, message(style, first ? system : NULL, m, later, sent));
		system = first ? NULL : system;
	}
	append_later(array, later);
	return array;
}

/* Adds the reply's limit, by the name that this server takes. */
static void add_limit(struct json_object *body, const struct cc_style *style, int64_t limit)
{
	int completion = !!style->completion_tokens ^ !!(style->refused & CC_TOKENS);
	json_set(body, completion ? "max_completion_tokens" : "max_tokens",
		json_new_int(limit));
}

/* Adds what the options say of reasoning; the effort that is asked for is the nearer word. */
static void add_reasoning(
	struct json_object *body, const struct cc_style *style, const hn_request *req)
{
	struct json_object *o = wire_parse(style->reasoning);
	if (o && req->set & HN_SET_EFFORT) {
		json_object_object_del(o, "max_tokens");
		json_set(o, "effort", wire_string(req->reasoning_effort));
	}
	json_set(body, "reasoning", o);
}

static void add_settings(struct json_object *body, const struct cc_style *style,
	const hn_request *req, uint32_t *sent)
{
	if (req->set & HN_SET_MAX_TOKENS) {
		add_limit(body, style, req->max_tokens);
		*sent |= CC_TOKENS & ~style->refused; /* the other name is the last one there is */
	}
	if (req->set & HN_SET_TEMPERATURE)
		wire_add(body, WIRE_TEMPERATURE, "temperature", json_new_decimal(req->temperature), style->refused, sent);
	if (req->set & HN_SET_TOP_P)
		wire_add(body, WIRE_TOP_P, "top_p", json_new_decimal(req->top_p), style->refused, sent);
	if (req->set & HN_SET_SEED)
		wire_add(body, WIRE_SEED, "seed", json_new_int(req->seed), style->refused, sent);
	if (req->set & HN_SET_STOP)
		wire_add(body, WIRE_STOP, "stop", wire_stops(req), style->refused, sent);
	if (style->reasoning.n) {
		add_reasoning(body, style, req);
	} else if (req->set & HN_SET_EFFORT) {
		wire_add(body, WIRE_EFFORT, "reasoning_effort", wire_string(req->reasoning_effort), style->refused, sent);
	}
	cc_add_tools(body, req);
	if (req->set & HN_SET_SCHEMA)
		json_set(body, "response_format", cc_format(req));
}

struct json_object *cc_body(const struct cc_style *style, const hn_request *req, uint32_t *sent)
{
	struct json_object *body = json_new_object();
	*sent = 0;
	json_set(body, "model", wire_string(req->model));
	json_set(body, "messages", messages(style, req, sent));
	add_settings(body, style, req, sent);
	if (wire_streams(req, style->refused)) {
		json_set(body, "stream", json_new_flag(1));
		if (style->usage) {
			struct json_object *o = json_new_object();
			json_set(o, "include_usage", json_new_flag(1));
			wire_add(body, CC_STREAM_OPTIONS, "stream_options", o, style->refused, sent);
		}
	}
	for (uint32_t i = 0; i < style->n_sets; i++)
		json_set(body, style->sets[i].member, wire_parse(style->sets[i].value));
	wire_end_body(body, style->extra, req, style->refused, sent);
	if (wire_count(wire_member(body, "n")) > 1)
		*sent |= CC_SEVERAL;
	return body;
}
