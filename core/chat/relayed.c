/* SPDX-License-Identifier: MIT */
/*
 * relayed: a request of somebody else's: its messages and settings, judged, with what they leave
 * out filled in; and its size.
 */
#include "chat/relayed.h"

#include <string.h>

#include "call/size.h"
#include "util/ascii.h"

static int32_t refused(struct fault *f)
{
	return f->kind = HN_ERR_USAGE;
}

/* 0 if it is a text, else HN_ERR_USAGE. */
static int32_t check_text(const char *what, hn_str text, struct fault *f)
{
	return size_utf8(what, text, f) ? refused(f) : 0;
}

/* An array's elements of full size, in memory of the call. */
static void *copy_array(hn_call *memory, size_t size, const void *base, uint32_t n, uint32_t stride)
{
	char *copy = call_alloc(memory, (n + (size_t)1) * size);

	for (uint32_t i = 0; i < n; i++)
		memcpy(copy + i * size, (const char *)base + (size_t)i * stride, stride < size ? stride : size);
	return copy;
}

/* ---- messages ---- */

static int32_t check_part(const hn_part *p, struct fault *f)
{
	int is_text = p->type == HN_PART_TEXT || p->type == HN_PART_TOOL_CALL ||
		      (p->type == HN_PART_TOOL_RESULT && !p->mime.n);
	int32_t code = is_text ? check_text("hn_part.data", p->data, f) : size_text("hn_part.data", p->data, f);

	if (code == 0)
		code = check_text("hn_part.id", p->id, f);
	if (code == 0)
		code = check_text("hn_part.name", p->name, f);
	if (code == 0)
		code = check_text("hn_part.mime", p->mime, f);
	return code ? refused(f) : 0;
}

/* The texts of a message's parts as one. */
static hn_str join(hn_call *memory, const hn_message *m)
{
	size_t n = 0;
	char *all;

	for (uint32_t i = 0; i < m->n_parts; i++)
		n += m->parts[i].type == HN_PART_TEXT ? m->parts[i].data.n : 0;
	all = call_alloc(memory, n + 1);
	n = 0;
	for (uint32_t i = 0; i < m->n_parts; i++) {
		if (m->parts[i].type != HN_PART_TEXT || !m->parts[i].data.n)
			continue;
		memcpy(all + n, m->parts[i].data.p, m->parts[i].data.n);
		n += m->parts[i].data.n;
	}
	return (hn_str){ all, n };
}

/* A message of text alone has one part; text is what the parts say. */
static int32_t take_message(hn_message *m, uint32_t i, hn_call *memory, struct fault *f)
{
	hn_part *parts;
	int32_t code = 0;

	if (m->role < HN_ROLE_SYSTEM || m->role > HN_ROLE_TOOL)
		return fault_set(f, HN_ERR_USAGE, NULL, "message %u has the unknown role %u", i, m->role);
	if (m->role == HN_ROLE_SYSTEM && i > 0)
		return fault_set(f, HN_ERR_USAGE, NULL, "message %u is a system prompt: only message 0 may be", i);
	if (size_array(&sized_part, "parts", m->parts, m->n_parts, m->part_stride, f) ||
		check_text("hn_message.text", m->text, f))
		return refused(f);
	parts = copy_array(memory, sizeof *parts, m->parts, m->n_parts, m->part_stride);
	if (m->n_parts == 0)
		parts[m->n_parts++] = (hn_part){ .type = HN_PART_TEXT, .data = m->text };
	m->parts = parts;
	m->part_stride = sizeof *parts;
	for (uint32_t k = 0; k < m->n_parts && code == 0; k++)
		code = check_part(&parts[k], f);
	if (code)
		return code;
	m->text = join(memory, m);
	return 0;
}

/* Gives each message without an id one beyond all that there are. A system prompt's own is beyond INT64_MAX. */
static void fill_ids(hn_message *all, uint32_t n)
{
	uint64_t last = 0;

	for (uint32_t i = 0; i < n; i++)
		last = all[i].id > last && all[i].id <= INT64_MAX ? all[i].id : last;
	for (uint32_t i = 0; i < n; i++)
		all[i].id = all[i].id ? all[i].id : ++last;
}

static int32_t take_messages(hn_request *req, hn_call *memory, struct fault *f)
{
	hn_message *all;
	int32_t code = size_array(&sized_message, "messages", req->messages, req->n_messages, req->message_stride, f);

	if (code)
		return refused(f);
	if (req->n_messages == 0)
		return fault_set(f, HN_ERR_USAGE, NULL, "the request has no message");
	all = copy_array(memory, sizeof *all, req->messages, req->n_messages, req->message_stride);
	for (uint32_t i = 0; i < req->n_messages && code == 0; i++)
		code = take_message(&all[i], i, memory, f);
	fill_ids(all, req->n_messages);
	req->messages = all;
	req->message_stride = sizeof *all;
	return code;
}

