/* SPDX-License-Identifier: MIT */
/* request: writes the body of a request: its turns, its settings, its tools. */
#include "gemini.h"

#include <string.h>

#include "util/ascii.h"
#include "util/json.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))
#define BUDGET_MOST 1000000000 /* tokens */

/* ---- thinking ---- */

/* Levels, and the budgets that stand for them. */
static const struct {
	const char *level;
	int64_t budget;
} levels[] = { { "minimal", 1024 }, { "low", 1024 }, { "medium", 8192 }, { "high", 24576 } };

/* Reads a whole number; 0, or -1 if it is not one, or too large. */
static int read_number(hn_str text, int64_t *out)
{
	int minus = text.n && text.p[0] == '-';
	size_t i = (size_t)minus;
	*out = 0;
	for (; i < text.n && ascii_is_digit(text.p[i]) && *out < BUDGET_MOST; i++)
		*out = *out * 10 + (text.p[i] - '0');
	*out = minus ? -*out : *out;
	return i == text.n && text.n > (size_t)minus && *out >= -1 ? 0 : -1;
}

int gemini_read_thinking(hn_str text, struct gemini_thinking *out)
{
	*out = (struct gemini_thinking){ .budget = 0 };
	out->has_budget = read_number(text, &out->budget) == 0;
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (str_is(text, levels[i].level))
			out->level = text;
	return out->has_budget || out->level.n ? 0 : -1;
}

/* What a request asks for: its effort, else the option. A word that is not a level is sent all the same, for the
 * server to judge. */
static struct gemini_thinking wanted(const struct gemini_style *style, const hn_request *req)
{
	struct gemini_thinking t = { .level = req->reasoning_effort };
	if (!(req->set & HN_SET_EFFORT))
		return style->thinking;
	if (str_is(req->reasoning_effort, "none"))
		return (struct gemini_thinking){ .has_budget = 1 };
	(void)gemini_read_thinking(req->reasoning_effort, &t);
	if (!t.has_budget)
		t.level = req->reasoning_effort;
	return t;
}

/* The same in the other form; neither member if it has no other form. */
static struct gemini_thinking other_form(const struct gemini_thinking *t)
{
	struct gemini_thinking other = { 0 };
	for (size_t i = 0; t->level.n && i < ARRAY_LEN(levels); i++) {
		if (str_is(t->level, levels[i].level)) {
			other.budget = levels[i].budget;
			other.has_budget = 1;
		}
	}
	if (!t->has_budget || t->budget < 0)
		return other;
	size_t i = t->budget > 0;
	while (i + 1 < ARRAY_LEN(levels) && t->budget > levels[i].budget)
		i++;
	other.level = str_of(levels[i].level);
	return other;
}

static int says_something(const struct gemini_thinking *t)
{
	return t->has_budget || t->level.n;
}

/* Chooses how to say how much to think, of what the server has not refused; *bits: what it may refuse of that. */
static struct gemini_thinking choose_thinking(const struct gemini_style *style, const hn_request *req, uint32_t *bits)
{
	struct gemini_thinking t = wanted(style, req), other = other_form(&t);
	*bits = WIRE_EFFORT;
	if (style->refused & GEMINI_FORM)
		t = other;
	else if (says_something(&other))
		*bits |= GEMINI_FORM;
	if (str_is(t.level, levels[0].level)) {
		t.level = str_of(levels[style->refused & GEMINI_LEAST ? 1 : 0].level);
		*bits |= GEMINI_LEAST & ~style->refused;
	}
	return t;
}

/* Adds how much to think; and asks for the thoughts, which the server refuses of a model that does not think. */
static void add_thinking(struct json_object *config, const struct gemini_style *style, const hn_request *req, uint32_t *sent)
{
	uint32_t bits;
	struct gemini_thinking t = choose_thinking(style, req, &bits);
	struct json_object *o = json_new_object();
	if (says_something(&t) && !(style->refused & WIRE_EFFORT)) {
		json_set(o, t.has_budget ? "thinkingBudget" : "thinkingLevel", t.has_budget ? json_new_int(t.budget) : wire_string(t.level));
		*sent |= bits;
	}
	if (!(t.has_budget && t.budget == 0) && !(style->refused & WIRE_EFFORT))
		wire_add(o, GEMINI_THOUGHTS, "includeThoughts", json_new_flag(1), style->refused, sent);
	if (json_object_object_length(o))
		json_set(config, "thinkingConfig", o);
	else
		json_object_put(o);
}

/* ---- the form of the reply ---- */

