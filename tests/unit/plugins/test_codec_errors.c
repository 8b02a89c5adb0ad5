/* SPDX-License-Identifier: MIT */
/* The codec, through the plugin openai: what the errors of servers are. */
#include "../codec_fixture.h"

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
		{ 429, CODE("context_length_exceeded"), HN_ERR_CONTEXT_TOO_LONG, "m" },
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

/* Fails with a body, and checks the sizes that were read in it. */
static void check_sizes(const char *body, int64_t window, int64_t prompt)
{
	call.status = 400;
	fake_body(&call, body);
	ck_assert_msg(chat() == HN_ERR_CONTEXT_TOO_LONG, "%s", body);
	ck_assert_msg(call.error_window == window && call.error_prompt == prompt,
		"%s: window %lld, prompt %lld", body, (long long)call.error_window,
		(long long)call.error_prompt);
}

START_TEST(reads_sizes)
{
	static const struct {
		const char *message;
		int64_t window, prompt;
	} t[] = {
		{ "This model's maximum context length is 4097 tokens. However, you requested 4120 "
		  "tokens (3096 in the messages, 1024 in the completion). Please reduce the length "
		  "of the messages or completion.",
			4097, 3096 },
		{ "This model's maximum context length is 4097 tokens. However, your messages "
		  "resulted in 4120 tokens. Please reduce the length of the messages.",
			4097, 4120 },
		{ "Input tokens exceed the configured limit of 272000 tokens. Your messages "
		  "resulted in 300000 tokens.",
			272000, 300000 },
		{ "This model's maximum context length is 4096 tokens. However, you requested 4120 "
		  "tokens in the messages, Please reduce the length of the messages.",
			4096, 4120 },
		{ "'max_tokens' or 'max_completion_tokens' is too large: 4096. This model's "
		  "maximum "
		  "context length is 4096 tokens and your request has 120 input tokens (4096 > "
		  "4096 "
		  "- 120).",
			4096, 120 },
		{ "You passed 4097 input tokens and requested 100 output tokens. However, the "
		  "model's context length is only 4096 tokens, resulting in a maximum input length "
		  "of 3996 tokens. Please reduce the length of the input prompt.",
			4096, 4097 },
		{ "The decoder prompt (length 9) is longer than the maximum model length of 4.", 4,
			9 },
		{ "request (3028 tokens) exceeds the available context size (1024 tokens), try "
		  "increasing it",
			1024, 3028 },
		{ "Trying to keep the first 5000 tokens when context the overflows. However, the "
		  "model is loaded with context length of only 4096 tokens, which is not enough.",
			4096, 5000 },
		{ "The number of tokens to keep from the initial prompt is greater than the "
		  "context "
		  "length (n_keep: 5000>= n_ctx: 4096).",
			4096, 5000 },
		{ "prompt is too long: 210000 tokens > 200000 maximum", 200000, 210000 },
		{ "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, "
		  "decrease input length or `max_tokens` and try again",
			200000, 190000 },
		{ "This endpoint's maximum context length is 131072 tokens. However, you requested "
		  "about 140000 tokens (139000 of text input, 1000 in the output).",
			131072, 139000 },
		{ "Request too large for model `m` in organization `o` on tokens per minute (TPM): "
		  "Limit 6000, Requested 7000, please reduce your message size and try again.",
			6000, 7000 },
		{ "Prompt contains 65673 tokens and 0 draft tokens, too large for model with 32768 "
		  "maximum context length",
			32768, 65673 },
		{ "The input token count (1200000) exceeds the maximum number of tokens allowed "
		  "(1048576).",
			1048576, 1200000 },
		{ "The input token count exceeds the maximum number of tokens allowed 1048576.",
			1048576, 0 },
		{ "This model's maximum prompt length is 131072 but the request contains 140000 "
		  "tokens.",
			131072, 140000 },
		{ "The input (9 tokens) is longer than the model's context length (4 tokens).", 4,
			9 },
		{ "Requested token count exceeds the model's maximum context length of 4096 "
		  "tokens. "
		  "You requested a total of 5000 tokens: 4000 tokens from the input messages and "
		  "1000 tokens for the completion.",
			4096, 4000 },
		{ "`inputs` tokens + `max_new_tokens` must be <= 4097. Given: 4000 `inputs` tokens "
		  "and 1000 `max_new_tokens`",
			4097, 4000 },
		{ "too many tokens: total number of tokens in the prompt cannot exceed 4081 - "
		  "received 5000. Try using a shorter prompt",
			4081, 5000 },
		{ "The prompt is too long: 9000, model maximum context length: 8192", 8192, 9000 },
		{ "Please reduce the length of the messages or completion. Current length is 8500 "
		  "while limit is 8192",
			8192, 8500 },
		{ "Your request exceeded model token limit: 8192", 8192, 0 },
		{ "the context window of 2000 tokens cannot fit this prompt: too long", 2000, 0 },
		{ "prompt_tokens (9000) must be less than max_seq_len (8192).", 8192, 0 },
		{ "n_ctx = 4096 is exceeded", 0, 0 },
		{ "context length (9000) exceeds 8192", 0, 0 },
		{ "context length exceeded by 812 tokens", 0, 0 },
		{ "prompt token count of 12345 exceeds the limit of 8192", 8192, 12345 },
		{ "Range of input length should be [1, 30720]", 30720, 0 },
		{ "Please reduce the length of the messages or completion.", 0, 0 },
		{ "the total number of tokens must not exceed 8192", 8192, 0 },
		{ "the input does not fit: 5000 > 4096", 4096, 5000 },
		{ "prompt is too long: at most 4000 characters", 0, 0 },
		{ "prompt is too long: 9000 bytes > 4000 bytes", 0, 0 },
		{ "Input is too long for requested model.", 0, 0 },
		/* numbers as people write them, and numbers that are none */
		{ "maximum context length is 128,000 tokens; you requested 1,234,567 tokens",
			128000, 1234567 },
		{ "maximum context length is 8192, you requested 9000 tokens", 8192, 9000 },
		{ "maximum context length is 8192.", 8192, 0 },
		{ "maximum context length is 128k tokens", 0, 0 },
		{ "maximum context length is 1e9 tokens", 0, 0 },
		{ "maximum context length is 1.5 tokens", 0, 0 },
		{ "maximum context length is 1,23 tokens", 0, 0 },
		{ "maximum context length is -1 tokens; -5 input tokens; gpt-4 input tokens", 0,
			0 },
		{ "maximum context length is 0 tokens", 0, 0 },
		{ "maximum context length is 1000000000 tokens", 1000000000, 0 },
		{ "maximum context length is 1000000001 tokens", 0, 0 },
		{ "maximum context length is 99999999999999999999999999999999 tokens; you "
		  "requested "
		  "18446744073709551617 tokens",
			0, 0 },
		{ "maximum context length is", 0, 0 },
	};
	begin();
	create();
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		check_sizes(saying(t[i].message), t[i].window, t[i].prompt);
	end();
}
END_TEST

