/* SPDX-License-Identifier: MIT */
/*
 * test_abi: plugins that stand on the public header alone, driven over the line: a provider in C99, one that computes and one
 * of a third wire, which the header's author did not have in mind.
 */
#include <dlfcn.h>
#include <json-c/json.h>
#include <stdio.h>

#include "../fixtures.h"
#include "../unit.h"

#include "call/call.h"
#include "util/buf.h"
#include "util/mem.h"

/* What a plugin emitted, written down. */
static struct buf heard;
static struct cancel cancel;
static const char *option_text;

/* The fake wire: the lines that come, the status, and the body that was sent. */
static const char *const *wire;
static int32_t wire_status = 200;
static char *sent;

/* The call's sink: one line an event. */
static int32_t hear(void *ud, const hn_event *e)
{
	(void)ud;
	if (e->type == HN_EV_USAGE)
		buf_addf(&heard, "usage %lld+%lld\n", (long long)e->usage->prompt,
			(long long)e->usage->completion);
	else
		buf_addf(&heard, "%u:%d:%.*s\n", e->type, e->finish, (int)e->text.n,
			e->text.n ? e->text.p : "");
	return 0;
}

/* Plays the wire's lines. */
static int32_t play(hn_call *call, const hn_http_request *request, hn_http_response *out)
{
	(void)call;
	ck_assert_uint_eq(request->framing, HN_FRAME_NDJSON);
	free(sent);
	sent = xasprintf("%s %.*s %.*s", request->method, (int)request->url.n, request->url.p,
		(int)request->body.n, request->body.p);
	out->status = wire_status;
	for (size_t i = 0; wire[i]; i++) {
		hn_str none = { NULL, 0 };
		int32_t code =
			request->on_data(request->ud, out, HN_DATA_EVENT, none, str_of(wire[i]));
		if (code)
			return code == HN_ENOUGH ? 0 : code;
	}
	return 0;
}

/* A kind for each status that the test uses. */
static int32_t kind_of(int32_t status)
{
	return status == 200 ? 0 : HN_ERR_UNAVAILABLE;
}

static const hn_http fake_http = {
	.struct_size = sizeof fake_http,
	.request = play,
	.code_of_status = kind_of,
};

/* The only service that there is. */
static const void *extension(const char *id)
{
	return strcmp(id, HN_ID_HTTP) ? NULL : &fake_http;
}

/* Every option has the same text. */
static int32_t option(hn_call *call, const char *key, hn_value *out)
{
	(void)call;
	(void)key;
	*out = (hn_value){ .struct_size = sizeof *out,
		.type = HN_OPT_STRING,
		.s = str_of(option_text),
		.is_set = 1 };
	return 0;
}

static const hn_host host = {
	.struct_size = sizeof host,
	.abi_minor = HN_ABI_MINOR,
	.extension = extension,
	.emit = call_emit,
	.fail = call_fail,
	.cancelled = call_cancelled,
	.alloc = call_alloc,
	.option = option,
};

/* A fixture's table of functions. It stays loaded: the test is its own process. */
static const hn_provider *load(const char *fixture)
{
	char path[4096];
	fixture_path(path, fixture);
	void *dl = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	ck_assert_msg(dl != NULL, "%s", dl ? "" : dlerror());
	const hn_plugin *(*entry)(void);
	*(void **)&entry = dlsym(dl, "hobnob_plugin_v1");
	ck_assert_ptr_nonnull(entry);
	return entry()->vtable;
}

/* Makes an instance, asks it "one", "two" (and a third of the user's), ends it. The code, with the call still open. */
static int32_t ask(const char *fixture, const char *text, hn_call *call)
{
	const hn_provider *p = load(fixture);
	const hn_message messages[] = {
		{ .role = HN_ROLE_USER, .id = 1, .text = str_of("one") },
		{ .role = HN_ROLE_ASSISTANT, .id = 2, .text = str_of("two") },
		{ .role = HN_ROLE_USER, .id = 3, .text = str_of("say \"hi\"") },
	};
	const hn_request request = {
		.struct_size = sizeof request,
		.flags = HN_REQUEST_STREAM,
		.n_messages = 3,
		.message_stride = sizeof *messages,
		.model = str_of("tiny"),
		.messages = messages,
	};
	void *self;
	option_text = text;
	heard = BUF(1u << 16);
	ck_assert_int_eq(cancel_open(&cancel), 0);
	call_init(call, &cancel, &clock_real, NULL);
	ck_assert_int_eq(p->create(&host, call, &self), 0);
	call->sink = hear;
	int32_t code = p->chat(self, call, &request);
	p->destroy(self);
	return code;
}