/* Reads a schema. The server takes JSON Schema, but not the member that says so. */
static struct json_object *schema_of(hn_str text)
{
	struct json_object *schema = text.n ? json_read(text, NULL) : NULL;
	if (schema)
		json_object_object_del(schema, "$schema");
	return schema;
}

static void add_schema(struct json_object *config, const hn_request *req)
{
	struct json_object *schema = schema_of(req->schema);
	json_set(config, "responseMimeType", wire_string(str_of("application/json")));
	json_set(config, "responseJsonSchema", schema);
}

static void add_settings(struct json_object *body, const struct gemini_style *style, const hn_request *req, uint32_t *sent)
{
	struct json_object *config = json_new_object();
	uint32_t refused = style->refused;
	if (req->set & HN_SET_MAX_TOKENS)
		json_set(config, "maxOutputTokens", json_new_int(req->max_tokens));
	if (req->set & HN_SET_TEMPERATURE)
		wire_add(config, WIRE_TEMPERATURE, "temperature", json_new_decimal(req->temperature), refused, sent);
	if (req->set & HN_SET_TOP_P)
		wire_add(config, WIRE_TOP_P, "topP", json_new_decimal(req->top_p), refused, sent);
	if (req->set & HN_SET_STOP && req->n_stop)
		wire_add(config, WIRE_STOP, "stopSequences", wire_stops(req), refused, sent);
	if (req->set & HN_SET_SEED)
		wire_add(config, WIRE_SEED, "seed", json_new_int(req->seed), refused, sent);
	if (req->set & HN_SET_SCHEMA)
		add_schema(config, req);
	add_thinking(config, style, req, sent);
	if (json_object_object_length(config))
		json_set(body, "generationConfig", config);
	else
		json_object_put(config);
}

/* ---- tools ---- */

/* A schema of arguments that holds none is refused: it is left out. */
static int has_arguments(struct json_object *schema)
{
	struct json_object *members = wire_member(schema, "properties");
	return json_object_object_length(schema) > 0 && !(members && !json_object_object_length(members));
}

static struct json_object *declaration(const hn_tool *t)
{
	struct json_object *o = json_new_object(), *schema = schema_of(t->schema);
	wire_describe(o, t);
	if (schema && has_arguments(schema))
		json_set(o, "parametersJsonSchema", json_object_get(schema));
	json_object_put(schema);
	return o;
}

/* Adds which of the tools may be called. */
static void add_choice(struct json_object *body, const hn_request *req)
{
	static const char *const modes[] = { [HN_CHOICE_AUTO] = "AUTO", [HN_CHOICE_NONE] = "NONE",
		[HN_CHOICE_REQUIRED] = "ANY", [HN_CHOICE_NAMED] = "ANY" };
	struct json_object *calling = json_new_object(), *config = json_new_object();
	json_set(calling, "mode", wire_string(str_of(modes[req->tool_choice < ARRAY_LEN(modes) ? req->tool_choice : HN_CHOICE_AUTO])));
	if (req->tool_choice == HN_CHOICE_NAMED) {
		struct json_object *names = json_new_array();
		json_append(names, wire_string(req->tool_name));
		json_set(calling, "allowedFunctionNames", names);
	}
	json_set(config, "functionCallingConfig", calling);
	json_set(body, "toolConfig", config);
}

/* Adds the tools. The server refuses a choice without tools. One that asks for a call is sent all the same: extra may
 * bring the tools, and if it does not, the user has to know. */
static void add_tools(struct json_object *body, const hn_request *req)
{
	struct json_object *list = wire_tools(req, declaration);
	if (list) {
		struct json_object *tools = json_new_array(), *o = json_new_object();
		json_set(o, "functionDeclarations", list);
		json_append(tools, o);
		json_set(body, "tools", tools);
	}
	if (req->set & HN_SET_TOOL_CHOICE && (list || req->tool_choice >= HN_CHOICE_REQUIRED))
		add_choice(body, req);
}

/* ---- the body ---- */

static void add_system(struct json_object *body, const struct gemini_style *style, const hn_request *req, uint32_t *sent)
{
	const hn_message *first = wire_message_at(req, 0);
	if (first->role == HN_ROLE_SYSTEM && first->text.n)
		wire_add(body, WIRE_SYSTEM, "systemInstruction", gemini_text(first->text), style->refused, sent);
}

struct json_object *gemini_body(const struct gemini_style *style, const hn_request *req, uint32_t *sent)
{
	struct json_object *body = json_new_object();
	*sent = 0;
	add_system(body, style, req, sent);
	json_set(body, "contents", gemini_contents(req, style->refused, sent));
	add_tools(body, req);
	add_settings(body, style, req, sent);
	wire_add_extra(body, style->extra, req);
	return body;
}
