/* SPDX-License-Identifier: MIT */
/* test_ollama_reply: what the plugin makes of answers: replies, failures, lists of models. */
#include "../ollama_fixture.h"

/* ---- what comes ---- */

/* Each row: the lines of a stream, the events as letters, the text. */
static const struct { const char *body, *events, *text; } replies[] = {
	{ TEXT("Hel") TEXT("lo") END(",\"prompt_eval_count\":3,\"eval_count\":2"), "pmttuf", "Hello" },
	{ PIECE("\"content\":\"\",\"thinking\":\"a\"") PIECE("\"thinking\":\"b\",\"content\":null") TEXT("c") DONE, "pmrrotf", "c" },
	{ PIECE("\"thinking\":\"a\"") TEXT("b") PIECE("\"thinking\":\"c\"") DONE, "pmrotrof", "b" },
	{ TEXT("x") DONE TEXT("after the end"), "pmtf", "x" },
	{ PIECE("\"thinking\":\"a\"") PIECE("\"tool_calls\":[{\"function\":{\"name\":\"t\",\"arguments\":{}}}]") DONE, "pmroacf", "" },
	{ TEXT("<thi") TEXT("nk>a</think>\\n\\nb") DONE, "pmrotf", "b" },
	{ TEXT("<think>") TEXT("a") DONE, "pmrotf", "<think>a" },
	{ TEXT("<thi") DONE, "pmtf", "<thi" },
	{ TEXT("x") "{\"done\":true}", "pmtf", "x" },
	{ DONE, "pmf", "" },
	{ END(",\"prompt_eval_count\":0,\"eval_count\":0"), "pmuf", "" },
	{ TEXT("x") END(",\"prompt_eval_count\":0,\"eval_count\":0"), "pmtf", "x" },
	{ PIECE("\"content\":\"\",\"reasoning_content\":\"a\"") TEXT("b") DONE, "pmrotf", "b" },
	{ "{\"status\":\"loading\"}\n\nping\n" TEXT("x") DONE, "pmtf", "x" },
	{ PIECE("\"content\":\"\",\"images\":[\"x\"]") DONE, "pmxf", "" },
	{ PIECE("\"content\":1,\"tool_calls\":{},\"thinking\":[]") DONE, "pmf", "" },
};

START_TEST(events)
{
	for (size_t i = 0; i < COUNT(replies); i++) {
		for (size_t split = 0; split < 3; split++) {
			begin();
			create();
			fake_body(&call, replies[i].body);
			call.split = split;
			ck_assert_msg(chat() == 0, "%s: %s", replies[i].body, call.message);
			check(replies[i].events, replies[i].text);
			ck_assert_int_eq(call.finish, strchr(replies[i].events, 'c') ? HN_FINISH_TOOL_CALLS : HN_FINISH_STOP);
			end();
		}
	}
}
END_TEST

START_TEST(whole)
{
	begin();
	create();
	fake_body(&call,
		"{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"ok\",\"thinking\":\"hm\"},\"done\":true,"
		"\"done_reason\":\"length\",\"prompt_eval_count\":5,\"eval_count\":7}");
	ck_assert_int_eq(fake_chat(&call, provider(), self, "hi", 0), 0);
	check("pmrotuf", "ok");
	ck_assert_str_eq(call.opaque.p, "hm");
	ck_assert_int_eq(call.finish, HN_FINISH_LENGTH);
	ck_assert_int_eq(call.usage.prompt, 5);
	ck_assert_int_eq(call.usage.completion, 7);
	ck_assert_int_eq(call.usage.cached, -1);
	end();
}
END_TEST

/* A model whose template keeps the opening tag for itself, and one that ran into the limit while it thought. */
START_TEST(tags)
{
	begin();
	create();
	fake_body(&call, "{\"message\":{\"content\":\"hm\\n</think>\\nok\"},\"done\":true}");
	ck_assert_int_eq(fake_chat(&call, provider(), self, "hi", 0), 0);
	check("protf", "ok");
	ck_assert_str_eq(call.reasoning.p, "hm\n");
	fake_again(&call);
	fake_body(&call, TEXT("<think>") TEXT("hm") "{\"done\":true,\"done_reason\":\"length\"}");
	ck_assert_int_eq(chat(), 0);
	check("pmrof", "");
	ck_assert_str_eq(call.opaque.p, "hm");
	end();
}
END_TEST