START_TEST(reads_sizes_elsewhere)
{
	begin();
	create();
	check_sizes("{\"error\":{\"code\":400,\"type\":\"exceed_context_size_error\",\"message\":"
		    "\"too long\",\"n_prompt_tokens\":3028,\"n_ctx\":1024}}",
		1024, 3028);
	check_sizes("{\"error\":{\"type\":\"exceed_context_size_error\",\"message\":\"m\","
		    "\"n_prompt_tokens\":1e300,\"n_ctx\":-4}}",
		0, 0);
	check_sizes("{\"error\":{\"message\":\"Provider returned error\",\"metadata\":{\"raw\":"
		    "\"{\\\"error\\\":{\\\"message\\\":\\\"prompt is too long: 9 tokens > 4 "
		    "maximum\\\"}}\"}}}",
		4, 9);
	check_sizes("prompt is too long: 9 tokens > 4 maximum", 4, 9);
	call.status = 429;
	fake_body(&call, SAYS("TPM cap is 12000 but this request needs 15000"));
	ck_assert_int_eq(chat(), HN_ERR_CONTEXT_TOO_LONG);
	ck_assert_int_eq(call.error_window, 12000);
	ck_assert_int_eq(call.error_prompt, 15000);
	call.status = 500; /* what is no question of size names none */
	fake_body(&call, SAYS("a worker with 4097 tokens in its queue has died"));
	ck_assert_int_eq(chat(), HN_ERR_UNAVAILABLE);
	ck_assert_int_eq(call.error_window, 0);
	end();
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

START_TEST(https_in_words)
{
	static const struct {
		int32_t status;
		const char *body;
	} t[] = {
		{ 400, "Client sent an HTTP request to an HTTPS server.\n" },
		{ 400, "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head>"
		       "<body><center><h1>400 Bad Request</h1></center><hr>nginx</body></html>" },
		{ 400, "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\"><html><head><title>400 Bad "
		       "Request</title></head><body><h1>Bad Request</h1><p>Your browser sent a request that "
		       "this server could not understand.<br />Reason: You're speaking plain HTTP to an "
		       "SSL-enabled server port.<br /> Instead use the HTTPS scheme.</p></body></html>" },
		{ 400, "Bad Request\nThis combination of host and port requires TLS.\n" },
		{ 426, SAYS("Only HTTPS is spoken here") },
		{ 403, "<html><title>403.4</title>SSL is required to view this resource.</html>" },
		{ 400, "you talk http, I talk https" },
		{ 421, "{\"message\":\"unencrypted HTTP on a TLS listener\"}" },
		{ 404, "please use https://h:8080/ (HTTPS is mandatory)" },
	};
	begin();
	create();
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		call.status = t[i].status;
		fake_body(&call, t[i].body);
		ck_assert_msg(chat() == HN_ERR_CONFIG, "%s: %d", t[i].body, call.code);
		ck_assert_str_eq(call.hint,
			"let base_url begin with https:// (https://localhost:8080/v1)");
	}
	end();
}
END_TEST

