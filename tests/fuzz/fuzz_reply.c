/* SPDX-License-Identifier: MIT */
/*
 * fuzz_reply: whatever a server answers, the codec ends the call by the rules of the line.  The
 * first byte says what comes: events, a whole body, a list of errors by status; the rest is the
 * body.
 */
#include "fuzz.h"

#include <stdlib.h>

#include "call/kind.h"
#include "chat_completions/parts.h"
#include "net/sse.h"

struct block {
	struct block *next;
	max_align_t bytes[];
};

/* What the host knows of a call. */
struct hn_call {
	struct block *memory;
	int32_t code;
};

/* The host's emit: every event says its size, and text says something. */
static int32_t emit(hn_call *call, const hn_event *e)
{
	(void)call;
	MUST(e->struct_size == sizeof *e && e->type >= HN_EV_TEXT && e->type <= HN_EV_OPAQUE);
	MUST(e->type != HN_EV_TEXT || e->text.n);
	MUST(e->type != HN_EV_USAGE || (e->usage->prompt >= -1 && e->usage->cost >= -1));
	return 0;
}

/* The host's fail: a kind, and one line of words. */
static int32_t fail(hn_call *call, const hn_error *e)
{
	MUST(e->code < 0 && e->code > HN_ERR_INTERRUPTED && e->message.n && e->message.n <= 1024);
	for (size_t i = 0; i < e->message.n; i++)
		MUST((unsigned char)e->message.p[i] >= ' ');
	return call->code = e->code;
}

/* The host's memory. */
static void *alloc(hn_call *call, size_t n)
{
	struct block *b = calloc(1, sizeof *b + n);
	MUST(b != NULL);
	b->next = call->memory;
	call->memory = b;
	return b->bytes;
}

/* No service but what the codec is given. */
static const void *extension(const char *id)
{
	(void)id;
	return NULL;
}

static const hn_http http = { .struct_size = sizeof http, .code_of_status = code_of_status };
static const hn_host host = {
	.struct_size = sizeof host,
	.extension = extension,
	.emit = emit,
	.fail = fail,
	.alloc = alloc,
};

/* An answer on its way to the codec. */
struct answer {
	struct cc_reply reply;
	hn_http_response head;
};

/* One event. */
static int32_t on_event(void *ud, const struct sse_event *e)
{
	struct answer *a = ud;
	return cc_reply_data(&a->reply, &a->head, HN_DATA_EVENT, e->type, e->data);
}

/* Gives a body as events. */
static int32_t give_events(struct answer *a, hn_str body)
{
	struct sse s;
	struct sse_event tail;
	sse_init(&s, 1 << 20, on_event, a);
	int32_t rc = sse_feed(&s, body.p, body.n);
	if (!rc && sse_tail(&s, &tail))
		rc = cc_reply_data(&a->reply, &a->head, HN_DATA_TAIL, tail.type, tail.data);
	if (!rc && s.stray.n)
		rc = cc_reply_data(&a->reply, &a->head, a->reply.documents ? HN_DATA_TAIL : HN_DATA_WHOLE,
			(hn_str){ "", 0 }, buf_str(&s.stray));
	sse_free(&s);
	return rc;
}

/* Gives a body as the first byte says. */
static int32_t give(struct answer *a, unsigned what, hn_str body)
{
	static const int32_t statuses[] = { 400, 401, 404, 422, 429, 500, 302, 999 };
	hn_str none = { "", 0 };
	if (what % 4 < 2)
		return give_events(a, body);
	if (what % 4 == 2)
		return cc_reply_data(&a->reply, &a->head, HN_DATA_WHOLE, none, body);
	a->head.status = statuses[what / 4 % 8];
	return cc_reply_data(&a->reply, &a->head, HN_DATA_ERROR_BODY, none, body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	hn_call call = { NULL, 0 };
	struct wire_host to = {
		.host = &host, .call = &call, .http = &http, .base = "http://localhost/v1", .streams = 1
	};
	struct answer a = {
		.head = { .struct_size = sizeof a.head, .status = 200, .retry_after_ms = -1 }
	};
	if (!size)
		return 0;
	cc_reply_begin(&a.reply, &to, 0xFF);
	int32_t rc = give(&a, data[0], (hn_str){ (const char *)data + 1, size - 1 });
	rc = cc_reply_end(&a.reply, rc < 0 ? rc : 0, &a.head);
	MUST(rc == 0 || rc == HN_ADAPTED || rc == call.code);
	while (call.memory) {
		struct block *next = call.memory->next;
		free(call.memory);
		call.memory = next;
	}
	return 0;
}
