/* SPDX-License-Identifier: MIT */
/* body: what all wires do to write a request. */
#include "wire/body.h"

#include <string.h>

#include "hobnob/easy.h"
#include "util/base64.h"
#include "util/json.h"

/* ---- walking a request ---- */

const hn_message *wire_message_at(const hn_request *req, uint32_t i)
{
	return HN_AT(hn_message, req->messages, req->message_stride, i);
}

const hn_part *wire_part_at(const hn_message *m, uint32_t i)
{
	return HN_AT(hn_part, m->parts, m->part_stride, i);
}

const hn_tool *wire_tool_at(const hn_request *req, uint32_t i)
{
	return HN_AT(hn_tool, req->tools, req->tool_stride, i);
}

size_t wire_parts_in(const hn_request *req, uint32_t type)
{
	size_t n = 0;
	for (uint32_t i = 0; i < req->n_messages; i++)
		for (uint32_t k = 0; k < wire_message_at(req, i)->n_parts; k++)
			n += wire_part_at(wire_message_at(req, i), k)->type == type;
	return n;
}

int wire_holds(const hn_message *m, uint32_t types)
{
	for (uint32_t i = 0; i < m->n_parts; i++)
		if (wire_part_at(m, i)->type < 32 && types & 1u << wire_part_at(m, i)->type)
			return 1;
	return 0;
}

static int32_t refuse(const struct wire_host *to, const char *what)
{
	return hn_failf(to->host, to->call, HN_ERR_USAGE, "%s: expected a JSON object", what);
}

int32_t wire_check_request(const struct wire_host *to, const hn_request *req)
{
	for (uint32_t i = 0; req->set & HN_SET_TOOLS && i < req->n_tools; i++) {
		const hn_tool *t = wire_tool_at(req, i);
		if (t->schema.n && !wire_is_object(t->schema))
			return hn_failf(to->host, to->call, HN_ERR_USAGE, "the schema of the tool \"%.*s\": expected a JSON object",
				(int)t->name.n, t->name.p);
	}
	if (req->set & HN_SET_SCHEMA && !wire_is_object(req->schema))
		return refuse(to, "the schema of the reply");
	if (req->set & HN_SET_EXTRA && !wire_is_object(req->extra))
		return refuse(to, "extra");
	return 0;
}

/* ---- what is given to a model ---- */

struct json_object *wire_given_part(const struct wire_given *how, const hn_part *part)
{
	switch (part->type) {
	case HN_PART_TEXT:
		return part->data.n ? how->text(part->data) : NULL;
	case HN_PART_IMAGE:
		return how->image(part);
	case HN_PART_FILE:
		return how->file(part);
	default:
		return NULL;
	}
}

void wire_add_given(struct json_object *list, const struct wire_given *how, const hn_message *m, uint32_t types)
{
	const hn_part text = { .type = HN_PART_TEXT, .data = m->text };
	uint32_t alone = !m->n_parts; /* a message of mere text may have no parts */
	for (uint32_t i = 0; i < m->n_parts + alone; i++) {
		const hn_part *part = alone ? &text : wire_part_at(m, i);
		int wanted = part->type < 32 && types & 1u << part->type;
		struct json_object *o = wanted ? wire_given_part(how, part) : NULL;
		if (o)
			json_append(list, o);
	}
}

struct json_object *wire_given_result(const struct wire_given *how, const hn_part *part)
{
	return str_begins(part->mime, "image/") ? how->image(part) : how->file(part);
}

/* ---- tools ---- */

void wire_describe(struct json_object *o, const hn_tool *t)
{
	json_set(o, "name", wire_string(t->name));
	if (t->description.n)
		json_set(o, "description", wire_string(t->description));
}

struct json_object *wire_tools(const hn_request *req, struct json_object *(*make)(const hn_tool *))
{
	uint32_t n = req->set & HN_SET_TOOLS ? req->n_tools : 0;
	struct json_object *list = n ? json_new_array() : NULL;
	for (uint32_t i = 0; i < n; i++)
		json_append(list, make(wire_tool_at(req, i)));
	return list;
}

/* ---- values ---- */

struct json_object *wire_string(hn_str s)
{
	return json_new_text(s.p, s.n);
}

struct json_object *wire_word(const char *s)
{
	return wire_string(str_of(s));
}

struct json_object *wire_typed(const char *type)
{
	struct json_object *o = json_new_object();
	json_set(o, "type", wire_word(type));
	return o;
}

