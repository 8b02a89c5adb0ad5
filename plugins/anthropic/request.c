/* SPDX-License-Identifier: MIT */
/* request: writes the body of a request; a member that nobody set is not sent, for the API refuses null. */
#include "anthropic.h"

#include "util/json.h"

#define MARKS_OF_TURNS 2 /* messages that are marked */

/* ---- tools ---- */

/* Makes the schema of a tool's arguments: the API demands that it says that they are an object. */
static struct json_object *input_schema(hn_str schema)
{
	struct json_object *o = schema.n ? json_read(schema, NULL) : json_new_object();
	if (!wire_member(o, "type"))
		json_set(o, "type", wire_word("object"));
	return o;
}

static struct json_object *tool(const hn_tool *t)
{
	struct json_object *o = json_new_object();
	wire_describe(o, t);
	json_set(o, "input_schema", input_schema(t->schema));
	return o;
}

static struct json_object *choice(const hn_request *req)
{
	static const char *const words[] = { [HN_CHOICE_AUTO] = "auto", [HN_CHOICE_NONE] = "none",
		[HN_CHOICE_REQUIRED] = "any" };
	if (req->tool_choice < sizeof words / sizeof *words)
		return wire_typed(words[req->tool_choice]);
	struct json_object *o = wire_typed("tool");
	json_set(o, "name", wire_string(req->tool_name));
	return o;
}

/* Adds the tools, and which of them may be called. The API refuses a choice without tools. One that asks for a call
 * is sent all the same: extra may bring the tools, and if it does not, the user has to know. */
static void add_tools(struct json_object *body, const hn_request *req)
{
	struct json_object *list = wire_tools(req, tool);
	if (list)
		json_set(body, "tools", list);
	if (req->set & HN_SET_TOOL_CHOICE && (list || req->tool_choice >= HN_CHOICE_REQUIRED))
		json_set(body, "tool_choice", choice(req));
}

/* ---- reasoning ---- */

static int64_t limit_of(const hn_request *req)
{
	return req->set & HN_SET_MAX_TOKENS ? req->max_tokens : AN_MOST_TOKENS;
}

/* Gives the budget that fits below the reply's limit, which counts reasoning in: at least a quarter of it is left
 * for the answer. 0: there is no room to think. */
static int64_t budget_of(const struct an_style *style, const hn_request *req)
{
	int64_t most = limit_of(req) - (limit_of(req) + 3) / 4, budget = style->thinking;
	budget = budget < most ? budget : most;
	if (budget >= AN_LEAST_BUDGET)
		return budget;
	return limit_of(req) > AN_LEAST_BUDGET ? AN_LEAST_BUDGET : 0;
}

/* Says whether a budget may be sent: the API takes none beside a tool that has to be called, nor where the model
 * waits for results without the reasoning that led to the calls. */
static int takes_budget(const struct an_style *style, const hn_request *req)
{
	int forced = req->set & HN_SET_TOOL_CHOICE && req->tool_choice >= HN_CHOICE_REQUIRED;
	return budget_of(style, req) && !forced && !an_loops_thoughtless(style, req);
}

/* Says whether the model is not to think: the API has no effort of that name. */
static int is_thoughtless(const hn_request *req)
{
	return req->set & HN_SET_EFFORT && str_is(req->reasoning_effort, "none");
}

/* Adds how much the model thinks, in the first of the ways that it does not refuse. */
static void add_thinking(struct json_object *body, const struct an_style *style, const hn_request *req, uint32_t *sent)
{
	if (!style->thinks && !is_thoughtless(req))
		return;
	if (!style->thinking || is_thoughtless(req)) {
		wire_add(body, AN_NO_THINKING, "thinking", wire_typed("disabled"), style->refused, sent);
	} else if (!(style->refused & AN_BUDGET)) {
		struct json_object *o = takes_budget(style, req) ? wire_typed("enabled") : NULL;
		if (!o)
			return;
		json_set(o, "budget_tokens", json_new_int(budget_of(style, req)));
		wire_add(body, AN_BUDGET, "thinking", o, style->refused, sent);
	} else {
		struct json_object *o = wire_typed("adaptive");
		json_set(o, "display", wire_word("summarized"));
		wire_add(body, AN_ADAPTIVE, "thinking", o, style->refused, sent);
	}
}

