/* SPDX-License-Identifier: MIT */
/* request: writes the body of a request for a response; a field that nobody set is not sent. */
#include "responses.h"

#include "util/json.h"

/* ---- tools and form ---- */

/* Makes a tool. Without `strict` the API would take the schema by narrower rules than the user wrote it by. */
static struct json_object *tool(const hn_tool *t)
{
	struct json_object *o = wire_typed("function");
	wire_describe(o, t);
	json_set(o, "parameters", json_read(t->schema.n ? t->schema : str_of("{\"type\":\"object\",\"properties\":{}}"), NULL));
	json_set(o, "strict", json_new_flag(0));
	return o;
}

static struct json_object *choice(const hn_request *req)
{
	static const char *const words[] = { [HN_CHOICE_AUTO] = "auto", [HN_CHOICE_NONE] = "none",
		[HN_CHOICE_REQUIRED] = "required" };
	if (req->tool_choice < sizeof words / sizeof *words)
		return wire_word(words[req->tool_choice]);
	struct json_object *o = json_new_object();
	json_set(o, "type", wire_word("function"));
	json_set(o, "name", wire_string(req->tool_name));
	return o;
}

static void add_tools(struct json_object *body, const hn_request *req)
{
	struct json_object *list = wire_tools(req, tool);
	if (list)
		json_set(body, "tools", list);
	if (req->set & HN_SET_TOOL_CHOICE)
		json_set(body, "tool_choice", choice(req));
}

static struct json_object *form(const hn_request *req)
{
	struct json_object *f = json_new_object(), *o = json_new_object();
	json_set(f, "type", wire_word("json_schema"));
	json_set(f, "name", wire_string(req->schema_name));
	json_set(f, "schema", json_read(req->schema, NULL));
	json_set(f, "strict", json_new_flag(1));
	json_set(o, "format", f);
	return o;
}

/* ---- reasoning ---- */

/* Asks for reasoning that can be shown, and for what has to come back. Models that do not reason refuse all
 * of it. */
static void add_reasoning(struct json_object *body, const struct responses_style *style, const hn_request *req, uint32_t *sent)
{
	struct json_object *o = json_new_object(), *list = json_new_array();
	if (req->set & HN_SET_EFFORT)
		wire_add(o, WIRE_EFFORT, "effort", wire_string(req->reasoning_effort), style->refused, sent);
	wire_add(o, RESPONSES_SUMMARY, "summary", wire_word("auto"), style->refused, sent);
	if (json_object_object_length(o))
		json_set(body, "reasoning", o);
	else
		json_object_put(o);
	json_append(list, wire_word("reasoning.encrypted_content"));
	wire_add(body, RESPONSES_INCLUDE, "include", list, style->refused, sent);
}

/* ---- all of it ---- */

/* Adds what was said: all of it, or what came after a response that the server has. */
static void add_input(struct json_object *body, const struct responses_style *style, const hn_request *req, uint32_t *sent)
{
	const hn_message *first = req->n_messages ? wire_message_at(req, 0) : NULL;
	hn_str id = { NULL, 0 };
	int64_t before = style->chain && !(style->refused & RESPONSES_PREVIOUS) ? responses_previous(req, &id) : -1;
	if (first && first->role == HN_ROLE_SYSTEM && first->text.n) {
		json_set(body, "instructions", wire_string(first->text)); /* the server forgets these */
		*sent |= WIRE_SYSTEM;
	}
	json_set(body, "input", responses_items(req, (uint32_t)(before + 1), style->refused, sent));
	if (before < 0)
		return;
	json_set(body, "previous_response_id", wire_string(id));
	*sent |= RESPONSES_PREVIOUS;
}

static void add_settings(struct json_object *body, const struct responses_style *style, const hn_request *req, uint32_t *sent)
{
	if (req->set & HN_SET_MAX_TOKENS)
		json_set(body, "max_output_tokens", json_new_int(req->max_tokens));
	if (req->set & HN_SET_TEMPERATURE)
		wire_add(body, WIRE_TEMPERATURE, "temperature", json_new_decimal(req->temperature), style->refused, sent);
	if (req->set & HN_SET_TOP_P)
		wire_add(body, WIRE_TOP_P, "top_p", json_new_decimal(req->top_p), style->refused, sent);
	add_reasoning(body, style, req, sent);
	add_tools(body, req);
	if (req->set & HN_SET_SCHEMA)
		json_set(body, "text", form(req));
}

struct json_object *responses_body(const struct responses_style *style, const hn_request *req, uint32_t *sent)
{
	struct json_object *body = json_new_object();
	*sent = 0;
	json_set(body, "model", wire_string(req->model));
	add_input(body, style, req, sent);
	json_set(body, "store", json_new_flag(style->store || style->chain));
	add_settings(body, style, req, sent);
	if (wire_streams(req, style->refused))
		json_set(body, "stream", json_new_flag(1));
	wire_end_body(body, style->extra, req, style->refused, sent);
	return body;
}
