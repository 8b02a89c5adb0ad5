/* SPDX-License-Identifier: MIT */
/*
 * script: reads and checks a script.
 *
 * A table lists the members of a step, each with the function that reads it. json-c does not say
 * where a value stood, so an error message looks up the place in the text once more (see locate.h).
 */
#include "script.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/wire.h"
#include "locate.h"
#include "util/encoding.h"
#include "util/json.h"
#include "util/money.h"
#include "util/names.h"

#define FILE_CAP (16u << 20)
#define MS_CAP 86400000

/* What reading a script needs. */
struct reader {
	const hn_host *host;
	hn_call *call;
	const char *path;
	hn_str text;
	size_t at; /* where the current object begins */
	const char *why; /* what a member's reader rejects */
	const char *hint; /* how to fix it, or NULL */
	char detail[256];
};

struct member {
	const char *key;
	const char *expected; /* what to say about any other value */
	int (*read)(
		struct reader *, struct step *, struct json_object *); /* 0: any other value */
};

/* Fails with "FILE:LINE: text", without the line if it is 0. */
__attribute__((format(printf, 3, 4))) static int32_t complain(
	struct reader *r, unsigned line, const char *fmt, ...)
{
	char what[512], text[1024];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	int n = line ? snprintf(text, sizeof text, "%s:%u: %s", r->path, line, what)
		     : snprintf(text, sizeof text, "%s: %s", r->path, what);
	size_t length = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
	hn_error e = { .struct_size = sizeof e,
		.code = HN_ERR_CONFIG,
		.retry_after_ms = -1,
		.message = { text, length },
		.hint = { r->hint, r->hint ? strlen(r->hint) : 0 } };
	return r->host->fail(r->call, &e);
}

/* Reads an integer in a range; 0 if it is invalid. */
static int read_int(struct json_object *v, int64_t min, int64_t max, int64_t *out)
{
	if (!json_object_is_type(v, json_type_int))
		return 0;
	*out = json_object_get_int64(v);
	return *out >= min && *out <= max;
}

/* Reads a string; 0 if it is not a string. */
static int read_string(struct json_object *v, hn_str *out)
{
	if (!json_object_is_type(v, json_type_string))
		return 0;
	*out = (hn_str){ json_object_get_string(v), (size_t)json_object_get_string_len(v) };
	return 1;
}

static int is(hn_str s, const char *word)
{
	return s.n == strlen(word) && memcmp(s.p, word, s.n) == 0;
}

static int read_match(struct reader *r, struct step *s, struct json_object *v)
{
	hn_str pattern;
	if (!read_string(v, &pattern))
		return 0;
	if (s->has_match)
		return 1;
	int rc = regcomp(&s->match, pattern.p, REG_EXTENDED | REG_NOSUB);
	if (rc) {
		regerror(rc, &s->match, r->detail, sizeof r->detail);
		r->why = r->detail;
		return 0;
	}
	s->has_match = 1;
	return 1;
}

static int read_times(struct reader *r, struct step *s, struct json_object *v)
{
	(void)r;
	return read_int(v, 0, INT64_MAX, &s->times);
}

static int read_text(struct reader *r, struct step *s, struct json_object *v)
{
	(void)r;
	return read_string(v, &s->text);
}

static int read_chunks(struct reader *r, struct step *s, struct json_object *v)
{
	(void)r;
	if (!json_object_is_type(v, json_type_array))
		return 0;
	s->n_chunks = json_object_array_length(v);
	s->chunks = calloc(s->n_chunks + 1, sizeof *s->chunks);
	s->has_chunks = 1;
	for (size_t i = 0; s->chunks && i < s->n_chunks; i++)
		if (!read_string(json_object_array_get_idx(v, i), &s->chunks[i]))
			return 0;
	return s->chunks != NULL;
}

static int read_reasoning(struct reader *r, struct step *s, struct json_object *v)
{
	(void)r;
	return read_string(v, &s->reasoning);
}

