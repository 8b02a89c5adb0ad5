/* SPDX-License-Identifier: MIT */
/* call: events, errors and memory of one running call. Where it waits is in wait.c. */
#include "call/call.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "call/order.h"
#include "call/size.h"
#include "util/buf.h"
#include "util/log.h"
#include "util/mem.h"

/* A piece of memory that lives as long as the call. */
struct call_block {
	struct call_block *next;
	max_align_t data[];
};

/* No window and no prompt has more tokens. */
#define TOKENS_MOST INT64_C(1000000000000)

/* Begins a call that has neither sink nor network; the caller fills in what it gives. */
void call_init(
	struct hn_call *call, struct cancel *cancel, const struct clock *clock, struct log *log)
{
	*call = (struct hn_call){
		.cancel = cancel,
		.clock = clock,
		.log = log,
		.error.retry_after_ms = -1,
	};
}

/* Frees what the call held. */
void call_end(struct hn_call *call)
{
	call_error_clear(call);
	free(call->breach.what);
	call->breach = (struct breach){ 0 };
	while (call->memory) {
		struct call_block *next = call->memory->next;
		free(call->memory);
		call->memory = next;
	}
}

void call_adopt(struct hn_call *call, struct hn_call *from)
{
	struct call_block **last = &from->memory;
	while (*last)
		last = &(*last)->next;
	*last = call->memory;
	call->memory = from->memory;
	from->memory = NULL;
}

/* ---- breaches ---- */

static int32_t fail_breach(struct hn_call *call, const struct fault *f)
{
	return call_failf(call, HN_ERR_PLUGIN, f->hint, "%s%s%s", call->plugin ? call->plugin : "",
		call->plugin ? ": " : "", f->message);
}

int32_t call_breach(struct hn_call *call, enum rule_id rule, struct fault *f)
{
	int32_t code;

	if (call->breach.is_watched && !call->breach.what) {
		call->breach.rule = rule;
		call->breach.what = xstrdup(f->message);
	}
	code = fail_breach(call, f);
	fault_free(f);
	return code;
}

int call_breached(const struct hn_call *call)
{
	return call->breach.what != NULL;
}

void breach_text(struct fault *f, const char *function, enum rule_id rule, const char *what)
{
	const struct rule *r = rule_of(rule);

	fault_set(f, HN_ERR_PLUGIN, r->says, "%s%s%sbreaks the rule %s: %s", function ? function : "",
		function && !strchr(function, ' ') ? "()" : "", function ? " " : "", r->name, what);
}

int32_t call_tell_breach(struct hn_call *call)
{
	struct fault f = { 0 };
	int32_t code;

	breach_text(&f, order_function_name((enum order_function)call->function), call->breach.rule, call->breach.what);
	code = fail_breach(call, &f);
	fault_free(&f);
	return code;
}

/* ---- events ---- */

/* An event as the plugin says it. 0, or HN_ERR_PLUGIN: it cannot be read. */
static int32_t read_event(const hn_event *said, hn_event *event, hn_usage *usage, struct fault *f)
{
	int32_t code = size_in(&sized_event, event, said, f);
	if (!code && !(code = size_text("hn_event.text", event->text, f)) &&
		!(code = size_text("hn_event.name", event->name, f)) &&
		!(code = size_text("hn_event.id", event->id, f)))
		code = size_text("hn_event.mime", event->mime, f);
	if (code || !event->usage)
		return code;
	code = size_in(&sized_usage, usage, event->usage, f);
	event->usage = usage;
	return code;
}

/* Passes an event to the sink; drops it once a sink failed or the call was cancelled. What breaks a rule
 * ends the call's right to emit. */
int32_t call_emit(hn_call *call, const hn_event *said)
{
	hn_event event;
	hn_usage usage;
	struct fault f = { 0 };
	if (call->broken)
		return call->broken;
	if (cancel_is_set(call->cancel))
		return HN_ERR_INTERRUPTED;
	if (!call->sink) {
		fault_set(&f, HN_ERR_PLUGIN, NULL, "the plugin emitted an event outside of chat()");
		return call_breach(call, RULE_EVENTS, &f);
	}
	int32_t rc = read_event(said, &event, &usage, &f);
	rc = rc ? call_breach(call, RULE_STRUCT_SIZES, &f) : call->sink(call->sink_ud, &event);
	if (rc < 0)
		call->broken = rc;
	return rc;
}

