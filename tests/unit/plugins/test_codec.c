/* SPDX-License-Identifier: MIT */
/* The codec, through the plugin openai: what is asked, what it adapts to, models, money, options. */
#include "../codec_fixture.h"

#include <stdio.h>

/* ---- asking ---- */

/* A request with everything set. */
static int32_t chat_full(const char *model)
{
	static const hn_part kept[] = {
		{ .type = HN_PART_TEXT, .data = { "b", 1 } },
		{ .type = HN_PART_OPAQUE, .name = { "reasoning_details", 17 },
			.data = { "[{\"data\":\"x\"}]", 14 } },
		{ .type = HN_PART_OPAQUE, .name = { "something else", 14 }, .data = { "{}", 2 } },
	};
	static const hn_str stop[] = { { "END", 3 }, { "\n", 1 } };
	hn_message m[] = {
		{ .role = HN_ROLE_SYSTEM, .text = { "s", 1 } },
		{ .role = HN_ROLE_USER, .text = { "a\0\"é", 5 } },
		{ .role = HN_ROLE_ASSISTANT,
			.text = { "b", 1 },
			.n_parts = 3,
			.part_stride = sizeof *kept,
			.parts = kept },
		{ .role = HN_ROLE_USER, .text = { "c", 1 } },
	};
	hn_request req = { .struct_size = sizeof req,
		.flags = HN_REQUEST_STREAM,
		.set = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE | HN_SET_TOP_P | HN_SET_SEED | HN_SET_STOP | HN_SET_EFFORT,
		.n_messages = 4,
		.message_stride = sizeof *m,
		.messages = m,
		.n_stop = 2,
		.stop = stop,
		.max_tokens = 100,
		.temperature = 0.7,
		.top_p = 1,
		.seed = -3,
		.model = { model, strlen(model) },
		.reasoning_effort = { "low", 3 } };
	return provider()->chat(self, &call, &req);
}

START_TEST(body_of_everything)
{
	begin();
	create();
	fake_body(&call, STOPPED);
	ck_assert_int_eq(chat_full("m"), 0);
	ck_assert_str_eq(call.sent,
		"{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
		"{\"role\":\"user\",\"content\":\"a\\u0000\\\"é\"},"
		"{\"role\":\"assistant\",\"content\":\"b\",\"reasoning_details\":[{\"data\":\"x\"}]"
		"},"
		"{\"role\":\"user\",\"content\":\"c\"}],\"max_tokens\":100,\"temperature\":0.7,"
		"\"top_p\":1,"
		"\"seed\":-3,\"stop\":[\"END\",\"\\n\"],\"reasoning_effort\":\"low\",\"stream\":"
		"true,"
		"\"stream_options\":{\"include_usage\":true}}");
	end();
}
END_TEST

