/* SPDX-License-Identifier: MIT */
/* The codec, through the plugin openai: what the words of an error are taken for, whoever wrote them. */
#include "../codec_fixture.h"

/* ---- kinds ---- */

struct wording {
	int32_t status;
	const char *body;
};

/* Checks that each of some answers is one kind of failure. */
static void all_are(int32_t kind, const struct wording *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		begin();
		create();
		call.status = t[i].status;
		fake_body(&call, t[i].body);
		int32_t rc = chat();
		ck_assert_msg(rc == kind, "%d %s: %d", t[i].status, t[i].body, rc);
		end();
	}
}

#define ALL_ARE(kind, t) all_are(kind, t, sizeof t / sizeof *t)

START_TEST(too_long)
{
	static const struct wording t[] = {
		{ 400, SAYS("Your conversation has 9,120 tokens, the most I can read is 8,192") },
		{ 400, SAYS("The sequence of 5000 tokens is beyond the model's limit 4096") },
		{ 422, SAYS("Input validation error: `inputs` must have less than 4095 tokens") },
		{ 400, SAYS("Prompt length (5120) is larger than what is allowed") },
		{ 500, SAYS("UpstreamContextWindowExceededError: no") },
		{ 502, SAYS("bad upstream: prompt tokens 9000 > 8192") },
		{ 503, SAYS("this does not fit into the context window of the loaded model") },
		{ 413, SAYS("Request is too big for this model. It takes 6000 tokens.") },
		{ 400, SAYS("\xe8\xbe\x93\xe5\x85\xa5\xe8\xb6\x85\xe8\xbf\x87\xe6\x9c\x80\xe5\xa4"
			    "\xa7\xe9\x95\xbf\xe5\xba\xa6") },
		{ 400, CODE("max_context_exceeded") },
		{ 400, SAYS("This chat is too long. Shorten it.") },
		{ 429, SAYS("Too large on tokens per minute: reduce the length of your messages") },
		{ 400, SAYS("too many input tokens: got 40000, at most 32000 allowed") },
		{ 400, SAYS("Your prompt is 30 tokens over what this deployment accepts") },
		{ 400, SAYS("the total number of tokens must not exceed 8192") },
		{ 422, SAYS("sum of tokens must stay below 8192") },
		{ 400, SAYS("Conversation too large for model") },
		{ 413, SAYS("The prompt is way too big") },
		{ 400, SAYS("Your chat history has become too big for this engine") },
		{ 503, SAYS("n_past >= n_ctx") },
		{ 400, SAYS("the input does not fit: 5000 > 4096") },
		{ 503, SAYS("the prompt won't fit") },
		{ 400, SAYS("Total of 9000 tokens is above 8192") },
		{ 400, SAYS("the model's maximum is 4096 tokens, got 9000") },
		{ 500, SAYS("position 5000 is out of the model's context") },
		{ 503, SAYS("slot context exhausted") },
		{ 400, SAYS("chat exceeds model capacity") },
		{ 429, SAYS("tokens/min limit 20000; this call would take 26000") },
		{ 400, SAYS("Input is 9000 > 8192") },
		{ 429, SAYS("Request too large for model `x` on tokens per minute (TPM): Limit 30000, "
			    "Requested 41000. Need more? Upgrade.") },
		{ 413, SAYS("tokens per minute limit 6000, this request requires 9000 tokens") },
		{ 429, SAYS("TPM cap is 12000 but this request needs 15000") },
		{ 429, SAYS("tokens per minute: 41000 requested, limit 30000") },
		{ 429, SAYS("A request of 52,000 tokens is bigger than the 30,000 a minute may have") },
	};
	ALL_ARE(HN_ERR_CONTEXT_TOO_LONG, t);
}
END_TEST

