/* SPDX-License-Identifier: MIT */
/* fake_host: see its header. */
#include "fake_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "call/kind.h"
#include "net/sse.h"
#include "unit.h"
#include "util/mem.h"
#include "util/said.h"

struct block {
	struct block *next;
	max_align_t bytes[];
};

/* Replaces a string of the call's. */
static void set(char **at, hn_str s)
{
	free(*at);
	*at = xmemdup0(s.n ? s.p : "", s.n);
}

/* Fails the test when the plugin broke a rule of the line. */
static void rule(int kept, const char *what)
{
	if (!kept)
		ck_abort_msg("the plugin broke a rule: %s", what);
}

/* ---- the host ---- */

/* Records an event. */
static int32_t fake_emit(hn_call *call, const hn_event *e)
{
	static const char letters[] = "?trufmoxnpcai";
	rule(e->struct_size == sizeof *e && e->type >= 1 && e->type <= HN_EV_PART,
		"events say their size and type");
	if (++call->emits == (unsigned)call->emit_fails_at)
		return HN_ERR_OUTPUT;
	buf_addc(&call->events, letters[e->type]);
	switch (e->type) {
	case HN_EV_TEXT:
		rule(e->text.n > 0, "text says something");
		call->pieces++;
		buf_addstr(&call->text, e->text);
		break;
	case HN_EV_REASONING:
		buf_addstr(&call->reasoning, e->text);
		break;
	case HN_EV_USAGE:
		call->usage = *e->usage;
		usage_hear(&call->usage);
		break;
	case HN_EV_FINISH:
		call->finish = e->finish;
		call->finishes++;
		set(&call->finish_word, e->text);
		break;
	case HN_EV_MODEL:
		set(&call->model, e->text);
		set(&call->upstream, e->name);
		break;
	case HN_EV_UNSHOWN:
		set(&call->unshown, e->text);
		break;
	case HN_EV_NOTICE:
		buf_addf(&call->beside, "%.*s\n", (int)e->text.n, e->text.p);
		break;
	case HN_EV_TOOL_CALL:
	case HN_EV_TOOL_PIECE:
		buf_addf(e->type == HN_EV_TOOL_CALL ? &call->calls : &call->beside, "%u %.*s %.*s %.*s\n",
			e->number, (int)e->id.n, e->id.p, (int)e->name.n, e->name.p, (int)e->text.n, e->text.p);
		break;
	case HN_EV_PART:
		buf_addf(&call->calls, "%u %u %.*s %.*s %.*s\n", e->number, e->flags, (int)e->name.n, e->name.p,
			(int)e->mime.n, e->mime.p, (int)e->text.n, e->text.p);
		break;
	case HN_EV_PROGRESS:
		rule(e->text.n > 0, "progress says what is waited for");
		break;
	default:
		rule(e->type == HN_EV_OPAQUE && e->name.n > 0, "opaque bytes have a name");
		buf_addstr(&call->opaque, e->text);
	}
	return 0;
}

/* Records an error. */
static int32_t fake_fail(hn_call *call, const hn_error *e)
{
	rule(e->struct_size == sizeof *e && e->code < 0, "an error has a size and a code");
	call->code = e->code;
	call->error_status = e->status;
	call->error_flags = e->flags;
	call->error_retry_after_ms = e->retry_after_ms;
	call->error_window = e->window;
	call->error_prompt = e->prompt;
	call->error_max_output = e->max_output;
	set(&call->message, e->message);
	set(&call->hint, e->hint);
	return e->code;
}

/* Says whether the time to cancel has come. */
static int32_t fake_cancelled(hn_call *call)
{
	return call->cancel_at >= 0 && call->now >= call->cancel_at;
}

/* Gives memory that fake_end() frees. */
static void *fake_alloc(hn_call *call, size_t n)
{
	struct block *b = xcalloc(1, sizeof *b + n);
	b->next = call->memory;
	call->allocs++;
	call->memory = b;
	return b->bytes;
}

