/* SPDX-License-Identifier: MIT */
/*
 * events: a session's events as lines of JSON; a table of one function an event.
 *
 * A line is one line for every reader, and harmless on a terminal: controls, line separators and
 * bidirectional overrides are written as \u escapes, though JSON would let most of them stand.
 */
#include "events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/base64.h"
#include "util/json.h"
#include "util/mem.h"
#include "util/money.h"
#include "util/names.h"

/* ---- members ----------------------------------------------------------------------------- */

static void add_text(struct json_object *o, const char *key, hn_str text)
{
	json_set(o, key, json_new_text(text.p, text.n));
}

/* Adds text, or null without one. */
static void add_name(struct json_object *o, const char *key, hn_str text)
{
	if (text.n)
		add_text(o, key, text);
	else
		json_set(o, key, NULL);
}

/* Adds a C string. */
static void add_word(struct json_object *o, const char *key, const char *word)
{
	json_set(o, key, json_new_text(word, strlen(word)));
}

static void add_number(struct json_object *o, const char *key, int64_t n)
{
	json_set(o, key, json_new_int(n));
}

/* Adds a number, or null for the one that means "not known". */
static void add_known(struct json_object *o, const char *key, int64_t n, int64_t unknown)
{
	json_set(o, key, n == unknown ? NULL : json_new_int(n));
}

/* Adds the tokens of a turn; null where nothing was reported. */
static void add_usage(struct json_object *o, const hn_usage *usage)
{
	static const hn_usage unknown = {
		.prompt = -1,
		.completion = -1,
		.cached = -1,
		.reasoning = -1,
	};
	const hn_usage *u = usage ? usage : &unknown;
	struct json_object *tokens = json_new_object();
	int prompt = !(u->set & HN_USAGE_ESTIMATED_PROMPT);
	int completion = !(u->set & HN_USAGE_ESTIMATED_COMPLETION);

	add_known(tokens, "prompt_tokens", prompt ? u->prompt : -1, -1);
	add_known(tokens, "completion_tokens", completion ? u->completion : -1, -1);
	add_known(tokens, "cached_tokens", u->cached, -1);
	add_known(tokens, "reasoning_tokens", u->reasoning, -1);
	json_set(o, "usage", tokens);
}

/* Adds what the turn cost and how that is known. */
static void add_cost(struct json_object *o, const hn_session_event *ev)
{
	char text[32];

	if (ev->cost < 0)
		json_set(o, "cost", NULL);
	else
		add_word(o, "cost", money_text(ev->cost, text));
	if (ev->cost_source.n)
		add_text(o, "cost_source", ev->cost_source);
	else
		json_set(o, "cost_source", NULL);
}

/* ---- events ------------------------------------------------------------------------------ */

static void fill_start(struct json_object *o, const hn_session_event *ev)
{
	add_text(o, "provider", ev->provider);
	add_text(o, "model", ev->model);
}

/* delta, reasoning and notice: their text. */
static void fill_text(struct json_object *o, const hn_session_event *ev)
{
	add_text(o, "text", ev->text);
}

/* progress: what is waited for, and how much of it is done. */
static void fill_progress(struct json_object *o, const hn_session_event *ev)
{
	add_text(o, "text", ev->text);
	add_known(o, "thousandths", ev->number, 0);
}

/* Adds bytes as base64. */
static void add_bytes(struct json_object *o, const char *key, hn_str bytes)
{
	struct buf coded = BUF(BUF_NO_CAP);

	base64_write(&coded, bytes);
	add_text(o, key, buf_str(&coded));
	buf_free(&coded);
}

/* part: a call of a tool, an image or a file; its contents in one of three members. */
static void fill_part(struct json_object *o, const hn_session_event *ev)
{
	const hn_part *p = ev->part;
	int is_call = p->type == HN_PART_TOOL_CALL;
	int is_url = !is_call && p->flags & HN_PARTFLAG_URL;

	add_word(o, "type", is_call ? "tool_call" : p->type == HN_PART_IMAGE ? "image" : "file");
	add_name(o, "call", p->id);
	add_name(o, "name", p->name);
	add_name(o, "mime", p->mime);
	json_set(o, "data", is_call ? json_new_text(p->data.p, p->data.n) : NULL);
	json_set(o, "url", is_url ? json_new_text(p->data.p, p->data.n) : NULL);
	if (is_call || is_url)
		json_set(o, "base64", NULL);
	else
		add_bytes(o, "base64", p->data);
}

/* retry: which attempt failed, how, and the wait before the next. */
static void fill_retry(struct json_object *o, const hn_session_event *ev)
{
	add_number(o, "attempt", ev->attempt);
	add_number(o, "wait_ms", ev->wait_ms);
	add_text(o, "kind", ev->kind);
	add_known(o, "status", ev->status, 0);
}

/* trim: messages left out of the request, and in it. */
static void fill_trim(struct json_object *o, const hn_session_event *ev)
{
	add_number(o, "left_out", ev->left_out);
	add_number(o, "sent", ev->sent);
}

static void fill_result(struct json_object *o, const hn_session_event *ev)
{
	struct json_object *data = ev->data.n ? json_read(ev->data, NULL) : NULL;

	add_text(o, "command", ev->command);
	json_set(o, "ok", json_new_flag(1));
	json_set(o, "data", data ? data : json_new_object());
}