/* Reads how many deltas come before the stream breaks off. */
static int read_cut_after(struct reader *r, struct step *s, struct json_object *v)
{
	(void)r;
	return read_int(v, 0, INT64_MAX, &s->cut_after);
}

/* Reads the time to the first delta. */
static int read_ttft(struct reader *r, struct step *s, struct json_object *v)
{
	(void)r;
	return read_int(v, 0, MS_CAP, &s->ttft_ms);
}

static int read_delta(struct reader *r, struct step *s, struct json_object *v)
{
	(void)r;
	return read_int(v, 0, MS_CAP, &s->delta_ms);
}

static int read_finish(struct reader *r, struct step *s, struct json_object *v)
{
	hn_str word = { NULL, 0 };
	(void)r;
	if (!read_string(v, &word))
		return 0;
	s->finish = finish_find(word);
	return is(word, finish_name(s->finish)) && s->finish != HN_FINISH_INTERRUPTED;
}

/* Reads the reported usage; null reports none. */
static int read_usage(struct reader *r, struct step *s, struct json_object *v)
{
	struct {
		const char *key;
		int64_t *at;
	} members[] = {
		{ "prompt_tokens", &s->given.prompt },
		{ "completion_tokens", &s->given.completion },
		{ "cached_tokens", &s->given.cached },
		{ "cache_write_tokens", &s->given.cache_write },
		{ "reasoning_tokens", &s->given.reasoning },
	};
	size_t known = 0;
	s->usage = v ? 1 : 2;
	if (v && !json_object_is_type(v, json_type_object))
		return 0;
	for (size_t i = 0; v && i < sizeof members / sizeof *members; i++) {
		struct json_object *n = NULL;
		if (json_object_object_get_ex(v, members[i].key, &n)) {
			known++;
			if (!read_int(n, 0, INT64_MAX, members[i].at))
				return 0;
		}
	}
	r->why = v && known != (size_t)json_object_object_length(v) ? "an unknown member"
								    : NULL;
	return r->why == NULL;
}

/* Reads the reply's cost: decimal text, or a number, which json-c keeps as written. */
static int read_cost(struct reader *r, struct step *s, struct json_object *v)
{
	hn_str text = { NULL, 0 };
	(void)r;
	if (json_object_is_type(v, json_type_int) || json_object_is_type(v, json_type_double)) {
		text.p = json_print(v, JSON_C_TO_STRING_PLAIN, &text.n);
	} else if (!read_string(v, &text)) {
		return 0;
	}
	return money_parse(text, &s->cost) == 0;
}

static int read_error_member(
	struct reader *r, struct step *s, const char *key, struct json_object *v)
{
	hn_str kind = { NULL, 0 };
	int64_t status = 0;
	if (!strcmp(key, "kind")) {
		s->error = read_string(v, &kind) ? r->host->code_of_kind(kind.p) : 0;
		r->why = s->error < 0 ? NULL : "no such kind";
		return s->error < 0;
	}
	if (!strcmp(key, "status")) {
		r->why = read_int(v, 100, 599, &status) ? NULL : "the status is not an HTTP status";
		s->status = (int32_t)status;
		return !r->why;
	}
	if (!strcmp(key, "retry_after_ms")) {
		r->why = read_int(v, 0, INT64_MAX, &s->retry_after_ms) ? NULL
								       : "no whole number of ms";
		return !r->why;
	}
	r->why = strcmp(key, "message") ? "an unknown member" : "the message is not a string";
	return !strcmp(key, "message") && read_string(v, &s->message);
}

/* Reads an error; its kind takes precedence over its status. */
static int read_error(struct reader *r, struct step *s, struct json_object *v)
{
	const hn_http *http = r->host->extension(HN_ID_HTTP);
	if (!json_object_is_type(v, json_type_object))
		return 0;
	json_object_object_foreach(v, key, value)
	{
		if (!read_error_member(r, s, key, value))
			return 0;
	}
	if (!s->error && s->status && http)
		s->error = http->code_of_status(s->status);
	r->why = s->error ? NULL : "neither a kind nor the status of a failure";
	return s->error != 0;
}