/* Makes a text of what stands before, and bytes in base64. */
static struct json_object *encoded(struct buf *before, hn_str bytes)
{
	base64_write(before, bytes);
	struct json_object *o = json_new_text(before->p, before->n);
	buf_free(before);
	return o;
}

struct json_object *wire_base64(hn_str bytes)
{
	struct buf none = BUF(BUF_NO_CAP);
	return encoded(&none, bytes);
}

struct json_object *wire_data_url(const hn_part *part)
{
	struct buf url = BUF(BUF_NO_CAP);
	if (part->flags & HN_PARTFLAG_URL)
		return wire_string(part->data);
	buf_adds(&url, "data:");
	buf_addstr(&url, part->mime);
	buf_adds(&url, ";base64,");
	return encoded(&url, part->data);
}

struct json_object *wire_stops(const hn_request *req)
{
	struct json_object *array = json_new_array();
	for (uint32_t i = 0; i < req->n_stop; i++)
		json_append(array, wire_string(req->stop[i]));
	return array;
}

hn_str wire_arguments(hn_str text)
{
	return wire_is_object(text) ? text : str_of("{}");
}

struct json_object *wire_arguments_object(hn_str text)
{
	return json_read(wire_arguments(text), NULL);
}

int wire_result_is_text(const hn_part *part)
{
	return !part->mime.n || str_begins(part->mime, "text/") || str_is(part->mime, "application/json");
}

struct json_object *wire_result_text(const hn_part *part)
{
	struct buf text = BUF(BUF_NO_CAP);
	if (part->flags & HN_PARTFLAG_ERROR)
		buf_adds(&text, "Error: ");
	buf_addstr(&text, part->data);
	struct json_object *o = json_new_text(text.p, text.n);
	buf_free(&text);
	return o;
}

/* ---- members ---- */

void wire_add(struct json_object *body, uint32_t bit, const char *key, struct json_object *v, uint32_t refused, uint32_t *sent)
{
	if (refused & bit) {
		json_object_put(v);
		return;
	}
	json_set(body, key, v);
	*sent |= bit;
}

/* Merges one object into another. Recursion is bounded by the depth that was parsed. */
static void merge(struct json_object *into, struct json_object *from)
{
	json_object_object_foreach(from, key, value)
	{
		struct json_object *old = wire_member(into, key);
		if (!value)
			json_object_object_del(into, key);
		else if (json_object_is_type(value, json_type_object) &&
			 json_object_is_type(old, json_type_object))
			merge(old, value);
		else
			json_set(into, key, json_object_get(value));
	}
}

void wire_merge(struct json_object *into, hn_str object)
{
	struct json_object *from = wire_parse(object);
	if (json_object_is_type(from, json_type_object))
		merge(into, from);
	json_object_put(from);
}

int64_t wire_limit(const hn_request *req, struct json_object *body, const char *path)
{
	int64_t limit = wire_count(wire_path(body, path));
	return req->set & HN_SET_MAX_TOKENS && limit == req->max_tokens ? limit : 0;
}

void wire_add_extra(struct json_object *body, hn_str extra, const hn_request *req)
{
	wire_merge(body, extra);
	if (req->set & HN_SET_EXTRA)
		wire_merge(body, req->extra);
}

void wire_end_body(struct json_object *body, hn_str extra, const hn_request *req, uint32_t refused, uint32_t *sent)
{
	int stream = wire_is_true(wire_member(body, "stream"));
	wire_add_extra(body, extra, req);
	if (stream == wire_is_true(wire_member(body, "stream")) && !(refused & (WIRE_STREAM | WIRE_WHOLE)))
		*sent |= stream ? WIRE_STREAM : WIRE_WHOLE;
}

int wire_streams(const hn_request *req, uint32_t refused)
{
	if (refused & (WIRE_STREAM | WIRE_WHOLE))
		return !(refused & WIRE_STREAM);
	return !!(req->flags & HN_REQUEST_STREAM);
}

void wire_sent(struct wire_host *to, const hn_request *req, struct json_object *body, uint32_t refused)
{
	to->sent |= wire_parts_in(req, HN_PART_IMAGE) ? WIRE_IMAGES : 0;
	to->sent |= req->set & HN_SET_TOOLS && req->n_tools ? WIRE_TOOLS : 0;
	to->sent |= req->set & HN_SET_SCHEMA ? WIRE_SCHEMA : 0;
	to->calls = wire_parts_in(req, HN_PART_TOOL_CALL);
	to->set = wire_bears(to, body) | refused;
}
