/* SPDX-License-Identifier: MIT */
/* The codec, through the plugin openai: requests with images, files, tools, a schema and members of their own. */
#include "../codec_fixture.h"


#define S(text) { text, sizeof(text) - 1 }
#define COUNT(a) ((uint32_t)(sizeof(a) / sizeof *(a)))
#define MESSAGE(role_, parts_, text_) \
	{ .role = (role_), .id = 1, .n_parts = COUNT(parts_), .part_stride = sizeof *(parts_), .parts = (parts_), .text = S(text_) }
#define TEXT_PART(text_) { .type = HN_PART_TEXT, .data = S(text_) }
#define CALL_PART(id_, name_, data_) { .type = HN_PART_TOOL_CALL, .id = S(id_), .name = S(name_), .data = S(data_) }
#define RESULT_PART(id_, data_, ...) { .type = HN_PART_TOOL_RESULT, .id = S(id_), .data = S(data_), __VA_ARGS__ }

/* Asks with these messages, and checks the body's "messages". */
static void check_messages(const hn_message *m, uint32_t n, const char *json)
{
	char whole[2048];
	hn_request req = { .struct_size = sizeof req, .n_messages = n, .message_stride = sizeof *m, .messages = m,
		.model = S("m") };
	fake_body(&call, STOPPED);
	ck_assert_int_eq(provider()->chat(self, &call, &req), 0);
	snprintf(whole, sizeof whole, "{\"model\":\"m\",\"messages\":%s}", json);
	ck_assert_str_eq(call.sent, whole);
}

START_TEST(images_and_files)
{
	static const hn_part parts[] = {
		TEXT_PART("Look: "),
		{ .type = HN_PART_IMAGE, .name = S("a.png"), .mime = S("image/png"), .data = S("\x89PNG") },
		{ .type = HN_PART_IMAGE, .flags = HN_PARTFLAG_URL, .mime = S("image/jpeg"), .data = S("https://h/b.jpg") },
		{ .type = HN_PART_FILE, .name = S("c.pdf"), .mime = S("application/pdf"), .data = S("%PDF") },
		{ .type = HN_PART_FILE, .mime = S("text/csv"), .data = S("1,2") },
		{ .type = HN_PART_FILE, .name = S("d.wav"), .mime = S("audio/x-wav"), .data = S("RIFF") },
		{ .type = HN_PART_FILE, .name = S("e.mp3"), .mime = S("audio/mpeg"), .data = S("ID3") },
		{ .type = HN_PART_FILE, .name = S("f.ogg"), .mime = S("audio/ogg"), .data = S("OggS") },
		{ .type = HN_PART_FILE, .flags = HN_PARTFLAG_URL, .name = S("g.mp3"), .mime = S("audio/mpeg"), .data = S("https://h/g.mp3") },
		TEXT_PART(""),
		TEXT_PART("and say."),
	};
	static const hn_message m[] = { MESSAGE(HN_ROLE_USER, parts, "Look: and say.") };
	begin();
	create();
	check_messages(m, 1,
		"[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Look: \"},"
		"{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,iVBORw==\"}},"
		"{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://h/b.jpg\"}},"
		"{\"type\":\"file\",\"file\":{\"filename\":\"c.pdf\",\"file_data\":\"data:application/pdf;base64,JVBERg==\"}},"
		"{\"type\":\"file\",\"file\":{\"filename\":\"file\",\"file_data\":\"data:text/csv;base64,MSwy\"}},"
		"{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"UklGRg==\",\"format\":\"wav\"}},"
		"{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"SUQz\",\"format\":\"mp3\"}},"
		"{\"type\":\"file\",\"file\":{\"filename\":\"f.ogg\",\"file_data\":\"data:audio/ogg;base64,T2dnUw==\"}},"
		"{\"type\":\"file\",\"file\":{\"filename\":\"g.mp3\",\"file_data\":\"https://h/g.mp3\"}},"
		"{\"type\":\"text\",\"text\":\"and say.\"}]}]");
	end();
}
END_TEST

/* The system prompt goes in front of the parts, too. */
START_TEST(prompt_before_an_image)
{
	static const hn_part system[] = { TEXT_PART("be brief") };
	static const hn_part parts[] = { { .type = HN_PART_IMAGE, .mime = S("image/gif"), .data = S("GIF") } };
	static const hn_message m[] = { MESSAGE(HN_ROLE_SYSTEM, system, "be brief"), MESSAGE(HN_ROLE_USER, parts, "") };
	begin();
	fake_string(&call, "system_role", "user");
	create();
	check_messages(m, 2,
		"[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"be brief\"},"
		"{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/gif;base64,R0lG\"}}]}]");
	end();
}
END_TEST

