/* SPDX-License-Identifier: MIT */
/* The codec, through the plugin openai: how any server's answer is read. */
#include "../codec_fixture.h"

#include <stdio.h>

/* ---- reading ---- */

#define DELTA(d)                                                         \
	"data: {\"model\":\"M\",\"choices\":[{\"index\":0,\"delta\":{" d \
	"},\"finish_reason\":null}]}\n\n"
#define FINISH(word) \
	"data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" word "\"}]}\n\n"
#define DONE "data: [DONE]\n\n"
#define HI DELTA("\"content\":\"hi\"")

struct stream {
	const char *name, *body;
	int32_t rc;
	const char *events, *text;
	int finish;
	const char *reasoning, *message;
};

static const struct stream streams[] = {
	{ "plain", HI DELTA("\"content\":\" you\"") FINISH("stop") DONE, 0, "mttf", "hi you",
		HN_FINISH_STOP, NULL, NULL },
	{ "no end mark", HI FINISH("length"), 0, "mtf", "hi", HN_FINISH_LENGTH, NULL, NULL },
	{ "no finish reason", HI DONE, 0, "mtf", "hi", HN_FINISH_UNKNOWN, NULL, NULL },
	{ "end mark unterminated", HI "data: [DONE]", 0, "mtf", "hi", HN_FINISH_UNKNOWN, NULL,
		NULL },
	{ "behind the end mark", HI DONE HI DONE, 0, "mtf", "hi", HN_FINISH_UNKNOWN, NULL, NULL },
	{ "end mark glued",
		"data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\ndata: [DONE]\n\n", 0, "tf",
		"a", HN_FINISH_UNKNOWN, NULL, NULL },
	{ "cut", HI, HN_ERR_TRUNCATED, "mt", "hi", 0, NULL,
		"the reply broke off: it has neither a finish reason nor an end mark" },
	{ "cut in an event", HI "data: {\"choices\":[{\"del", HN_ERR_TRUNCATED, "mt", "hi", 0, NULL,
		NULL },
	{ "last event whole, unterminated",
		HI
		"data: {\"choices\":[{\"delta\":{\"content\":\"!\"},\"finish_reason\":\"stop\"}]}",
		0, "mttf", "hi!", HN_FINISH_STOP, NULL, NULL },
	{ "empty", "", HN_ERR_PROTOCOL, "", "", 0, NULL,
		"empty response: the server broke off before the reply began" },
	{ "comments only", ": OPENROUTER PROCESSING\n\n: keep-alive\n\n", HN_ERR_PROTOCOL, "", "",
		0, NULL, "empty response: the server broke off before the reply began" },
	{ "end mark only", DONE, 0, "f", "", HN_FINISH_UNKNOWN, NULL, NULL },
	{ "finish only", FINISH("stop"), 0, "f", "", HN_FINISH_STOP, NULL, NULL },
	{ "noise", "data: ping\n\ndata:\n\n" HI "data: tick\n\n" FINISH("stop") DONE, 0, "mtf",
		"hi", HN_FINISH_STOP, NULL, NULL },
	{ "noise only", "data: upstream is\ndata: tired\n\n", HN_ERR_PROTOCOL, "", "", 0, NULL,
		"the answer is not a chat completion: upstream is tired" },
	{ "broken JSON", HI "data: {\"choices\":[}\n\n" DONE, HN_ERR_PROTOCOL, "mt", "hi", 0, NULL,
		"the server sent broken JSON: {\"choices\":[}" },
	{ "numbers that JSON has not",
		"data: {\"choices\":[{\"delta\":{\"content\":\"a\\tb\tc\"},\"logprobs\":[NaN,-Infinity],}]}\n\n" FINISH("stop"), 0,
		"tf", "a\tb\tc", HN_FINISH_STOP, NULL, NULL },
	{ "an error as Python prints it", HI "data: {'error': {'message': \"it's slow\", 'code': 503, 'param': None}}\n\n",
		HN_ERR_UNAVAILABLE, "mt", "hi", 0, NULL, "it's slow" },
	{ "nulls",
		"data: {\"choices\":null}\n\ndata: {\"choices\":[{\"delta\":null}]}\n\ndata: "
		"{\"choices\":[null]}\n\n"
		"data: {\"model\":\"\",\"choices\":[],\"usage\":null}\n\n" DELTA(
			"\"role\":null,\"content\":null") FINISH("stop"),
		0, "mf", "", HN_FINISH_STOP, NULL, NULL },
	{ "wrong types",
		DELTA("\"content\":5,\"reasoning\":[1],\"refusal\":{}") "data: "
									"{\"choices\":7,\"usage\":"
									"\"x\"}\n\n" FINISH("stop"),
		0, "mxf", "", HN_FINISH_STOP, NULL, NULL },
	{ "several answers",
		"data: "
		"{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"B\"},\"finish_reason\":"
		"\"length\"},"
		"{\"index\":0,\"delta\":{\"content\":\"A\"}}]}\n\n" FINISH("stop"),
		0, "tf", "A", HN_FINISH_STOP, NULL, NULL },
	{ "several answers without an index",
		"data: "
		"{\"choices\":[{\"delta\":{\"content\":\"A\"}},{\"delta\":{\"content\":\"B\"}}]}"
		"\n\n" FINISH("stop"),
		0, "tf", "A", HN_FINISH_STOP, NULL, NULL },
	{ "reasoning in details alone",
		DELTA("\"reasoning_details\":[{\"text\":\"hm\"}]") HI FINISH("stop"), 0, "mrtof",
		"hi", HN_FINISH_STOP, "hm", NULL },
	{ "text with the finish, and behind it",
		"data: "
		"{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n" HI
			DONE,
		0, "tmtf", "ahi", HN_FINISH_STOP, NULL, NULL },
	{ "refusal", DELTA("\"content\":null,\"refusal\":\"I cannot\"") FINISH("stop"), 0, "mtf",
		"I cannot", HN_FINISH_STOP, NULL, NULL },
	{ "reasoning_content",
		DELTA("\"reasoning_content\":\"hm\",\"content\":null") HI FINISH("stop"), 0, "mrotf",
		"hi", HN_FINISH_STOP, "hm", NULL },
	{ "reasoning", DELTA("\"reasoning\":\"hm\",\"content\":\"\"") HI FINISH("stop"), 0, "mrotf",
		"hi", HN_FINISH_STOP, "hm", NULL },
	{ "parts",
		DELTA("\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\","
		      "\"text\":\"hm\"}]},{\"type\":\"text\",\"text\":\"hi\"}]") FINISH("stop"),
		0, "mrtf", "hi", HN_FINISH_STOP, "hm", NULL },
	{ "text in place of a delta",
		"data: {\"choices\":[{\"text\":\"old\",\"finish_reason\":\"eos\"}]}\n\n", 0, "tf",
		"old", HN_FINISH_STOP, NULL, NULL },
	{ "filtered", HI FINISH("content_filter"), 0, "mtf", "hi", HN_FINISH_CONTENT_FILTER, NULL,
		NULL },
	{ "another word", HI FINISH("tool_calls"), 0, "mtf", "hi", HN_FINISH_UNKNOWN, NULL, NULL },
	{ "ended by an error", HI FINISH("error"), HN_ERR_PROTOCOL, "mt", "hi", 0, NULL,
		"the server ended the reply with an error and gave no reason" },
	{ "error event",
		HI "data: "
		   "{\"error\":{\"code\":500,\"message\":\"boom\",\"type\":\"server_error\"}}"
		   "\n\n" DONE,
		HN_ERR_UNAVAILABLE, "mt", "hi", 0, NULL, "boom" },
	{ "error of a router",
		"data: {\"provider\":\"P\",\"error\":{\"code\":429,\"message\":\"Provider returned "
		"error\",\"metadata\":{\"raw\":\"too fast\","
		"\"provider_name\":\"DeepInfra\"}},\"choices\":[{\"delta\":{\"content\":\"\"},"
		"\"finish_reason\":\"error\"}]}\n\n",
		HN_ERR_RATE_LIMITED, "", "", 0, NULL,
		"Provider returned error (DeepInfra: too fast)" },
	{ "error of a choice",
		"data: "
		"{\"choices\":[{\"error\":{\"code\":502,\"message\":\"down\",\"metadata\":{\"raw\":"
		"{\"retryable\":true}}}}]}\n\n",
		HN_ERR_UNAVAILABLE, "", "", 0, NULL, "down ({\"retryable\":true})" },
	{ "error by its code",
		"data: {\"error\":{\"code\":\"server_error\",\"message\":\"x\"}}\n\n",
		HN_ERR_UNAVAILABLE, "", "", 0, NULL, "x" },
	{ "error as text", "data: {\"error\":\"Compute error.\"}\n\n", HN_ERR_PROTOCOL, "", "", 0,
		NULL, "Compute error." },
	{ "error by its event", "event: error\ndata: {\"message\":\"no model\"}\n\n",
		HN_ERR_PROTOCOL, "", "", 0, NULL, "no model" },
	{ "error by its object",
		"data: "
		"{\"object\":\"error\",\"message\":{\"detail\":1},\"type\":\"invalid_request_"
		"error\"}\n\n",
		HN_ERR_BAD_REQUEST, "", "", 0, NULL, "{\"detail\":1}" },
	{ "too long, in a 200",
		"data: {\"error\":{\"message\":\"Reached: context length of only 4096 "
		"tokens\"}}\n\n",
		HN_ERR_CONTEXT_TOO_LONG, "", "", 0, NULL,
		"Reached: context length of only 4096 tokens" },
	{ "no error",
		"data: {\"error\":null,\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: "
		"{\"error\":{},\"choices\":[]}\n\n" DONE,
		0, "tf", "a", HN_FINISH_UNKNOWN, NULL, NULL },
	{ "whole reply", "\r\n\n " STOPPED, 0, "tf", "ok", HN_FINISH_STOP, NULL, NULL },
	{ "whole reply with an end mark", STOPPED "\n\ndata: [DONE]\n\n", 0, "tf", "ok",
		HN_FINISH_STOP, NULL, NULL },
	{ "whole reply without a reason", "{\"choices\":[{\"message\":{\"content\":\"ok\"}}]}", 0,
		"tf", "ok", HN_FINISH_UNKNOWN, NULL, NULL },
	{ "whole error", "{\"error\":{\"message\":\"no\",\"code\":\"invalid_api_key\"}}",
		HN_ERR_AUTH, "", "", 0, NULL, "no" },
	{ "error in an array",
		"[{\"error\":{\"code\":404,\"message\":\"none\",\"status\":\"NOT_FOUND\"}}]",
		HN_ERR_NOT_FOUND, "", "", 0, NULL, "none" },
	{ "something else", "{\"status\":\"ok\"}", HN_ERR_PROTOCOL, "", "", 0, NULL,
		"the answer holds no reply: {\"status\":\"ok\"}" },
	{ "broken body", "{\"choices\":", HN_ERR_PROTOCOL, "", "", 0, NULL,
		"the server sent broken JSON: {\"choices\":" },
	{ "page", "<html><head><title>Bad\n <b>Gateway</b></title><body>x</body></html>",
		HN_ERR_PROTOCOL, "", "", 0, NULL, "gateway: Bad Gateway (HTTP 200)" },
	{ "page without a title", "<h1>Hi</h1><p>there &amp; go</p", HN_ERR_PROTOCOL, "", "", 0,
		NULL, "gateway: Hi there &amp; go (HTTP 200)" },
};