START_TEST(body_of_nothing)
{
	begin();
	create();
	fake_body(&call, STOPPED);
	ck_assert_int_eq(fake_chat(&call, provider(), self, "hi", 0), 0);
	ck_assert_str_eq(call.sent,
		"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
	ck_assert_str_eq(call.method, "POST");
	ck_assert_str_eq(call.url, "http://localhost:8080/v1/chat/completions");
	ck_assert_str_eq(call.headers, "Content-Type: application/json\n");
	ck_assert_uint_eq(call.framing, HN_FRAME_WHOLE);
	end();
}
END_TEST

START_TEST(headers)
{
	static const hn_str map[] = { { "X-A", 3 }, { "1", 1 }, { "authorization", 13 },
		{ "Basic x", 7 }, { "openai-project", 14 }, { "mine", 4 } };
	begin();
	fake_secret(&call, "api_key", "sk-1");
	fake_string(&call, "organization", "org");
	fake_string(&call, "project", "proj");
	create();
	fake_body(&call, STOPPED);
	ck_assert_int_eq(chat(), 0);
	ck_assert_str_eq(call.headers,
		"Content-Type: application/json\nAuthorization: Bearer <sk-1>\n"
		"OpenAI-Organization: org\nOpenAI-Project: proj\n");
	provider()->destroy(self);
	fake_map(&call, "headers", map, 3);
	create();
	ck_assert_int_eq(chat(), 0);
	ck_assert_ptr_nonnull(strstr(call.headers, "X-A: 1\n"));
	ck_assert_ptr_nonnull(strstr(call.headers, "authorization: Basic x\n"));
	ck_assert_ptr_nonnull(strstr(call.headers, "openai-project: mine\n"));
	ck_assert_ptr_null(strstr(call.headers, "Bearer"));
	ck_assert_ptr_null(strstr(call.headers, "OpenAI-Project"));
	end();
}
END_TEST

START_TEST(addresses)
{
	static const struct {
		const char *base, *url;
	} t[] = {
		{ "https://h/v1/", "https://h/v1/chat/completions" },
		{ "https://h//", "https://h/chat/completions" },
		{ "https://h/d/?api-version=1", "https://h/d/chat/completions?api-version=1" },
		{ "https://h/v1/#top", "https://h/v1/chat/completions" },
		{ "https://h/v1?a=1#top", "https://h/v1/chat/completions?a=1" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		fake_string(&call, "base_url", t[i].base);
		create();
		fake_body(&call, STOPPED);
		ck_assert_int_eq(chat(), 0);
		ck_assert_str_eq(call.url, t[i].url);
		end();
	}
}
END_TEST

/* Whether a member stands in the body that was sent. */
static int sends(const char *member)
{
	return strstr(call.sent, member) != NULL;
}

START_TEST(ways_of_hosts)
{
	static const struct {
		const char *base, *field, *role, *usage;
		int completion, developer, asks;
	} t[] = {
		{ "https://api.openai.com/v1", "auto", "auto", "auto", 1, 0, 1 },
		{ "https://API.OpenAI.com:443/v1", "auto", "auto", "auto", 1, 0, 1 },
		{ "https://x.openai.azure.com/openai/v1", "auto", "auto", "auto", 1, 0, 1 },
		{ "https://api.groq.com/openai/v1", "auto", "auto", "auto", 1, 0, 1 },
		{ "https://api.mistral.ai/v1", "auto", "auto", "auto", 0, 0, 0 },
		{ "https://api.mistral.ai/v1", "auto", "auto", "on", 0, 0, 1 },
		{ "https://notapi.openai.com.evil.org/v1", "auto", "auto", "auto", 0, 0, 1 },
		{ "https://myapi.openai.com/v1", "auto", "auto", "auto", 0, 0, 1 },
		{ "http://localhost/v1", "max_completion_tokens", "developer", "off", 1, 1, 0 },
		{ "https://api.openai.com/v1", "max_tokens", "system", "on", 0, 0, 1 },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		fake_string(&call, "base_url", t[i].base);
		fake_string(&call, "token_field", t[i].field);
		fake_string(&call, "system_role", t[i].role);
		fake_string(&call, "stream_usage", t[i].usage);
		create();
		fake_body(&call, STOPPED);
		ck_assert_int_eq(chat_full("m"), 0);
		ck_assert_int_eq(sends("\"max_completion_tokens\":100"), t[i].completion);
		ck_assert_int_eq(sends("\"max_tokens\":100"), !t[i].completion);
		ck_assert_int_eq(
			sends("{\"role\":\"developer\",\"content\":\"s\"}"), t[i].developer);
		ck_assert_int_eq(sends("\"stream_options\""), t[i].asks);
		end();
	}
}
END_TEST

START_TEST(extra_body)
{
	begin();
	fake_string(&call, "extra_body",
		"{\"top_k\":4,\"stream_options\":{\"x\":1},\"model\":\"other\",\"seed\":null}");
	create();
	fake_body(&call, STOPPED);
	ck_assert_int_eq(chat_full("m"), 0);
	ck_assert(sends("\"top_k\":4") &&
		  sends("\"stream_options\":{\"include_usage\":true,\"x\":1}"));
	ck_assert(sends("\"model\":\"other\"") && !sends("\"seed\""));
	provider()->destroy(self);
	self = NULL;
	fake_string(&call, "extra_body", "[1]");
	ck_assert_int_eq(provider()->create(&fake_host, &call, &self), HN_ERR_CONFIG);
	ck_assert_str_eq(call.message, "extra_body: expected a JSON object");
	end();
}
END_TEST

/* ---- adapting ---- */

#define E400(message, param)                 \
	"{\"error\":{\"message\":\"" message \
	"\",\"type\":\"invalid_request_error\",\"param\":" param "}}"

START_TEST(adapts)
{
	static const struct {
		const char *answer, *gone, *instead;
	} t[] = {
		{ E400("Unsupported parameter: 'max_tokens' is not supported with this model. Use "
		       "'max_completion_tokens' instead.",
			  "\"max_tokens\""),
			"\"max_tokens\"", "\"max_completion_tokens\":100" },
		{ E400("property 'stream_options' is unsupported", "null"), "\"stream_options\"",
			"\"stream\":true" },
		{ E400("Unsupported value: 'temperature' does not support 0.7 with this model.",
			  "\"temperature\""),
			"\"temperature\"", "\"top_p\"" },
		{ "{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"seed\"],\"msg\":"
		  "\"Extra inputs are not permitted\"}]}",
			"\"seed\"", "\"top_p\"" },
		{ "[{\"error\":{\"code\":400,\"message\":\"Unknown name \\\"reasoning_effort\\\": "
		  "Cannot find field.\"}}]",
			"\"reasoning_effort\"", "\"top_p\"" },
		{ E400("Model does not support parameter stop.", "null"), "\"stop\"", "\"top_p\"" },
		{ E400("top_p is not allowed", "null"), "\"top_p\"", "\"stop\"" },
		{ E400("'developer' is not one of ['system', 'user']", "\"messages[0].role\""),
			"\"developer\"", "\"role\":\"system\"" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		fake_string(&call, "system_role", "developer");
		create();
		call.status = i % 2 ? 422 : 400;
		fake_body(&call, t[i].answer);
		ck_assert_int_eq(chat_full("m"), HN_ADAPTED);
		ck_assert_int_eq(call.code, 0);
		ck_assert(sends(t[i].gone));
		ck_assert_ptr_nonnull(strstr(call.log.p, "the server refuses"));
		ck_assert_int_eq(chat_full("m"), HN_ERR_BAD_REQUEST); /* each field once */
		ck_assert_msg(
			!sends(t[i].gone) && sends(t[i].instead), "%s in %s", t[i].gone, call.sent);
		call.status = 200;
		fake_body(&call, STOPPED);
		ck_assert_int_eq(chat_full("other"), 0); /* another model has not refused it */
		ck_assert(sends(t[i].gone));
		ck_assert_int_eq(chat_full("m"), 0); /* what was learnt stays */
		ck_assert(!sends(t[i].gone));
		end();
	}
}
END_TEST

/* Asks as one of many models, and checks how the call ends and whether top_p was sent. */
static void ask_as(int model, int32_t rc, int sent)
{
	char name[16];
	snprintf(name, sizeof name, "m%d", model);
	ck_assert_int_eq(chat_full(name), rc);
	ck_assert_int_eq(sends("\"top_p\""), sent);
}

START_TEST(learns_of_many_models)
{
	begin();
	create();
	call.status = 400;
	fake_body(&call, E400("top_p is not allowed", "null"));
	for (int i = 0; i < 20; i++)
		ask_as(i, HN_ADAPTED, 1);
	for (int i = 0; i < 20; i++)
		ask_as(i, HN_ERR_BAD_REQUEST, 0);
	for (int i = 20; i < 100; i++) { /* past what is remembered each is learnt all the same */
		ask_as(i, HN_ADAPTED, 1);
		ask_as(i, HN_ERR_BAD_REQUEST, 0);
	}
	end();
}
END_TEST

START_TEST(does_not_adapt)
{
	static const struct {
		int32_t status, kind;
		const char *answer;
	} t[] = {
		{ 400, HN_ERR_BAD_REQUEST,
			E400("Invalid 'temperature': decimal above maximum value. Expected <= 2.",
				"\"temperature\"") },
		{ 400, HN_ERR_BAD_REQUEST,
			E400("max_tokens is too large: 100000", "\"max_tokens\"") },
		{ 400, HN_ERR_BAD_REQUEST,
			E400("Unsupported parameter: 'logprobs'", "\"logprobs\"") },
		{ 400, HN_ERR_BAD_REQUEST,
			E400("Unsupported parameter: 'max_tokens_extra', 'non_stop'", "null") },
		{ 400, HN_ERR_CONTEXT_TOO_LONG,
			E400("This model's maximum context length is 10. max_tokens is not "
			     "supported above it",
				"\"max_tokens\"") },
		{ 500, HN_ERR_UNAVAILABLE, E400("stream_options is unsupported", "null") },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		create();
		call.status = t[i].status;
		fake_body(&call, t[i].answer);
		ck_assert_int_eq(chat_full("m"), t[i].kind);
		end();
	}
}
END_TEST

/* ---- models, money, options ---- */

/* Writes a model down. */
static int32_t put(void *ud, const hn_model *m)
{
	buf_addf(ud, "%.*s %lld %lld %lld %lld %lld;", (int)m->id.n, m->id.p, (long long)m->context,
		(long long)m->max_output, (long long)m->price_input, (long long)m->price_output,
		(long long)m->price_cached);
	return str_is(m->id, "last") ? 5 : 0;
}

/* Lists models, and checks what came. */
static void check_models(int32_t rc, const char *list)
{
	struct buf out = BUF(65536);
	buf_adds(&out, "");
	ck_assert_int_eq(provider()->models(self, &call, put, &out), rc);
	ck_assert_str_eq(out.p ? out.p : "", list);
	buf_free(&out);
}

START_TEST(models)
{
	begin();
	fake_secret(&call, "api_key", "sk-1");
	create();
	fake_capture(&call, "captures/llama-models.raw");
	check_models(0, "tiny 1024 -1 -1 -1 -1;");
	ck_assert_str_eq(call.method, "GET");
	ck_assert_str_eq(call.url, "http://localhost:8080/v1/models");
	ck_assert_ptr_nonnull(strstr(call.headers, "Authorization: Bearer <sk-1>\n"));
	fake_body(&call,
		"[{\"id\":\"a\",\"max_model_len\":5,\"pricing\":{\"prompt\":\"-1\",\"completion\":"
		"\"0.00000019\",\"input_cache_read\":\"x\"}},"
		"null,{\"id\":7},{\"id\":\"b\",\"context_window\":8,\"max_completion_tokens\":2,"
		"\"pricing\":{\"prompt\":\"0\"}},{\"id\":\"last\"},{\"id\":\"never\"}]");
	check_models(5, "a 5 -1 -1 190000 -1;b 8 2 0 -1 -1;last -1 -1 -1 -1 -1;");
	fake_body(&call, "{\"data\":[]}");
	check_models(0, "");
	fake_body(&call, "{\"x\":1}");
	check_models(HN_ERR_PROTOCOL, "");
	fake_body(&call, "");
	check_models(HN_ERR_PROTOCOL, "");
	call.status = 401;
	fake_body(&call, SAYS("no"));
	check_models(HN_ERR_AUTH, "");
	ck_assert_str_eq(call.message, "no");
	end();
}
END_TEST

/* Writes down what a model takes: bits that a list says nothing of stay set. */
static int32_t put_abilities(void *ud, const hn_model *m)
{
	buf_addf(ud, "%.*s", (int)m->id.n, m->id.p);
	if (m->set & HN_MODEL_ACCEPTS)
		buf_addf(ud, " accepts -%x", ~m->accepts);
	if (m->set & HN_MODEL_HEEDS)
		buf_addf(ud, " heeds -%x", ~m->heeds);
	buf_adds(ud, ";");
	return 0;
}

START_TEST(abilities)
{
	struct buf out = BUF(65536);
	begin();
	create();
	fake_body(&call,
		"[{\"id\":\"a\",\"architecture\":{\"input_modalities\":[\"text\"]},\"supported_parameters\":[\"max_tokens\"]},"
		"{\"id\":\"b\",\"architecture\":{\"input_modalities\":[\"image\",\"text\"]},\"supported_parameters\":"
		"[\"temperature\",\"top_p\",\"seed\",\"stop\",\"reasoning\",\"tools\",\"tool_choice\",\"structured_outputs\"]},"
		"{\"id\":\"c\",\"supported_parameters\":[\"response_format\",\"reasoning_effort\",\"stop\"]},"
		"{\"id\":\"d\",\"architecture\":{\"input_modalities\":[]},\"supported_parameters\":[]},"
		"{\"id\":\"e\",\"architecture\":{\"input_modalities\":\"text\"},\"supported_parameters\":null}]");
	ck_assert_int_eq(provider()->models(self, &call, put_abilities, &out), 0);
	ck_assert_str_eq(out.p,
		"a accepts -8 heeds -1fe;b accepts -0 heeds -0;c heeds -1ce;d;e;");
	buf_free(&out);
	end();
}
END_TEST

START_TEST(descriptor)
{
	const hn_plugin *p = hobnob_plugin_v1();
	ck_assert_str_eq(p->name, "openai");
	ck_assert_uint_eq(p->abi_major, HN_ABI_MAJOR);
	const hn_option *key = HN_AT(hn_option, p->options, p->option_stride, 0);
	ck_assert_str_eq(key->key, "api_key");
	ck_assert_uint_eq(key->flags, HN_OPTION_SECRET | HN_OPTION_REQUIRED | HN_OPTION_AT_HOME);
	ck_assert_str_eq(key->env[0].name, "OPENAI_API_KEY");
	ck_assert_str_eq(key->forbid, "sk-or- api.openai.com");
	ck_assert_uint_eq(p->n_options, 10);
	ck_assert_uint_eq(provider()->accepts, 0x7E); /* every part that there is */
	ck_assert_uint_eq(provider()->heeds, 0x3FF);  /* every setting that there is */
}
END_TEST

UNIT_MAIN("codec", body_of_everything, body_of_nothing, headers, addresses, ways_of_hosts,
	extra_body, adapts, learns_of_many_models, does_not_adapt, models, abilities, descriptor)
