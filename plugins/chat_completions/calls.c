/* SPDX-License-Identifier: MIT */
/* calls: reads the calls of tools that a delta holds: a list, one object, or one by the old name. */
#include "parts.h"

#include "util/json.h"

/* Gives arguments as text; some servers send the object itself. */
static hn_str text_of(struct json_object *arguments)
{
	hn_str text = { NULL, 0 };
	if (json_object_is_type(arguments, json_type_object))
		text.p = json_print(arguments, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &text.n);
	return text.p ? text : wire_text(arguments);
}

static struct wire_piece piece_of(struct json_object *o, size_t first)
{
	struct json_object *f = wire_member(o, "function"), *index = wire_member(o, "index");
	hn_str id = wire_text(wire_member(o, "id"));
	f = f ? f : wire_member(o, "custom");
	f = f ? f : o; /* as in function_call */
	struct json_object *arguments = wire_member(f, "arguments");
	return (struct wire_piece){ .index = json_object_is_type(index, json_type_int) ? json_object_get_int64(index) : WIRE_NO_INDEX,
		.id = str_is(id, "null") ? (hn_str){ NULL, 0 } : id,
		.name = wire_text(wire_member(f, "name")),
		.arguments = text_of(arguments ? arguments : wire_member(f, "input")),
		.extra = wire_member(o, CC_CALL_EXTRA),
		.extra_name = CC_CALL_EXTRA,
		.first = first };
}

static int32_t read_call(struct cc_reply *r, const hn_http_response *head, struct json_object *o, size_t first)
{
	struct wire_piece p = piece_of(o, first);
	return wire_add_piece(&r->w, head, &p);
}

int32_t cc_read_calls(struct cc_reply *r, const hn_http_response *head, struct json_object *delta)
{
	struct json_object *calls = wire_member(delta, "tool_calls"), *old = wire_member(delta, "function_call");
	int list = json_object_is_type(calls, json_type_array);
	size_t first = r->w.calls.n, n = list ? json_object_array_length(calls) : 0;
	int32_t rc = 0;
	for (size_t i = 0; !rc && i < n; i++)
		if (json_object_is_type(json_object_array_get_idx(calls, i), json_type_object))
			rc = read_call(r, head, json_object_array_get_idx(calls, i), first);
	if (json_object_is_type(calls, json_type_object))
		rc = read_call(r, head, calls, first);
	/* some send a call by its old name as well */
	if (!calls && json_object_is_type(old, json_type_object) && json_object_object_length(old))
		rc = read_call(r, head, old, first);
	return rc;
}
