/* SPDX-License-Identifier: MIT */
/* test_http: hobnob.http/1 from the caller's side down to real sockets of the loopback: what comes, and connections. */
#include "../http_world.h"

#include <inttypes.h>

#include "util/mem.h"

/* ---- what comes whole ---- */

START_TEST(events_in_every_split)
{
	static const char bytes[] = OK_EVENTS CHUNKED "5\r\ndata:\r\n7\r\n one\n\nd\r\n19\r\nata: "
						      "two\n\nevent: x\ndata: \r\n3\r\n3\n\n\r\n"
						      "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n";
	const size_t splits[] = { 0, 1, 2, 3, 7, 64 };
	for (size_t i = 0; i < sizeof splits / sizeof *splits; i++) {
		ONE({ bytes, 0, splits[i], KEEP });
		ck_assert_int_eq(request(HN_FRAME_EVENTS), 0);
		GOT("E message|one\nE message|two\nE x|3\nE message|[DONE]\n");
		ck_assert_int_eq(head.status, 200);
		ck_assert_str_eq(type, "text/event-stream");
		teardown();
	}
}
END_TEST

START_TEST(the_request_as_it_goes_out)
{
	ONE({ "HTTP/1.1 204 No\r\n\r\n", .after = KEEP });
	hn_http_header headers[] = { { str_of("Content-Type"), str_of("application/json"), NULL },
		{ str_of("X-Empty"), { NULL, 0 }, NULL } };
	char url[128];
	snprintf(url, sizeof url, "%s/v1/chat?a=b", server.url);
	ck_assert_int_eq(request_to(url, HN_FRAME_WHOLE, headers, 2), 0);
	ck_assert(str_begins(buf_str(&server.last), "POST /v1/chat?a=b HTTP/1.1\r\n"));
	ck_assert_ptr_nonnull(strstr(server.last.p, "\r\nContent-Type: application/json\r\n"));
	ck_assert_ptr_nonnull(strstr(server.last.p, "\r\nX-Empty:\r\n"));
	ck_assert_ptr_nonnull(strstr(server.last.p, "\r\nContent-Length: 7\r\n"));
	ck_assert_ptr_nonnull(strstr(server.last.p, "\r\nAccept-Encoding: "));
	ck_assert_ptr_nonnull(strstr(server.last.p, "\r\n\r\n{\"q\":1}"));
	ck_assert_ptr_null(strcasestr(server.last.p, "\r\nExpect:"));
	GOT("W |\n");
	teardown();
}
END_TEST

/* Sends one request; the line of its type, or NULL. */
static const char *type_sent(const char *method, hn_str body, const hn_http_header *header)
{
	ONE({ "HTTP/1.1 204 No\r\n\r\n", .after = KEEP });
	hn_http_request r = { .struct_size = sizeof r,
		.n_headers = header != NULL,
		.header_stride = sizeof *header,
		.method = method,
		.url = str_of(server.url),
		.body = body,
		.headers = header,
		.on_data = on_data,
		.ud = &got };
	ck_assert_int_eq(send_request(&r, NULL), 0);
	const char *line = strcasestr(server.last.p, "\r\nContent-Type:");
	ck_assert(!line || !strcasestr(line + 2, "\r\nContent-Type:"));
	return line ? line + 2 : NULL;
}

/* hobnob says what a body is, unless the plugin does; without a body there is nothing to say. */
START_TEST(the_type_of_the_body)
{
	static const hn_http_header own = { { "content-type", 12 }, { "text/plain", 10 }, NULL };
	const hn_str body = str_of("{}"), none = { NULL, 0 };
	ck_assert_int_eq(strncmp(type_sent("POST", body, NULL), "Content-Type: application/json\r\n", 32), 0);
	teardown();
	ck_assert_int_eq(strncmp(type_sent("POST", body, &own), "content-type: text/plain\r\n", 26), 0);
	teardown();
	ck_assert_ptr_null(type_sent("GET", none, NULL));
	teardown();
}
END_TEST

