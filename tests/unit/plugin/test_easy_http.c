/* SPDX-License-Identifier: MIT */
/* test_easy_http: the client of hobnob/easy_http.h, over a host and a service that write down what they get. */
#include "hobnob/easy.h"

#include <stdio.h>

#include "../unit.h"

#define PIECES_MOST 4

struct hn_call {
	/* what the service answers */
	int32_t status, ends;
	struct { uint32_t type; const char *event, *data; } pieces[PIECES_MOST];
	int64_t retry_after_ms;
	uint32_t again;
	int32_t emit_fails;
	/* what it was asked, and what on_data() returned last */
	char asked[512];
	uint32_t framing;
	int32_t read;
	/* what the plugin did */
	char heard[256];
	size_t n;
	hn_error error;
	char message[1100];
	void *memory[16];
	size_t n_memory;
};

static const char *base = "https://a.org/v1", *key = "k";
static int has_http = 1;

static int32_t emit(hn_call *call, const hn_event *e)
{
	call->n += (size_t)snprintf(call->heard + call->n, sizeof call->heard - call->n, "%u:%.*s%d\n", e->type,
		(int)e->text.n, e->text.n ? e->text.p : "", (int)e->finish);
	return call->emit_fails;
}

static int32_t hear_error(hn_call *call, const hn_error *e)
{
	call->error = *e;
	snprintf(call->message, sizeof call->message, "%.*s", (int)e->message.n, e->message.n ? e->message.p : "");
	return e->code;
}

static void *alloc(hn_call *call, size_t n)
{
	ck_assert_uint_lt(call->n_memory, sizeof call->memory / sizeof *call->memory);
	return call->memory[call->n_memory++] = calloc(1, n ? n : 1);
}

static int32_t option(hn_call *call, const char *name, hn_value *out)
{
	(void)call;
	if (strcmp(name, "base_url") == 0)
		out->s = hn_str_of(base);
	else if (strcmp(name, "api_key") == 0)
		out->secret = (const hn_secret *)key;
	else
		return HN_ERR_PLUGIN;
	return 0;
}

static int32_t request(hn_call *call, const hn_http_request *r, hn_http_response *out)
{
	hn_http_response head = { .struct_size = sizeof head, .status = call->status ? call->status : 200,
		.retry_after_ms = call->retry_after_ms, .again = call->again };
	size_t n;

	ck_assert_ptr_null(out);
	ck_assert_uint_eq(r->struct_size, sizeof *r);
	call->framing = r->framing;
	n = (size_t)snprintf(call->asked, sizeof call->asked, "%s %.*s %.*s\n", r->method, (int)r->url.n, r->url.p,
		(int)r->body.n, r->body.n ? r->body.p : "");
	for (uint32_t i = 0; i < r->n_headers; i++) {
		const hn_http_header *h = HN_AT(hn_http_header, r->headers, r->header_stride, i);
		n += (size_t)snprintf(call->asked + n, sizeof call->asked - n, "%.*s: %.*s%s\n", (int)h->name.n, h->name.p,
			(int)h->value.n, h->value.p, h->secret ? (const char *)h->secret : "");
	}
	call->read = 0;
	for (size_t i = 0; i < PIECES_MOST && call->pieces[i].type && call->read != HN_ENOUGH && call->read >= 0; i++)
		call->read = r->on_data(r->ud, &head, call->pieces[i].type, hn_str_of(call->pieces[i].event),
			hn_str_of(call->pieces[i].data));
	return call->read < 0 ? call->read : call->ends;
}

static int32_t code_of_status(int32_t status)
{
	return status == 429 ? HN_ERR_RATE_LIMITED : HN_ERR_UNAVAILABLE;
}

static const hn_http http = { .struct_size = sizeof http, .request = request, .code_of_status = code_of_status };

static const void *extension(const char *id)
{
	return has_http && strcmp(id, HN_ID_HTTP) == 0 ? &http : NULL;
}