/* Calls come whole, in one document or in several, with and without ids; an index means nothing. */
START_TEST(calls)
{
	static const char one[] =
		PIECE("\"content\":\"\",\"tool_calls\":[{\"function\":{\"index\":0,\"name\":\"a\",\"arguments\":{\"x\":1}}},"
		      "{\"id\":\"call_z\",\"function\":{\"index\":0,\"name\":\"a\",\"arguments\":{\"x\":2}}}]")
		PIECE("\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"b\"}},{\"id\":\"lost\"},"
		      "{\"function\":{\"name\":\"c\",\"arguments\":\"{\\\"y\\\":3}\"}}]") DONE;
	begin();
	create();
	fake_body(&call, one);
	ck_assert_int_eq(chat(), 0);
	check("pmacaccacf", "");
	ck_assert_str_eq(call.calls.p,
		"0 call_0 a {\"x\":1}\n1 call_z a {\"x\":2}\n2 call_2 b {}\n3 call_3 c {\"y\":3}\n");
	ck_assert_int_eq(call.finish, HN_FINISH_TOOL_CALLS);
	end();
}
END_TEST

/* What was thought without end is not kept. */
START_TEST(long_thought)
{
	struct buf body = BUF(BUF_NO_CAP);
	begin();
	create();
	buf_adds(&body, "{\"message\":{\"thinking\":\"");
	for (int i = 0; i < 110000; i++)
		buf_adds(&body, "0123456789");
	buf_adds(&body, "\"},\"done\":false}\n" TEXT("ok") DONE);
	fake_body(&call, body.p);
	ck_assert_int_eq(chat(), 0);
	check("prmtf", "ok");
	buf_free(&body);
	end();
}
END_TEST

/* ---- failures ---- */

static const struct { int32_t status, code; uint32_t flags; const char *body, *message, *hint; } errors[] = {
	{ 404, HN_ERR_NOT_FOUND, 0, "{\"error\":\"model 'm' not found\"}", "model 'm' not found",
		"`ollama pull m` fetches it; hobnob models lists what this server has" },
	{ 404, HN_ERR_NOT_FOUND, 0, "{\"error\":\"model \\\"m\\\" not found, try pulling it first\"}",
		"model \"m\" not found, try pulling it first", "`ollama pull m` fetches it; hobnob models lists what this server has" },
	{ 404, HN_ERR_NOT_FOUND, 0, "404 page not found", "404 page not found",
		"is base_url right? It is http://localhost:8080; hobnob models lists what that server offers" },
	{ 503, HN_ERR_UNAVAILABLE, 0, "{\"error\":\"server busy, please try again.  maximum pending requests exceeded\"}",
		"server busy, please try again. maximum pending requests exceeded", "" },
	{ 500, HN_ERR_CONTEXT_TOO_LONG, 0, "{\"error\":\"the input length exceeds the context length\"}",
		"the input length exceeds the context length", "/clear, or set context_tokens to the model's window" },
	{ 400, HN_ERR_CONTEXT_TOO_LONG, 0,
		"{\"error\":\"the prompt is longer than the context length currently available to the model; shorten the prompt\"}",
		"the prompt is longer than the context length currently available to the model; shorten the prompt",
		"/clear, or set context_tokens to the model's window" },
	{ 200, HN_ERR_TRUNCATED, 0, TEXT("Hel"), "the reply broke off: it has neither a finish reason nor an end mark", "" },
	{ 200, HN_ERR_TRUNCATED, 0, "{\"status\":\"the model failed to load once\"}\n" TEXT("Hel"),
		"the reply broke off: it has neither a finish reason nor an end mark", "" },
	{ 200, HN_ERR_PROTOCOL, 0, TEXT("Hel") "{\"error\":\"it broke\"}\n", "it broke", "" },
	{ 200, HN_ERR_PROTOCOL, 0, TEXT("Hel") "{\"model\":\n", "the server sent broken JSON: {\"model\":", "" },
};

START_TEST(failures)
{
	for (size_t i = 0; i < COUNT(errors); i++) {
		begin();
		fake_string(&call, "base_url", "http://localhost:8080");
		create();
		fake_body(&call, errors[i].body);
		call.status = errors[i].status;
		if (errors[i].code == HN_ERR_CONTEXT_TOO_LONG)
			ck_assert_int_eq(chat(), HN_ADAPTED);
		ck_assert_msg(chat() == errors[i].code, "%s: %d", errors[i].body, call.code);
		ck_assert_str_eq(call.message, errors[i].message);
		ck_assert_str_eq(call.hint ? call.hint : "", errors[i].hint);
		ck_assert_int_eq(call.error_window, 0);
		end();
	}
}
END_TEST