/* A redacted copy of text, since servers sometimes quote secrets; NULL if it is empty. */
static char *keep(const hn_call *call, hn_str text)
{
	struct buf copy = BUF(BUF_NO_CAP);
	if (!text.n)
		return NULL;
	buf_addstr(&copy, text);
	if (call->log && call->log->redact)
		call->log->redact(call->log->ud, &copy);
	return buf_take(&copy);
}

/* A plugin's number, cut to `most`; `none` if it is negative. */
static int64_t bounded(int64_t v, int64_t most, int64_t none)
{
	return v < 0 ? none : v < most ? v : most;
}

/* A number of tokens; 0 (unknown) if it cannot be one. */
static int64_t tokens_of(int64_t v)
{
	return v > TOKENS_MOST ? 0 : bounded(v, TOKENS_MOST, 0);
}

/* The code of an error that the plugin says; an unknown one is the plugin's fault. */
static int32_t known_code(int32_t code)
{
	return code >= HN_OK || code < HN_ERR_INTERRUPTED ? HN_ERR_PLUGIN : code;
}

/* What an error says; if it has no words, that is said, and an unknown code. */
static char *message_of(const hn_call *call, const hn_error *err)
{
	if (err->message.n || err->code == HN_ERR_INTERRUPTED)
		return keep(call, err->message);
	if (known_code(err->code) == err->code)
		return xstrdup("the plugin failed without saying why");
	return xasprintf("the plugin failed with an unknown error code: %d", (int)err->code);
}

/* An error as the plugin says it. 0, or HN_ERR_PLUGIN: it cannot be read. */
static int32_t read_error(const hn_error *said, hn_error *err, struct fault *f)
{
	int32_t code = size_in(&sized_error, err, said, f);
	if (!code && !(code = size_text("hn_error.message", err->message, f)))
		code = size_text("hn_error.hint", err->hint, f);
	return code;
}

/* Puts an error into the slot, replacing an earlier one. Its texts may point into the slot. */
int32_t call_fail(hn_call *call, const hn_error *said)
{
	hn_error err;
	struct fault f = { 0 };
	if (read_error(said, &err, &f))
		return call_breach(call, RULE_STRUCT_SIZES, &f);
	struct call_error error = {
		.code = known_code(err.code),
		.status = err.status,
		.flags = err.flags,
		.retry_after_ms = bounded(err.retry_after_ms ? err.retry_after_ms : -1, CALL_WAIT_MOST_MS, -1),
		.message = message_of(call, &err),
		.hint = keep(call, err.hint),
		.window = tokens_of(err.window),
		.prompt = tokens_of(err.prompt),
		.max_output = tokens_of(err.max_output),
	};
	call_error_clear(call);
	call->error = error;
	return error.code;
}

/* 1 if the call should unwind. */
int32_t call_cancelled(hn_call *call)
{
	return cancel_is_set(call->cancel);
}

/* Zeroed memory for the rest of the call. */
void *call_alloc(hn_call *call, size_t n)
{
	if (n > SIZE_MAX - sizeof(struct call_block))
		n = SIZE_MAX -
		    sizeof(struct call_block); /* ends the program with "out of memory" instead of returning a short block */
	struct call_block *block = xcalloc(1, sizeof *block + n);
	block->next = call->memory;
	call->memory = block;
	return block->data;
}

/* Fails with a formatted message. */
int32_t call_failf(hn_call *call, int32_t code, const char *hint, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *message = xvasprintf(fmt, ap);
	va_end(ap);
	int32_t rc = call_fail(call, &(hn_error){
					     .struct_size = sizeof(hn_error),
					     .code = code,
					     .retry_after_ms = -1,
					     .message = str_of(message),
					     .hint = str_of(hint),
				     });
	free(message);
	return rc;
}

/* Empties the error slot. */
void call_error_clear(struct hn_call *call)
{
	free(call->error.message);
	free(call->error.hint);
	call->error = (struct call_error){ .retry_after_ms = -1 };
}