static const hn_host host = {
	.struct_size = sizeof host, .extension = extension, .emit = emit, .fail = hear_error, .alloc = alloc, .option = option
};

static void end(hn_call *call)
{
	while (call->n_memory)
		free(call->memory[--call->n_memory]);
}

static void *made(hn_call *call)
{
	void *self = NULL;

	ck_assert_int_eq(hn_client_create(&host, call, &self), 0);
	return self;
}

/* A plugin's on_data(): a piece is text, but "end" and "[DONE]" end the reply, and "bad" fails. */
static int32_t on_data(hn_exchange *x, hn_str data)
{
	if (hn_same(data, "bad"))
		return hn_failf(x->host, x->call, HN_ERR_PROTOCOL, "bad data in %.*s", (int)x->event.n, x->event.n ? x->event.p : "");
	if (hn_same(data, "end"))
		return hn_end(x, HN_FINISH_STOP);
	if (hn_same(data, "[DONE]"))
		return HN_ENOUGH;
	if (hn_same(data, "seven"))
		return 7;
	return hn_say(x->host, x->call, data);
}

/* Asks, and ends the instance. */
static int32_t converse(hn_call *call)
{
	void *self = made(call);
	hn_exchange x = hn_exchange_of(self, call, HN_FRAME_EVENTS, on_data);
	int32_t code = hn_converse(&x, "chat", hn_str_of("{}"));

	hn_client_destroy(self);
	return code;
}

START_TEST(asks)
{
	hn_call call = { .pieces = { { HN_DATA_EVENT, "", "Hello" }, { HN_DATA_EVENT, "", "end" }, { HN_DATA_EVENT, "", "more" } } };

	ck_assert_int_eq(converse(&call), 0);
	ck_assert_str_eq(call.asked, "POST https://a.org/v1/chat {}\nAuthorization: Bearer k\n");
	ck_assert_uint_eq(call.framing, HN_FRAME_EVENTS);
	ck_assert_str_eq(call.heard, "1:Hello0\n4:1\n1:more0\n");
	ck_assert_int_eq(call.read, HN_NEARLY); /* a piece after the end does not take the end back */
	end(&call);
}
END_TEST

START_TEST(headers)
{
	const hn_http_header more[] = { { HN_STR("A"), HN_STR("1"), NULL }, { HN_STR("B"), HN_STR("2"), NULL } };
	hn_call call = { .n = 0 };
	void *self = made(&call);
	hn_exchange x = hn_exchange_of(self, &call, HN_FRAME_WHOLE, on_data);

	x.headers = more;
	x.n_headers = 2;
	x.key.name = hn_str_of("x-api-key");
	x.key.value = hn_str_of("");
	ck_assert_int_eq(hn_send(&x, "GET", "models", hn_str_of("")), 0);
	ck_assert_str_eq(call.asked, "GET https://a.org/v1/models \nx-api-key: k\nA: 1\nB: 2\n");
	x.key.name = hn_str_of("");
	hn_send(&x, "GET", "models", hn_str_of(""));
	ck_assert_str_eq(call.asked, "GET https://a.org/v1/models \nA: 1\nB: 2\n");
	hn_client_destroy(self);
	end(&call);
}
END_TEST

START_TEST(no_key)
{
	hn_call call = { .pieces = { { HN_DATA_EVENT, "", "end" } } };

	key = NULL;
	ck_assert_int_eq(converse(&call), 0);
	key = "k";
	ck_assert_str_eq(call.asked, "POST https://a.org/v1/chat {}\n");
	end(&call);
}
END_TEST

START_TEST(ends_once)
{
	hn_call call = { .pieces = { { HN_DATA_EVENT, "", "end" }, { HN_DATA_TAIL, "", "end" }, { HN_DATA_EVENT, "", "[DONE]" } } };

	ck_assert_int_eq(converse(&call), 0);
	ck_assert_str_eq(call.heard, "4:1\n");
	ck_assert_int_eq(call.read, HN_ENOUGH);
	end(&call);
}
END_TEST