static int read_calls(struct reader *r, struct step *s, struct json_object *v)
{
	r->why = things_read_calls(&s->things, v);
	return !r->why;
}

static int read_images(struct reader *r, struct step *s, struct json_object *v)
{
	r->why = things_read_images(&s->things, v);
	return !r->why;
}

static int read_refuses(struct reader *r, struct step *s, struct json_object *v)
{
	r->why = things_read_refused(&s->things, v);
	return !r->why;
}

static const struct member members[] = {
	{ "match", "a POSIX extended regular expression", read_match },
	{ "times", "a whole number, 0 for without end", read_times },
	{ "text", "a string", read_text },
	{ "chunks", "an array of strings", read_chunks },
	{ "reasoning", "a string", read_reasoning },
	{ "error", "an object with kind or status, retry_after_ms and message", read_error },
	{ "cut_after", "a whole number of deltas", read_cut_after },
	{ "ttft_ms", "ms, a whole number up to a day", read_ttft },
	{ "delta_ms", "ms, a whole number up to a day", read_delta },
	{ "finish", "stop, length, content_filter, tool_calls or unknown", read_finish },
	{ "usage",
		"an object of whole numbers: prompt_tokens, completion_tokens, cached_tokens, "
		"cache_write_tokens, reasoning_tokens",
		read_usage },
	{ "cost", "USD as decimal text, like \"0.0001\"", read_cost },
	{ "tool_calls", "a list of objects with name, arguments and id", read_calls },
	{ "images", "a list of objects with data in base64 or url, mime and name", read_images },
	{ "refuses", "a list of words", read_refuses },
};

/* Finds a member of a step by its key. */
static const struct member *find_member(const char *key)
{
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (!strcmp(members[i].key, key))
			return &members[i];
	return NULL;
}

/* The line of a member of the current object. */
static unsigned line_of(const struct reader *r, const char *key)
{
	return locate_line(r->text, locate_member(r->text, r->at, key));
}

static int32_t read_member(struct reader *r, struct step *s, const char *key, struct json_object *v)
{
	const struct member *m = find_member(key);
	if (!m)
		return complain(r, line_of(r, key), "a step has no member \"%.80s\"", key);
	r->why = NULL;
	if (!m->read(r, s, v)) {
		return complain(r, line_of(r, key), "\"%s\": expected %s%s%s%s", m->key,
			m->expected, r->why ? " (" : "", r->why ? r->why : "", r->why ? ")" : "");
	}
	return 0;
}

/* Reads the step at r->at. */
static int32_t read_step(struct reader *r, struct step *s, struct json_object *v)
{
	int32_t rc = 0;
	*s = (struct step){ .times = 1,
		.cut_after = -1,
		.ttft_ms = -1,
		.delta_ms = -1,
		.retry_after_ms = -1,
		.cost = -1,
		.given = { sizeof s->given, 0, -1, -1, -1, -1, -1, -1 } };
	if (!json_object_is_type(v, json_type_object))
		return complain(r, locate_line(r->text, r->at), "expected a step, an object");
	json_object_object_foreach(v, key, value)
	{
		if (!rc)
			rc = read_member(r, s, key, value);
	}
	if (s->finish == HN_FINISH_NONE)
		s->finish = s->things.calls ? HN_FINISH_TOOL_CALLS : HN_FINISH_STOP;
	if (!rc && s->has_chunks && s->text.p)
		rc = complain(r, line_of(r, "chunks"), "text and chunks exclude each other");
	return rc;
}

