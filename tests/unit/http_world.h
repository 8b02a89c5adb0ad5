/* SPDX-License-Identifier: MIT */
/* http_world: what the tests of http share: a scripted server, a call, a clock that jumps over silence, and what came. */
#ifndef HOBNOB_TESTS_HTTP_WORLD_H
#define HOBNOB_TESTS_HTTP_WORLD_H

#include "unit.h"

#include "call/handle.h"
#include "loopback.h"
#include "net/http.h"
#include "util/buf.h"

#define GRACE_MS 60 /* real time that something may take to come before the clock jumps */

/* ---- a clock that jumps over silence ---- */

static int64_t jumped;
static int may_jump;

static inline int64_t jump_now(void *ud)
{
	(void)ud;
	return clock_real.now(NULL) + jumped;
}

static inline int64_t jump_wall(void *ud)
{
	(void)ud;
	return INT64_C(1700000000000);
}

static inline int jump_wait(void *ud, void *fds, size_t n, int64_t timeout_ms)
{
	(void)ud;
	if (!may_jump || (timeout_ms >= 0 && timeout_ms <= GRACE_MS))
		return clock_real.wait(NULL, fds, n, timeout_ms);
	int ready = clock_real.wait(NULL, fds, n, GRACE_MS);
	if (!ready && timeout_ms > 0)
		jumped += timeout_ms - GRACE_MS;
	return ready;
}

static const struct clock jump_clock = { jump_now, jump_wall, jump_wait, NULL };

/* ---- the world of a test ---- */

static struct loopback server;
static struct cancel cancel;
static struct hn_call call;
static struct http *http;
static struct http_settings settings;
static struct endpoint endpoint;
static struct buf got; /* what on_data was given: "E type|data\n", W, B, T */
static hn_http_response head;
static char id[128], type[128], location[128];
static int stop_at; /* the piece at which on_data says stop_with; 0: never */
static int32_t stop_with;
static int pieces;
static void (*during)(void); /* called within on_data */

/* The folder of http.so: that of the build tree. */
static inline const char *module_dir(void)
{
	static const char *const below[] = { ".libs", "core/net/.libs", "core/.libs", "." };
	static char dir[4096], file[4200];
	const char *build = getenv("HOBNOB_TEST_BUILDDIR");
	for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
		snprintf(dir, sizeof dir, "%s/%s", build ? build : ".", below[i]);
		snprintf(file, sizeof file, "%s/http.so", dir);
		if (!access(file, R_OK))
			return dir;
	}
	ck_abort_msg("there is no http.so below %s", build ? build : ".");
	return NULL;
}

static inline void begin_call(const struct clock *clock)
{
	call_init(&call, &cancel, clock, NULL);
	call.http = http;
	call.endpoint = &endpoint;
	buf_free(&got);
	pieces = 0;
}

static inline void setup(const struct step *steps, size_t n)
{
	jumped = 0;
	may_jump = 0;
	stop_at = 0;
	stop_with = HN_ENOUGH;
	during = NULL;
	got = BUF(BUF_NO_CAP);
	ck_assert_int_eq(cancel_open(&cancel), 0);
	loopback_start(&server, steps, n);
	settings = (struct http_settings){
		.lib = module_dir(),
		.connect_ms = 10000,
		.first_token_ms = 300000,
		.idle_ms = 120000,
	};
	endpoint = (struct endpoint){ server.url, "test" };
	http = http_new(&settings);
	begin_call(&jump_clock);
}

static inline void teardown(void)
{
	call_end(&call);
	http_free(http);
	loopback_stop(&server);
	buf_free(&server.last);
	buf_free(&got);
	cancel_close(&cancel);
}

static inline int32_t on_data(
	void *ud, const hn_http_response *h, uint32_t kind, hn_str event, hn_str data)
{
	ck_assert_ptr_eq(ud, &got);
	ck_assert_uint_eq(h->struct_size, sizeof *h);
	buf_addf(&got, "%c %.*s|", "?EWBT"[kind], (int)event.n, event.n ? event.p : "");
	buf_addstr(&got, data);
	buf_addc(&got, '\n');
	pieces++;
	if (during)
		during();
	return pieces == stop_at ? stop_with : 0;
}

/* Keeps a text of the response, which must live as long as the call. */
static inline void keep(char out[128], hn_str text)
{
	snprintf(out, 128, "%.*s", (int)text.n, text.n ? text.p : "");
}

/* A request as a plugin makes it: with a handle. */
static inline int32_t send_request(const hn_http_request *r, hn_http_response *out)
{
	hn_call *handle = handle_new(&call);
	int32_t rc = http_service.request(handle, r, out);
	ck_assert_int_eq(handle_end(handle), 0);
	return rc;
}

/* One request to a URL. */
static inline int32_t request_to(
	const char *url, uint32_t framing, const hn_http_header *headers, uint32_t n)
{
	static const char body[] = "{\"q\":1}";
	hn_http_request r = {
		.struct_size = sizeof r,
		.framing = framing,
		.n_headers = n,
		.header_stride = sizeof *headers,
		.method = "POST",
		.url = str_of(url),
		.body = str_of(body),
		.headers = headers,
		.on_data = on_data,
		.ud = &got,
	};
	head = (hn_http_response){ .struct_size = sizeof head };
	int32_t rc = send_request(&r, &head);
	keep(id, head.request_id);
	keep(type, head.content_type);
	keep(location, head.location);
	return rc;
}

static inline int32_t request(uint32_t framing)
{
	char url[128];
	snprintf(url, sizeof url, "%s/v1/chat", server.url);
	return request_to(url, framing, NULL, 0);
}

#define ONE(...)                                     \
	const struct step steps[] = { __VA_ARGS__ }; \
	setup(steps, sizeof steps / sizeof *steps)
#define GOT(text) ck_assert_str_eq(got.p ? got.p : "", text)

/* Asserts that the call failed so: kind, flags and the message behind "127.0.0.1:PORT: ". */
static inline void failed(int32_t rc, int32_t code, uint32_t flags, const char *message)
{
	char expected[512];
	snprintf(expected, sizeof expected, "127.0.0.1:%d: %s", server.port, message);
	ck_assert_ptr_nonnull(call.error.message);
	ck_assert_str_eq(call.error.message, expected);
	ck_assert_int_eq(rc, code);
	ck_assert_int_eq(call.error.code, code);
	ck_assert_uint_eq(call.error.flags, flags);
}

#define OK_EVENTS "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n\r\n"

#endif