/* Reads one stream at one split. */
static void read_stream(const struct stream *s, size_t split, uint32_t seed)
{
	begin();
	create();
	call.split = split;
	call.seed = seed;
	fake_body(&call, s->body);
	int32_t rc = chat();
	ck_assert_msg(rc == s->rc, "%s, by %zu, seed %u: %d, not %d (%s)", s->name, split, seed, rc,
		s->rc, call.message);
	ck_assert_int_eq(call.code, s->rc);
	ck_assert_msg(!strcmp(call.events.p ? call.events.p : "", s->events), "%s: %s", s->name,
		call.events.p);
	check(s->events, s->text);
	ck_assert_int_eq(call.finish, s->finish);
	if (s->reasoning)
		ck_assert_str_eq(call.reasoning.p, s->reasoning);
	if (s->message)
		ck_assert_str_eq(call.message, s->message);
	end();
}

START_TEST(reads_streams)
{
	static const size_t splits[] = { 0, 1, 7 };
	for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
		for (size_t k = 0; k < 3; k++)
			read_stream(&streams[i], splits[k], 0);
		for (uint32_t seed = 1; seed <= 20; seed++)
			read_stream(&streams[i], 16, seed);
	}
}
END_TEST

/* 1 if nothing of it is known: then there is no event. */
static int says_nothing(const hn_usage *u)
{
	return u->prompt < 0 && u->completion < 0 && u->cost < 0;
}