/* The results stand directly behind their calls: an image among them comes after all, as the user's. */
START_TEST(calls_and_results)
{
	static const hn_part asked[] = { TEXT_PART("tides?") };
	static const hn_part calls[] = {
		{ .type = HN_PART_OPAQUE, .name = S("reasoning_details"), .data = S("[{\"data\":\"x\"}]") },
		CALL_PART("k1", "tide", "{\"port\":\"Brest\"}"),
		{ .type = HN_PART_OPAQUE, .name = S("extra_content"), .data = S("{\"google\":{\"thought_signature\":\"s\"}}") },
		CALL_PART("k2", "map", ""),
		CALL_PART("k3", "map", "{\"x\":"),
		CALL_PART("k4", "map", "[1]"),
	};
	static const hn_part first[] = { RESULT_PART("k1", "04:10"), RESULT_PART("k2", "\xFF\xD8", .mime = S("image/jpeg")) };
	static const hn_part second[] = { RESULT_PART("k3", "no such port", .flags = HN_PARTFLAG_ERROR),
		RESULT_PART("k4", "{}", .mime = S("application/json")) };
	static const hn_part spoken[] = { TEXT_PART("One moment."), CALL_PART("k5", "tide", "{}") };
	static const hn_message m[] = { MESSAGE(HN_ROLE_USER, asked, "tides?"), MESSAGE(HN_ROLE_ASSISTANT, calls, ""),
		MESSAGE(HN_ROLE_TOOL, first, ""), MESSAGE(HN_ROLE_TOOL, second, ""),
		MESSAGE(HN_ROLE_ASSISTANT, spoken, "One moment.") };
	begin();
	create();
	check_messages(m, 5,
		"[{\"role\":\"user\",\"content\":\"tides?\"},"
		"{\"role\":\"assistant\",\"content\":null,\"reasoning_details\":[{\"data\":\"x\"}],\"tool_calls\":["
		"{\"id\":\"k1\",\"type\":\"function\",\"function\":{\"name\":\"tide\",\"arguments\":\"{\\\"port\\\":\\\"Brest\\\"}\"},"
		"\"extra_content\":{\"google\":{\"thought_signature\":\"s\"}}},"
		"{\"id\":\"k2\",\"type\":\"function\",\"function\":{\"name\":\"map\",\"arguments\":\"{}\"}},"
		"{\"id\":\"k3\",\"type\":\"function\",\"function\":{\"name\":\"map\",\"arguments\":\"{}\"}},"
		"{\"id\":\"k4\",\"type\":\"function\",\"function\":{\"name\":\"map\",\"arguments\":\"{}\"}}]},"
		"{\"role\":\"tool\",\"tool_call_id\":\"k1\",\"content\":\"04:10\"},"
		"{\"role\":\"tool\",\"tool_call_id\":\"k2\",\"content\":\"The result is in the next message.\"},"
		"{\"role\":\"tool\",\"tool_call_id\":\"k3\",\"content\":\"Error: no such port\"},"
		"{\"role\":\"tool\",\"tool_call_id\":\"k4\",\"content\":\"{}\"},"
		"{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/jpeg;base64,/9g=\"}}]},"
		"{\"role\":\"assistant\",\"content\":\"One moment.\",\"tool_calls\":["
		"{\"id\":\"k5\",\"type\":\"function\",\"function\":{\"name\":\"tide\",\"arguments\":\"{}\"}}]}]");
	end();
}
END_TEST

/* A model's own image, where its messages cannot hold one, is shown to it as the user's. */
START_TEST(images_of_a_reply)
{
	static const hn_part drawn[] = { TEXT_PART("Here."), { .type = HN_PART_IMAGE, .mime = S("image/png"), .data = S("P") } };
	static const hn_part next[] = { TEXT_PART("Larger!") };
	static const hn_message m[] = { MESSAGE(HN_ROLE_ASSISTANT, drawn, "Here."), MESSAGE(HN_ROLE_USER, next, "Larger!") };
	begin();
	create();
	check_messages(m, 2,
		"[{\"role\":\"assistant\",\"content\":\"Here.\"},"
		"{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,UA==\"}}]},"
		"{\"role\":\"user\",\"content\":\"Larger!\"}]");
	end();
}
END_TEST

/* ---- the members of the body ---- */

static const hn_tool tools[] = {
	{ S("tide"), S("When it is high."), S("{\"type\":\"object\",\"properties\":{\"port\":{\"type\":\"string\"}}}") },
	{ S("now"), { NULL, 0 }, { NULL, 0 } },
};