/* A prompt that is too long tells the window, where num_ctx is a limit and not what this request needs. */
START_TEST(window_of_an_error)
{
	static const struct { int64_t window, num_ctx, named; } t[] = {
		{ 0, 0, 0 }, { 131072, 0, 0 }, { 2048, 0, 2048 }, { 131072, 1024, 1024 }, { 0, 8192, 8192 },
	};
	for (size_t i = 0; i < COUNT(t); i++) {
		hn_request req = question();
		req.window = t[i].window;
		begin();
		fake_int(&call, "num_ctx", t[i].num_ctx);
		create();
		fake_body(&call, "{\"error\":\"the input length exceeds the context length\"}");
		call.status = 400;
		if (!t[i].named)
			ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ADAPTED);
		ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ERR_CONTEXT_TOO_LONG);
		ck_assert_int_eq(call.error_window, t[i].named);
		end();
	}
}
END_TEST

/* A tool that a model has no use for is refused for good. */
START_TEST(no_tools)
{
	static const hn_tool tool = { S("now"), S(""), S("") };
	hn_request req = question();
	req.set = HN_SET_TOOLS;
	req.n_tools = 1;
	req.tool_stride = sizeof tool;
	req.tools = &tool;
	begin();
	create();
	fake_body(&call, "{\"error\":\"registry.ollama.ai/library/m:latest does not support tools\"}");
	call.status = 400;
	ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ERR_BAD_REQUEST);
	ck_assert_str_eq(call.hint, "choose another model, or offer no tools");
	ck_assert_uint_eq(call.error_flags, HN_FAIL_FINAL);
	end();
}
END_TEST

/* A window that is full, by the counts of the last document. */
START_TEST(full)
{
	static const struct { const char *counts, *notice; } t[] = {
		{ "\"stop\",\"prompt_eval_count\":1000,\"eval_count\":24", NULL },
		{ "\"stop\",\"prompt_eval_count\":1023,\"eval_count\":1",
			"the prompt fills num_ctx (1024 tokens): the server has left out what did not fit; raise num_ctx, or set "
			"context_tokens to it\n" },
		{ "\"length\",\"prompt_eval_count\":1000,\"eval_count\":23", "the reply ended because num_ctx (1024 tokens) is full; raise it\n" },
		{ "\"length\",\"prompt_eval_count\":10,\"eval_count\":23", NULL },
		{ "\"length\",\"prompt_eval_count\":924,\"eval_count\":100", NULL },
		{ "\"length\",\"eval_count\":99", NULL },
	};
	for (size_t i = 0; i < COUNT(t); i++) {
		char body[256];
		hn_request req = question();
		req.set = HN_SET_MAX_TOKENS;
		req.max_tokens = 100;
		req.flags = HN_REQUEST_STREAM;
		begin();
		fake_int(&call, "num_ctx", 1024);
		create();
		snprintf(body, sizeof body, TEXT("x") "{\"done\":true,\"done_reason\":%s}\n", t[i].counts);
		fake_body(&call, body);
		ck_assert_int_eq(provider()->chat(self, &call, &req), 0);
		ck_assert_str_eq(call.beside.p ? call.beside.p : "", t[i].notice ? t[i].notice : "");
		end();
	}
}
END_TEST

/* What the user hears at a dry run is the request alone. */
START_TEST(dry)
{
	hn_request req = question();
	req.flags = HN_REQUEST_DRY;
	begin();
	create();
	fake_body(&call, DONE);
	ck_assert_int_eq(provider()->chat(self, &call, &req), 0);
	check("mf", "");
	end();
}
END_TEST

/* Wherever the host wants no more, the plugin unwinds with the host's word. */
START_TEST(unwinds)
{
	static const char body[] = PIECE("\"thinking\":\"a\"") TEXT("b")
		PIECE("\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"t\",\"arguments\":{}}}]") END(",\"eval_count\":2");
	for (int at = 1; at <= 9; at++) {
		begin();
		create();
		fake_body(&call, body);
		call.emit_fails_at = at;
		ck_assert_int_eq(chat(), HN_ERR_OUTPUT);
		ck_assert_uint_eq(call.emits, at);
		end();
	}
	begin();
	create();
	fake_body(&call, body);
	ck_assert_int_eq(chat(), 0);
	check("pmrotacuf", "b");
	end();
}
END_TEST

/* ---- models ---- */

static struct buf listed;

static int32_t put(void *ud, const hn_model *m)
{
	(void)ud;
	buf_addf(&listed, "%.*s %d %d %d %d\n", (int)m->id.n, m->id.p, m->set & HN_MODEL_CONTEXT ? (int)m->context : -1,
		m->set & HN_MODEL_ACCEPTS ? !!(m->accepts & 1u << HN_PART_IMAGE) : -1,
		m->set & HN_MODEL_HEEDS ? !!(m->heeds & HN_SET_TOOLS) : -1, m->set & HN_MODEL_HEEDS ? !!(m->heeds & HN_SET_EFFORT) : -1);
	return 0;
}

