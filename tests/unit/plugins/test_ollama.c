/* SPDX-License-Identifier: MIT */
/* test_ollama: the plugin on a fake host: what it sends, and what it refuses to send. */
#include "../ollama_fixture.h"

#include <json-c/json.h>

#define MESSAGE(role_, parts_, text_) \
	{ .role = (role_), .id = 1, .n_parts = COUNT(parts_), .part_stride = sizeof *(parts_), .parts = (parts_), .text = S(text_) }
#define CALL_PART(id_, name_, data_) { .type = HN_PART_TOOL_CALL, .id = S(id_), .name = S(name_), .data = S(data_) }
#define RESULT_PART(id_, name_, data_, ...) \
	{ .type = HN_PART_TOOL_RESULT, .id = S(id_), .name = S(name_), .data = S(data_), __VA_ARGS__ }

/* Asks, and checks a member of the body, by dots. */
static void check_sent(const hn_request *req, const char *path, const char *json)
{
	fake_body(&call, DONE);
	ck_assert_int_eq(provider()->chat(self, &call, req), 0);
	struct json_object *body = json_tokener_parse(call.sent), *at = body;
	ck_assert_ptr_nonnull(body);
	char *names = strdup(path), *rest = names;
	for (char *name; at && (name = strsep(&rest, "."));)
		at = json_object_object_get(at, name);
	ck_assert_str_eq(at ? json_object_to_json_string_ext(at, JSON_C_TO_STRING_NOSLASHESCAPE) : "missing", json);
	free(names);
	json_object_put(body);
}

static void check_messages(const hn_message *m, uint32_t n, const char *json)
{
	hn_request req = { .struct_size = sizeof req, .n_messages = n, .message_stride = sizeof *m, .messages = m, .model = S("m") };
	check_sent(&req, "messages", json);
}

START_TEST(least)
{
	begin();
	create();
	fake_body(&call, DONE);
	ck_assert_int_eq(fake_chat(&call, provider(), self, "hi", 0), 0);
	ck_assert_str_eq(call.sent,
		"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":false,\"truncate\":false,"
		"\"options\":{\"num_ctx\":8192}}");
	ck_assert_str_eq(call.headers, "Content-Type: application/json\n");
	ck_assert_uint_eq(call.framing, HN_FRAME_WHOLE);
	ck_assert_int_eq(chat(), 0);
	ck_assert_uint_eq(call.framing, HN_FRAME_NDJSON);
	ck_assert_str_eq(call.url, "http://localhost:8080/v1/api/chat");
	end();
}
END_TEST

START_TEST(key)
{
	begin();
	fake_secret(&call, "api_key", "sk-1");
	create();
	fake_body(&call, DONE);
	ck_assert_int_eq(chat(), 0);
	ck_assert_str_eq(call.headers, "Content-Type: application/json\nAuthorization: Bearer <sk-1>\n");
	end();
}
END_TEST