/* Gives the effort that is asked for, or the one that a budget stands for with a model that takes none; NULL: none. */
static struct json_object *effort_of(const struct an_style *style, const hn_request *req)
{
	if (req->set & HN_SET_EFFORT)
		return is_thoughtless(req) ? NULL : wire_string(req->reasoning_effort);
	if (style->thinking <= 0 || !(style->refused & AN_BUDGET) || style->refused & AN_ADAPTIVE)
		return NULL;
	return wire_word(style->thinking < 4096 ? "low" : style->thinking < 16384 ? "medium" : "high");
}

static void add_output(struct json_object *body, const struct an_style *style, const hn_request *req, uint32_t *sent)
{
	struct json_object *o = json_new_object(), *effort = effort_of(style, req);
	if (effort)
		wire_add(o, WIRE_EFFORT, "effort", effort, style->refused, sent);
	if (req->set & HN_SET_SCHEMA) {
		struct json_object *format = wire_typed("json_schema");
		json_set(format, "schema", json_read(req->schema, NULL));
		json_set(o, "format", format);
	}
	if (json_object_object_length(o))
		json_set(body, "output_config", o);
	else
		json_object_put(o);
}

/* ---- the cache ---- */

/* Marks the last block of a list: the server caches all that stands before it, and itself. Reasoning takes no mark. */
static void mark_last(struct json_object *list)
{
	size_t n = list ? json_object_array_length(list) : 0;
	struct json_object *last = n ? json_object_array_get_idx(list, n - 1) : NULL;
	if (last)
		json_set(last, "cache_control", wire_typed("ephemeral"));
}

/* Marks the newest messages of the user's, from the second on: what was marked in the last request is read, what is
 * marked in this one is written. One question alone may never be sent again. */
static void mark_turns(struct json_object *messages)
{
	size_t n = json_object_array_length(messages);
	int marks = n > 1 ? MARKS_OF_TURNS : 0;
	for (size_t i = n; i > 0 && marks; i--) {
		struct json_object *m = json_object_array_get_idx(messages, i - 1);
		if (!str_is(wire_text(wire_member(m, "role")), "user"))
			continue;
		mark_last(wire_member(m, "content"));
		marks--;
	}
}

static void add_marks(struct json_object *body, const struct an_style *style, uint32_t *sent)
{
	struct json_object *system = wire_member(body, "system");
	if (!style->cache || style->refused & AN_CACHE)
		return;
	mark_last(system ? system : wire_member(body, "tools")); /* tools stand before the system prompt */
	mark_turns(wire_member(body, "messages"));
	*sent |= AN_CACHE;
}

/* ---- all of it ---- */

static void add_settings(struct json_object *body, const struct an_style *style, const hn_request *req, uint32_t *sent)
{
	json_set(body, "max_tokens", json_new_int(limit_of(req)));
	if (req->set & HN_SET_TEMPERATURE)
		wire_add(body, WIRE_TEMPERATURE, "temperature", json_new_decimal(req->temperature), style->refused, sent);
	if (req->set & HN_SET_TOP_P)
		wire_add(body, WIRE_TOP_P, "top_p", json_new_decimal(req->top_p), style->refused, sent);
	if (req->set & HN_SET_STOP)
		wire_add(body, WIRE_STOP, "stop_sequences", wire_stops(req), style->refused, sent);
	add_thinking(body, style, req, sent);
	add_output(body, style, req, sent);
}

struct json_object *an_body(const struct an_style *style, const hn_request *req, uint32_t *sent)
{
	struct json_object *body = json_new_object(), *system = an_system(req);
	*sent = 0;
	json_set(body, "model", wire_string(req->model));
	if (json_object_array_length(system))
		json_set(body, "system", system);
	else
		json_object_put(system);
	add_tools(body, req);
	json_set(body, "messages", an_messages(style, req, sent));
	add_settings(body, style, req, sent);
	add_marks(body, style, sent);
	if (wire_streams(req, style->refused))
		json_set(body, "stream", json_new_flag(1));
	wire_end_body(body, style->extra, req, style->refused, sent);
	return body;
}