/* Reads one usage object, and checks what became of it. */
static void check_usage(const char *usage, const hn_usage *expected)
{
	char body[1024];
	begin();
	create();
	snprintf(body, sizeof body, HI "data: {\"choices\":[],\"usage\":%s}\n\n" DONE, usage);
	fake_body(&call, body);
	ck_assert_int_eq(chat(), 0);
	check(expected ? "mtuf" : "mtf", "hi");
	if (expected) {
		const int64_t *have = &call.usage.prompt, *want = &expected->prompt;
		for (int i = 0; i < 6; i++)
			ck_assert_msg(have[i] == want[i], "%s: member %d is %lld", usage, i,
				(long long)have[i]);
	}
	end();
}

START_TEST(reads_usage)
{
	static const struct {
		const char *text;
		hn_usage usage;
	} t[] = {
		{ "{\"prompt_tokens\":19,\"completion_tokens\":10,\"total_tokens\":29,\"prompt_"
		  "tokens_details\":{\"cached_tokens\":4,\"cache_write_tokens\":2},"
		  "\"completion_tokens_details\":{\"reasoning_tokens\":3}}",
			{ 0, 0, 19, 10, 4, 2, 3, -1 } },
		{ "{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":22,\"completion_"
		  "tokens_details\":{\"reasoning_tokens\":7}}",
			{ 0, 0, 10, 12, -1, -1, 7, -1 } },
		{ "{\"prompt_tokens\":-1,\"completion_tokens\":5}",
			{ 0, 0, -1, 5, -1, -1, -1, -1 } },
		{ "{\"prompt_tokens\":1.5,\"completion_tokens\":99999999999999999999}",
			{ 0, 0, -1, -1, -1, -1, -1, -1 } },
		{ "{\"prompt_tokens\":3.0,\"completion_tokens\":\"5\",\"prompt_tokens_details\":"
		  "null}",
			{ 0, 0, 3, -1, -1, -1, -1, -1 } },
#define PROMPT(details) \
	"{\"prompt_tokens\":3,\"completion_tokens\":1,\"prompt_tokens_details\":{" details "}}"
#define REPLY(details)                                                                             \
	"{\"prompt_tokens\":3,\"completion_tokens\":9,\"completion_tokens_details\":{" details "}" \
	"}"
		{ PROMPT("\"cached_tokens\":4"), { 0, 0, -1, 1, -1, -1, -1, -1 } },
		{ PROMPT("\"cached_tokens\":-5,\"cache_write_tokens\":2"),
			{ 0, 0, -1, 1, -1, -1, -1, -1 } },
		{ PROMPT("\"cached_tokens\":1.5"), { 0, 0, -1, 1, -1, -1, -1, -1 } },
		{ PROMPT("\"cached_tokens\":1e300"), { 0, 0, -1, 1, -1, -1, -1, -1 } },
		{ PROMPT("\"cached_tokens\":\"2\""), { 0, 0, -1, 1, -1, -1, -1, -1 } },
		{ PROMPT("\"cached_tokens\":true"), { 0, 0, -1, 1, -1, -1, -1, -1 } },
		{ PROMPT("\"cached_tokens\":null"), { 0, 0, 3, 1, -1, -1, -1, -1 } },
		{ PROMPT("\"cached_tokens\":2,\"cache_write_tokens\":2"),
			{ 0, 0, -1, 1, -1, -1, -1, -1 } },
		{ PROMPT("\"cached_tokens\":2,\"cache_write_tokens\":1"),
			{ 0, 0, 3, 1, 2, 1, -1, -1 } },
		{ PROMPT("\"cache_write_tokens\":3"), { 0, 0, 3, 1, -1, 3, -1, -1 } },
		{ PROMPT("\"cache_write_tokens\":4"), { 0, 0, -1, 1, -1, -1, -1, -1 } },
		{ PROMPT("\"cached_tokens\":{}},\"prompt_cache_hit_tokens\":2,\"x\":{"),
			{ 0, 0, 3, 1, 2, -1, -1, -1 } },
		{ REPLY("\"reasoning_tokens\":9"), { 0, 0, 3, 9, -1, -1, 9, -1 } },
		{ REPLY("\"reasoning_tokens\":10"), { 0, 0, 3, -1, -1, -1, -1, -1 } },
		{ REPLY("\"reasoning_tokens\":-1"), { 0, 0, 3, -1, -1, -1, -1, -1 } },
		{ REPLY("\"reasoning_tokens\":[]"), { 0, 0, 3, -1, -1, -1, -1, -1 } },
		{ REPLY("\"reasoning_tokens\":2},\"total_tokens\":14,\"x\":{"),
			{ 0, 0, 3, 11, -1, -1, 2, -1 } },
		{ REPLY("\"reasoning_tokens\":2},\"total_tokens\":12,\"x\":{"),
			{ 0, 0, 3, 9, -1, -1, 2, -1 } },
		{ REPLY("\"reasoning_tokens\":2},\"total_tokens\":13,\"x\":{"),
			{ 0, 0, 3, 10, -1, -1, 2, -1 } },
		{ REPLY("\"reasoning_tokens\":2},\"total_tokens\":\"14\",\"x\":{"),
			{ 0, 0, 3, 9, -1, -1, 2, -1 } },
		{ "{\"prompt_tokens\":true,\"completion_tokens\":null}",
			{ 0, 0, -1, -1, -1, -1, -1, -1 } },
		{ "{\"prompt_tokens\":1e300,\"completion_tokens\":1000000000}",
			{ 0, 0, -1, 1000000000, -1, -1, -1, -1 } },
		{ "{\"prompt_tokens\":1000000001,\"completion_tokens\":1}",
			{ 0, 0, -1, 1, -1, -1, -1, -1 } },
		{ "{\"cost_in_usd_ticks\":37756000}", { 0, 0, -1, -1, -1, -1, -1, 3775600000 } },
		{ "{\"cost_in_usd_ticks\":92233720368547758}",
			{ 0, 0, -1, -1, -1, -1, -1, 9223372036854775800 } },
		{ "{\"prompt_tokens\":1,\"cost_in_usd_ticks\":92233720368547759}",
			{ 0, 0, 1, -1, -1, -1, -1, -1 } },
		{ "{\"prompt_tokens\":1,\"cost_in_usd_ticks\":-1}",
			{ 0, 0, 1, -1, -1, -1, -1, -1 } },
		{ "{\"prompt_tokens\":1,\"cost_in_usd_ticks\":1.5}",
			{ 0, 0, 1, -1, -1, -1, -1, -1 } },
		{ "{\"cost\":0.1,\"cost_in_usd_ticks\":1}",
			{ 0, 0, -1, -1, -1, -1, -1, 100000000000 } },
		{ "{\"prompt_tokens\":1,\"cost\":true}", { 0, 0, 1, -1, -1, -1, -1, -1 } },
		{ PROMPT("\"cached_tokens\":4,\"cache_write_tokens\":1.5},\"cost\":1,\"x\":{"),
			{ 0, 0, 3, 1, 4, -1, -1, 1000000000000 } },
		{ "{\"cost\":0.0000000000005}", { 0, 0, -1, -1, -1, -1, -1, 0 } },
		{ "{\"cost\":0.0000000000015}", { 0, 0, -1, -1, -1, -1, -1, 2 } },
		{ "{\"cost\":0.00000000000050000000000000000000001}",
			{ 0, 0, -1, -1, -1, -1, -1, 1 } },
		{ "{\"cost\":9223372.0368547758074999999}",
			{ 0, 0, -1, -1, -1, -1, -1, INT64_MAX } },
		{ "{\"prompt_tokens\":1,\"cost\":9223372.0368547758075}",
			{ 0, 0, 1, -1, -1, -1, -1, -1 } },
		{ "{\"prompt_tokens\":3,\"prompt_cache_hit_tokens\":2,\"cost\":0.000123}",
			{ 0, 0, 3, -1, 2, -1, -1, 123000000 } },
		{ "{\"cost\":1e-05}", { 0, 0, -1, -1, -1, -1, -1, 10000000 } },
		{ "{\"cost\":0}", { 0, 0, -1, -1, -1, -1, -1, 0 } },
		{ "{\"prompt_tokens\":1,\"cost\":-1}", { 0, 0, 1, -1, -1, -1, -1, -1 } },
		{ "{\"prompt_tokens\":1,\"cost\":1e300}", { 0, 0, 1, -1, -1, -1, -1, -1 } },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		check_usage(t[i].text, says_nothing(&t[i].usage) ? NULL : &t[i].usage);
	check_usage("{}", NULL);
	check_usage("[1]", NULL);
}
END_TEST

START_TEST(usage_elsewhere)
{
	begin();
	create();
	fake_body(&call,
		HI "data: "
		   "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\",\"usage\":{\"prompt_"
		   "tokens\":1}}]}\n\n"
		   "data: {\"choices\":[],\"x_groq\":{\"usage\":{\"prompt_tokens\":2}}}\n\ndata: "
		   "{\"choices\":[],\"usage\":{}}\n\n");
	ck_assert_int_eq(chat(), 0);
	check("mtuuf", "hi");
	ck_assert_int_eq(call.usage.prompt, 2);
	end();
}
END_TEST

#define USES(prompt, completion) \
	"data: {\"choices\":[],\"usage\":{\"prompt_tokens\":" prompt ",\"completion_tokens\":" completion "}}\n\n"

START_TEST(reports_together)
{
	static const struct {
		const char *body;
		int64_t prompt, completion;
	} t[] = {
		{ HI USES("9", "1") HI USES("9", "2") HI USES("9", "3") DONE, 9, 3 },
		{ HI USES("9", "3") USES("0", "0") DONE, 9, 3 },
		{ HI USES("9", "3") USES("9", "3") DONE, 9, 3 },
		{ HI USES("9", "1") HI USES("0", "1") HI USES("0", "1") DONE, 9, 3 },
		{ HI USES("9", "5") HI USES("9", "9") HI USES("9", "7") DONE, 9, 21 },
		{ HI USES("9", "1") HI USES("9", "1") USES("9", "2") DONE, 9, 2 },
		{ USES("9", "0") HI HI USES("0", "5") DONE, 9, 5 },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		create();
		fake_body(&call, t[i].body);
		ck_assert_int_eq(chat(), 0);
		ck_assert_msg(call.usage.prompt == t[i].prompt && call.usage.completion == t[i].completion,
			"%zu: %lld, %lld", i, (long long)call.usage.prompt,
			(long long)call.usage.completion);
		end();
	}
}
END_TEST

START_TEST(reasoning_is_handed_back)
{
#define DETAIL(d) DELTA("\"reasoning\":\"x\",\"reasoning_details\":[" d "]")
	begin();
	create();
	fake_body(&call,
		DETAIL("{\"type\":\"reasoning.text\",\"text\":\"I "
		       "\",\"index\":0,\"signature\":null}") DETAIL("{\"type\":\"reasoning.text\","
								    "\"text\":\"think\",\"index\":"
								    "0}")
			DETAIL("{\"type\":\"reasoning.text\",\"index\":0,\"signature\":\"S\"},7,"
			       "{\"type\":\"reasoning.encrypted\",\"data\":\"D\",\"index\":1}")
				HI FINISH("stop"));
	ck_assert_int_eq(chat(), 0);
	check("mrrrtof", "hi");
	ck_assert_str_eq(call.reasoning.p, "xxx");
	ck_assert_str_eq(call.opaque.p,
		"[{\"type\":\"reasoning.text\",\"text\":\"I "
		"think\",\"index\":0,\"signature\":\"S\"},"
		"{\"type\":\"reasoning.encrypted\",\"data\":\"D\",\"index\":1}]");
	fake_again(&call);
	fake_body(&call, DETAIL("{\"type\":\"t\",\"text\":\"a\"}")
				 DETAIL("{\"type\":\"t\",\"text\":\"b\"}") FINISH("stop"));
	ck_assert_int_eq(chat(), 0); /* without an index nothing says that they belong together */
	ck_assert_str_eq(
		call.opaque.p, "[{\"type\":\"t\",\"text\":\"a\"},{\"type\":\"t\",\"text\":\"b\"}]");
	fake_again(&call);
	fake_body(&call, DETAIL("{\"type\":\"reasoning.summary\",\"summary\":\"sum\"}") HI);
	ck_assert_int_eq(chat(), HN_ERR_TRUNCATED); /* half a chain of thought is not handed back */
	check("mrt", "hi");
	end();
}
END_TEST

START_TEST(model_and_upstream)
{
	begin();
	create();
	fake_body(&call,
		"data: {\"model\":\"\",\"choices\":[]}\n\n"
		"data: "
		"{\"model\":\"a/"
		"b\",\"provider\":\"P\",\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n"
		"data: "
		"{\"model\":\"a/"
		"b\",\"provider\":\"P\",\"choices\":[{\"delta\":{\"content\":\"y\"}}]}\n\n" DONE);
	ck_assert_int_eq(chat(), 0);
	check("mttf", "xy");
	ck_assert_str_eq(call.model, "a/b");
	ck_assert_str_eq(call.upstream, "P");
	end();
}
END_TEST

START_TEST(depth_is_bounded)
{
	char body[1024] = "data: {\"choices\":[],\"x\":";
	begin();
	create();
	memset(body + strlen(body), '[', 200);
	fake_body(&call, body);
	call.body.n = strlen(body);
	memcpy(body + strlen(body), "\n\n", 3);
	call.body.n += 2;
	ck_assert_int_eq(chat(), HN_ERR_PROTOCOL);
	end();
}
END_TEST

START_TEST(emit_failure_unwinds)
{
	begin();
	create();
	fake_body(&call, HI HI HI DONE);
	call.emit_fails_at = 3;
	ck_assert_int_eq(chat(), HN_ERR_OUTPUT);
	check("mt", "hi");
	end();
}
END_TEST

START_TEST(broken_connection)
{
	static const struct {
		const char *body;
		int32_t end, rc;
	} t[] = {
		{ HI, HN_ERR_NETWORK, HN_ERR_NETWORK },
		{ HI FINISH("stop"), HN_ERR_NETWORK, 0 },
		{ HI FINISH("stop"), HN_ERR_TIMEOUT, 0 },
		{ HI FINISH("stop"), HN_ERR_TRUNCATED, 0 },
		{ HI FINISH("stop"), HN_ERR_INTERRUPTED, HN_ERR_INTERRUPTED },
		{ "", HN_ERR_INTERRUPTED, HN_ERR_INTERRUPTED },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		create();
		fake_body(&call, t[i].body);
		call.end = t[i].end;
		ck_assert_int_eq(chat(), t[i].rc);
		end();
	}
}
END_TEST

/* ---- captured answers ---- */

START_TEST(captures)
{
	static const struct {
		const char *name;
		int32_t rc;
		int finish;
		int64_t prompt, completion, cost;
		unsigned pieces;
	} t[] = {
		{ "aimock-chat-length.raw", 0, HN_FINISH_LENGTH, 2, 6, -1, 3 },
		{ "aimock-openrouter-stream.raw", 0, HN_FINISH_STOP, 10, 12, 123000000, 7 },
		{ "aimock-openrouter-nonstream.raw", 0, HN_FINISH_STOP, 10, 12, 123000000, 1 },
		{ "aimock-chat-429.raw", HN_ERR_RATE_LIMITED, 0, 0, 0, 0, 0 },
		{ "aimock-openrouter-429.raw", HN_ERR_RATE_LIMITED, 0, 0, 0, 0, 0 },
		{ "aimock-chat-truncate.raw", HN_ERR_TRUNCATED, 0, 0, 0, 0, 2 },
		{ "haproxy-cut-midstream.raw", HN_ERR_TRUNCATED, 0, 0, 0, 0, 0 },
		{ "llama-401.raw", HN_ERR_AUTH, 0, 0, 0, 0, 0 },
		{ "llama-chat-badrole.raw", HN_ERR_BAD_REQUEST, 0, 0, 0, 0, 0 },
		{ "llama-chat-ctxerr-stream.raw", HN_ERR_CONTEXT_TOO_LONG, 0, 0, 0, 0, 0 },
		{ "llama-ping-stream.raw", 0, HN_FINISH_LENGTH, 0, 0, 0, 3 },
		{ "llama-chat-midstream-error.raw", HN_ERR_UNAVAILABLE, 0, 0, 0, 0, 146 },
		{ "llama-chat-stop-escapes.raw", 0, HN_FINISH_STOP, 29, 48, -1, 41 },
		{ "llama-chat-stream-nousage.raw", 0, HN_FINISH_LENGTH, 0, 0, 0, 24 },
		{ "llama-chat-stream.raw", 0, HN_FINISH_LENGTH, 55, 24, -1, 24 },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		create();
		char name[64];
		snprintf(name, sizeof name, "captures/%s", t[i].name);
		fake_capture(&call, name);
		int32_t rc = chat();
		ck_assert_msg(rc == t[i].rc, "%s: %d %s", t[i].name, rc, call.message);
		ck_assert_msg(call.finish == t[i].finish, "%s: finish %d", t[i].name, call.finish);
		ck_assert_msg(call.pieces == t[i].pieces, "%s: %u pieces", t[i].name, call.pieces);
		ck_assert_int_eq(call.usage.prompt, t[i].prompt);
		ck_assert_int_eq(call.usage.completion, t[i].completion);
		ck_assert_int_eq(call.usage.cost, t[i].cost);
		end();
	}
}
END_TEST

START_TEST(capture_of_openrouter)
{
	begin();
	create();
	fake_capture(&call, "captures/aimock-openrouter-stream.raw");
	call.split = 1;
	ck_assert_int_eq(chat(), 0);
	ck_assert_str_eq(
		call.text.p, "Hello from aimock: héllo 你好 🚀 \"quotes\" \\ and\nnewline.");
	ck_assert_str_eq(call.model, "openai/gpt-4o");
	ck_assert_str_eq(call.upstream, "openai");
	end();
}
END_TEST

START_TEST(many_deltas)
{
	size_t one = strlen(HI), n = 100000;
	char *body = malloc(n * one + sizeof DONE);
	begin();
	create();
	for (size_t i = 0; i < n; i++)
		memcpy(body + i * one, HI, one);
	memcpy(body + n * one, DONE, sizeof DONE);
	fake_body(&call, body);
	ck_assert_int_eq(chat(), 0);
	ck_assert_uint_eq(call.pieces, n);
	ck_assert_uint_eq(call.text.n, 2 * n);
	end();
	free(body);
}
END_TEST

/* A body of `head`, n times `piece`, and `tail`; the caller's. */
static char *repeated(const char *head, const char *piece, size_t n, const char *tail)
{
	size_t one = strlen(piece), at = strlen(head);
	char *body = malloc(at + n * one + strlen(tail) + 1);
	memcpy(body, head, at);
	for (size_t i = 0; i < n; i++, at += one)
		memcpy(body + at, piece, one);
	memcpy(body + at, tail, strlen(tail) + 1);
	return body;
}

/* What would become hundreds of times as large in memory is refused before it is parsed, also
 * where single quotes stand before it. */
START_TEST(values_are_bounded)
{
	static const char *const heads[] = { "{\"x\":[", "['\"'," };
	begin();
	create();
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		char *body = repeated(heads[i], "{},", 1000000, "0]}");
		fake_body(&call, body);
		ck_assert_int_eq(fake_chat(&call, provider(), self, "hi", 0), HN_ERR_PROTOCOL);
		ck_assert_str_eq(call.message, "the server sent too many values in one piece");
		call.status = 400;
		fake_again(&call);
		ck_assert_int_eq(fake_chat(&call, provider(), self, "hi", 0), HN_ERR_BAD_REQUEST);
		call.status = 0;
		fake_again(&call);
		free(body);
	}
	char *body = repeated("{\"choices\":[{\"message\":{\"content\":\"", "{},", 1000000,
		"\"},\"finish_reason\":\"stop\"}]}");
	fake_body(&call, body);
	ck_assert_int_eq(
		fake_chat(&call, provider(), self, "hi", 0), 0); /* in a string they are text */
	ck_assert_uint_eq(call.text.n, 3000000);
	free(body);
	end();
}
END_TEST