/* The results follow their calls; what a model thought goes back with it, what another wire kept does not. */
START_TEST(calls_and_results)
{
	static const hn_part asked[] = { { .type = HN_PART_TEXT, .data = S("tides?") } };
	static const hn_part calls[] = {
		{ .type = HN_PART_OPAQUE, .name = S("ollama.thinking"), .data = S("a ") },
		{ .type = HN_PART_OPAQUE, .name = S("anthropic.thinking"), .data = S("no") },
		{ .type = HN_PART_TEXT, .data = S("Let me look.") },
		{ .type = HN_PART_OPAQUE, .name = S("ollama.thinking"), .data = S("b") },
		CALL_PART("c1", "tide", "{\"port\":\"Wick\"}"),
		CALL_PART("c2", "map", "not JSON"),
	};
	static const hn_part results[] = {
		RESULT_PART("c1", "tide", "no such port", .flags = HN_PARTFLAG_ERROR),
		RESULT_PART("c2", "map", "\x89PNG", .mime = S("image/png")),
	};
	static const hn_part next[] = { { .type = HN_PART_TEXT, .data = S("so?") }, { .type = HN_PART_IMAGE, .mime = S("image/gif"), .data = S("GIF") } };
	static const hn_message m[] = { MESSAGE(HN_ROLE_USER, asked, "tides?"), MESSAGE(HN_ROLE_ASSISTANT, calls, "Let me look."),
		MESSAGE(HN_ROLE_TOOL, results, ""), MESSAGE(HN_ROLE_USER, next, "so?"), MESSAGE(HN_ROLE_ASSISTANT, asked, "tides?") };
	begin();
	create();
	check_messages(m, 4,
		"[{\"role\":\"user\",\"content\":\"tides?\"},"
		"{\"role\":\"assistant\",\"content\":\"Let me look.\",\"thinking\":\"a b\",\"tool_calls\":["
		"{\"id\":\"c1\",\"function\":{\"name\":\"tide\",\"arguments\":{\"port\":\"Wick\"}}},"
		"{\"id\":\"c2\",\"function\":{\"name\":\"map\",\"arguments\":{}}}]},"
		"{\"role\":\"tool\",\"content\":\"Error: no such port\",\"tool_name\":\"tide\",\"tool_call_id\":\"c1\"},"
		"{\"role\":\"tool\",\"content\":\"The image follows.\",\"tool_name\":\"map\",\"tool_call_id\":\"c2\"},"
		"{\"role\":\"user\",\"content\":\"so?\",\"images\":[\"iVBORw==\",\"R0lG\"]}]");
	/* with no message of the user's to go with, an image has its own */
	check_messages(m, 3,
		"[{\"role\":\"user\",\"content\":\"tides?\"},"
		"{\"role\":\"assistant\",\"content\":\"Let me look.\",\"thinking\":\"a b\",\"tool_calls\":["
		"{\"id\":\"c1\",\"function\":{\"name\":\"tide\",\"arguments\":{\"port\":\"Wick\"}}},"
		"{\"id\":\"c2\",\"function\":{\"name\":\"map\",\"arguments\":{}}}]},"
		"{\"role\":\"tool\",\"content\":\"Error: no such port\",\"tool_name\":\"tide\",\"tool_call_id\":\"c1\"},"
		"{\"role\":\"tool\",\"content\":\"The image follows.\",\"tool_name\":\"map\",\"tool_call_id\":\"c2\"},"
		"{\"role\":\"user\",\"content\":\"\",\"images\":[\"iVBORw==\"]}]");
	end();
}
END_TEST

/* An image of a model's own is shown to the next one as the user's. */
START_TEST(image_of_a_reply)
{
	static const hn_part drawn[] = { { .type = HN_PART_IMAGE, .mime = S("image/png"), .data = S("PNG") } };
	static const hn_part asked[] = { { .type = HN_PART_IMAGE, .flags = HN_PARTFLAG_URL, .mime = S("image/gif"), .data = S("data:image/gif;base64,R0lG") } };
	static const hn_message m[] = { MESSAGE(HN_ROLE_USER, asked, "like this"), MESSAGE(HN_ROLE_ASSISTANT, drawn, ""),
		{ .role = HN_ROLE_SYSTEM, .text = S("s") } };
	begin();
	create();
	check_messages(m, 3,
		"[{\"role\":\"user\",\"content\":\"like this\",\"images\":[\"R0lG\"]},{\"role\":\"assistant\",\"content\":\"\"},"
		"{\"role\":\"user\",\"content\":\"\",\"images\":[\"UE5H\"]},{\"role\":\"system\",\"content\":\"s\"}]");
	end();
}
END_TEST

/* Tools, and which may be called: none is the only choice that leaving them out makes. */
START_TEST(tools)
{
	static const hn_tool list[] = { { S("now"), S(""), S("") }, { S("tide"), S("of a port"), S("{\"type\":\"object\"}") } };
	hn_request req = question();
	req.set = HN_SET_TOOLS | HN_SET_TOOL_CHOICE;
	req.n_tools = 2;
	req.tool_stride = sizeof *list;
	req.tools = list;
	begin();
	create();
	check_sent(&req, "tools",
		"[{\"type\":\"function\",\"function\":{\"name\":\"now\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}},"
		"{\"type\":\"function\",\"function\":{\"name\":\"tide\",\"description\":\"of a port\",\"parameters\":"
		"{\"type\":\"object\"}}}]");
	req.tool_choice = HN_CHOICE_NONE;
	check_sent(&req, "tools", "missing");
	for (req.tool_choice = HN_CHOICE_REQUIRED; req.tool_choice <= HN_CHOICE_NAMED; req.tool_choice++) {
		fake_again(&call);
		unsigned before = call.requests;
		ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ERR_USAGE);
		ck_assert_str_eq(call.message, "a choice of tools (tool_choice): ollama has no way to make a model call one");
		ck_assert_uint_eq(call.requests, before);
	}
	end();
}
END_TEST