/* A request with one message and nothing set. */
static hn_request plain(void)
{
	static const hn_message m = { .role = HN_ROLE_USER, .id = 1, .text = S("hi") };
	static const hn_str stop[] = { S("END") };
	return (hn_request){ .struct_size = sizeof(hn_request), .n_messages = 1, .message_stride = sizeof m, .messages = &m,
		.model = S("m"), .tools = tools, .n_tools = 2, .tool_stride = sizeof *tools, .tool_name = S("tide"),
		.schema_name = S("answer"), .schema = S("{\"type\":\"object\"}"), .extra = S("{\"top_k\":4}"), .stop = stop, .n_stop = 1, .reasoning_effort = S("low"), .temperature = 1, .top_p = 1,
		.seed = 1, .max_tokens = 1 };
}

/* Asks, and checks what of the body comes after the messages. */
static void check_body(const hn_request *req, const char *rest)
{
	char whole[1024];
	fake_body(&call, STOPPED);
	ck_assert_int_eq(provider()->chat(self, &call, req), 0);
	snprintf(whole, sizeof whole, "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]%s}", rest);
	ck_assert_str_eq(call.sent, whole);
}

#define TOOLS_JSON                                                                                          \
	",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"tide\",\"description\":\"When it is high.\"," \
	"\"parameters\":{\"type\":\"object\",\"properties\":{\"port\":{\"type\":\"string\"}}}}},"              \
	"{\"type\":\"function\",\"function\":{\"name\":\"now\"}}]"

START_TEST(tools_and_choice)
{
	static const char *const choices[] = { [HN_CHOICE_AUTO] = "\"auto\"", [HN_CHOICE_NONE] = "\"none\"",
		[HN_CHOICE_REQUIRED] = "\"required\"",
		[HN_CHOICE_NAMED] = "{\"type\":\"function\",\"function\":{\"name\":\"tide\"}}" };
	hn_request req = plain();
	begin();
	create();
	check_body(&req, ""); /* what is not set is not sent */
	req.set = HN_SET_TOOLS;
	check_body(&req, TOOLS_JSON);
	req.set = HN_SET_TOOLS | HN_SET_TOOL_CHOICE;
	for (req.tool_choice = 0; req.tool_choice < 4; req.tool_choice++) {
		char rest[600];
		snprintf(rest, sizeof rest, "%s,\"tool_choice\":%s", TOOLS_JSON, choices[req.tool_choice]);
		check_body(&req, rest);
	}
	end();
}
END_TEST

START_TEST(stop_and_effort)
{
	hn_request req = plain();
	begin();
	create();
	req.set = HN_SET_STOP;
	check_body(&req, ",\"stop\":[\"END\"]");
	req.set = HN_SET_EFFORT;
	check_body(&req, ",\"reasoning_effort\":\"low\"");
	end();
}
END_TEST

START_TEST(schema)
{
	hn_request req = plain();
	begin();
	create();
	req.set = HN_SET_SCHEMA;
	check_body(&req,
		",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\","
		"\"schema\":{\"type\":\"object\"},\"strict\":true}}");
	end();
}
END_TEST

/* The request's own members win over the instance's. */
START_TEST(extra)
{
	hn_request req = plain();
	begin();
	fake_string(&call, "extra_body", "{\"top_k\":1,\"min_p\":2,\"seed\":7}");
	create();
	check_body(&req, ",\"top_k\":1,\"min_p\":2,\"seed\":7");
	req.set = HN_SET_EXTRA;
	check_body(&req, ",\"top_k\":4,\"min_p\":2,\"seed\":7");
	req.extra = (hn_str)S("{\"seed\":null,\"top_k\":null}");
	check_body(&req, ",\"min_p\":2");
	end();
}
END_TEST

START_TEST(not_an_object)
{
	static const hn_tool bad[] = { { S("dig"), { NULL, 0 }, S("[1]") } };
	static const struct {
		uint32_t set;
		const char *message;
	} t[] = {
		{ HN_SET_TOOLS, "the schema of the tool \"dig\": expected a JSON object" },
		{ HN_SET_SCHEMA, "the schema of the reply: expected a JSON object" },
		{ HN_SET_EXTRA, "extra: expected a JSON object" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		hn_request req = plain();
		begin();
		create();
		req.set = t[i].set;
		req.tools = bad;
		req.n_tools = 1;
		req.schema = (hn_str)S("true");
		req.extra = (hn_str)S("{\"a\":");
		ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ERR_USAGE);
		ck_assert_str_eq(call.message, t[i].message);
		ck_assert_uint_eq(call.requests, 0);
		end();
	}
}
END_TEST