/* Gives an option; one that was not set is declared and empty. */
static int32_t fake_option(hn_call *call, const char *key, hn_value *out)
{
	hn_value none = { .struct_size = sizeof none };
	*out = none;
	for (size_t i = 0; i < call->n_options; i++)
		if (!strcmp(call->options[i].key, key))
			*out = call->options[i].value;
	return 0;
}

/* Jumps over the time that a provider waits. */
static int32_t fake_wait(hn_call *call, hn_pollfd *fds, uint32_t n, int64_t timeout_ms)
{
	rule(!fds && n == 0 && timeout_ms >= 0, "this provider only sleeps");
	if (call->cancel_at >= 0 && call->now + timeout_ms >= call->cancel_at) {
		call->now = call->cancel_at;
		return HN_ERR_INTERRUPTED;
	}
	call->now += timeout_ms;
	return HN_WAIT_TIMEOUT;
}

/* Tells the time. */
static int64_t fake_now(hn_call *call)
{
	return call->now;
}

/* Keeps a line of the log. */
static void fake_line(hn_call *call, uint32_t level, hn_str text)
{
	(void)level;
	buf_addstr(&call->log, text);
	buf_addc(&call->log, '\n');
}

/* ---- the network ---- */

/* Hands an event on as the http service would. */
struct feed {
	const hn_http_request *request;
	const hn_http_response *head;
	hn_call *call;
	int given;
};

/* Gives data to the provider. What is left to come is always waited for; that it is optional is kept. */
static int32_t give(struct feed *f, uint32_t kind, hn_str event, hn_str data)
{
	f->given = 1;
	int32_t rc = f->request->on_data(f->request->ud, f->head, kind, event, data);
	f->call->nearly = rc == HN_NEARLY;
	return f->call->nearly ? 0 : rc;
}

/* Takes an event of the reader of events. */
static int32_t on_event(void *ud, const struct sse_event *e)
{
	return give(ud, HN_DATA_EVENT, e->type, e->data);
}

/* The size of the next piece. */
static size_t next_step(hn_call *call)
{
	if (!call->split)
		return call->body.n;
	if (!call->seed)
		return call->split;
	call->seed = call->seed * 1664525u + 1013904223u;
	return 1 + (call->seed >> 16) % call->split;
}

/* Reads the answer as events, in pieces. */
static int32_t feed_events(hn_call *call, struct feed *f)
{
	struct sse sse;
	struct sse_event tail;
	int32_t rc = 0;
	sse_init(&sse, 64u << 20, on_event, f);
	for (size_t i = 0, step; !rc && i < call->body.n; i += step) {
		step = next_step(call);
		step = call->body.n - i < step ? call->body.n - i : step;
		rc = sse_feed(&sse, call->body.p + i, step);
	}
	if (!rc && sse_tail(&sse, &tail))
		rc = give(f, HN_DATA_TAIL, tail.type, tail.data);
	if (!rc && sse.stray.n)
		rc = give(f, f->given ? HN_DATA_TAIL : HN_DATA_WHOLE, str_of(""), buf_str(&sse.stray));
	sse_free(&sse);
	return rc;
}

/* Reads the answer as lines; the last one may have no end. */
static int32_t feed_lines(hn_call *call, struct feed *f)
{
	hn_str left = call->body;
	int32_t rc = 0;
	while (!rc && left.n) {
		const char *lf = memchr(left.p, '\n', left.n);
		size_t n = lf ? (size_t)(lf - left.p) : left.n;
		rc = n ? give(f, lf ? HN_DATA_EVENT : HN_DATA_TAIL, str_of(""), (hn_str){ left.p, n }) : 0;
		n += lf != NULL;
		left = (hn_str){ left.p + n, left.n - n };
	}
	return rc;
}

