/* SPDX-License-Identifier: MIT */
/* heard: the lines that the program prints, as events. A table has a function for each. */
#include "heard.h"

#include <stdarg.h>
#include <stdlib.h>

#include "util/base64.h"
#include "util/json.h"
#include "util/mem.h"
#include "util/money.h"
#include "util/names.h"
#include "util/said.h"
#include "util/utf8.h"

#define QUOTED_MOST 60 /* bytes of a line that is no JSON */

int32_t heard_refuse(const struct heard *h, const char *why, ...)
{
	va_list ap;
	va_start(ap, why);
	char *text = xvasprintf(why, ap);
	va_end(ap);
	int32_t rc = exec_fail(h->exec, h->call, HN_ERR_PROTOCOL,
		"print one JSON object a line to standard output, and everything else to standard error",
		"the program \"%.*s\" printed an invalid event: %s", (int)h->exec->command[0].n,
		h->exec->command[0].p, text);
	free(text);
	return rc;
}

/* ---- members ---- */

static int is_text(struct json_object *o, const char *key)
{
	return json_object_is_type(json_member(o, key), json_type_string);
}

static int32_t emit(const struct heard *h, hn_event e)
{
	e.struct_size = sizeof e;
	return h->exec->host->emit(h->call, &e);
}

/* An event that has a text has to say it. */
static int32_t lacks(const struct heard *h, const char *event, const char *member)
{
	return heard_refuse(h, "line %zu: the event \"%s\" needs a string as \"%s\"", h->line, event, member);
}

static int32_t emit_text(const struct heard *h, struct json_object *o, uint32_t type, const char *event)
{
	if (!is_text(o, "text"))
		return lacks(h, event, "text");
	return emit(h, (hn_event){ .type = type, .text = json_text(o, "text") });
}

/* ---- events ---- */

static int32_t on_text(struct heard *h, struct json_object *o)
{
	return emit_text(h, o, HN_EV_TEXT, "text");
}

static int32_t on_reasoning(struct heard *h, struct json_object *o)
{
	return emit_text(h, o, HN_EV_REASONING, "reasoning");
}

static int32_t on_notice(struct heard *h, struct json_object *o)
{
	return emit_text(h, o, HN_EV_NOTICE, "notice");
}

/* done: from 0 to 1. */
static int32_t on_progress(struct heard *h, struct json_object *o)
{
	double done = json_object_get_double(json_member(o, "done"));

	if (!is_text(o, "text"))
		return lacks(h, "progress", "text");
	return emit(h, (hn_event){ .type = HN_EV_PROGRESS,
			       .text = json_text(o, "text"),
			       .number = done > 0 && done <= 1 ? (uint32_t)(done * 1000) : 0 });
}

static int32_t on_model(struct heard *h, struct json_object *o)
{
	if (!is_text(o, "model"))
		return lacks(h, "model", "model");
	return emit(h, (hn_event){ .type = HN_EV_MODEL, .text = json_text(o, "model"), .name = json_text(o, "upstream") });
}

/* Exact decimal text, or a number. */
static int64_t cost_of(struct json_object *o)
{
	struct json_object *cost = json_member(o, "cost");
	int64_t pico;

	return cost && !money_parse(str_of(json_object_get_string(cost)), &pico) ? pico : -1;
}

static int32_t on_usage(struct heard *h, struct json_object *o)
{
	hn_usage usage = {
		.struct_size = sizeof usage,
		.prompt = json_int(o, "prompt_tokens", -1),
		.completion = json_int(o, "completion_tokens", -1),
		.cached = json_int(o, "cached_tokens", -1),
		.cache_write = json_int(o, "cache_write_tokens", -1),
		.reasoning = json_int(o, "reasoning_tokens", -1),
		.cost = cost_of(o),
	};

	usage_say(&usage);
	return emit(h, (hn_event){ .type = HN_EV_USAGE, .usage = &usage });
}

/* Only the user interrupts. */
static int32_t on_finish(struct heard *h, struct json_object *o)
{
	hn_str word = json_text(o, "finish");
	int32_t finish = finish_find(word);

	if (!is_text(o, "finish"))
		return lacks(h, "finish", "finish");
	h->finished = 1;
	return emit(h, (hn_event){ .type = HN_EV_FINISH,
			       .finish = finish == HN_FINISH_INTERRUPTED ? HN_FINISH_UNKNOWN : finish,
			       .text = word });
}

/* The code of a kind: what only hobnob itself can say is the program's fault. */
static int32_t code_of(const struct heard *h, hn_str kind)
{
	char *name = str_dup(kind);
	int32_t code = h->exec->host->code_of_kind(name);

	free(name);
	return code == 0 || code == HN_ERR_INTERRUPTED ? HN_ERR_PLUGIN : code;
}

