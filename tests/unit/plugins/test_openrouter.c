/* SPDX-License-Identifier: MIT */
/* openrouter: what it asks beyond other servers, every shape of its answers and errors, models and
 * credit. The answers stand in tests/data/openrouter, written after OpenRouter's documentation. */
#include "../codec_fixture.h"

#include <stdio.h>

/* Begins with a key and an instance. */
static void begin_here(void)
{
	begin();
	fake_string(&call, "base_url", "https://openrouter.ai/api/v1");
	fake_secret(&call, "api_key", "sk-or-1");
}

/* Takes a file of tests/data/openrouter as the answer. */
static void answer(const char *name)
{
	char path[128];
	snprintf(path, sizeof path, "openrouter/%s.raw", name);
	fake_capture(&call, path);
}

/* ---- asking ---- */

START_TEST(plain_request)
{
	begin_here();
	create();
	fake_body(&call, STOPPED);
	ck_assert_int_eq(chat(), 0);
	ck_assert_str_eq(call.url, "https://openrouter.ai/api/v1/chat/completions");
	ck_assert_str_eq(
		call.headers, "Content-Type: application/json\nAuthorization: Bearer <sk-or-1>\n");
	ck_assert_str_eq(call.sent,
		"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
		"\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
	end();
}
END_TEST

START_TEST(options_of_its_own)
{
	static const hn_str map[] = { { "X-OpenRouter-Categories", 23 }, { "cli", 3 } };
	begin_here();
	fake_string(&call, "app_url", "https://example.org/notes");
	fake_string(&call, "app_title", "Nötes");
	fake_string(&call, "models", "[\"a/b:free\",\"c/d\"]");
	fake_string(&call, "route", "{\"order\":[\"OpenAI\"],\"allow_fallbacks\":false}");
	fake_string(&call, "reasoning", "{\"max_tokens\":2000}");
	fake_string(
		&call, "extra_body", "{\"provider\":{\"sort\":\"price\"},\"session_id\":\"s\"}");
	fake_map(&call, "headers", map, 1);
	create();
	fake_body(&call, STOPPED);
	ck_assert_int_eq(fake_chat(&call, provider(), self, "hi", 0), 0);
	ck_assert_str_eq(call.headers,
		"Content-Type: application/json\nAuthorization: Bearer <sk-or-1>\n"
		"HTTP-Referer: https://example.org/notes\nX-OpenRouter-Title: Nötes\n"
		"X-OpenRouter-Categories: cli\n");
	ck_assert_str_eq(call.sent,
		"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
		"\"reasoning\":{\"max_tokens\":2000},\"models\":[\"a/b:free\",\"c/d\"],"
		"\"provider\":{\"order\":[\"OpenAI\"],\"allow_fallbacks\":false,\"sort\":\"price\"}"
		","
		"\"session_id\":\"s\"}");
	end();
}
END_TEST

/* Asks with an effort. */
static void chat_with_effort(const char *effort)
{
	hn_message m = { .role = HN_ROLE_USER, .text = { "hi", 2 } };
	hn_request req = { .struct_size = sizeof req,
		.n_messages = 1,
		.message_stride = sizeof m,
		.messages = &m,
		.model = { "m", 1 },
		.set = *effort ? HN_SET_EFFORT : 0,
		.reasoning_effort = str_of(effort) };
	fake_body(&call, STOPPED);
	ck_assert_int_eq(provider()->chat(self, &call, &req), 0);
}

START_TEST(effort_goes_before_the_option)
{
	begin_here();
	create();
	chat_with_effort("low");
	ck_assert_ptr_nonnull(strstr(call.sent, ",\"reasoning_effort\":\"low\"}"));
	provider()->destroy(self);
	fake_string(&call, "reasoning", "{\"effort\":\"high\",\"max_tokens\":9,\"exclude\":true}");
	create();
	chat_with_effort("");
	ck_assert_ptr_nonnull(strstr(call.sent,
		",\"reasoning\":{\"effort\":\"high\",\"max_tokens\":9,\"exclude\":true}}"));
	chat_with_effort("low");
	ck_assert_ptr_nonnull(
		strstr(call.sent, ",\"reasoning\":{\"effort\":\"low\",\"exclude\":true}}"));
	ck_assert_ptr_null(strstr(call.sent, "reasoning_effort"));
	end();
}
END_TEST

START_TEST(bad_options)
{
	static const struct {
		const char *key, *value, *message;
	} t[] = {
		{ "route", "[1]", "route: expected a JSON object" },
		{ "route", "{} x", "route: expected a JSON object" },
		{ "reasoning", "\"high\"", "reasoning: expected a JSON object" },
		{ "extra_body", "1", "extra_body: expected a JSON object" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin_here();
		fake_string(&call, t[i].key, t[i].value);
		ck_assert_int_eq(provider()->create(&fake_host, &call, &self), HN_ERR_CONFIG);
		ck_assert_str_eq(call.message, t[i].message);
		ck_assert_ptr_null(self);
		fake_end(&call);
	}
}
END_TEST

/* ---- answers ---- */

struct read {
	const char *name;
	int32_t rc, status;
	uint32_t flags;
	int64_t wait_ms;
	const char *text, *reasoning, *model, *upstream;
	int64_t prompt, cost;
	const char *message, *hint;
};

#define NANO "openai/gpt-5-nano"
#define NO_REASON "the server ended the reply with an error and gave no reason"

static const struct read reads[] = {
	{ "stream-reasoning", 0, 0, 0, -1, "Hello 你好 🚀", "Let me think.", NANO, "OpenAI", 11,
		2750000, "", "" },
	{ "stream-details-only", 0, 0, 0, -1, "ok", "First. Then.", NANO, "OpenAI", 3, 100000000,
		"", "" },
	{ "stream-byok", 0, 0, 0, -1, "hi", "", "anthropic/claude-haiku-4.5", "Anthropic", 194,
		19950000000000, "", "" },
	{ "stream-fallback", 0, 0, 0, -1, "from another", "", "meta-llama/llama-3.3-70b-instruct",
		"Together", 5, 10000000, "", "" },
	{ "whole", 0, 0, 0, -1, "four", "2+2", "openai/gpt-oss-20b:free", "DeepInfra", 7, 0, "",
		"" },
	{ "mid-429", HN_ERR_RATE_LIMITED, 429, 0, -1, "Half of ", "", NANO, "OpenAI", 9, 1000000,
		"Rate limit exceeded", "" },
	{ "mid-first", HN_ERR_RATE_LIMITED, 429, 0, -1, "", "", NANO, "OpenAI", 0, 0,
		"Rate limit exceeded", "" },
	{ "mid-code-text", HN_ERR_UNAVAILABLE, 200, 0, -1, "Some", "", NANO, "OpenAI", 0, 0,
		"Provider disconnected unexpectedly", "" },
	{ "mid-choice", HN_ERR_UNAVAILABLE, 502, 0, -1, "Some", "", NANO, "OpenAI", 0, 0,
		"Upstream error from DeepInfra: Internal Server Error ({\"retryable\":true})", "" },
	{ "mid-no-choices", HN_ERR_UNAVAILABLE, 502, 0, -1, "Some", "", NANO, "OpenAI", 0, 0,
		"Network connection lost.", "" },
	{ "mid-availability", HN_ERR_UNAVAILABLE, 503, 0, 7000, "", "", "", "", 0, 0, "No capacity",
		"" },
	{ "mid-not-retryable", HN_ERR_UNAVAILABLE, 503, HN_FAIL_FINAL, -1, "", "", "", "", 0, 0,
		"Gone for good", "" },
	{ "mid-prompt", HN_ERR_BAD_REQUEST, 200, 0, -1, "", "", NANO, "OpenAI", 0, 0,
		"messages.3: unsupported role", "" },
	{ "mid-unexplained", HN_ERR_PROTOCOL, 200, 0, -1, "Some", "", NANO, "OpenAI", 0, 0,
		NO_REASON, "" },
	{ "whole-error", HN_ERR_RATE_LIMITED, 429, 0, -1, "", "", "", "", 0, 0,
		"Provider returned error (Kluster: error code: 1015)", "" },
	{ "whole-partial", HN_ERR_UNAVAILABLE, 502, 0, -1, "partial output...", "", "a/b",
		"DeepInfra", 9, 500000000000, "Provider disconnected mid-stream", "" },
	{ "400-raw", HN_ERR_BAD_REQUEST, 400, 0, -1, "", "", "", "", 0, 0,
		"Provider returned error (OpenAI: Response input messages must contain the word "
		"'json' in some form.)",
		"" },
	{ "400-raw-nested", HN_ERR_BAD_REQUEST, 400, 0, -1, "", "", "", "", 0, 0,
		"Provider returned error (Google AI Studio: Request contains an invalid argument.)",
		"" },
	{ "400-too-long", HN_ERR_CONTEXT_TOO_LONG, 400, 0, -1, "", "", "", "", 0, 0,
		"Provider returned error (Anthropic: prompt is too long: 204000 tokens > 200000 "
		"maximum)",
		"/clear, or set context_tokens to the model's window" },
	{ "400-model", HN_ERR_BAD_REQUEST, 400, 0, -1, "", "", "", "", 0, 0,
		"nobody/nothing is not a valid model ID", "" },
	{ "401", HN_ERR_AUTH, 401, 0, -1, "", "", "", "", 0, 0, "User not found.",
		"is the key right, and is it one of this server's?" },
	{ "402-credits", HN_ERR_QUOTA, 402, 0, -1, "", "", "", "", 0, 0,
		"This request requires more credits, or fewer max_tokens. You requested up to "
		"64000 tokens, but can only afford 2666.",
		"Add credits at https://openrouter.ai/settings/credits, or lower max_tokens." },
	{ "402-in-flight", HN_ERR_QUOTA, 402, 0, 3000, "", "", "", "", 0, 0,
		"This request would exceed your available credits given your current in-flight "
		"requests.",
		"Retry after your in-flight requests settle (see the Retry-After header)." },
	{ "403-moderation", HN_ERR_PERMISSION, 403, 0, -1, "", "", "", "", 0, 0,
		"openai/gpt-4o requires moderation on OpenAI. Your input was flagged. (flagged for "
		"violence, violence/graphic; in: how do I hurt...someone)",
		"what was asked was flagged: put it in other words" },
	{ "403-guardrail", HN_ERR_PERMISSION, 403, 0, -1, "", "", "", "", 0, 0,
		"Request blocked: prompt injection patterns detected (found: ignore all previous "
		"instructions)",
		"what was asked was flagged: put it in other words" },
	{ "404-providers", HN_ERR_NOT_FOUND, 404, 0, -1, "", "", "", "", 0, 0,
		"No allowed providers are available for the selected model. (available: deepinfra, "
		"together)",
		"hobnob models lists what this server offers" },
	{ "408", HN_ERR_UNAVAILABLE, 408, 0, -1, "", "", "", "", 0, 0, "Request timed out", "" },
	{ "429-minute", HN_ERR_RATE_LIMITED, 429, 0, -1, "", "", "", "", 0, 0,
		"Rate limit exceeded: free-models-per-min.", "" },
	{ "429-day", HN_ERR_QUOTA, 429, 0, -1, "", "", "", "", 0, 0,
		"Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free "
		"model requests per day",
		"Wait for the daily reset, or add credits." },
	{ "429-upstream", HN_ERR_RATE_LIMITED, 429, 0, 15000, "", "", "", "", 0, 0,
		"Provider returned error (BaseTen: z-ai/glm-5.3-flash is temporarily rate-limited "
		"upstream. Please retry shortly.)",
		"Retry shortly, add your own provider key, or route to another provider" },
	{ "500", HN_ERR_UNAVAILABLE, 500, 0, -1, "", "", "", "", 0, 0, "Internal Server Error",
		"" },
	{ "502-page", HN_ERR_UNAVAILABLE, 502, 0, -1, "", "", "", "", 0, 0,
		"Provider returned error (Novita: 502 Bad Gateway)", "" },
	{ "503-routing", HN_ERR_UNAVAILABLE, 503, 0, 2000, "", "", "", "", 0, 0,
		"There is no available model provider that meets your routing requirements", "" },
	{ "524", HN_ERR_UNAVAILABLE, 524, 0, -1, "", "", "", "", 0, 0, "error code: 524", "" },
	{ "529", HN_ERR_UNAVAILABLE, 529, 0, -1, "", "", "", "", 0, 0,
		"Provider returned error (Anthropic: Overloaded)", "" },
};

/* What a string of the call's says; one that is not there says nothing. */
static const char *text_of(const char *s)
{
	return s ? s : "";
}

/* Checks what one answer came to. */
static void check_read(const struct read *r, int32_t rc)
{
	ck_assert_msg(rc == r->rc, "%s: %d, not %d (%s)", r->name, rc, r->rc, call.message);
	ck_assert_int_eq(call.code, r->rc);
	ck_assert_str_eq(call.message, r->message);
	ck_assert_str_eq(call.hint, r->hint);
	ck_assert_int_eq(call.error_status, r->status);
	ck_assert_uint_eq(call.error_flags, r->flags);
	ck_assert_msg(call.error_retry_after_ms == r->wait_ms, "%s: wait %lld", r->name,
		(long long)call.error_retry_after_ms);
	ck_assert_str_eq(text_of(call.text.p), r->text);
	ck_assert_str_eq(text_of(call.reasoning.p), r->reasoning);
	ck_assert_str_eq(call.model, r->model);
	ck_assert_str_eq(call.upstream, r->upstream);
	ck_assert_msg(call.usage.prompt == r->prompt, "%s: prompt %lld", r->name,
		(long long)call.usage.prompt);
	ck_assert_msg(
		call.usage.cost == r->cost, "%s: cost %lld", r->name, (long long)call.usage.cost);
	ck_assert_int_eq(call.finishes, r->rc == 0);
}

/* Reads one answer, in pieces of a size, or of sizes by chance. */
static void read_one(const struct read *r, size_t split, uint32_t seed)
{
	begin_here();
	create();
	answer(r->name);
	call.split = split;
	call.seed = seed;
	check_read(r, chat());
	end();
}

START_TEST(reads_answers)
{
	for (size_t i = 0; i < sizeof reads / sizeof *reads; i++) {
		read_one(&reads[i], 0, 0);
		read_one(&reads[i], 1, 0);
		for (uint32_t seed = 1; seed <= 50; seed++)
			read_one(&reads[i], 64, seed);
	}
}
END_TEST

START_TEST(reasoning_is_handed_back)
{
	begin_here();
	create();
	answer("stream-reasoning");
	ck_assert_int_eq(chat(), 0);
	check("mrrttuof", "Hello 你好 🚀");
	ck_assert_str_eq(call.opaque.p,
		"[{\"type\":\"reasoning.text\",\"text\":\"Let me "
		"think.\",\"signature\":\"sig==\",\"id\":null,\"format\":\"anthropic-claude-v1\","
		"\"index\":0},"
		"{\"type\":\"reasoning.encrypted\",\"data\":\"b64==\",\"id\":\"rs_1\","
		"\"format\":\"openai-responses-v1\",\"index\":1}]");
	end();
}
END_TEST

/* The classic way: the plugin for OpenAI, led to OpenRouter, is this codec; nothing in the reading
 * asks which plugin it is. What there is of captures is read here as there. */
START_TEST(captures)
{
	static const struct {
		const char *name;
		int32_t rc;
		int64_t cost;
	} t[] = {
		{ "captures/aimock-openrouter-stream.raw", 0, 123000000 },
		{ "captures/aimock-openrouter-nonstream.raw", 0, 123000000 },
		{ "captures/aimock-openrouter-429.raw", HN_ERR_RATE_LIMITED, 0 },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		for (uint32_t seed = 0; seed <= 50; seed++) {
			begin_here();
			create();
			fake_capture(&call, t[i].name);
			call.split = seed ? 64 : 1;
			call.seed = seed;
			ck_assert_int_eq(chat(), t[i].rc);
			ck_assert_int_eq(call.usage.cost, t[i].cost);
			ck_assert_str_eq(call.upstream, t[i].rc ? "" : "openai");
			ck_assert_int_eq(call.error_retry_after_ms, t[i].rc ? 1000 : -1);
			end();
		}
	}
}
END_TEST

/* ---- what an error may hold ---- */

/* Asks and compares the message. */
static void says(const char *body, const char *message)
{
	begin_here();
	create();
	call.status = 502;
	fake_body(&call, body);
	ck_assert_int_eq(chat(), HN_ERR_UNAVAILABLE);
	ck_assert_str_eq(call.message, message);
	end();
}

#define META(m) "{\"error\":{\"message\":\"no\",\"metadata\":{" m "}}}"

START_TEST(metadata)
{
	says(META("\"provider_name\":\"P\""), "no (P)");
	says(META("\"provider_name\":null,\"raw\":\"why\\n not\""), "no (why not)");
	says(META("\"provider_name\":7,\"raw\":null"), "no");
	says(META("\"raw\":\"no\""), "no");
	says(META("\"raw\":\"\""), "no");
	says(META("\"raw\":\"[{\\\"error\\\":{\\\"message\\\":\\\"x\\\"}}]\""), "no (x)");
	says(META("\"raw\":{\"error\":\"x\"}"), "no (x)");
	says(META("\"raw\":{\"detail\":[{\"msg\":\"x\"}]}"), "no (x)");
	says(META("\"raw\":\"{\\\"error\\\":\""), "no ({\"error\":)");
	says(META("\"raw\":\"{}\""), "no ({})");
	says(META("\"raw\":\"<h1>Bad</h1><p>day</p>\",\"provider_name\":\"P\""), "no (P: Bad day)");
	says(META("\"reasons\":[],\"patterns\":7,\"available_providers\":[\"a\",1]"),
		"no (found: 7; available: a, 1)");
	says("{\"error\":{\"message\":\"\",\"metadata\":{\"raw\":\"why\"}}}", "why");
	says("{\"error\":{\"message\":\"no\",\"metadata\":[1]}}", "no");
	says("{\"error\":{\"oops\":1}}", "{\"oops\":1}");
}
END_TEST

/* However much an upstream says, and however deep it is wrapped, the message is bounded. */
START_TEST(metadata_is_bounded)
{
	static char body[40000], raw[20000];
	for (size_t i = 0; i + 3 < sizeof raw; i += 2)
		memcpy(raw + i, "é", 3);
	snprintf(body, sizeof body, META("\"provider_name\":\"P\",\"raw\":\"%s\""), raw);
	begin_here();
	create();
	call.status = 500;
	fake_body(&call, body);
	ck_assert_int_eq(chat(), HN_ERR_UNAVAILABLE);
	ck_assert_uint_eq(strlen(call.message), strlen("no (P: )") + 300);
	memset(raw, '[', 200);
	raw[200] = '\0';
	snprintf(body, sizeof body, META("\"raw\":\"%s\""), raw);
	fake_body(&call, body);
	ck_assert_int_eq(chat(), HN_ERR_UNAVAILABLE);
	ck_assert_uint_eq(strlen(call.message), strlen("no ()") + 200);
	end();
}
END_TEST

START_TEST(cost_of_a_key_of_ones_own)
{
	static const struct {
		const char *usage;
		int64_t cost;
	} t[] = {
		{ "\"cost\":0.5,\"is_byok\":true,\"cost_details\":{\"upstream_inference_cost\":1}",
			1500000000000 },
		{ "\"cost\":0.5,\"is_byok\":false,\"cost_details\":{\"upstream_inference_cost\":1}",
			500000000000 },
		{ "\"cost\":0.5,\"cost_details\":{\"upstream_inference_cost\":1}", 500000000000 },
		{ "\"cost\":0.5,\"is_byok\":true,\"cost_details\":{\"upstream_inference_cost\":"
		  "null}",
			-1 },
		{ "\"cost\":0,\"is_byok\":true,\"cost_details\":null", -1 },
		{ "\"cost\":null,\"is_byok\":true,\"cost_details\":{\"upstream_inference_cost\":1}",
			-1 },
		{ "\"cost\":9000000,\"is_byok\":true,\"cost_details\":{\"upstream_inference_cost\":"
		  "9000000}",
			-1 },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char body[512];
		begin_here();
		create();
		snprintf(body, sizeof body,
			"{\"choices\":[{\"message\":{\"content\":\"x\"}}],\"usage\":{\"prompt_"
			"tokens\":1,%s}}",
			t[i].usage);
		fake_body(&call, body);
		ck_assert_int_eq(chat(), 0);
		ck_assert_msg(call.usage.cost == t[i].cost, "%s: %lld", t[i].usage,
			(long long)call.usage.cost);
		end();
	}
}
END_TEST

/* Which of the two members is shown is settled by the one that comes first. */
START_TEST(reasoning_is_shown_once)
{
#define D(d) "data: {\"choices\":[{\"delta\":{" d "}}]}\n\n"
#define DETAILS(d) "\"reasoning_details\":[" d "]"
#define T(t) "{\"type\":\"reasoning.text\",\"text\":\"" t "\"}"
	static const struct {
		const char *body, *shown;
	} t[] = {
		{ D("\"reasoning\":\"a\"," DETAILS(T("a")))
				D("\"reasoning\":\"b\"," DETAILS(T("b"))),
			"ab" },
		{ D("\"reasoning\":\"a\"") D("\"reasoning\":\"b\"") D(DETAILS(T("ab"))), "ab" },
		{ D(DETAILS(T("a") "," T("b"))) D("\"reasoning\":\"ab\""), "ab" },
		{ D("\"reasoning\":null," DETAILS(
			  "{\"type\":\"reasoning.summary\",\"summary\":"
			  "\"s\"},{\"type\":\"reasoning.encrypted\",\"data\":\"d\"}")),
			"s" },
		{ D(DETAILS("7,null,{\"text\":5}")) D("\"reasoning\":\"r\""), "r" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char body[1024];
		begin_here();
		create();
		snprintf(body, sizeof body, "%sdata: [DONE]\n\n", t[i].body);
		fake_body(&call, body);
		ck_assert_int_eq(chat(), 0);
		ck_assert_str_eq(text_of(call.reasoning.p), t[i].shown);
		end();
	}
}
END_TEST

/* ---- models and credit ---- */

struct list {
	unsigned n, unpriced, unknown_output;
	struct buf some;
};

/* Counts a model, and writes down what is worth a look. */
static int32_t put(void *ud, const hn_model *m)
{
	static const char *const worth[] = { NANO, "deepseek/deepseek-v4-flash:free",
		"openrouter/pareto-code", "google/gemini-2.5-flash-image" };
	struct list *l = ud;
	l->n++;
	l->unpriced += m->price_input < 0 && m->price_output < 0;
	l->unknown_output += m->max_output < 0;
	for (size_t i = 0; i < sizeof worth / sizeof *worth; i++)
		if (str_is(m->id, worth[i]))
			buf_addf(&l->some, "%s %lld %lld %lld %lld %lld %lld\n", worth[i],
				(long long)m->context, (long long)m->max_output,
				(long long)m->price_input, (long long)m->price_output,
				(long long)m->price_cached, (long long)m->price_cache_write);
	return 0;
}

START_TEST(models)
{
	struct list l = { .some = BUF(65536) };
	begin_here();
	create();
	answer("models");
	ck_assert_int_eq(provider()->models(self, &call, put, &l), 0);
	ck_assert_str_eq(call.url, "https://openrouter.ai/api/v1/models");
	ck_assert_uint_eq(l.n, 60);
	ck_assert_uint_eq(l.unpriced, 2); /* the routers, whose prices are "-1" */
	ck_assert_uint_eq(l.unknown_output, 6);
	ck_assert_str_eq(l.some.p,
		"deepseek/deepseek-v4-flash:free 1048576 384000 0 0 -1 -1\n"
		"openrouter/pareto-code 2000000 -1 -1 -1 -1 -1\n"
		"google/gemini-2.5-flash-image 32768 32768 300000 2500000 30000 83333\n" NANO
		" 400000 -1 50000 400000 10000 -1\n");
	buf_free(&l.some);
	end();
}
END_TEST

/* What the top provider runs with goes before what the model could. */
START_TEST(window_of_the_top_provider)
{
	struct list l = { .some = BUF(65536) };
	begin_here();
	create();
	fake_body(&call, "{\"data\":[{\"id\":\"" NANO "\",\"context_length\":1000,\"top_provider\":"
			 "{\"context_length\":500,\"max_completion_tokens\":null}}]}");
	ck_assert_int_eq(provider()->models(self, &call, put, &l), 0);
	ck_assert_str_eq(l.some.p, NANO " 500 -1 -1 -1 -1 -1\n");
	buf_free(&l.some);
	end();
}
END_TEST

START_TEST(credit)
{
	hn_credit c = { .struct_size = sizeof c };
	begin_here();
	create();
	answer("key-limited");
	ck_assert_int_eq(provider()->credit(self, &call, &c), 0);
	ck_assert_str_eq(call.method, "GET");
	ck_assert_str_eq(call.url, "https://openrouter.ai/api/v1/key");
	ck_assert_ptr_nonnull(strstr(call.headers, "Authorization: Bearer <sk-or-1>\n"));
	ck_assert_int_eq(c.left, 7491234500000);
	ck_assert_int_eq(c.limit, 20000000000000);
	ck_assert_int_eq(c.used, 12508765500000);
	ck_assert_uint_eq(c.flags, 0);
	fake_capture(&call, "captures/aimock-or-key.raw");
	ck_assert_int_eq(provider()->credit(self, &call, &c), 0);
	ck_assert_int_eq(c.left, -1);
	ck_assert_int_eq(c.limit, -1);
	ck_assert_int_eq(c.used, 0);
	ck_assert_uint_eq(c.flags, HN_CREDIT_UNLIMITED);
	end();
}
END_TEST

START_TEST(credit_in_trouble)
{
	static const struct {
		int32_t status, rc;
		const char *body, *message;
		int64_t left;
	} t[] = {
		{ 200, 0, "{\"data\":{\"limit\":1,\"limit_remaining\":-0.25,\"usage\":1.25}}", "",
			0 },
		{ 200, 0, "{\"data\":{\"limit\":\"1\",\"limit_remaining\":\"0.5\"}}", "",
			500000000000 },
		{ 200, HN_ERR_PROTOCOL, "{\"data\":{\"limit\":true}}",
			"the answer says nothing about the key", -1 },
		{ 200, HN_ERR_PROTOCOL, "{\"data\":{}}", "the answer says nothing about the key",
			-1 },
		{ 200, HN_ERR_PROTOCOL, "[]", "the answer says nothing about the key", -1 },
		{ 200, HN_ERR_PROTOCOL, "<title>Hi</title>", "gateway: Hi (HTTP 200)", -2 },
		{ 200, HN_ERR_PROTOCOL, "", "HTTP 200 without a word of explanation", -2 },
		{ 401, HN_ERR_AUTH, "{\"error\":{\"message\":\"No auth\",\"code\":401}}", "No auth",
			-2 },
		{ 404, HN_ERR_NOT_FOUND, "", "HTTP 404 without a word of explanation", -2 },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		hn_credit c = { .struct_size = sizeof c, .left = -2 };
		begin_here();
		create();
		call.status = t[i].status;
		fake_body(&call, t[i].body);
		int32_t rc = provider()->credit(self, &call, &c);
		ck_assert_msg(rc == t[i].rc, "%s: %d", t[i].body, rc);
		ck_assert_str_eq(call.message, t[i].message);
		ck_assert_int_eq(c.left, t[i].left);
		end();
	}
}
END_TEST

START_TEST(descriptor)
{
	static const char *const keys[] = { "api_key", "base_url", "model", "app_url", "app_title",
		"models", "route", "reasoning", "system_role", "headers", "extra_body" };
	const hn_plugin *p = hobnob_plugin_v1();
	ck_assert_str_eq(p->name, "openrouter");
	ck_assert_uint_eq(p->n_options, sizeof keys / sizeof *keys);
	for (uint32_t i = 0; i < p->n_options; i++)
		ck_assert_str_eq(HN_AT(hn_option, p->options, p->option_stride, i)->key, keys[i]);
	ck_assert_str_eq(p->options[0].env[0].name, "OPENROUTER_API_KEY");
	ck_assert_ptr_null(p->options[0].env[0].prefix);
	ck_assert_str_eq(p->options[0].env[1].name, "OPENAI_API_KEY");
	ck_assert_str_eq(p->options[0].env[1].prefix, "sk-or-");
	ck_assert_str_eq(p->options[0].forbid, "sk-or- api.openai.com");
	ck_assert_uint_eq(provider()->accepts, 0x7E); /* every part that there is */
	ck_assert_uint_eq(provider()->heeds, 0x3FF);  /* every setting that there is */
}
END_TEST

UNIT_MAIN("openrouter", plain_request, options_of_its_own, effort_goes_before_the_option,
	bad_options, reads_answers, reasoning_is_handed_back, captures, metadata,
	metadata_is_bounded, cost_of_a_key_of_ones_own, reasoning_is_shown_once, models,
	window_of_the_top_provider, credit, credit_in_trouble, descriptor)