/* A reply without an end is truncated, whether nothing came, or text, or the server's own mark. */
START_TEST(truncated)
{
	static const char *const words[] = { NULL, "Hello", "[DONE]" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		hn_call call = { .pieces = { { words[i] ? HN_DATA_EVENT : 0, "", words[i] } } };
		ck_assert_int_eq(converse(&call), HN_ERR_TRUNCATED);
		ck_assert_str_eq(call.message, "the server stopped before the end of the reply");
		end(&call);
	}
}
END_TEST

/* What request() says passes: a network that broke, a dry run; and nothing is added to it. */
START_TEST(no_answer)
{
	hn_call call = { .ends = HN_ERR_NETWORK };

	ck_assert_int_eq(converse(&call), HN_ERR_NETWORK);
	ck_assert_int_eq(call.error.code, 0);
	end(&call);
}
END_TEST

START_TEST(unknown_data)
{
	hn_call call = { .pieces = { { 0, NULL, NULL } } };

	call.pieces[0].type = 99;
	call.pieces[0].data = "bad";
	ck_assert_int_eq(converse(&call), HN_ERR_TRUNCATED);
	end(&call);
}
END_TEST

START_TEST(own_failure)
{
	hn_call call = { .pieces = { { HN_DATA_WHOLE, "name", "bad" } } };

	ck_assert_int_eq(converse(&call), HN_ERR_PROTOCOL);
	ck_assert_str_eq(call.message, "bad data in name");
	end(&call);
}
END_TEST

/* What emit() says passes, from hn_end() too. */
START_TEST(output_fails)
{
	hn_call call = { .emit_fails = HN_ERR_OUTPUT, .pieces = { { HN_DATA_EVENT, "", "end" } } };

	ck_assert_int_eq(converse(&call), HN_ERR_OUTPUT);
	end(&call);
}
END_TEST

/* A value of put()'s ends the request, and is what hn_send() returns. */
START_TEST(stopped)
{
	hn_call call = { .pieces = { { HN_DATA_WHOLE, "", "seven" }, { HN_DATA_EVENT, "", "more" } } };
	void *self = made(&call);
	hn_exchange x = hn_exchange_of(self, &call, HN_FRAME_WHOLE, on_data);

	ck_assert_int_eq(hn_send(&x, "GET", "models", hn_str_of("")), 7);
	ck_assert_int_eq(call.read, HN_ENOUGH);
	ck_assert_str_eq(call.heard, "");
	hn_client_destroy(self);
	end(&call);
}
END_TEST

static void is_text(hn_str got, const char *expected)
{
	ck_assert_uint_eq(got.n, strlen(expected));
	ck_assert(memcmp(got.p, expected, got.n) == 0);
}

START_TEST(json)
{
	struct longer { hn_message now; uint64_t later; } messages[] = {
		{ .now = { .role = HN_ROLE_SYSTEM, .text = HN_STR("Be \"brief\".") } },
		{ .now = { .role = HN_ROLE_ASSISTANT, .text = { NULL, 0 } } },
		{ .now = { .role = HN_ROLE_USER, .text = HN_STR("a\0b\\\n\x1f\xc3\xb6") } },
	};
	hn_request req = { .n_messages = 3, .message_stride = sizeof *messages, .messages = &messages->now };
	hn_call call = { .n = 0 };

	is_text(hn_json_text(&host, &call, hn_str_of("say \"\\\"")), "\"say \\\"\\\\\\\"\"");
	is_text(hn_json_text(&host, &call, hn_str_of(NULL)), "\"\"");
	is_text(hn_json_messages(&host, &call, &req),
		"[{\"role\":\"system\",\"content\":\"Be \\\"brief\\\".\"},{\"role\":\"assistant\",\"content\":\"\"},"
		"{\"role\":\"user\",\"content\":\"a\\u0000b\\\\\\u000a\\u001f\xc3\xb6\"}]");
	is_text(hn_format(&host, &call, "{\"n\":%d}", 7), "{\"n\":7}");
	ck_assert_uint_eq(hn_format(&host, &call, "%*s", (int)HN_FAILF_MOST * 3, "x").n, HN_FAILF_MOST * 3);
	end(&call);
}
END_TEST