/* ---- settings ---- */

static int32_t take_tools(hn_request *req, hn_call *memory, struct fault *f)
{
	hn_tool *all;
	int32_t code = size_array(&sized_tool, "tools", req->tools, req->n_tools, req->tool_stride, f);

	if (code)
		return refused(f);
	all = copy_array(memory, sizeof *all, req->tools, req->n_tools, req->tool_stride);
	for (uint32_t i = 0; i < req->n_tools && code == 0; i++) {
		code = check_text("hn_tool.name", all[i].name, f);
		if (code == 0)
			code = check_text("hn_tool.description", all[i].description, f);
		if (code == 0)
			code = check_text("hn_tool.schema", all[i].schema, f);
	}
	req->tools = all;
	req->tool_stride = sizeof *all;
	return code;
}

/* As hn_request has it; servers refuse other names. An empty one is filled in. */
static int32_t check_schema_name(hn_str name, struct fault *f)
{
	for (size_t i = 0; i < name.n; i++)
		if (!ascii_is_alnum(name.p[i]) && name.p[i] != '_' && name.p[i] != '-')
			return fault_set(f, HN_ERR_USAGE, NULL, "hn_request.schema_name: expected letters, digits, _ and -");
	return 0;
}

static int32_t check_texts(const hn_request *req, struct fault *f)
{
	const struct { const char *name; hn_str text; } texts[] = {
		{ "hn_request.model", req->model },
		{ "hn_request.conversation", req->conversation },
		{ "hn_request.reasoning_effort", req->reasoning_effort },
		{ "hn_request.tool_name", req->tool_name },
		{ "hn_request.schema_name", req->schema_name },
		{ "hn_request.schema", req->schema },
		{ "hn_request.extra", req->extra },
	};
	int32_t code = 0;

	for (size_t i = 0; i < sizeof texts / sizeof *texts && code == 0; i++)
		code = check_text(texts[i].name, texts[i].text, f);
	if (code == 0 && req->n_stop && !req->stop)
		code = fault_set(f, HN_ERR_USAGE, NULL, "hn_request.stop is NULL, but n_stop is %u", req->n_stop);
	for (uint32_t i = 0; i < req->n_stop && code == 0; i++)
		code = check_text("a text in hn_request.stop", req->stop[i], f);
	return code ? code : check_schema_name(req->schema_name, f);
}

int32_t relayed_take(hn_request *req, const hn_request *theirs, hn_call *memory, struct fault *f)
{
	int32_t code = size_in(&sized_request, req, theirs, f);

	if (code)
		return refused(f);
	if (req->set & HN_SET_MAX_TOKENS && req->max_tokens < 1)
		return fault_set(f, HN_ERR_USAGE, NULL, "max_tokens is %lld: expected 1 or more",
			(long long)req->max_tokens);
	code = check_texts(req, f);
	if (code == 0)
		code = take_messages(req, memory, f);
	if (code == 0)
		code = take_tools(req, memory, f);
	req->flags &= HN_REQUEST_STREAM;
	if (req->set & HN_SET_SCHEMA && req->schema_name.n == 0)
		req->schema_name = str_of("reply");
	return code;
}

/* ---- how large it is ---- */

/* By the prior, frame included. */
static int64_t tokens_of_message(enum tokens_vocabulary v, const hn_message *m)
{
	int64_t tokens = TOKENS_PER_MESSAGE + tokens_prior_in(v, m->text);

	for (uint32_t i = 0; i < m->n_parts; i++)
		tokens += tokens_of_part(v, &m->parts[i]);
	return tokens;
}

int64_t relayed_tokens(const struct chat *chat)
{
	const hn_request *req = chat->relayed;
	const char *model = chat->answerer->model;
	enum tokens_vocabulary v = tokens_vocabulary(model ? model : "");
	int64_t sum = TOKENS_PER_REQUEST;

	for (uint32_t i = 0; i < req->n_messages; i++)
		sum += tokens_of_message(v, &req->messages[i]);
	for (uint32_t i = 0; i < req->n_tools && req->set & HN_SET_TOOLS; i++)
		sum += TOKENS_PER_MESSAGE + tokens_prior_in(v, req->tools[i].name) +
		       tokens_prior_in(v, req->tools[i].description) + tokens_prior_in(v, req->tools[i].schema);
	if (req->set & HN_SET_SCHEMA)
		sum += tokens_prior_in(v, req->schema);
	return sum;
}

int relayed_is_plain(const hn_request *req)
{
	for (uint32_t i = 0; i < req->n_messages; i++)
		for (uint32_t k = 0; k < req->messages[i].n_parts; k++)
			if (req->messages[i].parts[k].type != HN_PART_TEXT)
				return 0;
	return !(req->set & (HN_SET_TOOLS | HN_SET_SCHEMA | HN_SET_EXTRA));
}
