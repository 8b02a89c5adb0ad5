/* SPDX-License-Identifier: MIT */
/* anthropic: what its errors are, and its list of models. */
#include "../anthropic_fixture.h"

#define LIMIT 32000 /* of the reply, as it is asked for */

struct fault {
	int32_t status;
	const char *body;
	int32_t kind;
	uint32_t flags;
	int64_t window, prompt, max_output;
};

#define INVALID(message) WRONG("invalid_request_error", message)
#define CODED(code) "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"m\",\"details\":{\"error_code\":\"" code "\"}}}"

static const struct fault faults[] = {
	{ 401, WRONG("authentication_error", "invalid x-api-key"), HN_ERR_AUTH, 0, 0, 0, 0 },
	{ 403, WRONG("permission_error", "no"), HN_ERR_PERMISSION, 0, 0, 0, 0 },
	{ 402, WRONG("billing_error", "no"), HN_ERR_QUOTA, 0, 0, 0, 0 },
	{ 404, WRONG("not_found_error", "model: claude-9"), HN_ERR_NOT_FOUND, 0, 0, 0, 0 },
	{ 409, WRONG("conflict_error", "no"), HN_ERR_UNAVAILABLE, 0, 0, 0, 0 },
	{ 413, WRONG("request_too_large", "Request exceeds the maximum size"), HN_ERR_CONTEXT_TOO_LONG, 0, 0, 0, 0 },
	{ 429, WRONG("rate_limit_error", "Number of concurrent connections has exceeded your rate limit."), HN_ERR_RATE_LIMITED, 0, 0, 0, 0 },
	{ 429, CODED("enforced_spend_limit_reached"), HN_ERR_QUOTA, 0, 0, 0, 0 },
	{ 429, CODED("contract_spend_limit_reached"), HN_ERR_QUOTA, 0, 0, 0, 0 },
	{ 429, CODED("ramp_limit_exceeded"), HN_ERR_RATE_LIMITED, 0, 0, 0, 0 },
	{ 400, INVALID("Your credit balance is too low to access the Anthropic API."), HN_ERR_QUOTA, 0, 0, 0, 0 },
	{ 400, INVALID("You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC."), HN_ERR_QUOTA, 0, 0, 0, 0 },
	{ 400, INVALID("You have reached your specified workspace API usage limits."), HN_ERR_QUOTA, 0, 0, 0, 0 },
	{ 500, WRONG("api_error", "Internal server error"), HN_ERR_UNAVAILABLE, 0, 0, 0, 0 },
	{ 504, WRONG("timeout_error", "no"), HN_ERR_UNAVAILABLE, 0, 0, 0, 0 },
	{ 529, WRONG("overloaded_error", "Overloaded"), HN_ERR_UNAVAILABLE, 0, 0, 0, 0 },
	{ 400, INVALID("prompt is too long: 210000 tokens > 200000 maximum"), HN_ERR_CONTEXT_TOO_LONG, 0, 200000, 210000, 0 },
	{ 400, INVALID("input length and `max_tokens` exceed context limit: 180000 + 32000 > 200000, decrease input length or `max_tokens` and try again"),
		HN_ERR_CONTEXT_TOO_LONG, HN_FAIL_REPLY_LIMIT, 200000, 180000, 0 },
	{ 400, INVALID("max_tokens: 32000 > 8192, which is the maximum allowed number of output tokens for claude-x"), HN_ERR_BAD_REQUEST,
		HN_FAIL_REPLY_LIMIT, 0, 0, 8192 },
	{ 400, INVALID("messages: roles must alternate between \\\"user\\\" and \\\"assistant\\\""), HN_ERR_BAD_REQUEST, 0, 0, 0, 0 },
	{ 200, WRONG("overloaded_error", "Overloaded"), HN_ERR_UNAVAILABLE, 0, 0, 0, 0 },
	{ 200, WRONG("rate_limit_error", "slow"), HN_ERR_RATE_LIMITED, 0, 0, 0, 0 },
	{ 200, WRONG("api_error", "no"), HN_ERR_UNAVAILABLE, 0, 0, 0, 0 },
	{ 200, BEGIN TEXT("0", "x") "event: error\ndata: " WRONG("overloaded_error", "Overloaded") "\n\n", HN_ERR_UNAVAILABLE, 0, 0, 0, 0 },
	{ 200, "{\"choices\":[{\"message\":{\"content\":\"x\"}}]}", HN_ERR_PROTOCOL, 0, 0, 0, 0 },
};