/* What this API has no place for is refused, and nothing is sent. */
START_TEST(refused)
{
	static const hn_part far[] = { { .type = HN_PART_IMAGE, .flags = HN_PARTFLAG_URL, .data = S("https://h/a.png") } };
	static const hn_part file[] = { RESULT_PART("c1", "scan", "%PDF", .mime = S("application/pdf")) };
	static const struct { hn_message m; const char *message; } t[] = {
		{ MESSAGE(HN_ROLE_USER, far, ""), "an image by its address: ollama takes only the image itself" },
		{ MESSAGE(HN_ROLE_TOOL, file, ""), "a result of the tool \"scan\": ollama takes no application/pdf" },
	};
	begin();
	create();
	for (size_t i = 0; i < COUNT(t); i++) {
		hn_request req = { .struct_size = sizeof req, .n_messages = 1, .message_stride = sizeof(hn_message), .messages = &t[i].m, .model = S("m") };
		ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ERR_USAGE);
		ck_assert_str_eq(call.message, t[i].message);
	}
	ck_assert_uint_eq(call.requests, 0);
	end();
}
END_TEST

/* num_ctx: the plan's window if it is small, else what the request needs, in powers of two. */
START_TEST(windows)
{
	static const struct { int64_t window, prompt, limit; const char *num_ctx; } t[] = {
		{ 0, 10, 100, "4096" },
		{ 0, 10, 0, "8192" },
		{ 0, 3000, 1000, "8192" },
		{ 0, 0, 100, "4096" },
		{ 2048, 10, 100, "2048" },
		{ 16384, 10, 100, "16384" },
		{ 20000, 10, 100, "4096" },
		{ 20000, 14000, 1000, "20000" },
		{ 131072, 60000, 16384, "131072" },
		{ 0, 60000, 16384, "131072" },
		{ 0, 3000000000, 100, "1073741824" },
	};
	begin();
	create();
	for (size_t i = 0; i < COUNT(t); i++) {
		hn_request req = question();
		req.window = t[i].window;
		req.prompt = t[i].prompt;
		req.max_tokens = t[i].limit;
		req.set = t[i].limit ? HN_SET_MAX_TOKENS : 0;
		check_sent(&req, "options.num_ctx", t[i].num_ctx);
	}
	end();
}
END_TEST

/* Where nobody estimates the prompt, its bytes do, with its tools and images. */
START_TEST(guessed)
{
	static const hn_part image = { .type = HN_PART_IMAGE, .mime = S("image/png"), .data = S("PNG") };
	static char text[9000];
	memset(text, 'x', sizeof text);
	hn_part parts[4] = { image, image, image, image };
	hn_message m = { .role = HN_ROLE_USER, .id = 1, .text = { text, sizeof text } };
	hn_request req = question();
	req.messages = &m;
	req.set = HN_SET_MAX_TOKENS;
	req.max_tokens = 80;
	begin();
	create();
	check_sent(&req, "options.num_ctx", "4096");
	m.n_parts = 4;
	m.part_stride = sizeof *parts;
	m.parts = parts;
	check_sent(&req, "options.num_ctx", "8192");
	hn_tool tool = { S("t"), { text, sizeof text }, S("") };
	req.n_tools = 1;
	req.tool_stride = sizeof tool;
	req.tools = &tool;
	req.set |= HN_SET_TOOLS;
	check_sent(&req, "options.num_ctx", "16384");
	end();
}
END_TEST

START_TEST(options)
{
	static const hn_str stop[] = { S("END") };
	hn_request req = question();
	req.set = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE | HN_SET_TOP_P | HN_SET_SEED | HN_SET_STOP | HN_SET_EXTRA;
	req.max_tokens = 5;
	req.temperature = 0.7;
	req.top_p = 1;
	req.seed = -3;
	req.stop = stop;
	req.n_stop = 1;
	req.extra = (hn_str)S("{\"keep_alive\":1,\"options\":{\"seed\":null}}");
	begin();
	fake_int(&call, "num_ctx", 1024);
	fake_string(&call, "options", "{\"top_k\":1,\"temperature\":0.1}");
	fake_string(&call, "keep_alive", "5m");
	create();
	check_sent(&req, "options",
		"{\"num_ctx\":1024,\"num_predict\":5,\"temperature\":0.1,\"top_p\":1,\"stop\":[\"END\"],\"top_k\":1}");
	check_sent(&req, "keep_alive", "1");
	end();
}
END_TEST