/* Of reasoning_details without end nothing is handed back; the reply is whole all the same. */
START_TEST(details_are_bounded)
{
	char *body = repeated("", DELTA("\"reasoning_details\":[{\"type\":\"t\",\"index\":0}]"),
		40000, HI FINISH("stop"));
	begin();
	create();
	fake_body(&call, body);
	ck_assert_int_eq(chat(), 0);
	check("mtf", "hi");
	end();
	free(body);
}
END_TEST

/* A server that gives itself another name with each event costs no memory for it. */
START_TEST(names_are_not_kept)
{
	begin();
	create();
	unsigned before = call.allocs;
	char *body = repeated("",
		"data: {\"model\":\"a\",\"choices\":[{\"finish_reason\":\"x\"}]}\n\n"
		"data: {\"model\":\"b\",\"choices\":[{\"finish_reason\":\"y\"}]}\n\n",
		1000, DONE);
	fake_body(&call, body);
	ck_assert_int_eq(chat(), 0);
	ck_assert_str_eq(call.model, "b");
	ck_assert_str_eq(call.finish_word, "y");
	ck_assert_uint_lt(call.allocs - before, 10);
	end();
	free(body);
}
END_TEST

UNIT_MAIN("codec_reply", reads_streams, reads_usage, usage_elsewhere, reports_together, reasoning_is_handed_back,
	model_and_upstream, depth_is_bounded, emit_failure_unwinds, broken_connection, captures,
	capture_of_openrouter, many_deltas, values_are_bounded, details_are_bounded,
	names_are_not_kept)
