/* SPDX-License-Identifier: MIT */
/* tools: writes what a request says of the form of the reply: the tools that may be called, and the JSON
 * that it has to be. */
#include "parts.h"

#include <string.h>

#include "util/json.h"

static struct json_object *string(hn_str s)
{
	return json_new_text(s.p, s.n);
}

static struct json_object *tool(const hn_tool *t)
{
	struct json_object *f = json_new_object(), *o = json_new_object();
	json_set(f, "name", string(t->name));
	if (t->description.n)
		json_set(f, "description", string(t->description));
	if (t->schema.n)
		json_set(f, "parameters", json_read(t->schema, NULL));
	json_set(o, "type", json_new_text("function", 8));
	json_set(o, "function", f);
	return o;
}

static struct json_object *choice(const hn_request *req)
{
	static const char *const words[] = { [HN_CHOICE_AUTO] = "auto", [HN_CHOICE_NONE] = "none",
		[HN_CHOICE_REQUIRED] = "required" };
	if (req->tool_choice < sizeof words / sizeof *words)
		return string(str_of(words[req->tool_choice]));
	struct json_object *f = json_new_object(), *o = json_new_object();
	json_set(f, "name", string(req->tool_name));
	json_set(o, "type", json_new_text("function", 8));
	json_set(o, "function", f);
	return o;
}

static const hn_tool *tool_at(const hn_request *req, uint32_t i)
{
	return HN_AT(hn_tool, req->tools, req->tool_stride, i);
}

void cc_add_tools(struct json_object *body, const hn_request *req)
{
	struct json_object *list = json_new_array();
	for (uint32_t i = 0; req->set & HN_SET_TOOLS && i < req->n_tools; i++)
		json_append(list, tool(tool_at(req, i)));
	if (json_object_array_length(list))
		json_set(body, "tools", list);
	else
		json_object_put(list);
	if (req->set & HN_SET_TOOL_CHOICE)
		json_set(body, "tool_choice", choice(req));
}

struct json_object *cc_format(const hn_request *req)
{
	struct json_object *s = json_new_object(), *o = json_new_object();
	json_set(s, "name", string(req->schema_name));
	json_set(s, "schema", json_read(req->schema, NULL));
	json_set(s, "strict", json_new_flag(1));
	json_set(o, "type", json_new_text("json_schema", 11));
	json_set(o, "json_schema", s);
	return o;
}

static int is_object(hn_str text)
{
	struct json_object *o = json_read(text, NULL);
	int ok = json_object_is_type(o, json_type_object);
	json_object_put(o);
	return ok;
}

static int32_t refuse(const struct wire_host *to, const char *what, hn_str name)
{
	struct wire_message m = { 0 };
	wire_says(&m, what);
	wire_say(&m, name);
	wire_says(&m, name.n ? "\": expected a JSON object" : ": expected a JSON object");
	hn_error e = { .struct_size = sizeof e, .code = HN_ERR_USAGE, .message = wire_said(&m) };
	return to->host->fail(to->call, &e);
}

int32_t cc_check_request(const struct wire_host *to, const hn_request *req)
{
	hn_str none = { NULL, 0 };
	for (uint32_t i = 0; req->set & HN_SET_TOOLS && i < req->n_tools; i++) {
		const hn_tool *t = tool_at(req, i);
		if (t->schema.n && !is_object(t->schema))
			return refuse(to, "the schema of the tool \"", t->name);
	}
	if (req->set & HN_SET_SCHEMA && !is_object(req->schema))
		return refuse(to, "the schema of the reply", none);
	if (req->set & HN_SET_EXTRA && !is_object(req->extra))
		return refuse(to, "extra", none);
	return 0;
}
