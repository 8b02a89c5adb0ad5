/* SPDX-License-Identifier: MIT */
/* asked: a request as the program reads it: what is set, and the messages as the journal has them. */
#include "asked.h"

#include "util/json.h"
#include "util/names.h"
#include "util/part_json.h"

static void add_known(struct json_object *o, const char *key, hn_str text)
{
	if (text.n)
		json_add_text(o, key, text);
}

/* JSON text as the value that it stands for, or as the text that it is. */
static void add_json(struct json_object *o, const char *key, hn_str text)
{
	struct json_object *value = json_read(text, NULL);

	if (value)
		json_set(o, key, value);
	else
		json_add_text(o, key, text);
}

/* ---- messages: docs/journal.md ---- */

/* What a message holds beside its text, with the place of each. */
static void add_parts(struct json_object *o, const hn_message *m)
{
	struct json_object *list = NULL;
	size_t at = 0;

	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *p = HN_AT(hn_part, m->parts, m->part_stride, i);

		if (p->type == HN_PART_TEXT) {
			at += p->data.n;
			continue;
		}
		if (!list)
			list = json_new_array();
		json_append(list, part_to_json(p, at));
	}
	if (list)
		json_set(o, "parts", list);
}

static struct json_object *messages_of(const hn_request *req)
{
	struct json_object *list = json_new_array();

	for (uint32_t i = 0; i < req->n_messages; i++) {
		const hn_message *m = HN_AT(hn_message, req->messages, req->message_stride, i);
		struct json_object *o = json_new_object();

		if (m->id <= INT64_MAX) /* the system prompt's is beyond */
			json_add_int(o, "id", (int64_t)m->id);
		json_add_text(o, "role", str_of(role_name(m->role)));
		json_add_text(o, "text", m->text);
		add_parts(o, m);
		json_append(list, o);
	}
	return list;
}

/* ---- settings ---- */

/* As people write it: 0.7, not 0.69999999999999996. */
static struct json_object *stop_of(const hn_request *req)
{
	struct json_object *list = json_new_array();

	for (uint32_t i = 0; i < req->n_stop; i++)
		json_append(list, json_of(req->stop[i]));
	return list;
}

static struct json_object *tools_of(const hn_request *req)
{
	struct json_object *list = json_new_array();

	for (uint32_t i = 0; i < req->n_tools; i++) {
		const hn_tool *t = HN_AT(hn_tool, req->tools, req->tool_stride, i);
		struct json_object *o = json_new_object();

		json_add_text(o, "name", t->name);
		add_known(o, "description", t->description);
		if (t->schema.n)
			add_json(o, "schema", t->schema);
		json_append(list, o);
	}
	return list;
}

static void add_choice(struct json_object *o, const hn_request *req)
{
	static const char *const choices[] = {
		[HN_CHOICE_AUTO] = "auto",
		[HN_CHOICE_NONE] = "none",
		[HN_CHOICE_REQUIRED] = "required",
		[HN_CHOICE_NAMED] = "named",
	};

	json_add_text(o, "tool_choice", str_of(choices[req->tool_choice <= HN_CHOICE_NAMED ? req->tool_choice : HN_CHOICE_AUTO]));
	add_known(o, "tool_name", req->tool_name);
}

static void add_numbers(struct json_object *o, const hn_request *req)
{
	if (req->set & HN_SET_MAX_TOKENS)
		json_add_int(o, "max_tokens", req->max_tokens);
	if (req->set & HN_SET_TEMPERATURE)
		json_set(o, "temperature", json_new_decimal(req->temperature));
	if (req->set & HN_SET_TOP_P)
		json_set(o, "top_p", json_new_decimal(req->top_p));
	if (req->set & HN_SET_SEED)
		json_add_int(o, "seed", req->seed);
	if (req->window > 0)
		json_add_int(o, "window", req->window);
	if (req->prompt > 0)
		json_add_int(o, "prompt_tokens", req->prompt);
}

static void add_settings(struct json_object *o, const hn_request *req)
{
	add_numbers(o, req);
	if (req->set & HN_SET_STOP)
		json_set(o, "stop", stop_of(req));
	if (req->set & HN_SET_EFFORT)
		json_add_text(o, "reasoning_effort", req->reasoning_effort);
	if (req->set & HN_SET_TOOLS)
		json_set(o, "tools", tools_of(req));
	if (req->set & HN_SET_TOOL_CHOICE)
		add_choice(o, req);
	if (req->set & HN_SET_SCHEMA) {
		json_add_text(o, "schema_name", req->schema_name);
		add_json(o, "schema", req->schema);
	}
	if (req->set & HN_SET_EXTRA)
		add_json(o, "extra", req->extra);
}

void asked_write(const hn_request *req, struct buf *out)
{
	struct json_object *o = json_new_object();

	json_add_text(o, "hobnob", str_of("request"));
	json_add_int(o, "version", 1);
	json_add_text(o, "model", req->model);
	add_known(o, "conversation", req->conversation);
	json_set(o, "stream", json_new_flag(!!(req->flags & HN_REQUEST_STREAM)));
	add_settings(o, req);
	json_set(o, "messages", messages_of(req));
	json_write(o, out);
	buf_addc(out, '\n');
	json_object_put(o);
}