static int32_t read_steps(struct reader *r, struct script *script, struct json_object *steps)
{
	int32_t rc = 0;
	size_t n = json_object_array_length(steps);
	size_t array = locate_value(r->text, locate_member(r->text, r->at, "steps"));
	script->steps = calloc(n + 1, sizeof *script->steps);
	if (!script->steps)
		return complain(r, 0, "out of memory");
	size_t at = locate_element(r->text, array);
	for (size_t i = 0; !rc && i < n; i++) {
		r->at = at;
		rc = read_step(r, &script->steps[script->n++], json_object_array_get_idx(steps, i));
		at = locate_next(r->text, at);
	}
	return rc;
}

static int32_t read_script(struct reader *r, struct script *script)
{
	struct json_object *steps = NULL;
	r->at = strspn(r->text.p, " \t\r\n");
	if (!json_object_is_type(script->json, json_type_object)) {
		return complain(
			r, locate_line(r->text, r->at), "expected an object with \"steps\"");
	}
	json_object_object_foreach(script->json, key, value)
	{
		(void)value;
		if (strcmp(key, "steps")) {
			return complain(
				r, line_of(r, key), "a script has no member \"%.80s\"", key);
		}
	}
	json_object_object_get_ex(script->json, "steps", &steps);
	if (!json_object_is_type(steps, json_type_array))
		return complain(r, line_of(r, "steps"), "expected \"steps\", an array");
	return read_steps(r, script, steps);
}

/* Parses the text; reports where it is not text, or not JSON. */
static int32_t parse(struct reader *r, struct script *script)
{
	size_t at;
	const char *why = text_fault(r->text, &r->hint);
	if (why)
		return complain(r, (unsigned)text_fault_line(r->text), "%s", why);
	script->json = json_read_at(r->text, &at, &why); /* NOLINT(clang-analyzer-core.NullDereference): fail() never gives 0 */
	if (!script->json)
		return complain(r, locate_line(r->text, at), "this is not JSON: %s", why);
	return read_script(r, script);
}

/* Reads a whole file into memory of the call; 0, or fail(). */
static int32_t read_file(struct reader *r)
{
	struct stat st;
	int fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO would make us wait */
	FILE *f = fd < 0 || fstat(fd, &st) ? NULL : fdopen(fd, "rb");
	if (!f) {
		int why = errno;
		if (fd >= 0)
			close(fd);
		return complain(r, 0, "%s", strerror(why));
	}
	if (!S_ISREG(st.st_mode)) {
		fclose(f);
		return complain(r, 0, "%s",
			S_ISDIR(st.st_mode) ? strerror(EISDIR) : "not a regular file");
	}
	size_t cap = 4096;
	char *p = NULL;
	for (r->text.n = 0;; cap *= 2) {
		char *grown = r->host->alloc(r->call, cap + 1);
		if (r->text.n)
			memcpy(grown, p, r->text.n);
		p = grown;
		r->text.n += fread(p + r->text.n, 1, cap - r->text.n, f);
		if (r->text.n < cap || cap > FILE_CAP)
			break;
	}
	size_t mark = str_begins((hn_str){ p, r->text.n }, "\xEF\xBB\xBF") ? 3 : 0;
	r->text = (hn_str){ p + mark, r->text.n - mark }; /* an editor may have added a BOM */
	int failed = ferror(f) ? errno : 0;
	fclose(f);
	if (failed)
		return complain(r, 0, "%s", strerror(failed));
	return cap > FILE_CAP ? complain(r, 0, "this is longer than %u MiB", FILE_CAP >> 20) : 0;
}

int32_t script_load(const hn_host *host, hn_call *call, hn_str path, struct script **out)
{
	char *name = host->alloc(call, path.n + 1);
	memcpy(name, path.p, path.n);
	struct reader r = { .host = host, .call = call, .path = name };
	struct script *script = calloc(1, sizeof *script);
	int32_t rc = script ? read_file(&r) : complain(&r, 0, "out of memory");
	rc = rc ? rc : parse(&r, script);
	if (rc) {
		script_free(script);
		return rc;
	}
	*out = script;
	return 0;
}