/* Gives the answer as the http service would: an error's body, events, lines, or a whole body. */
static int32_t feed(hn_call *call, struct feed *f)
{
	size_t blank = 0;
	while (blank < call->body.n && strchr(" \r\n\t", call->body.p[blank]))
		blank++;
	int lines = f->request->framing == HN_FRAME_NDJSON && f->head->status < 300;
	int whole = f->request->framing == HN_FRAME_WHOLE ||
		    (blank < call->body.n && strchr("{[<", call->body.p[blank]));
	uint32_t kind = f->head->status >= 300 ? HN_DATA_ERROR_BODY : HN_DATA_WHOLE;
	if (blank == call->body.n)
		return 0;
	if (lines)
		return feed_lines(call, f);
	return kind == HN_DATA_ERROR_BODY || whole
		       ? give(f, kind, str_of(""), call->body)
		       : feed_events(call, f);
}

/* Records what is sent. */
static void record(hn_call *call, const hn_http_request *r)
{
	struct buf headers = BUF(65536);
	for (uint32_t i = 0; i < r->n_headers; i++) {
		const hn_http_header *h = HN_AT(hn_http_header, r->headers, r->header_stride, i);
		buf_addf(&headers, "%.*s: %.*s", (int)h->name.n, h->name.p, (int)h->value.n, h->value.p);
		if (h->secret)
			buf_addf(&headers, "<%s>", (const char *)h->secret);
		buf_addc(&headers, '\n');
	}
	set(&call->method, str_of(r->method));
	set(&call->url, r->url);
	set(&call->sent, r->body);
	set(&call->headers, buf_str(&headers));
	buf_free(&headers);
	call->framing = r->framing;
	call->requests++;
}

/* Answers a request. */
static int32_t fake_request(hn_call *call, const hn_http_request *r, hn_http_response *out)
{
	rule(r->struct_size == sizeof *r && out->struct_size == sizeof *out,
		"a request says its size");
	record(call, r);
	*out = (hn_http_response){ .struct_size = sizeof *out,
		.status = call->status ? call->status : 200,
		.retry_after_ms = call->retry_after_ms,
		.location = str_of(call->location),
		.again = call->again };
	struct feed f = { r, out, call, 0 };
	int32_t rc = feed(call, &f);
	if (call->then.body) {
		call->status = call->then.status;
		fake_body(call, call->then.body);
	}
	if (rc)
		return rc < 0 ? rc : 0;
	return call->end;
}

static const hn_http http = { sizeof http, 0, fake_request, code_of_status };
static const hn_io io = { sizeof io, 0, fake_wait, fake_now };
static const hn_log log_ = { sizeof log_, 0, fake_line };

/* Gives a service. */
static const void *fake_extension(const char *id)
{
	return !strcmp(id, HN_ID_HTTP)  ? (const void *)&http
	       : !strcmp(id, HN_ID_IO)  ? (const void *)&io
	       : !strcmp(id, HN_ID_LOG) ? (const void *)&log_
				     : NULL;
}

const hn_host fake_host = {
	.struct_size = sizeof fake_host,
	.abi_minor = HN_ABI_MINOR,
	.extension = fake_extension,
	.emit = fake_emit,
	.fail = fake_fail,
	.cancelled = fake_cancelled,
	.alloc = fake_alloc,
	.option = fake_option,
	.code_of_kind = kind_code,
};

/* ---- the test's side ---- */

/* Forgets what the plugin did. */
void fake_again(hn_call *call)
{
	struct buf *bufs[] = { &call->text, &call->reasoning, &call->opaque, &call->events,
		&call->log, &call->calls, &call->beside };
	for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++) {
		buf_free(bufs[i]);
		*bufs[i] = BUF(64u << 20);
	}
	call->pieces = call->emits = 0;
	call->usage = (hn_usage){ 0 };
	call->finish = call->finishes = 0;
	call->code = call->error_status = 0;
	call->error_flags = 0;
	call->error_retry_after_ms = -1;
	for (struct block *b = call->memory, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	call->memory = NULL;
	set(&call->message, str_of(""));
	set(&call->hint, str_of(""));
	set(&call->finish_word, str_of(""));
	set(&call->unshown, str_of(""));
	set(&call->model, str_of(""));
	set(&call->upstream, str_of(""));
}

/* Begins. */
void fake_begin(hn_call *call)
{
	*call = (hn_call){ .retry_after_ms = -1, .cancel_at = -1 };
	fake_again(call);
}