START_TEST(a_large_body_is_sent_without_expect)
{
	ONE({ "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", .after = KEEP });
	size_t n = 3u << 20;
	char *body = xcalloc(1, n);
	memset(body, 'a', n);
	hn_http_request r = {
		.struct_size = sizeof r,
		.method = "POST",
		.url = str_of(server.url),
		.body = { body, n },
		.on_data = on_data,
		.ud = &got,
	};
	ck_assert_int_eq(send_request(&r, NULL), 0);
	ck_assert_ptr_null(strcasestr(server.last.p, "\r\nExpect:"));
	ck_assert_uint_gt(server.last.n, n);
	GOT("W |{}\n");
	free(body);
	teardown();
}
END_TEST

/* A row of a table: what the server sends, how it is framed, what is got. */
struct body_case {
	const char *body;
	uint32_t framing;
	const char *expected;
};

START_TEST(bodies_are_told_by_their_first_byte)
{
	static const struct body_case cases[] = {
		{ "{\"a\":1}", HN_FRAME_WHOLE, "W |{\"a\":1}\n" },
		{ "data: 1\n\n", HN_FRAME_WHOLE, "W |data: 1\n\n\n" },
		{ "", HN_FRAME_WHOLE, "W |\n" },
		{ "", HN_FRAME_EVENTS, "" },
		{ " \n\r\n{\"a\":1}", HN_FRAME_EVENTS, "W |{\"a\":1}\n" },
		{ "\xEF\xBB\xBF[1]", HN_FRAME_EVENTS, "W |[1]\n" },
		{ "\n<html>no</html>", HN_FRAME_EVENTS, "W |<html>no</html>\n" },
		{ "\n\n: hi\ndata: 1\n\n", HN_FRAME_EVENTS, "E message|1\n" },
		{ "\xEF\xBB\xBF"
		  "data: 1\n\n",
			HN_FRAME_EVENTS, "E message|1\n" },
		{ "\xEF\xBB\xBF\xEF\xBB\xBF"
		  "data: 1\n\ndata: 2\n\n",
			HN_FRAME_EVENTS, "E message|2\n" },
		{ "data: 1\n\ndata: [DONE]", HN_FRAME_EVENTS, "E message|1\nT message|[DONE]\n" },
		{ "data: 1\n\nevent: x\ndata: 2\n", HN_FRAME_EVENTS, "E message|1\nT x|2\n" },
		{ "It works!", HN_FRAME_EVENTS, "W |It works!\n" },
		{ "\nIt works:\r\n\r\nsomewhere\n", HN_FRAME_EVENTS, "W |It works:\nsomewhere\n" },
		{ ": hi\n\nretry: 5\n\n{\"a\":\n1}", HN_FRAME_EVENTS, "W |{\"a\":\n1}\n" },
		{ "\xEF\xBB\xBFIt works!", HN_FRAME_EVENTS, "W |It works!\n" },
		{ "data: 1\n\nIt broke\n", HN_FRAME_EVENTS, "E message|1\nT |It broke\n" },
		{ "data: 1\n\nIt broke\n\ndata: 2", HN_FRAME_EVENTS,
			"E message|1\nT message|2\nT |It broke\n" },
		{ "foo: bar\ndata: 1\n\n", HN_FRAME_EVENTS, "E message|1\n" },
		{ ": hi\n\n: hi\n\nid: 1\n\n", HN_FRAME_EVENTS, "" },
		{ "data: 1\n\ndat", HN_FRAME_EVENTS, "E message|1\n" },
		{ "{\"a\":1}\n\n {\"b\":2}\r\n{\"c\"", HN_FRAME_NDJSON,
			"E |{\"a\":1}\nE |{\"b\":2}\nT |{\"c\"\n" },
		{ "[1,\n2]", HN_FRAME_NDJSON, "W |[1,\n2]\n" },
		{ "<html>\n", HN_FRAME_NDJSON, "W |<html>\n\n" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t piece = 0; piece < 3; piece++) {
			char bytes[512];
			snprintf(bytes, sizeof bytes, "HTTP/1.0 200 OK\r\n\r\n%s", cases[i].body);
			ONE({ bytes, 0, piece, CLOSE });
			ck_assert_int_eq(request(cases[i].framing), 0);
			GOT(cases[i].expected);
			teardown();
		}
}
END_TEST

START_TEST(captures_come_as_events)
{
	static const struct {
		const char *name;
		int32_t rc, status;
		int pieces;
		const char *last;
	} cases[] = {
		{ "llama-chat-stream.raw", 0, 200, 0, "E message|[DONE]\n" },
		{ "llama-ping-stream.raw", 0, 200, 0, "E message|[DONE]\n" },
		{ "aimock-openrouter-stream.raw", 0, 200, 0, "E message|[DONE]\n" },
		{ "llama-401.raw", 0, 401, 1,
			"B |{\"error\":{\"message\":\"Invalid API "
			"Key\",\"type\":\"authentication_error\","
			"\"code\":401}}\n" },
		{ "haproxy-cut-midstream.raw", HN_ERR_TRUNCATED, 200, 1, NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (size_t piece = 0; piece < 4; piece++) {
			char path[4096], name[128], bytes[65536];
			snprintf(name, sizeof name, "captures/%s", cases[i].name);
			UNIT_DATA(path, name);
			FILE *f = fopen(path, "rb");
			ck_assert_msg(f != NULL, "%s", path);
			size_t n = fread(bytes, 1, sizeof bytes, f);
			fclose(f);
			ONE({ bytes, n, piece * piece, CLOSE });
			ck_assert_int_eq(request(HN_FRAME_EVENTS), cases[i].rc);
			ck_assert_int_eq(head.status, cases[i].status);
			ck_assert(!cases[i].pieces || pieces == cases[i].pieces);
			ck_assert_str_eq(
				call.error.message ? "failed" : "", cases[i].rc ? "failed" : "");
			size_t last = cases[i].last ? strlen(cases[i].last) : 0;
			ck_assert_uint_ge(got.n, last);
			if (last)
				ck_assert_str_eq(got.p + got.n - last, cases[i].last);
			teardown();
		}
}
END_TEST

START_TEST(a_ten_megabyte_event)
{
	size_t n = 10u << 20;
	struct buf bytes = BUF(BUF_NO_CAP);
	char *x = xcalloc(1, n);
	memset(x, 'x', n);
	buf_adds(&bytes, "HTTP/1.0 200 OK\r\n\r\ndata: ");
	buf_add(&bytes, x, n);
	buf_adds(&bytes, "\n\ndata: end\n\n");
	ONE({ bytes.p, bytes.n, 0, CLOSE });
	ck_assert_int_eq(request(HN_FRAME_EVENTS), 0);
	ck_assert_uint_eq(got.n, strlen("E message|\nE message|end\n") + n);
	teardown();
	free(x);
	buf_free(&bytes);
}
END_TEST

/* ---- heads ---- */

START_TEST(what_a_head_says)
{
	static const struct {
		const char *lines;
		int64_t retry;
		const char *id;
	} cases[] = {
		{ "Retry-After: 2\r\nRequest-Id: a\r\nX-Request-Id: b\r\nX-Generation-Id: c\r\n",
			2000, "b" },
		{ "x-generation-id: c\r\nrequest-id: a\r\n", -1, "c" },
		{ "Retry-After: 1.5\r\n", 1500, "" },
		{ "Retry-After: 9\r\nretry-after-ms: 20.7\r\n", 20, "" },
		{ "retry-after-ms: 20\r\nRetry-After: 9\r\n", 20, "" },
		{ "retry-after-ms: soon\r\nRetry-After: 9\r\n", 9000, "" },
		{ "Retry-After: Tue, 14 Nov 2023 22:13:30 GMT\r\n", 10000, "" },
		{ "Retry-After: Tue, 14 Nov 2023 22:13:10 GMT\r\n", -1, "" },
		{ "Retry-After: -1\r\n", -1, "" },
		{ "Retry-After: abc\r\n", -1, "" },
		{ "Retry-After:\r\n", -1, "" },
		{ "Retry-After: 0\r\n", 0, "" },
		{ "Retry-After: 1e9\r\n", -1, "" },
		{ "Retry-After: 86400\r\n", 86400000, "" },
		{ "Retry-After: 99999999999999999999999\r\n", INT64_MAX / 4, "" },
		{ "X-RateLimit-Reset: 1700000007250\r\n", 7250, "" },
		{ "X-RateLimit-Reset: 1700000007250\r\nRetry-After: 2\r\n", 2000, "" },
		{ "Retry-After: 2\r\nX-RateLimit-Reset: 1700000007250\r\n", 2000, "" },
		{ "X-RateLimit-Reset: 1700000000000\r\n", -1, "" },
		{ "X-RateLimit-Reset: 1700000007\r\n", -1, "" },
		{ "X-RateLimit-Reset: 60\r\n", -1, "" },
		{ "X-RateLimit-Reset: 1702764800000\r\n", -1, "" },
		{ "X-RateLimit-Reset: soon\r\n", -1, "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char bytes[512];
		snprintf(bytes, sizeof bytes,
			"HTTP/1.1 429 No\r\n%sContent-Length: 0\r\nContent-Type: Text/HTML ; "
			"charset=x\r\n\r\n",
			cases[i].lines);
		ONE({ bytes, .after = KEEP });
		ck_assert_int_eq(request(HN_FRAME_EVENTS), 0);
		ck_assert_int_eq(head.status, 429);
		ck_assert_msg(head.retry_after_ms == cases[i].retry, "%s gives %" PRId64,
			cases[i].lines, head.retry_after_ms);
		ck_assert_str_eq(id, cases[i].id);
		ck_assert_str_eq(type, "text/html");
		GOT("B |\n");
		teardown();
	}
}
END_TEST

START_TEST(a_redirect_is_not_followed)
{
	ONE({ "HTTP/1.1 301 M\r\nLocation: https://elsewhere.example/x\r\nContent-Length: "
	      "0\r\n\r\n",
		.after = KEEP });
	ck_assert_int_eq(request(HN_FRAME_EVENTS), 0);
	ck_assert_int_eq(head.status, 301);
	ck_assert_str_eq(location, "https://elsewhere.example/x");
	ck_assert_uint_eq(server.requests, 1);
	teardown();
}
END_TEST

START_TEST(an_interim_answer_is_passed_over)
{
	ONE({ "HTTP/1.1 103 Hints\r\nRetry-After: 7\r\nx-request-id: old\r\n\r\nHTTP/1.1 200 OK\r\n"
	      "Content-Length: 2\r\n\r\n{}",
		.after = KEEP });
	ck_assert_int_eq(request(HN_FRAME_WHOLE), 0);
	ck_assert_int_eq(head.status, 200);
	ck_assert_int_eq(head.retry_after_ms, -1);
	ck_assert_str_eq(id, "");
	GOT("W |{}\n");
	teardown();
}
END_TEST

START_TEST(headers_have_a_cap)
{
	struct buf bytes = BUF(BUF_NO_CAP);
	buf_adds(&bytes, "HTTP/1.1 200 OK\r\n");
	for (int i = 0; i < 700; i++)
		buf_addf(&bytes, "X-H-%03d: %090d\r\n", i, 0);
	buf_adds(&bytes, "Content-Length: 2\r\n\r\n{}");
	ck_assert_uint_gt(bytes.n, 70000);
	ONE({ bytes.p, bytes.n, 0, KEEP });
	failed(request(HN_FRAME_WHOLE), HN_ERR_PROTOCOL, HN_FAIL_FINAL,
		"the answer's headers are too large (more than 64 KiB)");
	GOT("");
	teardown();
	buf_free(&bytes);
}
END_TEST

START_TEST(an_errors_body_has_a_cap)
{
	size_t n = 3u << 20;
	struct buf bytes = BUF(BUF_NO_CAP);
	char *x = xcalloc(1, n);
	memset(x, 'x', n);
	buf_adds(&bytes, "HTTP/1.1 500 No\r\n\r\n");
	buf_add(&bytes, x, n);
	ONE({ bytes.p, bytes.n, 0, CLOSE });
	ck_assert_int_eq(request(HN_FRAME_EVENTS), 0);
	ck_assert_int_eq(head.status, 500);
	ck_assert_uint_eq(got.n, strlen("B |\n") + (1u << 20));
	ck_assert_int_eq(pieces, 1);
	teardown();
	free(x);
	buf_free(&bytes);
}
END_TEST

/* ---- connections ---- */

START_TEST(the_connection_is_used_again_after_enough)
{
	static const char bytes[] = OK_EVENTS CHUNKED
		"12\r\ndata: 1\n\ndata: 2\n\n\r\n12\r\ndata: 3\n\ndata: 4\n\n\r\n0\r\n\r\n";
	ONE({ bytes, 0, 0, KEEP }, { bytes, 0, 5, KEEP }, { bytes, 0, 0, KEEP });
	for (int i = 0; i < 3; i++) {
		stop_at = 2;
		ck_assert_int_eq(request(HN_FRAME_EVENTS), 0);
		GOT("E message|1\nE message|2\n");
		call_end(&call);
		begin_call(&jump_clock);
	}
	ck_assert_uint_eq(server.requests, 3);
	ck_assert_uint_eq(server.connections, 1);
	teardown();
}
END_TEST

START_TEST(what_breaks_after_enough_does_not_matter)
{
	const enum after ends[] = { SILENT, CLOSE, RESET };
	for (int i = 0; i < 3; i++) {
		ONE({ OK_EVENTS CHUNKED "9\r\ndata: 1\n\n\r\n", .after = ends[i] });
		stop_at = 1;
		ck_assert_int_eq(request(HN_FRAME_EVENTS), 0);
		GOT("E message|1\n");
		ck_assert_ptr_null(call.error.message);
		teardown();
	}
}
END_TEST

static void jump_from_now_on(void)
{
	may_jump = 1;
}

START_TEST(draining_has_a_cap)
{
	size_t n = 8u << 20;
	struct buf bytes = BUF(BUF_NO_CAP);
	char *x = xcalloc(1, n);
	memset(x, 'x', n);
	buf_adds(&bytes, "HTTP/1.1 200 OK\r\n\r\ndata: 1\n\ndata: ");
	buf_add(&bytes, x, n);
	ONE({ bytes.p, bytes.n, 0, SILENT });
	stop_at = 1;
	during = jump_from_now_on;
	ck_assert_int_eq(request(HN_FRAME_EVENTS), 0);
	GOT("E message|1\n");
	ck_assert_int_eq(jumped, 0); /* it did not wait for the end of the draining's time */
	teardown();
	free(x);
	buf_free(&bytes);
}
END_TEST

UNIT_MAIN("http", events_in_every_split, the_request_as_it_goes_out, the_type_of_the_body,
	a_large_body_is_sent_without_expect, bodies_are_told_by_their_first_byte,
	captures_come_as_events, a_ten_megabyte_event, what_a_head_says, a_redirect_is_not_followed,
	an_interim_answer_is_passed_over, headers_have_a_cap, an_errors_body_has_a_cap,
	the_connection_is_used_again_after_enough, what_breaks_after_enough_does_not_matter,
	draining_has_a_cap)