START_TEST(kinds)
{
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		const struct fault *f = &faults[i];
		begin_here();
		create();
		call.max_tokens = LIMIT;
		call.status = f->status;
		fake_body(&call, f->body);
		int32_t rc = chat();
		ck_assert_msg(rc == f->kind, "%s: %d", f->body, rc);
		ck_assert_msg((call.error_flags & HN_FAIL_REPLY_LIMIT) == f->flags, "%s: flags %u", f->body, call.error_flags);
		ck_assert_msg(call.error_window == f->window, "%s: window %lld", f->body, (long long)call.error_window);
		ck_assert_msg(call.error_prompt == f->prompt, "%s: prompt %lld", f->body, (long long)call.error_prompt);
		ck_assert_msg(call.error_max_output == f->max_output, "%s: output %lld", f->body, (long long)call.error_max_output);
		end();
	}
}
END_TEST

/* What cannot be left out is said with what to do. */
START_TEST(advises)
{
	static const hn_message m = { .role = HN_ROLE_USER, .id = 1, .text = { "hi", 2 } };
	hn_request req = { .struct_size = sizeof req, .n_messages = 1, .message_stride = sizeof m, .messages = &m, .model = { "m", 1 },
		.set = HN_SET_SCHEMA, .schema = { "{}", 2 }, .schema_name = { "s", 1 } };
	begin_here();
	create();
	call.status = 400;
	fake_body(&call, INVALID("output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false"));
	ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ERR_BAD_REQUEST);
	ck_assert_str_eq(call.hint, "change the schema or the model, or ask without a schema");
	end();
}
END_TEST

/* ---- models ---- */

static struct buf listed;

static int32_t put(void *ud, const hn_model *m)
{
	(void)ud;
	buf_addf(&listed, "%.*s %u %lld %lld %x %x\n", (int)m->id.n, m->id.p, m->set, (long long)m->context, (long long)m->max_output,
		m->accepts, m->heeds);
	return 0;
}

START_TEST(lists_models)
{
	begin_here();
	create();
	listed = BUF(BUF_NO_CAP);
	fake_body(&call,
		"{\"data\":[{\"type\":\"model\",\"id\":\"a\",\"display_name\":\"A\",\"max_input_tokens\":200000,\"max_tokens\":64000,"
		"\"capabilities\":{\"image_input\":{\"supported\":true},\"effort\":{\"supported\":false},"
		"\"structured_outputs\":{\"supported\":true}}},"
		"{\"id\":\"b\",\"capabilities\":{\"image_input\":{\"supported\":false}}},{\"id\":\"c\"},{}],"
		"\"has_more\":true,\"last_id\":\"c/d&\"}");
	ck_assert_int_eq(provider()->models(self, &call, put, NULL), 0);
	ck_assert_str_eq(call.url, "https://api.anthropic.com/v1/models?limit=1000&after_id=c%2Fd%26");
	/* the second page is the first one again, and says the same end: there is no third */
	ck_assert_uint_eq(call.requests, 2);
	char first[200];
	snprintf(first, sizeof first, "a %u 200000 64000 %x %x\nb %u -1 -1 %x %x\nc 0 -1 -1 %x %x\n",
		HN_MODEL_CONTEXT | HN_MODEL_MAX_OUTPUT | HN_MODEL_ACCEPTS | HN_MODEL_HEEDS, UINT32_MAX, ~HN_SET_EFFORT,
		HN_MODEL_ACCEPTS, ~(1u << HN_PART_IMAGE), UINT32_MAX, UINT32_MAX, UINT32_MAX);
	ck_assert_uint_eq(strlen(first) * 2, listed.n);
	ck_assert_int_eq(strncmp(listed.p, first, strlen(first)), 0);
	buf_free(&listed);
	end();
}
END_TEST

START_TEST(a_query_of_the_base)
{
	begin_here();
	fake_string(&call, "base_url", "https://gateway.test/anthropic/?tenant=7");
	create();
	ck_assert_int_eq(chat(), 0);
	ck_assert_str_eq(call.url, "https://gateway.test/anthropic/v1/messages?tenant=7");
	fake_body(&call, "{\"data\":[]}");
	ck_assert_int_eq(provider()->models(self, &call, put, NULL), 0);
	ck_assert_str_eq(call.url, "https://gateway.test/anthropic/v1/models?limit=1000&tenant=7");
	end();
}
END_TEST

UNIT_MAIN("anthropic_errors", kinds, advises, lists_models, a_query_of_the_base)