/* ---- refusals ---- */

/* A schema is never left out, and what its members are called is no field of the request. */
START_TEST(refused_schema)
{
	static const char *const answers[] = {
		SAYS("Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."),
		SAYS("Invalid schema for response_format 'answer': 'seed' is not supported"),
		SAYS("This model does not support structured outputs; seed is not supported, either"),
	};
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		hn_request req = plain();
		begin();
		create();
		req.set = HN_SET_SCHEMA | HN_SET_SEED;
		call.status = 400;
		fake_body(&call, answers[i]);
		ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ERR_BAD_REQUEST);
		ck_assert_str_eq(call.hint, "change the schema or the model, or ask without a schema");
		ck_assert_str_eq(call.events.p ? call.events.p : "", "");
		end();
	}
}
END_TEST

/* Servers that take no images, or no tools; where they say so, asking again is useless. */
START_TEST(denied)
{
	static const char images[] = "choose another model, or leave out the image", none[] = "choose another model, or offer no tools";
	static const struct {
		int32_t status, code;
		uint32_t flags;
		const char *answer, *hint;
	} t[] = {
		{ 400, HN_ERR_BAD_REQUEST, 0, SAYS("Invalid content type. image_url is only supported by certain models."), images },
		{ 404, HN_ERR_NOT_FOUND, 0, SAYS("No endpoints found that support image input"), images },
		{ 500, HN_ERR_UNAVAILABLE, HN_FAIL_FINAL,
			SAYS("image input is not supported - hint: if this is unexpected, you may need to provide the mmproj"), images },
		{ 404, HN_ERR_NOT_FOUND, 0, SAYS("No endpoints found that support tool use."), none },
		{ 400, HN_ERR_BAD_REQUEST, HN_FAIL_FINAL, SAYS("registry.ollama.ai/library/x does not support tools"), none },
		{ 429, HN_ERR_RATE_LIMITED, 0, SAYS("Too many tools at once, which is not supported"), "" },
		{ 500, HN_ERR_UNAVAILABLE, 0, SAYS("The worker died"), "" },
	};
	static const hn_part parts[] = { { .type = HN_PART_IMAGE, .mime = S("image/png"), .data = S("P") } };
	static const hn_message m = { .role = HN_ROLE_USER, .id = 1, .n_parts = 1, .part_stride = sizeof *parts, .parts = parts };
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		hn_request req = plain();
		begin();
		create();
		req.set = HN_SET_TOOLS;
		req.messages = &m;
		call.status = t[i].status;
		fake_body(&call, t[i].answer);
		ck_assert_int_eq(provider()->chat(self, &call, &req), t[i].code);
		ck_assert_str_eq(call.hint, t[i].hint);
		ck_assert_uint_eq(call.error_flags, t[i].flags);
		end();
		begin(); /* what was not sent cannot be refused */
		create();
		call.status = t[i].status;
		fake_body(&call, t[i].answer);
		ck_assert_int_eq(chat(), t[i].code);
		ck_assert_str_ne(call.hint, images);
		ck_assert_str_ne(call.hint, none);
		end();
	}
}
END_TEST

/* Each setting is told once, whatever the model; how else the server is asked is not told. */
START_TEST(told_once)
{
	static const struct {
		hn_str model;
		uint32_t flags;
		const char *answer;
	} t[] = {
		{ S("m"), 0, SAYS("seed is not supported") },
		{ S("other"), 0, SAYS("seed is not supported") },
		{ S("other"), HN_REQUEST_STREAM, SAYS("stream_options is not supported") },
	};
	begin();
	create();
	call.status = 400;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		hn_request req = plain();
		req.set = HN_SET_SEED;
		req.model = t[i].model;
		req.flags = t[i].flags;
		fake_body(&call, t[i].answer);
		ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ADAPTED);
		ck_assert_str_eq(call.events.p, "n");
		ck_assert_str_eq(call.beside.p, "the server refuses seed: hobnob asks again without it\n");
	}
	end();
}
END_TEST

START_TEST(emit_fails_as_it_is_told)
{
	hn_request req = plain();
	begin();
	create();
	req.set = HN_SET_SEED;
	call.status = 400;
	call.emit_fails_at = 1;
	fake_body(&call, SAYS("seed is not supported"));
	ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ERR_OUTPUT);
	end();
}
END_TEST

UNIT_MAIN("codec_request", images_and_files, prompt_before_an_image, calls_and_results, images_of_a_reply,
	tools_and_choice, stop_and_effort, schema, extra, not_an_object, refused_schema, denied, told_once, emit_fails_as_it_is_told)