static void fill_done(struct json_object *o, const hn_session_event *ev)
{
	add_word(o, "finish", finish_name(ev->finish));
	add_text(o, "text", ev->text);
	add_usage(o, ev->usage);
	add_cost(o, ev);
	add_known(o, "ttft_ms", ev->ttft_ms, -1);
	add_known(o, "total_ms", ev->total_ms, -1);
	add_name(o, "model", ev->model);
	add_name(o, "upstream", ev->upstream);
}

/* error: what went wrong, what to do, and what came before it. */
static void fill_error(struct json_object *o, const hn_session_event *ev)
{
	add_text(o, "kind", ev->kind);
	add_known(o, "status", ev->status, 0);
	add_text(o, "message", ev->message);
	add_text(o, "hint", ev->hint);
	add_text(o, "partial", ev->text);
}

static const struct kind {
	const char *name;
	void (*fill)(struct json_object *, const hn_session_event *);
	int closing;
} kinds[] = {
	[HN_ON_START] = { "start", fill_start, 0 },
	[HN_ON_TEXT] = { "delta", fill_text, 0 },
	[HN_ON_REASONING] = { "reasoning", fill_text, 0 },
	[HN_ON_RETRY] = { "retry", fill_retry, 0 },
	[HN_ON_TRIM] = { "trim", fill_trim, 0 },
	[HN_ON_NOTICE] = { "notice", fill_text, 0 },
	[HN_ON_PROGRESS] = { "progress", fill_progress, 0 },
	[HN_ON_PART] = { "part", fill_part, 0 },
	[HN_ON_RESULT] = { "result", fill_result, 1 },
	[HN_ON_DONE] = { "done", fill_done, 1 },
	[HN_ON_ERROR] = { "error", fill_error, 1 },
};

/* The table's entry for an event, or NULL. */
static const struct kind *kind_of(uint32_t type)
{
	return type < sizeof kinds / sizeof *kinds && kinds[type].name ? &kinds[type] : NULL;
}

/* ---- lines ------------------------------------------------------------------------------- */

/* Characters that are written as escapes, by range. */
static const struct range {
	unsigned first, last;
} escaped[] = {
	{ 0x7F, 0x9F },
	{ 0x61C, 0x61C },
	{ 0x200E, 0x200F },
	{ 0x2028, 0x202E },
	{ 0x2066, 0x2069 },
};

/* The character at s, which is valid UTF-8, and its length; 0 for those that are never escaped. */
static unsigned character(const unsigned char *s, size_t *n)
{
	*n = s[0] < 0xC0 ? 1 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
	switch (*n) {
	case 1:
		return s[0];
	case 2:
		return (s[0] & 0x1Fu) << 6 | (s[1] & 0x3Fu);
	case 3:
		return (s[0] & 0x0Fu) << 12 | (s[1] & 0x3Fu) << 6 | (s[2] & 0x3Fu);
	default:
		return 0;
	}
}

/* 1 if it is written as an escape. */
static int is_escaped(unsigned c)
{
	for (size_t i = 0; i < sizeof escaped / sizeof *escaped; i++)
		if (c >= escaped[i].first && c <= escaped[i].last)
			return 1;
	return 0;
}

/* Copies a line to `to`, which has room, with the escapes and a newline; returns its length. */
static size_t copy_line(char *to, const char *json, size_t left)
{
	char *at = to;
	size_t n;

	for (; left; json += n, left -= n) {
		unsigned c = character((const unsigned char *)json, &n);
		/* Never reads past the end, even if a host broke its promise of valid UTF-8. */
		n = n < left ? n : left;
		if (is_escaped(c)) {
			at += snprintf(at, 7, "\\u%04x", c);
		} else {
			memcpy(at, json, n);
			at += n;
		}
	}
	*at++ = '\n';
	return (size_t)(at - to);
}

static void make_line(struct json_object *o, char **line, size_t *n)
{
	size_t length = 0;
	const char *json =
		json_print(o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &length);
	*line = xmalloc(length * 6 + 2);
	*n = copy_line(*line, json, length);
}

/* Adds the id of an input just as it was written. */
static void add_id(struct json_object *o, const char *id)
{
	struct json_object *raw = json_new_text("", 0);

	json_object_set_serializer(
		raw, json_object_userdata_to_json_string, xstrdup(id), json_object_free_userdata);
	json_set(o, "id", raw);
}

void events_line(
	const struct input *in, const hn_session_event *ev, hn_str session, char **line, size_t *n)
{
	const struct kind *kind = kind_of(ev->type);
	struct json_object *o = kind ? json_new_object() : NULL;
	if (!kind)
		return;

	add_word(o, "event", kind->name);
	if (in && in->id)
		add_id(o, in->id);
	kind->fill(o, ev);
	if (ev->type == HN_ON_START)
		add_name(o, "session", session);
	make_line(o, line, n);
	json_object_put(o);
}

hn_session_event events_refusal(
	int32_t code, const char *kind, const char *message, const char *hint)
{
	return (hn_session_event){
		.struct_size = sizeof(hn_session_event),
		.type = HN_ON_ERROR,
		.code = code,
		.kind = { kind, strlen(kind) },
		.message = { message, strlen(message) },
		.hint = { hint, hint ? strlen(hint) : 0 },
	};
}

int events_closing(uint32_t type)
{
	const struct kind *kind = kind_of(type);

	return kind && kind->closing;
}