START_TEST(used_up)
{
	static const struct wording t[] = {
		{ 429, SAYS("Your token quota is used up, buy more in the console") },
		{ 403, SAYS("Payment overdue: the service has been stopped") },
		{ 400, SAYS("You have reached the API usage limits that you have set.") },
		{ 400, "{\"error\":{\"message\":\"Budget exceeded: 10.2 of 10\"}}" },
		{ 429, SAYS("Daily limit reached for free users") },
		{ 403, SAYS("Not enough credits: top up your wallet") },
		{ 500, SAYS("this key's remaining funds are depleted") },
		{ 401, SAYS("Account in arrears, recharge to continue") },
		{ 429, SAYS("\xe4\xbd\x99\xe9\xa2\x9d\xe4\xb8\x8d\xe8\xb6\xb3") },
		{ 403, CODE("insufficient_team_credits") },
		{ 200, "{\"error\":{\"name\":\"QuotaExceeded\",\"message\":\"m\"}}" },
		{ 429, SAYS("Rate limit reached on requests per day (RPD): Limit 1000, Used 1000, Requested "
			    "1. Please try again in 7m12s.") },
		{ 429, SAYS("You have used all 50 of your requests for today. Try again in 2s") },
		{ 429, SAYS("You are out of requests for today, retry in 1s") },
		{ 429, CODE("daily_request_limit_reached") },
		{ 429, SAYS("No requests left today, retry in 1s") },
		{ 429, SAYS("You've hit your limit of 100 calls per 24 hours; wait 3s") },
		{ 200, "{\"base_resp\":{\"status_code\":7,\"status_msg\":\"no balance\"}}" },
		{ 429, "{\"error\":{\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"m\","
		       "\"details\":[{"
		       "\"violations\":[{\"quotaId\":\"TokensPerDayPerProject\"}]},{\"retryDelay\":"
		       "\"3s\"}]}}" },
	};
	ALL_ARE(HN_ERR_QUOTA, t);
}
END_TEST

/* What names a limit, a size or money, and is an ordinary failure all the same. */
START_TEST(ordinary)
{
	static const struct wording unavailable[] = {
		{ 500, SAYS("context deadline exceeded") },
		{ 500, SAYS("context canceled") },
		{ 504, SAYS("The request took too long to process, 60 seconds at most") },
		{ 503, SAYS("The model is overloaded. Request exceeds capacity") },
		{ 500, SAYS("CUDA out of memory. Tried to allocate 2 GiB (8192 MiB total)") },
		{ 500, SAYS("Failed to allocate KV cache for max context length 4096") },
		{ 500, SAYS("maximum number of retries exceeded for input") },
		{ 500, SAYS("load balancer: insufficient capacity") },
		{ 500, SAYS("disk quota exceeded") },
		{ 500, SAYS("The server had an error while processing your request") },
	};
	static const struct wording bad_request[] = {
		{ 400, SAYS("the tool's parameter 'user_id' is not supported") },
		{ 400, SAYS("the member 'location' is not supported") },
		{ 400, SAYS("Invalid 'user': string too long. Expected maximum length 64, got "
			    "70") },
		{ 400, SAYS("Invalid 'stop': array too long. Expected maximum length 4, got 6") },
		{ 400, SAYS("messages must not be empty") },
		{ 400, SAYS("temperature must be at most 2") },
		{ 400, SAYS("context_id is invalid: too long") },
		{ 400, SAYS("session context id too large") },
		{ 400, SAYS("conversation_id is longer than 64 characters") },
		{ 400, SAYS("prompt_cache_key: too long, at most 64 characters") },
		{ 400, SAYS("Invalid input: seed is too large") },
		{ 400, SAYS("the input does not fit the schema") },
		{ 400, SAYS("messages length must be >= 1") },
		{ 400, SAYS("history must not exceed 100 messages") },
		{ 400, SAYS("thinking budget tokens must not exceed 8192") },
		{ 400, SAYS("total number of tools must not exceed 128") },
		{ 431, SAYS("Request header fields too large") },
		{ 413, SAYS("Request Entity Too Large") },
		{ 400, SAYS("messages.0.content: image exceeds 5 MB maximum: 6000000 bytes") },
		{ 400, SAYS("max_tokens must be larger than the thinking budget, which exceeds "
			    "it") },
	};
	static const struct wording rate_limited[] = {
		{ 429, SAYS("Rate limit reached on tokens per minute (TPM): Limit 30000, Used 29000, "
			    "Requested 2000. Please try again in 2s.") },
		{ 429, SAYS("Limit 30000 tokens per minute; 500 requested, 29900 used") },
		{ 429, SAYS("This would exceed your rate of 40,000 input tokens per minute. Reduce the prompt "
			    "length, or try again later.") },
		{ 429, SAYS("You sent 70000 tokens this minute, the limit is 60000") },
		{ 429, SAYS("Requests per minute exceeded. Requests per day: 150 of 200 used") },
		{ 429, SAYS("minute quota exceeded; daily quota is fine") },
		{ 429, SAYS("Limit 3 per minute reached, your daily limit is 200") },
		{ 429, SAYS("Too many requests: limit 300, requested 301") },
		{ 429, SAYS("Too many tokens, please wait before trying again.") },
		{ 429, SAYS("This would exceed the limit of 30000 input tokens per minute") },
		{ 429, SAYS("Resource has been exhausted (e.g. check quota).") },
		{ 429, SAYS("Quota exceeded for 'requests per minute'. Please retry in 20s.") },
		{ 429, SAYS("Number of concurrent connections has exceeded your rate limit.") },
	};
	static const struct wording auth[] = {
		{ 401, SAYS("Your authentication token has expired") },
		{ 401, SAYS("Incorrect API key. You find it under account/billing") },
		{ 400, SAYS("API key not valid. Please pass a valid API key.") },
		{ 400, SAYS("API Key not found. Please pass a valid API key.") },
	};
	static const struct wording permission[] = {
		{ 403, SAYS("insufficient permissions. Missing scopes: billing.read") },
		{ 403, SAYS("Your credentials are not allowed here") },
		{ 400, SAYS("User location is not supported for the API use.") },
		{ 400, SAYS("Gemini API free tier is not available in your country. Please enable billing on your project.") },
	};
	ALL_ARE(HN_ERR_UNAVAILABLE, unavailable);
	ALL_ARE(HN_ERR_BAD_REQUEST, bad_request);
	ALL_ARE(HN_ERR_RATE_LIMITED, rate_limited);
	ALL_ARE(HN_ERR_AUTH, auth);
	ALL_ARE(HN_ERR_PERMISSION, permission);
}
END_TEST