/* Frees what one test made. */
static void end(hn_call *call)
{
	call_end(call);
	cancel_close(&cancel);
	buf_free(&heard);
	free(sent);
	sent = NULL;
}

START_TEST(a_provider_in_c99)
{
	hn_call call;
	ck_assert_int_eq(ask("echo", "> ", &call), 0);
	ck_assert_str_eq(heard.p, "1:0:> \n1:0:say \"hi\"\n4:1:\n");
	end(&call);
}
END_TEST

START_TEST(a_third_wire)
{
	static const char *const lines[] = {
		"{\"message\":{\"role\":\"assistant\",\"content\":\"Hel\"},\"done\":false}",
		"{\"message\":{\"role\":\"assistant\",\"content\":\"lo\"},\"done\":false}",
		"{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_"
		"eval_count\":9,"
		"\"eval_count\":2}",
		"never read",
		NULL,
	};
	hn_call call;
	wire = lines;
	ck_assert_int_eq(ask("third", "http://127.0.0.1:1", &call), 0);
	ck_assert_str_eq(heard.p, "1:0:Hel\n1:0:lo\nusage 9+2\n4:1:stop\n");
	ck_assert_str_eq(sent,
		"POST http://127.0.0.1:1/api/chat {\"model\":\"tiny\",\"messages\":["
		"{\"role\":\"user\",\"content\":\"one\"},{\"role\":\"assistant\",\"content\":"
		"\"two\"},"
		"{\"role\":\"user\",\"content\":\"say \\\"hi\\\"\"}],\"stream\":true}");
	end(&call);
}
END_TEST

/* The third wire plays these lines with that status: it must fail so. */
static void third_fails(const char *const *lines, int32_t status, int32_t code, const char *message)
{
	hn_call call;
	wire = lines;
	wire_status = status;
	ck_assert_int_eq(ask("third", "http://127.0.0.1:1", &call), code);
	ck_assert_str_eq(call.error.message, message);
	ck_assert_int_eq(call.error.status, status);
	end(&call);
}

START_TEST(a_third_wire_in_trouble)
{
	static const char *const half[] = { "{\"message\":{\"content\":\"Hel\"},\"done\":false}",
		NULL };
	static const char *const noise[] = { "<html>", NULL };
	static const char *const nothing[] = { NULL };
	third_fails(half, 200, HN_ERR_TRUNCATED, "the reply ended early");
	third_fails(noise, 200, HN_ERR_PROTOCOL, "a line is no JSON object");
	third_fails(nothing, 503, HN_ERR_UNAVAILABLE, "the server refused");
}
END_TEST

/* Cancels as soon as the first text comes. */
static int32_t cancel_at_once(void *ud, const hn_event *e)
{
	(void)e;
	cancel_set(ud);
	return 0;
}

START_TEST(one_that_computes_asks_whether_to_go_on)
{
	const hn_provider *p = load("computes");
	const hn_request request = { .struct_size = sizeof request };
	hn_call call;
	void *self;
	ck_assert_uint_eq(p->flags & HN_PROVIDER_BLOCKS, HN_PROVIDER_BLOCKS);
	ck_assert_int_eq(cancel_open(&cancel), 0);
	call_init(&call, &cancel, &clock_real, NULL);
	ck_assert_int_eq(p->create(&host, &call, &self), 0);
	call.sink = cancel_at_once;
	call.sink_ud = &cancel;
	ck_assert_int_eq(p->chat(self, &call, &request), HN_ERR_INTERRUPTED);
	p->destroy(self);
	end(&call);
}
END_TEST

UNIT_MAIN("abi", a_provider_in_c99, a_third_wire, a_third_wire_in_trouble,
	one_that_computes_asks_whether_to_go_on)