/* One answer serves for the list and for each model that is asked for. */
START_TEST(models)
{
	static const struct { const char *body, *listed; unsigned requests; } t[] = {
		{ "{\"models\":[{\"name\":\"a:latest\",\"model\":\"a:latest\",\"details\":{\"context_length\":4096},"
		  "\"capabilities\":[\"completion\",\"vision\"]},{\"name\":\"v\",\"model\":\"v\",\"details\":{\"context_length\":512},"
		  "\"capabilities\":[\"embedding\"]}]}",
			"a:latest 4096 1 0 0\n", 1 },
		{ "{\"models\":[{\"name\":\"old\"}],\"capabilities\":[\"completion\",\"tools\",\"thinking\"],"
		  "\"model_info\":{\"general.architecture\":\"qwen3\",\"qwen3.context_length\":40960}}",
			"old 40960 0 1 1\n", 2 },
		{ "{\"models\":[{\"name\":\"older\"}],\"model_info\":{\"llama.context_length\":40960}}", "older -1 -1 -1 -1\n", 2 },
		{ "{\"models\":[{\"name\":\"mixed\",\"details\":{\"context_length\":9}}],\"capabilities\":[\"completion\"],"
		  "\"model_info\":{\"general.architecture\":\"x\",\"x.context_length\":8}}",
			"mixed 9 0 0 0\n", 2 },
		{ "{\"models\":null}", "", 1 },
		{ "{\"models\":[{},1,null,{\"name\":\"\"}]}", "", 1 },
	};
	for (size_t i = 0; i < COUNT(t); i++) {
		begin();
		create();
		listed = BUF(4096);
		fake_body(&call, t[i].body);
		ck_assert_msg(provider()->models(self, &call, put, NULL) == 0, "%s: %s", t[i].body, call.message);
		ck_assert_str_eq(listed.p ? listed.p : "", t[i].listed);
		ck_assert_uint_eq(call.requests, t[i].requests);
		buf_free(&listed);
		end();
	}
}
END_TEST

/* A server with very many models is not asked for each. */
START_TEST(models_many)
{
	struct buf body = BUF(BUF_NO_CAP);
	begin();
	create();
	listed = BUF(65536);
	buf_adds(&body, "{\"models\":[{\"name\":\"m\"}");
	for (int i = 1; i < 100; i++)
		buf_adds(&body, ",{\"name\":\"m\"}");
	buf_adds(&body, "],\"capabilities\":[\"completion\"]}");
	fake_body(&call, body.p);
	ck_assert_int_eq(provider()->models(self, &call, put, NULL), 0);
	ck_assert_uint_eq(call.requests, 1 + 64);
	ck_assert_uint_eq(listed.n, 64 * strlen("m -1 0 0 0\n") + 36 * strlen("m -1 -1 -1 -1\n"));
	buf_free(&body);
	buf_free(&listed);
	end();
}
END_TEST

/* The window of a model is no larger than what the user lets the server make room for. */
START_TEST(models_num_ctx)
{
	begin();
	fake_int(&call, "num_ctx", 2048);
	create();
	listed = BUF(4096);
	fake_body(&call, "{\"models\":[{\"name\":\"a\",\"details\":{\"context_length\":4096},\"capabilities\":[\"completion\"]},"
			 "{\"name\":\"b\",\"details\":{\"context_length\":1024},\"capabilities\":[\"completion\"]}]}");
	ck_assert_int_eq(provider()->models(self, &call, put, NULL), 0);
	ck_assert_str_eq(listed.p, "a 2048 0 0 0\nb 1024 0 0 0\n");
	buf_free(&listed);
	end();
}
END_TEST

START_TEST(models_wrong)
{
	static const struct { int32_t status, code; const char *body, *message; } t[] = {
		{ 200, HN_ERR_PROTOCOL, "{\"data\":[]}", "the answer holds no list of models: {\"data\":[]}" },
		{ 200, HN_ERR_PROTOCOL, "{\"models\":{}}", "the answer holds no list of models: {\"models\":{}}" },
		{ 200, HN_ERR_PROTOCOL, "[]", "the answer holds no list of models: []" },
		{ 401, HN_ERR_AUTH, "{\"error\":\"unauthorized\"}", "unauthorized" },
		{ 200, HN_ERR_PROTOCOL, "{\"error\":\"broken\"}", "broken" },
	};
	for (size_t i = 0; i < COUNT(t); i++) {
		begin();
		create();
		fake_body(&call, t[i].body);
		call.status = t[i].status;
		ck_assert_int_eq(provider()->models(self, &call, put, NULL), t[i].code);
		ck_assert_str_eq(call.message, t[i].message);
		end();
	}
}
END_TEST

UNIT_MAIN("ollama_reply", events, whole, tags, calls, long_thought, failures, window_of_an_error, no_tools, full, dry, unwinds, models, models_many, models_num_ctx, models_wrong)