/* Ends. */
void fake_end(hn_call *call)
{
	char **strings[] = { &call->method, &call->url, &call->sent, &call->headers,
		&call->finish_word, &call->unshown, &call->model, &call->upstream, &call->message, &call->hint };
	fake_again(call);
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
		free(*strings[i]);
}

/* Sets an option. */
static void option(hn_call *call, const char *key, hn_value value)
{
	size_t i = 0;
	while (i < call->n_options && strcmp(call->options[i].key, key))
		i++;
	rule(i < sizeof call->options / sizeof *call->options, "a test sets few options");
	value.struct_size = sizeof value;
	value.is_set = 1;
	call->options[i] = (struct fake_option){ key, value };
	call->n_options += i == call->n_options;
}

/* Sets a text. */
void fake_string(hn_call *call, const char *key, const char *value)
{
	option(call, key, (hn_value){ .type = HN_OPT_STRING, .s = str_of(value) });
}

/* Sets a number. */
void fake_int(hn_call *call, const char *key, int64_t value)
{
	option(call, key, (hn_value){ .type = HN_OPT_INT, .i = value });
}

/* Sets a secret; here its handle is the text itself. */
void fake_secret(hn_call *call, const char *key, const char *value)
{
	option(call, key, (hn_value){ .type = HN_OPT_STRING, .secret = (const hn_secret *)value });
}

/* Sets a mapping. */
void fake_map(hn_call *call, const char *key, const hn_str *pairs, uint32_t n)
{
	option(call, key, (hn_value){ .type = HN_OPT_MAP, .items = pairs, .n = n });
}

/* Sets the answer's body. */
void fake_body(hn_call *call, const char *text)
{
	call->body = str_of(text);
}

/* Joins the chunks of a body, in place; one that is cut ends where it does. */
static size_t join_chunks(char *body, size_t n)
{
	size_t out = 0, at = 0;
	while (at < n) {
		char *end = NULL;
		size_t size = strtoul(body + at, &end, 16);
		at = (size_t)(end - body) + 2;
		size = at < n && size > n - at ? n - at : size;
		if (size == 0 || at >= n)
			break;
		memmove(body + out, body + at, size);
		out += size;
		at += size + 2;
	}
	return out;
}

/* Reads a captured answer. */
void fake_capture(hn_call *call, const char *name)
{
	char path[4096];
	char *p = fake_alloc(call, 65536);
	UNIT_DATA(path, "");
	strncat(path, name, sizeof path - strlen(path) - 1);
	FILE *f = fopen(path, "rb");
	ck_assert_msg(f != NULL, "%s cannot be opened", path);
	size_t n = fread(p, 1, 65535, f);
	fclose(f);
	char *body = strstr(p, "\r\n\r\n");
	ck_assert_ptr_nonnull(body);
	body[2] = '\0';
	body += 4;
	size_t rest = n - (size_t)(body - p);
	const char *after = strcasestr(p, "\r\nretry-after: ");
	call->status = (int32_t)strtol(p + 9, NULL, 10);
	call->retry_after_ms = after ? 1000 * strtol(after + 15, NULL, 10) : -1;
	if (strcasestr(p, "transfer-encoding: chunked"))
		rest = join_chunks(body, rest);
	call->body = (hn_str){ body, rest };
}

/* Asks. */
int32_t fake_chat(
	hn_call *call, const hn_provider *provider, void *self, const char *message, int stream)
{
	hn_message m = { .role = HN_ROLE_USER,
		.part_stride = sizeof(hn_part),
		.id = 1,
		.text = str_of(message) };
	hn_request req = { .struct_size = sizeof req,
		.flags = stream ? HN_REQUEST_STREAM : 0,
		.set = call->max_tokens ? HN_SET_MAX_TOKENS : 0,
		.max_tokens = call->max_tokens,
		.n_messages = 1,
		.message_stride = sizeof m,
		.model = str_of("m"),
		.messages = &m };
	return provider->chat(self, call, &req);
}
