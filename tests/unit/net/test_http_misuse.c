/* SPDX-License-Identifier: MIT */
/* test_http_misuse: requests of a plugin that keeps no rule of hobnob.http/1. Each is refused by name, and nothing is sent. */
#include "../guarded.h"
#include "../http_world.h"

/* A request that would be sent. */
static hn_http_request whole(void)
{
	return (hn_http_request){
		.struct_size = sizeof(hn_http_request),
		.method = "POST",
		.url = str_of(server.url),
		.on_data = on_data,
		.ud = &got,
	};
}

/* The request is refused for that reason, with a plugin's name before it. */
static void refused(const hn_http_request *r, hn_http_response *out, const char *why)
{
	char wanted[200];
	snprintf(wanted, sizeof wanted, "thing: %s", why);
	call.plugin = "thing";
	ck_assert_int_eq(send_request(r, out), HN_ERR_PLUGIN);
	ck_assert_int_eq(call.error.code, HN_ERR_PLUGIN);
	ck_assert_str_eq(call.error.message, wanted);
	ck_assert_uint_eq(server.last.n, 0);
}

START_TEST(structs_that_are_too_short)
{
	ONE({ "HTTP/1.1 204 No\r\n\r\n", .after = KEEP });
	hn_http_request r = whole();
	hn_http_response out = { .status = 7 };
	refused(NULL, NULL, "hn_http_request is NULL");
	refused(&r, &out, "hn_http_response says struct_size 0, at least 72 are needed");
	ck_assert_int_eq(out.status, 7);
	r.struct_size = 0;
	refused(&r, NULL, "hn_http_request says struct_size 0, at least 80 are needed");
	r.struct_size = 79;
	refused(guarded_copy(&r, 79), NULL, "hn_http_request says struct_size 79, at least 80 are needed");
	teardown();
}
END_TEST

START_TEST(texts_and_headers_that_cannot_be_read)
{
	static const hn_http_header bad_name[] = { { { NULL, 3 }, { NULL, 0 }, NULL } };
#define ALONE "the plugin's HTTP request has a header that hobnob alone sets: "
	static const hn_http_header hobnobs[] = {
		{ { "host", 4 }, { ALONE "Host", sizeof ALONE + 3 }, NULL },
		{ { "Content-Length", 14 }, { ALONE "Content-Length", sizeof ALONE + 13 }, NULL },
		{ { "TRANSFER-ENCODING", 17 }, { ALONE "Transfer-Encoding", sizeof ALONE + 16 }, NULL },
	};
	static const hn_http_header bad_value[] = { { { "X", 1 }, { NULL, 4 }, NULL } };
	ONE({ "HTTP/1.1 204 No\r\n\r\n", .after = KEEP });
	hn_http_request r = whole();
	r.url = (hn_str){ NULL, 9 };
	refused(&r, NULL, "hn_http_request.url is NULL and 9 bytes long");
	r = whole();
	r.body = (hn_str){ NULL, 9 };
	refused(&r, NULL, "hn_http_request.body is NULL and 9 bytes long");
	r.body = (hn_str){ "x", SIZE_MAX };
	refused(&r, NULL,
		"hn_http_request.body is 18446744073709551615 bytes long, at most 67108864 are taken");
	r = whole();
	r.n_headers = 2;
	r.header_stride = sizeof(hn_http_header);
	refused(&r, NULL, "there are 2 headers, and headers is NULL");
	r.n_headers = UINT32_MAX;
	refused(&r, NULL, "the plugin's HTTP request has too many headers");
	r.n_headers = 1;
	r.headers = bad_name;
	refused(&r, NULL, "a header's name is NULL and 3 bytes long");
	r.headers = bad_value;
	refused(&r, NULL, "a header's value is NULL and 4 bytes long");
	for (size_t i = 0; i < sizeof hobnobs / sizeof *hobnobs; i++) {
		r.headers = &hobnobs[i];
		refused(&r, NULL, hobnobs[i].value.p);
	}
	r.header_stride = 39;
	refused(&r, NULL, "the stride of headers is 39, at least 40 are needed");
	r = whole();
	r.method = NULL;
	refused(&r, NULL, "the plugin's HTTP request has no valid method");
	r = whole();
	r.on_data = NULL;
	refused(&r, NULL, "the plugin's HTTP request has no on_data");
	teardown();
}
END_TEST

/* A newer header: longer headers, a longer answer. */
struct longer { hn_http_header header; const void *more; };
struct longer_response { hn_http_response response; const void *more; };

START_TEST(structs_of_another_header_version)
{
	static const char mark[] = "";
	ONE({ "HTTP/1.1 200 OK\r\nX-Request-Id: r1\r\nContent-Length: 2\r\n\r\n{}", .after = KEEP });
	const struct longer headers[] = { { { { "X-A", 3 }, { "1", 1 }, NULL }, mark },
		{ { { "X-B", 3 }, { "2", 1 }, NULL }, mark } };
	struct longer_response newer = { { .struct_size = sizeof newer }, mark };
	hn_http_response *exact = guarded(sizeof *exact);
	hn_http_request r = whole();
	r.headers = &headers[0].header;
	r.header_stride = sizeof *headers;
	r.n_headers = 2;
	exact->struct_size = sizeof *exact;
	ck_assert_int_eq(send_request(guarded_copy(&r, sizeof r), exact), 0);
	ck_assert_ptr_nonnull(strstr(server.last.p, "\r\nX-A: 1\r\nX-B: 2\r\n"));
	ck_assert_uint_eq(exact->struct_size, sizeof *exact);
	ck_assert_int_eq(exact->status, 200);
	ck_assert_uint_eq(exact->request_id.n, 2);
	ck_assert_uint_eq(exact->again, 0);
	teardown();
	setup(steps, 1);
	r.url = str_of(server.url);
	ck_assert_int_eq(send_request(&r, &newer.response), 0);
	ck_assert_int_eq(newer.response.status, 200);
	ck_assert_uint_eq(newer.response.struct_size, sizeof newer);
	ck_assert_ptr_eq(newer.more, mark);
	teardown();
}
END_TEST

START_TEST(on_data_says_nothing_that_means_nothing)
{
	static const int32_t words[] = { 1, HN_WAIT_READY, 100, 103, INT32_MAX, -20, -1000, INT32_MIN };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		char wanted[100];
		ONE({ OK_EVENTS "\r\ndata: 1\n\ndata: 2\n\n", .after = KEEP });
		stop_at = 1;
		stop_with = words[i];
		ck_assert_int_eq(request(HN_FRAME_EVENTS), HN_ERR_PLUGIN);
		snprintf(wanted, sizeof wanted, "the plugin's on_data() returned %d, which means nothing there", words[i]);
		ck_assert_str_eq(call.error.message, wanted);
		GOT("E message|1\n");
		teardown();
	}
}
END_TEST

UNIT_MAIN("http_misuse", structs_that_are_too_short, texts_and_headers_that_cannot_be_read,
	structs_of_another_header_version, on_data_says_nothing_that_means_nothing)
