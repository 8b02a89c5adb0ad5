/* SPDX-License-Identifier: MIT */
/* tools: writes what a request says of the form of the reply: the tools that may be called, and the JSON
 * that it has to be. */
#include "parts.h"

#include <string.h>

#include "util/json.h"

static struct json_object *tool(const hn_tool *t)
{
	struct json_object *f = json_new_object(), *o = json_new_object();
	wire_describe(f, t);
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
		return wire_string(str_of(words[req->tool_choice]));
	struct json_object *f = json_new_object(), *o = json_new_object();
	json_set(f, "name", wire_string(req->tool_name));
	json_set(o, "type", json_new_text("function", 8));
	json_set(o, "function", f);
	return o;
}

void cc_add_tools(struct json_object *body, const hn_request *req)
{
	struct json_object *list = wire_tools(req, tool);
	if (list)
		json_set(body, "tools", list);
	if (req->set & HN_SET_TOOL_CHOICE)
		json_set(body, "tool_choice", choice(req));
}

struct json_object *cc_format(const hn_request *req)
{
	struct json_object *s = json_new_object(), *o = json_new_object();
	json_set(s, "name", wire_string(req->schema_name));
	json_set(s, "schema", json_read(req->schema, NULL));
	json_set(s, "strict", json_new_flag(1));
	json_set(o, "type", json_new_text("json_schema", 11));
	json_set(o, "json_schema", s);
	return o;
}