START_TEST(wrong_options)
{
	static const struct { const char *key, *value, *message; } t[] = {
		{ "options", "[1]", "options: expected a JSON object" },
		{ "extra_body", "1", "extra_body: expected a JSON object" },
	};
	for (size_t i = 0; i < COUNT(t); i++) {
		begin();
		fake_string(&call, t[i].key, t[i].value);
		ck_assert_int_eq(provider()->create(&fake_host, &call, &self), HN_ERR_CONFIG);
		ck_assert_str_eq(call.message, t[i].message);
		fake_end(&call);
	}
	begin();
	fake_string(&call, "base_url", "http://ollama.com:11434");
	ck_assert_int_eq(provider()->create(&fake_host, &call, &self), HN_ERR_CONFIG);
	ck_assert_str_eq(call.message, "base_url: ollama.com speaks https, and wants a key");
	ck_assert_str_eq(call.hint, "set it to https://ollama.com, and api_key");
	fake_end(&call);
	begin();
	fake_int(&call, "num_ctx", -1);
	ck_assert_int_eq(provider()->create(&fake_host, &call, &self), HN_ERR_CONFIG);
	ck_assert_str_eq(call.message, "num_ctx: expected a number of tokens, got -1");
	fake_end(&call);
}
END_TEST

/* Thinking that a model refuses is left out from then on, for that model. */
START_TEST(learns)
{
	hn_request req = question();
	req.set = HN_SET_EFFORT;
	req.reasoning_effort = (hn_str)S("high");
	begin();
	create();
	check_sent(&req, "think", "\"high\"");
	fake_again(&call);
	fake_body(&call, "{\"error\":\"\\\"m\\\" does not support thinking\"}");
	call.status = 400;
	ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ADAPTED);
	ck_assert_str_eq(call.beside.p, "the server refuses reasoning_effort or think: hobnob asks again without it\n");
	call.status = 200;
	check_sent(&req, "think", "missing");
	req.model = (hn_str)S("other");
	check_sent(&req, "think", "\"high\"");
	end();
}
END_TEST

/* Room that was too small for a prompt is doubled, once, but never beyond the window. */
START_TEST(learns_room)
{
	static const struct { int64_t window; const char *first, *then; } t[] = {
		{ 0, "4096", "8192" }, { 131072, "4096", "8192" }, { 20000, "16384", "20000" },
	};
	for (size_t i = 0; i < COUNT(t); i++) {
		hn_request req = question();
		req.window = t[i].window;
		req.prompt = i == 2 ? 9000 : 10;
		req.set = HN_SET_MAX_TOKENS;
		req.max_tokens = 100;
		begin();
		create();
		check_sent(&req, "options.num_ctx", t[i].first);
		fake_body(&call, "{\"error\":\"the input length exceeds the context length\"}");
		call.status = 400;
		ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ADAPTED);
		ck_assert_ptr_nonnull(strstr(call.log.p, "the server refuses a prompt of that size; asking for twice the room\n"));
		ck_assert_uint_eq(call.beside.n, 0);
		call.status = 200;
		check_sent(&req, "options.num_ctx", t[i].then);
		call.status = 400;
		fake_body(&call, "{\"error\":\"the input length exceeds the context length\"}");
		ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ERR_CONTEXT_TOO_LONG);
		end();
	}
}
END_TEST

/* A gateway that does not stream is asked for whole replies. */
START_TEST(whole)
{
	hn_request req = question();
	req.flags = HN_REQUEST_STREAM;
	begin();
	create();
	check_sent(&req, "stream", "true");
	fake_again(&call);
	fake_body(&call, "{\"error\":\"streaming is not supported\"}");
	call.status = 400;
	ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ADAPTED);
	call.status = 200;
	check_sent(&req, "stream", "false");
	end();
}
END_TEST

UNIT_MAIN("ollama", least, key, calls_and_results, image_of_a_reply, tools, refused, windows, guessed, options, wrong_options, learns, learns_room, whole)