/* What names https and is about something else. */
START_TEST(https_of_others)
{
	static const struct {
		int32_t status, kind;
		const char *body;
	} t[] = {
		{ 400, HN_ERR_BAD_REQUEST, SAYS("image_url must use https") },
		{ 400, HN_ERR_BAD_REQUEST, SAYS("invalid request; see https://docs.example.com/http") },
		{ 400, HN_ERR_BAD_REQUEST, SAYS("you must set messages: https://docs.example.com") },
		{ 400, HN_ERR_BAD_REQUEST, SAYS("the certificate of the upstream must be TLS 1.2") },
		{ 401, HN_ERR_AUTH, SAYS("a key is required, over https only") },
		{ 502, HN_ERR_UNAVAILABLE, "Client sent an HTTP request to an HTTPS server." },
		{ 400, HN_ERR_BAD_REQUEST, "HTTP request is malformed" },
	};
	begin();
	create();
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		call.status = t[i].status;
		fake_body(&call, t[i].body);
		ck_assert_msg(chat() == t[i].kind, "%s: %d", t[i].body, call.code);
	}
	end();
	fake_begin(&call);
	fake_string(&call, "base_url", "https://h/v1"); /* a proxy between says so, not the server */
	create();
	call.status = 400;
	fake_body(&call, "Client sent an HTTP request to an HTTPS server.");
	ck_assert_int_eq(chat(), HN_ERR_BAD_REQUEST);
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

UNIT_MAIN("codec_errors", classifies, knows_what_is_too_long, reads_sizes, reads_sizes_elsewhere,
	redirects, https_in_words, https_of_others, messages_are_bounded)