static int32_t on_error(struct heard *h, struct json_object *o)
{
	struct json_object *retry = json_member(o, "retry");
	hn_error e = {
		.struct_size = sizeof e,
		.code = code_of(h, json_text(o, "kind")),
		.status = (int32_t)json_int(o, "status", 0),
		.retry_after_ms = json_int(o, "retry_after_ms", 0),
		.message = json_text(o, "message"),
		.hint = json_text(o, "hint"),
		.window = json_int(o, "window", 0),
		.prompt = json_int(o, "prompt", 0),
		.max_output = json_int(o, "max_output", 0),
	};

	if (!e.message.n)
		e.message = str_of("the program reports an error without a message");
	if (json_object_is_type(retry, json_type_boolean))
		e.flags = json_object_get_boolean(retry) ? HN_FAIL_RETRY : HN_FAIL_FINAL;
	return h->exec->host->fail(h->call, &e);
}

/* Arguments as an object, or as the text of one. */
static int32_t on_tool_call(struct heard *h, struct json_object *o)
{
	struct json_object *said = json_member(o, "arguments");
	struct buf arguments = BUF(BUF_NO_CAP);
	hn_event e = { .type = HN_EV_TOOL_CALL, .number = h->calls, .id = json_text(o, "id"), .name = json_text(o, "name") };

	if (!e.id.n || !e.name.n)
		return lacks(h, "tool_call", e.id.n ? "name" : "id");
	h->calls++;
	if (json_object_is_type(said, json_type_string))
		buf_addstr(&arguments, json_text(o, "arguments"));
	else if (said)
		json_write(said, &arguments);
	else
		buf_adds(&arguments, "{}");
	e.text = buf_str(&arguments);
	int32_t rc = emit(h, e);
	buf_free(&arguments);
	return rc;
}

/* Bytes as "base64", text or a URL as "data". */
static int32_t emit_bytes(const struct heard *h, struct json_object *o, hn_event e, const char *event)
{
	struct buf bytes = BUF(BUF_NO_CAP);
	int32_t rc;

	e.name = json_text(o, "name");
	e.id = json_text(o, "id");
	e.mime = json_text(o, "mime");
	if (is_text(o, "data")) {
		e.text = json_text(o, "data");
		return emit(h, e);
	}
	if (!is_text(o, "base64") || base64_read(json_text(o, "base64"), &bytes))
		rc = lacks(h, event, "data\" or \"base64");
	else {
		e.text = buf_str(&bytes);
		rc = emit(h, e);
	}
	buf_free(&bytes);
	return rc;
}

/* By its name the program knows its bytes when they come back. */
static int32_t on_opaque(struct heard *h, struct json_object *o)
{
	if (!json_text(o, "name").n)
		return lacks(h, "opaque", "name");
	return emit_bytes(h, o, (hn_event){ .type = HN_EV_OPAQUE }, "opaque");
}

static int32_t emit_part(const struct heard *h, struct json_object *o, uint32_t type, const char *event)
{
	uint32_t flags = json_object_get_boolean(json_member(o, "url")) ? HN_PARTFLAG_URL : 0;

	return emit_bytes(h, o, (hn_event){ .type = HN_EV_PART, .number = type, .flags = flags }, event);
}

static int32_t on_image(struct heard *h, struct json_object *o)
{
	return emit_part(h, o, HN_PART_IMAGE, "image");
}

static int32_t on_file(struct heard *h, struct json_object *o)
{
	return emit_part(h, o, HN_PART_FILE, "file");
}

static const struct {
	const char *name;
	int32_t (*hear)(struct heard *, struct json_object *);
} events[] = {
	{ "text", on_text },
	{ "reasoning", on_reasoning },
	{ "usage", on_usage },
	{ "finish", on_finish },
	{ "error", on_error },
	{ "tool_call", on_tool_call },
	{ "notice", on_notice },
	{ "progress", on_progress },
	{ "model", on_model },
	{ "opaque", on_opaque },
	{ "image", on_image },
	{ "file", on_file },
};

/* ---- lines ---- */

/* An event that is unknown is one of a later version: it is skipped. */
static int32_t hear(struct heard *h, struct json_object *o)
{
	hn_str name = json_text(o, "event");

	if (!is_text(o, "event"))
		return heard_refuse(h, "line %zu names no \"event\"", h->line);
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		if (str_is(name, events[i].name))
			return events[i].hear(h, o);
	return 0;
}

/* The beginning of a line that is no JSON, up to between two characters. */
static int32_t refuse_line(const struct heard *h, hn_str line)
{
	size_t n = line.n < QUOTED_MOST ? line.n : QUOTED_MOST;

	while (n < line.n && n && ((unsigned char)line.p[n] & 0xC0) == 0x80)
		n--;
	return heard_refuse(h, "line %zu is not a JSON object: %.*s%s", h->line, (int)n, line.p, n < line.n ? "..." : "");
}

static int is_blank(hn_str line)
{
	size_t i = 0;

	while (i < line.n && (line.p[i] == ' ' || line.p[i] == '\t' || line.p[i] == '\r'))
		i++;
	return i == line.n;
}

int32_t heard_line(struct heard *h, hn_str line)
{
	int32_t rc;

	h->line++;
	if (is_blank(line))
		return 0;
	if (!utf8_valid(line.p, line.n))
		return heard_refuse(h, "line %zu is not UTF-8", h->line);
	struct json_object *o = json_read(line, NULL);
	rc = json_object_is_type(o, json_type_object) ? hear(h, o) : refuse_line(h, line);
	json_object_put(o);
	return rc;
}