START_TEST(refused)
{
	hn_call call = { .status = 429, .retry_after_ms = 1500, .again = HN_FAIL_FINAL,
		.pieces = { { HN_DATA_ERROR_BODY, "", "slow down" } } };

	ck_assert_int_eq(converse(&call), HN_ERR_RATE_LIMITED);
	ck_assert_str_eq(call.message, "HTTP 429: slow down");
	ck_assert_int_eq(call.error.status, 429);
	ck_assert_int_eq(call.error.retry_after_ms, 1500);
	ck_assert_uint_eq(call.error.flags, HN_FAIL_FINAL);
	end(&call);
	call = (hn_call){ .status = 503, .retry_after_ms = -1, .pieces = { { HN_DATA_ERROR_BODY, "", "" } } };
	ck_assert_int_eq(converse(&call), HN_ERR_UNAVAILABLE);
	ck_assert_str_eq(call.message, "HTTP 503");
	end(&call);
}
END_TEST

static int32_t on_error(hn_exchange *x, hn_error *e, hn_str body)
{
	ck_assert_int_eq(e->code, HN_ERR_RATE_LIMITED);
	ck_assert_int_eq(e->status, 429);
	ck_assert_uint_eq(x->type, HN_DATA_ERROR_BODY);
	e->code = HN_ERR_QUOTA;
	e->message = hn_textf(x->host, x->call, "it says %.*s", (int)body.n, body.p);
	return (x->host->fail)(x->call, e);
}

START_TEST(refused_in_its_own_words)
{
	hn_call call = { .status = 429, .retry_after_ms = 7, .pieces = { { HN_DATA_ERROR_BODY, "", "no money" } } };
	void *self = made(&call);
	hn_exchange x = hn_exchange_of(self, &call, HN_FRAME_NDJSON, on_data);

	x.on_error = on_error;
	ck_assert_int_eq(hn_converse(&x, "chat", hn_str_of("{}")), HN_ERR_QUOTA);
	ck_assert_str_eq(call.message, "it says no money");
	ck_assert_int_eq(call.error.retry_after_ms, 7);
	hn_client_destroy(self);
	end(&call);
}
END_TEST

START_TEST(no_service)
{
	hn_call call = { .n = 0 };
	void *self = &call;

	has_http = 0;
	ck_assert_int_eq(hn_client_create(&host, &call, &self), HN_ERR_PLUGIN);
	has_http = 1;
	ck_assert_str_eq(call.message, "this hobnob has no hobnob.http/1");
	ck_assert_ptr_eq(self, &call);
	end(&call);
}
END_TEST

/* A client within a struct of the plugin's. */
START_TEST(embedded)
{
	struct { hn_client client; int more; } mine = { .more = 7 };
	hn_call call = { .pieces = { { HN_DATA_EVENT, "", "end" } } };

	ck_assert_int_eq(hn_client_open(&mine.client, &host, &call), 0);
	hn_exchange x = hn_exchange_of(&mine, &call, HN_FRAME_NDJSON, on_data);
	ck_assert_int_eq(hn_converse(&x, "/chat", hn_str_of("{}")), 0);
	ck_assert_ptr_eq(x.client, &mine.client);
	hn_client_close(&mine.client);
	hn_client_close(&mine.client);
	end(&call);
}
END_TEST

UNIT_MAIN("easy_http", asks, headers, no_key, ends_once, truncated, no_answer, unknown_data, own_failure, output_fails, refused,
	refused_in_its_own_words, no_service, embedded, stopped, json)