/* ---- words in any member ---- */

START_TEST(words_in_any_member)
{
	static const struct {
		const char *body;
		int32_t kind;
		const char *message;
	} t[] = {
		{ "{\"choices\":null,\"base_resp\":{\"status_code\":2,\"status_msg\":\"a\"}}",
			HN_ERR_PROTOCOL, "a" },
		{ "{\"code\":503,\"msg\":\"b\",\"success\":false}", HN_ERR_UNAVAILABLE, "b" },
		{ "{\"code\":70001,\"message\":\"too frequent: rate limit\",\"data\":null}",
			HN_ERR_RATE_LIMITED, "too frequent: rate limit" },
		{ "{\"result\":null,\"success\":false,\"errors\":[{\"code\":1,\"message\":\"c\"}]}",
			HN_ERR_PROTOCOL, "c" },
		{ "{\"message\":\"Forbidden\"}", HN_ERR_PERMISSION, "Forbidden" },
		{ "{\"errorCode\":\"InvalidApiKey\",\"requestId\":\"x-1\"}", HN_ERR_AUTH,
			"InvalidApiKey" },
		{ "{\"Code\":\"InvalidAPIKey\",\"Message\":\"n\"}", HN_ERR_AUTH, "n" },
		{ "{\"result\":{\"reason\":\"AccessTokenExpired\",\"n\":1}}", HN_ERR_AUTH,
			"AccessTokenExpired" },
		{ "{\"success\":false,\"error_name\":\"CredentialsMissing\",\"message\":\"o\"}",
			HN_ERR_AUTH, "o" },
		{ "{\"faultCode\":\"AccessDenied\",\"message\":\"p\"}", HN_ERR_PERMISSION, "p" },
		{ "{\"errorType\":\"ModelNotFound\",\"message\":\"q\"}", HN_ERR_NOT_FOUND, "q" },
		{ "{\"error\":\"Your key is not good here\"}", HN_ERR_AUTH, "Your key is not good here" },
		{ "{\"error\":\"the key 'x' is missing in the object\"}", HN_ERR_PROTOCOL,
			"the key 'x' is missing in the object" },
		{ "{\"error\":\"the model is being pulled\"}", HN_ERR_UNAVAILABLE,
			"the model is being pulled" },
		{ "{\"error\":\"API key not valid.\"}", HN_ERR_AUTH, "API key not valid." },
		{ "{\"model\":\"InvalidApiKey-7b\",\"message\":\"r\"}", HN_ERR_PROTOCOL, "r" },
		{ "{\"error\":\"token count is missing\"}", HN_ERR_PROTOCOL, "token count is missing" },
		{ "{\"error\":\"model is loading\"}", HN_ERR_UNAVAILABLE, "model is loading" },
		{ "{\"message\":\"the model is warming up\"}", HN_ERR_UNAVAILABLE,
			"the model is warming up" },
		{ "{\"error\":\"weights are still being loaded\"}", HN_ERR_UNAVAILABLE,
			"weights are still being loaded" },
		{ "{\"errorCode\":\"ModelNotReady\",\"message\":\"s\"}", HN_ERR_UNAVAILABLE, "s" },
		{ "{\"error\":\"failed: the file is loading garbage\"}", HN_ERR_PROTOCOL,
			"failed: the file is loading garbage" },
		{ "{\"error\":[\"one\",\"two\"]}", HN_ERR_PROTOCOL, "one; two" },
		{ "{\"error\":[\"one\",\"one\"]}", HN_ERR_PROTOCOL, "one" },
		{ "{\"errors\":[{\"message\":\"one\"},{\"message\":\"two\"},\"three\"]}",
			HN_ERR_PROTOCOL, "one; two; three" },
		{ "{\"error\":{\"errors\":[{\"message\":\"one\"},{\"message\":\"two\"}]}}",
			HN_ERR_PROTOCOL, "one; two" },
		{ "{\"header\":{\"code\":10013,\"message\":\"d\",\"sid\":\"x\"}}",
			HN_ERR_PROTOCOL, "d" },
		{ "{\"Response\":{\"Error\":{\"Code\":\"X\",\"Message\":\"e\"}}}", HN_ERR_PROTOCOL,
			"e" },
		{ "{\"outer\":{\"errorMessage\":\"f\"}}", HN_ERR_PROTOCOL, "f" },
		{ "{\"status\":404,\"error\":\"Not Found\",\"path\":\"/x\"}", HN_ERR_NOT_FOUND,
			"Not Found" },
		{ "{\"errors\":[\"g\"]}", HN_ERR_PROTOCOL, "g" },
		{ "{\"error\":true,\"message\":\"h\"}", HN_ERR_PROTOCOL, "h" },
		{ "{\"error\":[{\"message\":\"i\"}]}", HN_ERR_PROTOCOL, "i" },
		{ "{\"error\":\"code\",\"error_description\":\"j\"}", HN_ERR_PROTOCOL, "j" },
		{ "{\"fault\":{\"faultstring\":\"k\",\"detail\":{\"errorcode\":\"x\"}}}", HN_ERR_PROTOCOL,
			"k" },
		{ "{\"outcome\":[1,2]}", HN_ERR_PROTOCOL,
			"the answer holds no reply: {\"outcome\":[1,2]}" },
		{ "{\"error\":{\"errors\":[{\"message\":\"k\"}]}}", HN_ERR_PROTOCOL, "k" },
		{ "{\"choices\":[],\"error_msg\":\"l\"}", HN_ERR_PROTOCOL, "l" },
		{ "{\"message\":\"The id is not found\"}", HN_ERR_PROTOCOL, "The id is not found" },
		{ "{\"status\":\"ok\"}", HN_ERR_PROTOCOL, "the answer holds no reply: {\"status\":\"ok\"}" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		for (int stream = 0; stream < 2; stream++) {
			begin();
			create();
			char event[400];
			snprintf(event, sizeof event, stream ? "data: %s\n\n" : "%s", t[i].body);
			fake_body(&call, event);
			int32_t rc = fake_chat(&call, provider(), self, "hi", stream);
			ck_assert_msg(rc == t[i].kind, "%s: %d", t[i].body, rc);
			ck_assert_str_eq(call.message, t[i].message);
			end();
		}
}
END_TEST

/* A remark of a gateway's before a reply is no error. */
START_TEST(remarks_pass)
{
	begin();
	create();
	fake_body(&call, "data: {\"message\":\"queued\"}\n\ndata: {\"choices\":[{\"delta\":{"
			 "\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
	ck_assert_int_eq(chat(), 0);
	check("tf", "Hi");
	end();
}
END_TEST

/* ---- waits ---- */

START_TEST(waits_in_the_body)
{
	static const struct {
		const char *body;
		int64_t ms;
	} t[] = {
		{ "{\"error\":{\"message\":\"m\",\"details\":[{\"retryDelay\":\"2s\"}]}}", 2000 },
		{ "{\"error\":{\"message\":\"m\",\"details\":[{\"retryDelay\":\"34.4s\"}]}}",
			34400 },
		{ "{\"error\":{\"message\":\"m\"},\"retry_after\":3}", 3000 },
		{ "{\"error\":{\"message\":\"m\",\"retryAfterMs\":250}}", 250 },
		{ "{\"error\":{\"message\":\"m\",\"metadata\":{\"retry_after_seconds\":\"7\"}}}",
			7000 },
		{ SAYS("Please try again in 1.2s."), 1200 },
		{ SAYS("Please try again in 20ms"), 20 },
		{ SAYS("try again in 7m12.5s. Visit x"), 432500 },
		{ SAYS("Retry after 20 seconds"), 20000 },
		{ SAYS("wait for 2 minutes"), 120000 },
		{ SAYS("Please retry later, 3 times at most"), -1 },
		{ SAYS("try again in 99999999999999999999 days"), -1 },
		{ SAYS("attempt 2s"), -1 },
		{ "{\"error\":{\"message\":\"m\",\"retry_after\":-1}}", -1 },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		create();
		call.status = 429;
		fake_body(&call, t[i].body);
		ck_assert_int_eq(chat(), HN_ERR_RATE_LIMITED);
		ck_assert_msg(call.error_retry_after_ms == t[i].ms, "%s: %lld", t[i].body,
			(long long)call.error_retry_after_ms);
		end();
	}
}
END_TEST

START_TEST(passes_on_should_retry)
{
	begin();
	create();
	call.status = 503;
	call.again = HN_FAIL_FINAL;
	fake_body(&call, SAYS("m"));
	ck_assert_int_eq(chat(), HN_ERR_UNAVAILABLE);
	ck_assert_uint_eq(call.error_flags, HN_FAIL_FINAL);
	end();
}
END_TEST

/* ---- the reply's limit ---- */

START_TEST(limits_of_a_reply)
{
	static const struct {
		const char *message;
		int32_t kind;
		int64_t max_output, window, prompt;
	} t[] = {
		{ "max_tokens is too large: 4096. At most 1024 completion tokens",
			HN_ERR_BAD_REQUEST, 1024, 0, 0 },
		{ "max_tokens has to be in [1,1024]", HN_ERR_BAD_REQUEST, 1024, 0, 0 },
		{ "max_tokens: 64..1024", HN_ERR_BAD_REQUEST, 1024, 0, 0 },
		{ "maxOutputTokens is from 1 (inclusive) to 1025 (exclusive)", HN_ERR_BAD_REQUEST,
			1024, 0, 0 },
		{ "max_tokens must be less than 1024", HN_ERR_BAD_REQUEST, 1023, 0, 0 },
		{ "max_tokens may not pass 1k", HN_ERR_BAD_REQUEST, 1000, 0, 0 },
		{ "output tokens of gpt-5-2025 end at 1,024", HN_ERR_BAD_REQUEST, 1024, 0, 0 },
		{ "4096 is what nobody gets; 1024 is for you and 300 for guests",
			HN_ERR_BAD_REQUEST, 1024, 0, 0 },
		{ "max_tokens is wrong", HN_ERR_BAD_REQUEST, 0, 0, 0 },
		{ "The maximum tokens you requested exceeds the model limit of 1024",
			HN_ERR_BAD_REQUEST, 1024, 0, 0 },
		{ "4196 is asked for in all (100 + 4096), and 2048 is there",
			HN_ERR_CONTEXT_TOO_LONG, 0, 2048, 100 },
		{ "the maximum context length is 2048 tokens, you requested 4196 tokens: "
		  "(100 in the messages, 4096 in the completion)",
			HN_ERR_CONTEXT_TOO_LONG, 0, 2048, 100 },
		{ "the maximum context length is 2048 tokens, you requested 4196 tokens: shorten "
		  "the completion",
			HN_ERR_CONTEXT_TOO_LONG, 0, 2048, 100 },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		create();
		call.status = 400;
		call.max_tokens = 4096;
		fake_body(&call, saying(t[i].message));
		ck_assert_msg(chat() == t[i].kind, "%s: %d", t[i].message, call.code);
		ck_assert_msg(call.error_flags == HN_FAIL_REPLY_LIMIT &&
				      call.error_max_output == t[i].max_output &&
				      call.error_window == t[i].window &&
				      call.error_prompt == t[i].prompt,
			"%s: max_output %lld, window %lld, prompt %lld", t[i].message,
			(long long)call.error_max_output, (long long)call.error_window,
			(long long)call.error_prompt);
		end();
	}
}
END_TEST

/* A reply that is too long, by words that name the field or not, whatever the status. */
START_TEST(too_long_a_reply)
{
	static const struct {
		int32_t status, kind;
		int64_t max_output;
		const char *message;
	} t[] = {
		{ 413, HN_ERR_BAD_REQUEST, 0, "Too many output tokens requested" },
		{ 400, HN_ERR_BAD_REQUEST, 0, "Number of output tokens is too high" },
		{ 500, HN_ERR_BAD_REQUEST, 0, "max_tokens exceeds model capability" },
		{ 403, HN_ERR_PERMISSION, 1024, "plan allows at most 1024 output tokens per request" },
		{ 429, HN_ERR_BAD_REQUEST, 1024, "max_tokens 4096 above tier cap 1024" },
		{ 400, HN_ERR_BAD_REQUEST, 1024, "completion budget 4096 exceeds 1024" },
		{ 400, HN_ERR_BAD_REQUEST, 1000, "generate up to 1k tokens per reply" },
		{ 400, HN_ERR_BAD_REQUEST, 1000, "This request may generate no more than 1k tokens" },
		{ 400, HN_ERR_BAD_REQUEST, 512, "Replies on this tier are capped at 512 tokens" },
		{ 422, HN_ERR_BAD_REQUEST, 0,
			"The answer you ask for is longer than this model can write" },
		{ 403, HN_ERR_PERMISSION, 800,
			"Free accounts cannot have responses of more than 800 tokens" },
		{ 429, HN_ERR_BAD_REQUEST, 2000,
			"Requested generation length is above the ceiling of 2,000 tokens" },
		{ 503, HN_ERR_BAD_REQUEST, 900, "maxOutputTokens over model maximum of 900" },
		{ 500, HN_ERR_BAD_REQUEST, 2048,
			"requested completion length (4096) greater than supported (2048)" },
		{ 429, HN_ERR_BAD_REQUEST, 1000, "Your tier caps each response to 1000 tokens" },
		{ 429, HN_ERR_BAD_REQUEST, 800,
			"completion of 4096 tokens denied; your tier permits 800" },
		{ 400, HN_ERR_BAD_REQUEST, 0, "reply too large" },
		{ 429, HN_ERR_BAD_REQUEST, 1000, "Please set max_tokens to 1000 or less" },
		{ 500, HN_ERR_BAD_REQUEST, 2000,
			"cannot produce 4096 tokens in one reply, try 2000" },
		{ 403, HN_ERR_PERMISSION, 0, "reply length exceeds the limit of your plan" },
		{ 200, HN_ERR_BAD_REQUEST, 300, "A single answer has at most 300 tokens here" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		create();
		call.status = t[i].status;
		call.max_tokens = 4096;
		fake_body(&call, saying(t[i].message));
		ck_assert_msg(chat() == t[i].kind, "%s: %d", t[i].message, call.code);
		ck_assert_msg(call.error_flags == HN_FAIL_REPLY_LIMIT &&
				      call.error_max_output == t[i].max_output,
			"%s: %u, max_output %lld", t[i].message, call.error_flags,
			(long long)call.error_max_output);
		end();
	}
}
END_TEST

/* A number that bounds a reply may stand in a member. */
START_TEST(limits_in_members)
{
	static const struct {
		const char *body;
		int64_t max_output;
	} t[] = {
		{ "{\"error\":{\"message\":\"max_tokens is too large\",\"limit\":1024}}", 1024 },
		{ "{\"error\":{\"message\":\"Too many output tokens\",\"metadata\":{\"max_allowed\":900}}}",
			900 },
		{ "{\"error\":{\"message\":\"max_tokens is too large\",\"param\":\"max_tokens\","
		  "\"ctx\":{\"le\":2000}}}",
			2000 },
		{ "{\"error\":{\"message\":\"Incorrect\",\"param\":\"max_tokens is too large: 4096, the "
		  "model has 1024\"}}",
			1024 },
		{ "{\"error\":{\"message\":\"max_tokens is too large\",\"code\":1203,\"line\":77}}", 0 },
	};
	begin();
	create();
	call.status = 400;
	call.max_tokens = 4096;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		fake_body(&call, t[i].body);
		ck_assert_int_eq(chat(), HN_ERR_BAD_REQUEST);
		ck_assert_int_eq(call.error_flags, HN_FAIL_REPLY_LIMIT);
		ck_assert_msg(call.error_max_output == t[i].max_output, "%s: %lld", t[i].body,
			(long long)call.error_max_output);
	}
	end();
}
END_TEST

/* What is not about the limit, and what no limit was sent with. */
START_TEST(other_refusals)
{
	static const struct {
		int32_t status;
		int64_t sent;
		const char *message;
	} t[] = {
		{ 400, 4096, "temperature must be at most 2" },
		{ 400, 0, "max_tokens is too large: 4096, at most 1024" },
		{ 400, 4096, "the request holds 300 messages, 64 are allowed" },
		{ 401, 4096, "max_tokens is for those who have a key" },
		{ 429, 4096, "max_tokens 4096 passes your rate of 1000" },
		{ 500, 4096, "slot 4096 is gone" },
		{ 404, 4096, "model 4096 is not here" },
		{ 429, 4096, "Output tokens per minute exceeded: 8000 allowed" },
		{ 429, 4096, "Rate limit reached. At most 1000 output tokens. Try again in 2s" },
		{ 429, 4096, "Too many tokens, please wait before trying again." },
		{ 500, 4096, "Response took longer than 300 seconds" },
		{ 500, 4096, "the response of the upstream was too large for the buffer" },
		{ 502, 4096, "upstream closed the connection; 300 tokens of output were lost" },
		{ 403, 4096, "Completion failed: budget of 10 USD exceeded" },
		{ 400, 4096, "output directory name is too long" },
		{ 400, 4096, "stop: at most 4 sequences, each up to 100 characters long" },
		{ 400, 4096, "completion_config is limited to 10 entries" },
		{ 403, 4096, "token expired, request a new one with up to 3600 seconds" },
		{ 503, 4096, "Maximum number of concurrent generations exceeded" },
		{ 400, 4096, "n: at most 4 completions may be asked for" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		create();
		call.status = t[i].status;
		call.max_tokens = t[i].sent;
		fake_body(&call, saying(t[i].message));
		ck_assert_int_lt(chat(), 0);
		ck_assert_msg(
			call.error_flags == 0 && call.error_max_output == 0, "%s", t[i].message);
		end();
	}
}
END_TEST

/* A limit that is too small is none to be lowered. */
START_TEST(too_short_a_reply)
{
	static const struct { int64_t sent; const char *message; int least; } t[] = {
		{ 5, "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 5 instead.", 16 },
		{ 5, "max_tokens must be at least 1,024", 1024 },
		{ 1, "max_completion_tokens: Input should be greater than or equal to 2", 2 },
		{ 5, "max_tokens: the minimum value of `16` is required", 16 },
		{ 5000, "max_tokens must be at least 1 and at most 4096", 0 },
		{ 5, "the prompt must hold at least 16 tokens", 0 },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char hint[64];
		begin();
		create();
		call.status = 400;
		call.max_tokens = t[i].sent;
		fake_body(&call, saying(t[i].message));
		ck_assert_int_eq(chat(), HN_ERR_BAD_REQUEST);
		snprintf(hint, sizeof hint, t[i].least ? "raise max_tokens to %d or more" : "", t[i].least);
		ck_assert_str_eq(call.hint, hint);
		ck_assert_msg(!t[i].least || (!call.error_flags && !call.error_max_output), "%s", t[i].message);
		end();
	}
}
END_TEST

/* ---- the system prompt ---- */

/* Says whether the hint of an error to a request with a system prompt names system_role. */
static int hints_at_role(const struct wording *w)
{
	begin();
	create();
	call.status = w->status;
	fake_body(&call, w->body);
	hn_message m[] = {
		{ .role = HN_ROLE_SYSTEM, .part_stride = sizeof(hn_part), .id = 2, .text = { "s", 1 } },
		{ .role = HN_ROLE_USER, .part_stride = sizeof(hn_part), .id = 1, .text = { "q", 1 } },
	};
	hn_request req = { .struct_size = sizeof req,
		.n_messages = 2,
		.message_stride = sizeof *m,
		.model = { "m", 1 },
		.messages = m };
	provider()->chat(self, &call, &req);
	int names = strstr(call.hint, "system_role") != NULL;
	end();
	return names;
}

START_TEST(system_refused)
{
	static const struct wording t[] = {
		{ 400, SAYS("Developer instruction is not enabled for models/gemma-3-27b-it") },
		{ 400, SAYS("System prompts are disabled for this model") },
		{ 400, SAYS("This model cannot handle system messages") },
		{ 422, SAYS("messages[0]: system turns are forbidden") },
		{ 500, SAYS("TemplateError: System role not supported") },
		{ 400, SAYS("No system role in this model's template") },
		{ 403, SAYS("Developer messages are not enabled for this project") },
		{ 200, SAYS("system prompt unsupported") },
		{ 400, SAYS("Instructions for the system are refused by this engine") },
		{ 400, SAYS("模型不支持的 message role: system") },
		{ 400, SAYS("Conversation roles must alternate user/assistant/user") },
		{ 400, SAYS("First message must be from the user") },
	};
	static const struct wording not[] = {
		{ 400, SAYS("operating system not supported") },
		{ 400, SAYS("developer account is not enabled") },
		{ 400, SAYS("Developer mode is not enabled on this endpoint") },
		{ 403, SAYS("your role does not permit this model, unsupported") },
		{ 400, SAYS("system error: unexpected end of input") },
		{ 400, SAYS("the system prompt must not be empty") },
		{ 400, SAYS("unsupported parameter: n") },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		ck_assert_msg(hints_at_role(&t[i]), "%s", t[i].body);
	for (size_t i = 0; i < sizeof not / sizeof *not; i++)
		ck_assert_msg(!hints_at_role(&not[i]), "%s", not[i].body);
}
END_TEST

/* ---- base_url ---- */

START_TEST(names_the_likelier_base)
{
	static const struct {
		const char *base, *likelier;
	} t[] = {
		{ "http://h:1234", "http://h:1234/v1" },
		{ "http://h:1234/", "http://h:1234/v1" },
		{ "http://h/api", "http://h/api/v1" },
		{ "http://h/v1/chat/completions", "http://h/v1" },
		{ "http://h/v1/models", "http://h/v1" },
		{ "http://h/chat/completions", "http://h" },
		{ "http://h/v1/v1", "http://h/v1" },
		{ "http://h/v1", NULL },
		{ "http://h/v1beta/openai", NULL },
		{ "http://h/openai/deployments/x", NULL },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char want[200];
		fake_begin(&call);
		fake_string(&call, "base_url", t[i].base);
		create();
		call.status = 404;
		fake_body(&call, "404 page not found");
		ck_assert_int_eq(chat(), HN_ERR_NOT_FOUND);
		snprintf(want, sizeof want, "%s%s",
			t[i].likelier ? "likelier is " : "hobnob models",
			t[i].likelier ? t[i].likelier : "");
		const char *at = strstr(call.hint, want);
		ck_assert_msg(at && (!t[i].likelier || !at[strlen(want)]), "%s: %s", t[i].base,
			call.hint);
		end();
	}
}
END_TEST

START_TEST(a_missing_model_is_no_base)
{
	begin();
	create();
	call.status = 404;
	fake_body(&call, SAYS("model 'x' not found"));
	ck_assert_int_eq(chat(), HN_ERR_NOT_FOUND);
	ck_assert_str_eq(call.hint, "hobnob models lists what this server offers");
	end();
}
END_TEST

/* Prompts that were refused for what they ask. */
START_TEST(flagged)
{
	static const struct wording t[] = {
		{ 400, SAYS("Invalid prompt: your prompt was flagged as potentially violating our usage policy.") },
		{ 400, SAYS("Your request was rejected as a result of our safety system.") },
		{ 400, SAYS("the prompt triggers the content management policy") },
		{ 400, SAYS("Input data may contain inappropriate content: inspection flagged it") },
		{ 200, SAYS("The input violates the provider's guidelines") },
	};
	static const struct wording others[] = {
		{ 400, SAYS("Your account was flagged under our policies") },
		{ 400, SAYS("the moderation member of the request is unknown") },
		{ 400, SAYS("retention policy: unknown member") },
		{ 400, SAYS("the request was rejected: stop is not a list") },
	};
	ALL_ARE(HN_ERR_CONTENT_FILTER, t);
	ALL_ARE(HN_ERR_BAD_REQUEST, others);
}
END_TEST

UNIT_MAIN("codec_words", flagged, too_long, used_up, ordinary, words_in_any_member, remarks_pass,
	waits_in_the_body, passes_on_should_retry, limits_of_a_reply, too_long_a_reply, limits_in_members,
	other_refusals, too_short_a_reply, system_refused, names_the_likelier_base, a_missing_model_is_no_base)
