/* SPDX-License-Identifier: MIT */
/* The codec, through the plugin openai: what the errors of servers are. */
#include "codec_fixture.h"

/* ---- errors ---- */

START_TEST(classifies)
{
	static const struct {
		int32_t status;
		const char *body;
		int32_t kind;
		const char *message;
	} t[] = {
		{ 401, CODE("invalid_api_key"), HN_ERR_AUTH, "m" },
		{ 402, SAYS("pay"), HN_ERR_QUOTA, "pay" },
		{ 403, SAYS("no"), HN_ERR_PERMISSION, "no" },
		{ 404, "{\"detail\":\"Not Found\"}", HN_ERR_NOT_FOUND, "Not Found" },
		{ 408, "", HN_ERR_UNAVAILABLE, "HTTP 408 without a word of explanation" },
		{ 409, SAYS("lock"), HN_ERR_UNAVAILABLE, "lock" },
		{ 413, SAYS("big"), HN_ERR_BAD_REQUEST, "big" },
		{ 418, "tea\n pot", HN_ERR_BAD_REQUEST, "tea pot" },
		{ 429, CODE("rate_limit_exceeded"), HN_ERR_RATE_LIMITED, "m" },
		{ 429, CODE("insufficient_quota"), HN_ERR_QUOTA, "m" },
		{ 429, CODE("credit_balance_exhausted"), HN_ERR_QUOTA, "m" },
		{ 429, CODE("organization_spend_limit_exceeded"), HN_ERR_QUOTA, "m" },
		{ 429, CODE("project_spend_limit_exceeded"), HN_ERR_QUOTA, "m" },
		{ 429, CODE("organization_usage_limit_exceeded"), HN_ERR_QUOTA, "m" },
		{ 429,
			"{\"error\":{\"message\":\"m\",\"type\":\"insufficient_quota\",\"code\":"
			"null}}",
			HN_ERR_QUOTA, "m" },
		{ 429, CODE("context_length_exceeded"), HN_ERR_RATE_LIMITED, "m" },
		{ 400, CODE("context_length_exceeded"), HN_ERR_CONTEXT_TOO_LONG, "m" },
		{ 400, CODE("content_filter"), HN_ERR_CONTENT_FILTER, "m" },
		{ 400, CODE("rate_limit_exceeded"), HN_ERR_BAD_REQUEST, "m" },
		{ 400,
			"{\"error\":{\"message\":\"m\",\"metadata\":{\"error_type\":\"context_"
			"length_exceeded\"}}}",
			HN_ERR_CONTEXT_TOO_LONG, "m" },
		{ 401, "{\"message\":\"Unauthorized\",\"request_id\":\"x\"}", HN_ERR_AUTH,
			"Unauthorized" },
		{ 400, "{\"error\":{\"message\":[\"a\",1]}}", HN_ERR_BAD_REQUEST, "[\"a\",1]" },
		{ 400, "[]", HN_ERR_BAD_REQUEST,
			"the server reports an error and gives no reason" },
		{ 400, "{\"error\":", HN_ERR_BAD_REQUEST, "{\"error\":" },
		{ 500, "data: " SAYS("x") "\n\n", HN_ERR_UNAVAILABLE, "x" },
		{ 502, "<html><title>502 Bad Gateway</title>", HN_ERR_UNAVAILABLE,
			"gateway: 502 Bad Gateway (HTTP 502)" },
		{ 529, SAYS("Overloaded"), HN_ERR_UNAVAILABLE, "Overloaded" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		create();
		call.status = t[i].status;
		call.retry_after_ms = 1500;
		fake_body(&call, t[i].body);
		int32_t rc = chat();
		ck_assert_msg(rc == t[i].kind, "%d %s: %d", t[i].status, t[i].body, rc);
		ck_assert_int_eq(call.code, t[i].kind);
		ck_assert_int_eq(call.error_status, t[i].status);
		ck_assert_int_eq(call.error_retry_after_ms, 1500);
		ck_assert_str_eq(call.message, t[i].message);
		check("", "");
		end();
	}
}
END_TEST

START_TEST(knows_what_is_too_long)
{
	static const char *const said[] = {
		SAYS("This model's maximum context length is 4097 tokens. However, you requested "
		     "4120 tokens"),
		"{\"error\":{\"code\":400,\"message\":\"request (3028 tokens) exceeds the "
		"available context size (1024 tokens), try increasing it\"}}",
		SAYS("The input (9 tokens) is longer than the model's context length (4 tokens)."),
		SAYS("The decoder prompt (length 9) is longer than the maximum model length of 4."),
		"{\"object\":\"error\",\"message\":\"Prompt contains 9 tokens, too large for model "
		"with 4 maximum context length\"}",
		SAYS("Please reduce the length of the messages or completion."),
		SAYS("The input token count (9) exceeds the maximum number of tokens allowed (4)."),
		SAYS("prompt is too long: 9 tokens > 4 maximum"),
		SAYS("This model's maximum prompt length is 4 but the request contains 9 tokens."),
		SAYS("The number of tokens to keep from the initial prompt is greater than the "
		     "context length."),
		"{\"error\":\"Your input exceeds the context window of this model\"}",
		"{\"error\":{\"message\":\"Provider returned "
		"error\",\"metadata\":{\"raw\":\"{\\\"error\\\":\\\"prompt is too long\\\"}\"}}}",
	};
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		begin();
		create();
		call.status = 400;
		fake_body(&call, said[i]);
		ck_assert_msg(chat() == HN_ERR_CONTEXT_TOO_LONG, "%s", said[i]);
		end();
	}
}
END_TEST

START_TEST(redirects)
{
	begin();
	create();
	call.status = 301;
	call.location = "https://h/v1/chat/completions";
	fake_body(&call, "<html>moved</html>");
	ck_assert_int_eq(chat(), HN_ERR_CONFIG);
	ck_assert_str_eq(call.message,
		"HTTP 301: base_url is wrong; the server points to https://h/v1/chat/completions");
	fake_body(&call, "");
	call.location = NULL;
	ck_assert_int_eq(chat(), HN_ERR_CONFIG);
	ck_assert_str_eq(call.message, "HTTP 301: base_url is wrong");
	end();
}
END_TEST

START_TEST(messages_are_bounded)
{
	static char page[20000];
	begin();
	create();
	call.status = 500;
	for (size_t i = 0; i + 2 < sizeof page; i += 2)
		memcpy(page + i, "é", 2);
	fake_body(&call, page);
	ck_assert_int_eq(chat(), HN_ERR_UNAVAILABLE);
	ck_assert_uint_eq(strlen(call.message), 300);
	page[0] = page[1] = 'x';
	fake_body(&call, page + 1);
	ck_assert_int_eq(chat(), HN_ERR_UNAVAILABLE);
	ck_assert_uint_eq(strlen(call.message), 299); /* no half character at its end */
	fake_body(&call, page);
	page[0] = '<';
	page[1] = '>';
	ck_assert_int_eq(chat(), HN_ERR_UNAVAILABLE);
	ck_assert_uint_le(strlen(call.message), 330);
	ck_assert_str_eq(call.message + strlen(call.message) - 11, " (HTTP 500)");
	end();
}
END_TEST

UNIT_MAIN("codec_errors", classifies, knows_what_is_too_long, redirects, messages_are_bounded)
