/* SPDX-License-Identifier: MIT */
/* responses: what it asks: settings, tools, the items of a conversation, and chains of responses. */
#include "../codec_fixture.h"

#define S(text) { text, sizeof(text) - 1 }
#define COUNT(a) (sizeof(a) / sizeof *(a))
#define MESSAGE(role_, text_, parts_) \
	{ .role = (role_), .id = 1, .n_parts = (uint32_t)COUNT(parts_), .part_stride = sizeof *(parts_), .parts = (parts_), .text = S(text_) }
#define SAID(role_, text_) { .role = (role_), .id = 1, .part_stride = sizeof(hn_part), .text = S(text_) }
#define TEXT(text_) { .type = HN_PART_TEXT, .data = S(text_) }
#define CALL(id_, name_, data_) { .type = HN_PART_TOOL_CALL, .id = S(id_), .name = S(name_), .data = S(data_) }
#define RESULT(id_, data_, ...) { .type = HN_PART_TOOL_RESULT, .id = S(id_), .data = S(data_), __VA_ARGS__ }
#define OPAQUE(name_, data_) { .type = HN_PART_OPAQUE, .name = S(name_), .data = S(data_) }
#define ITEM(data_) OPAQUE("responses.item", data_)
#define THOUGHT "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[],\"encrypted_content\":\"x\"}"
#define SEARCH "{\"type\":\"web_search_call\",\"id\":\"ws_1\",\"status\":\"completed\"}"
#define OK "{\"object\":\"response\",\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"ok\"}]}]}"
#define REST "\"store\":false,\"reasoning\":{\"summary\":\"auto\"},\"include\":[\"reasoning.encrypted_content\"]"

static hn_request asking(const hn_message *m, size_t n)
{
	return (hn_request){ .struct_size = sizeof(hn_request), .n_messages = (uint32_t)n, .message_stride = sizeof *m, .messages = m,
		.model = S("m") };
}

static void ask(const hn_request *req, int32_t rc)
{
	fake_again(&call);
	call.requests = 0;
	fake_body(&call, OK);
	ck_assert_int_eq(provider()->chat(self, &call, req), rc);
}

/* Checks the input of a request of these messages; before: what stands in front of it. */
static void check_input(const hn_message *m, size_t n, const char *before, const char *items)
{
	char whole[8192];
	hn_request req = asking(m, n);
	ask(&req, 0);
	snprintf(whole, sizeof whole, "{\"model\":\"m\",%s\"input\":%s," REST "}", before, items);
	ck_assert_str_eq(call.sent, whole);
}

START_TEST(everything)
{
	static const hn_message m[] = { SAID(HN_ROLE_SYSTEM, "s"), SAID(HN_ROLE_USER, "a\0\"\xC3\xA9") };
	hn_request req = asking(m, 2);
	req.flags = HN_REQUEST_STREAM;
	req.set = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE | HN_SET_TOP_P | HN_SET_EFFORT | HN_SET_EXTRA | HN_SET_SCHEMA;
	req.max_tokens = 100;
	req.temperature = 0.7;
	req.top_p = 1;
	req.reasoning_effort = str_of("low");
	req.schema_name = str_of("n");
	req.schema = str_of("{\"type\":\"object\"}");
	req.extra = str_of("{\"user\":\"u\",\"include\":null}");
	begin();
	fake_secret(&call, "api_key", "k");
	fake_string(&call, "extra_body", "{\"truncation\":\"auto\",\"reasoning\":{\"summary\":null}}");
	create();
	ask(&req, 0);
	ck_assert_str_eq(call.url, "http://localhost:8080/v1/responses");
	ck_assert_str_eq(call.headers, "Content-Type: application/json\nAuthorization: Bearer <k>\n");
	ck_assert_str_eq(call.sent,
		"{\"model\":\"m\",\"instructions\":\"s\",\"input\":[{\"role\":\"user\",\"content\":\"a\\u0000\\\"\xC3\xA9\"}],\"store\":false,"
		"\"max_output_tokens\":100,\"temperature\":0.7,\"top_p\":1,\"reasoning\":{\"effort\":\"low\"},"
		"\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{\"type\":\"object\"},\"strict\":true}},"
		"\"stream\":true,\"truncation\":\"auto\",\"user\":\"u\"}");
	ck_assert_uint_eq(call.framing, HN_FRAME_EVENTS);
	end();
}
END_TEST

START_TEST(tools)
{
	static const hn_tool offered[] = { { S("tide"), S("When"), S("{\"type\":\"object\",\"properties\":{\"p\":{}}}") }, { S("now"), S(""), S("") } };
	static const struct { uint32_t choice; const char *json; } t[] = {
		{ HN_CHOICE_AUTO, "\"auto\"" }, { HN_CHOICE_NONE, "\"none\"" }, { HN_CHOICE_REQUIRED, "\"required\"" },
		{ HN_CHOICE_NAMED, "{\"type\":\"function\",\"name\":\"now\"}" },
	};
	static const hn_message m[] = { SAID(HN_ROLE_USER, "q") };
	char whole[1024];
	begin();
	create();
	for (size_t i = 0; i < COUNT(t); i++) {
		hn_request req = asking(m, 1);
		req.set = HN_SET_TOOLS | HN_SET_TOOL_CHOICE;
		req.tools = offered;
		req.n_tools = 2;
		req.tool_stride = sizeof *offered;
		req.tool_choice = t[i].choice;
		req.tool_name = str_of("now");
		ask(&req, 0);
		snprintf(whole, sizeof whole, "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}]," REST ",\"tools\":["
			"{\"type\":\"function\",\"name\":\"tide\",\"description\":\"When\",\"parameters\":{\"type\":\"object\",\"properties\":{\"p\":{}}},\"strict\":false},"
			"{\"type\":\"function\",\"name\":\"now\",\"parameters\":{\"type\":\"object\",\"properties\":{}},\"strict\":false}],\"tool_choice\":%s}", t[i].json);
		ck_assert_str_eq(call.sent, whole);
	}
	end();
}
END_TEST

START_TEST(given)
{
	static const hn_part parts[] = { TEXT("see"), TEXT(""), { .type = HN_PART_IMAGE, .mime = S("image/png"), .data = S("PNG") },
		{ .type = HN_PART_IMAGE, .flags = HN_PARTFLAG_URL, .data = S("https://h/a.png") },
		{ .type = HN_PART_FILE, .mime = S("application/pdf"), .name = S("a.pdf"), .data = S("PDF") },
		{ .type = HN_PART_FILE, .mime = S("text/csv"), .data = S("a,b") },
		{ .type = HN_PART_FILE, .flags = HN_PARTFLAG_URL, .data = S("https://h/b.pdf") } };
	static const hn_message m[] = { MESSAGE(HN_ROLE_USER, "see", parts) };
	begin();
	create();
	check_input(m, 1, "",
		"[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"see\"},"
		"{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,UE5H\",\"detail\":\"auto\"},"
		"{\"type\":\"input_image\",\"image_url\":\"https://h/a.png\",\"detail\":\"auto\"},"
		"{\"type\":\"input_file\",\"filename\":\"a.pdf\",\"file_data\":\"data:application/pdf;base64,UERG\"},"
		"{\"type\":\"input_file\",\"filename\":\"file\",\"file_data\":\"data:text/csv;base64,YSxi\"},"
		"{\"type\":\"input_file\",\"file_url\":\"https://h/b.pdf\"}]}]");
	end();
}
END_TEST

START_TEST(results)
{
	static const hn_part parts[] = { RESULT("c1", "noon"), RESULT("c2", "shut", .flags = HN_PARTFLAG_ERROR),
		RESULT("c3", "PNG", .mime = S("image/png")), RESULT("c4", "{}", .mime = S("application/json")),
		RESULT("c5", "PDF", .mime = S("application/pdf"), .name = S("f"), .flags = HN_PARTFLAG_ERROR), TEXT("passed over") };
	static const hn_message m[] = { MESSAGE(HN_ROLE_TOOL, "", parts) };
	begin();
	create();
	check_input(m, 1, "",
		"[{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"noon\"},"
		"{\"type\":\"function_call_output\",\"call_id\":\"c2\",\"output\":\"Error: shut\"},"
		"{\"type\":\"function_call_output\",\"call_id\":\"c3\",\"output\":[{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,UE5H\",\"detail\":\"auto\"}]},"
		"{\"type\":\"function_call_output\",\"call_id\":\"c4\",\"output\":\"{}\"},"
		"{\"type\":\"function_call_output\",\"call_id\":\"c5\",\"output\":[{\"type\":\"input_text\",\"text\":\"Error:\"},"
		"{\"type\":\"input_file\",\"filename\":\"f\",\"file_data\":\"data:application/pdf;base64,UERG\"}]}]");
	end();
}
END_TEST

/* A reply of the model's, as its parts stand, and the items that it is. */
#define REPLY(items_, ...) { (hn_part[]){ __VA_ARGS__ }, COUNT(((hn_part[]){ __VA_ARGS__ })), items_ }
#define OWN(text_) "{\"role\":\"assistant\",\"content\":\"" text_ "\"}"
#define OWN_CALL "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"}"

START_TEST(replies)
{
	const struct { const hn_part *parts; size_t n; const char *items; } t[] = {
		REPLY("[" OWN("ab") "]", TEXT("a"), TEXT("b")),
		REPLY("[]", TEXT("")),
		REPLY("[" THOUGHT "," OWN("a") "]", ITEM(THOUGHT), TEXT("a")),
		REPLY("[" THOUGHT "," OWN_CALL "," THOUGHT "," OWN("a") "]", ITEM(THOUGHT), CALL("c", "f", "{}"), ITEM(THOUGHT), TEXT("a")),
		/* reasoning without what it led to */
		REPLY("[" OWN("a") "]", TEXT("a"), ITEM(THOUGHT)),
		REPLY("[]", ITEM(THOUGHT)),
		/* an item of another type needs none */
		REPLY("[" THOUGHT "," SEARCH "]", ITEM(THOUGHT), ITEM(SEARCH)),
		REPLY("[" OWN("a") "," SEARCH "," OWN("b") "]", TEXT("a"), ITEM(SEARCH), TEXT("b")),
		/* messages in a row */
		REPLY("[" OWN("a") "," OWN("b\\n\\n") "]", TEXT("a\n\n"), OPAQUE("responses.message", "{}"), TEXT("b\n\n")),
		REPLY("[{\"role\":\"assistant\",\"content\":\"a\",\"phase\":\"commentary\"}," OWN_CALL "]",
			OPAQUE("responses.message", "{\"phase\":\"commentary\"}"), TEXT("a"), CALL("c", "f", "{}")),
		REPLY("[{\"role\":\"assistant\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\"}]}]",
			OPAQUE("responses.message", "{\"refusal\":true}"), TEXT("no")),
		/* of others, and broken */
		REPLY("[" OWN("a") "]", OPAQUE("reasoning_details", "[]"), OPAQUE("responses.id", "resp_1"), ITEM("{"), TEXT("a")),
		REPLY("[" OWN_CALL "]", CALL("c", "f", "{\"a\":")),
	};
	begin();
	create();
	for (size_t i = 0; i < COUNT(t); i++) {
		hn_message m[] = { { .role = HN_ROLE_ASSISTANT, .id = 1, .n_parts = (uint32_t)t[i].n, .part_stride = sizeof(hn_part), .parts = t[i].parts } };
		check_input(m, 1, "", t[i].items);
	}
	end();
}
END_TEST

/* An image of the model's is sent as the user's, after the results that may follow. */
START_TEST(pictures)
{
	static const hn_part own[] = { { .type = HN_PART_IMAGE, .mime = S("image/png"), .data = S("PNG") }, CALL("c", "f", "{}") };
	static const hn_part result[] = { RESULT("c", "r") };
	static const hn_message m[] = { MESSAGE(HN_ROLE_ASSISTANT, "", own), MESSAGE(HN_ROLE_TOOL, "", result), SAID(HN_ROLE_USER, "q") };
	begin();
	create();
	check_input(m, 3, "",
		"[" OWN_CALL ",{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"r\"},{\"role\":\"user\",\"content\":["
		"{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,UE5H\",\"detail\":\"auto\"}]},{\"role\":\"user\",\"content\":\"q\"}]");
	end();
}
END_TEST

/* ---- chains ---- */

static const hn_part first_parts[] = { TEXT("a"), OPAQUE("responses.id", "resp_1") };
static const hn_part second_parts[] = { ITEM(THOUGHT), TEXT("b"), OPAQUE("responses.id", "resp_2") };
static const hn_message talk[] = { SAID(HN_ROLE_SYSTEM, "s"), SAID(HN_ROLE_USER, "1"), MESSAGE(HN_ROLE_ASSISTANT, "a", first_parts),
	SAID(HN_ROLE_USER, "2"), MESSAGE(HN_ROLE_ASSISTANT, "b", second_parts), SAID(HN_ROLE_USER, "3") };

#define CHAINED(id, input) \
	"{\"model\":\"m\",\"instructions\":\"s\",\"input\":[" input "],\"previous_response_id\":\"" id "\",\"store\":true," \
	"\"reasoning\":{\"summary\":\"auto\"},\"include\":[\"reasoning.encrypted_content\"]}"
#define WHOLE_TALK \
	"{\"model\":\"m\",\"instructions\":\"s\",\"input\":[{\"role\":\"user\",\"content\":\"1\"}," OWN("a") ",{\"role\":\"user\",\"content\":\"2\"}," \
	THOUGHT "," OWN("b") ",{\"role\":\"user\",\"content\":\"3\"}],\"store\":true,\"reasoning\":{\"summary\":\"auto\"}," \
	"\"include\":[\"reasoning.encrypted_content\"],\"stream\":true}"

static void begin_chain(void)
{
	begin();
	fake_int(&call, "chain", 1);
	create();
}

START_TEST(chains)
{
	hn_request req = asking(talk, 6);
	begin_chain();
	ask(&req, 0);
	ck_assert_str_eq(call.sent, CHAINED("resp_2", "{\"role\":\"user\",\"content\":\"3\"}"));
	req.n_messages = 4;
	ask(&req, 0);
	ck_assert_str_eq(call.sent, CHAINED("resp_1", "{\"role\":\"user\",\"content\":\"2\"}"));
	/* nothing follows the newest one */
	req.n_messages = 5;
	ask(&req, 0);
	ck_assert_str_eq(call.sent, CHAINED("resp_1", "{\"role\":\"user\",\"content\":\"2\"}," THOUGHT "," OWN("b")));
	ck_assert_uint_eq(call.requests, 1);
	end();
}
END_TEST

#define TOO_LONG "\"error\":{\"message\":\"m\",\"code\":\"context_length_exceeded\"}}"

/* Which refusals of a name are answered by the whole history at once, and which are told. */
START_TEST(forgotten)
{
	static const struct { int32_t status; const char *body; unsigned requests; int32_t rc; } t[] = {
		{ 400, "{\"error\":{\"message\":\"Previous response with id 'resp_2' not found.\",\"code\":\"previous_response_not_found\"}}", 2, 0 },
		{ 404, "{\"error\":{\"message\":\"no resp_2 here\"}}", 2, 0 },
		{ 200, "data: {\"type\":\"response.created\",\"response\":{\"model\":\"m\"}}\n\n"
		       "data: {\"type\":\"error\",\"error\":{\"message\":\"no resp_2 here\"}}\n\n", 2, 0 },
		{ 200, "data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"message\":\"no resp_2 here\"}}}\n\n", 2, 0 },
		{ 200, "data: {\"type\":\"response.output_text.delta\",\"delta\":\"a\"}\n\n"
		       "data: {\"type\":\"error\",\"error\":{\"message\":\"no resp_2 here\",\"code\":\"server_error\"}}\n\n", 1, HN_ERR_UNAVAILABLE },
		{ 404, "{\"detail\":\"previous_response_id: gone\"}", 2, 0 },
		{ 422, "{\"detail\":[{\"loc\":[\"body\",\"previous_response_id\"],\"msg\":\"Extra inputs are not permitted\"}]}", 2, 0 },
		{ 400, "{\"error\":{\"message\":\"m\",\"code\":\"context_length_exceeded\"}}", 2, 0 },
		{ 200, "{\"object\":\"response\",\"status\":\"failed\",\"output\":[]," TOO_LONG, 2, 0 },
		{ 200, "{\"object\":\"response\",\"status\":\"failed\",\"output\":[{\"type\":\"message\",\"content\":\"a\"}]," TOO_LONG, 1,
			HN_ERR_CONTEXT_TOO_LONG },
		{ 404, "{\"error\":{\"message\":\"The model m does not exist\",\"code\":\"model_not_found\"}}", 1, HN_ERR_NOT_FOUND },
		{ 500, "{\"error\":{\"message\":\"previous_response_id: gone\"}}", 1, HN_ERR_UNAVAILABLE },
		{ 401, "{\"error\":{\"message\":\"resp_2 is another's\"}}", 1, HN_ERR_AUTH },
	};
	hn_request req = asking(talk, 6);
	req.flags = HN_REQUEST_STREAM;
	begin_chain();
	for (size_t i = 0; i < COUNT(t); i++) {
		fake_again(&call);
		call.requests = 0;
		call.status = t[i].status;
		fake_body(&call, t[i].body);
		call.then.status = 200;
		call.then.body = OK;
		ck_assert_int_eq(provider()->chat(self, &call, &req), t[i].rc);
		ck_assert_uint_eq(call.requests, t[i].requests);
		if (t[i].requests == 2)
			ck_assert_str_eq(call.sent, WHOLE_TALK);
	}
	end();
}
END_TEST

/* ---- refusals ---- */

START_TEST(learnt)
{
	static const struct { int32_t status; const char *body, *rest; } t[] = {
		{ 400, "{\"error\":{\"message\":\"Unsupported parameter: 'reasoning.effort' is not supported with this model.\",\"param\":\"reasoning.effort\"}}",
			"\"reasoning\":{\"summary\":\"auto\"},\"include\":[\"reasoning.encrypted_content\"]" },
		{ 400, "{\"error\":{\"message\":\"Your organization must be verified to generate reasoning summaries.\",\"param\":\"reasoning.summary\",\"code\":\"unsupported_value\"}}",
			"\"reasoning\":{\"effort\":\"low\"},\"include\":[\"reasoning.encrypted_content\"]" },
		{ 400, "{\"error\":{\"message\":\"Encrypted content is not supported with this model.\",\"param\":\"include\"}}",
			"\"reasoning\":{\"effort\":\"low\",\"summary\":\"auto\"}" },
		{ 400, "{\"error\":{\"message\":\"Unknown parameter: 'reasoning'.\",\"param\":\"reasoning\",\"code\":\"unknown_parameter\"}}",
			"\"reasoning\":{\"effort\":\"low\"},\"include\":[\"reasoning.encrypted_content\"]" },
	};
	static const hn_message m[] = { SAID(HN_ROLE_USER, "q") };
	char whole[512];
	for (size_t i = 0; i < COUNT(t); i++) {
		hn_request req = asking(m, 1);
		req.set = HN_SET_EFFORT;
		req.reasoning_effort = str_of("low");
		begin();
		create();
		call.status = t[i].status;
		fake_body(&call, t[i].body);
		ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ADAPTED);
		call.status = 200;
		ask(&req, 0);
		snprintf(whole, sizeof whole, "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":\"q\"}],\"store\":false,%s}", t[i].rest);
		ck_assert_str_eq(call.sent, whole);
		req.model = str_of("other"); /* another model may take it */
		ask(&req, 0);
		ck_assert_ptr_nonnull(strstr(call.sent, "\"reasoning\":{\"effort\":\"low\",\"summary\":\"auto\"},\"include\""));
		end();
	}
}
END_TEST

/* Refusals add up; what a server cannot read is not handed back again. */
START_TEST(learnt_together)
{
	static const struct { const char *body, *gone; } t[] = {
		{ "{\"error\":{\"message\":\"Unsupported parameter: 'reasoning.summary'\",\"param\":\"reasoning.summary\"}}", "\"reasoning\":" },
		{ "{\"error\":{\"message\":\"Encrypted content is not supported with this model.\",\"param\":\"include\"}}", "\"include\"" },
		{ "{\"error\":{\"message\":\"The encrypted content x could not be verified.\",\"code\":\"invalid_encrypted_content\"}}", "rs_1" },
	};
	static const hn_part parts[] = { ITEM(THOUGHT), TEXT("a") };
	static const hn_message m[] = { SAID(HN_ROLE_USER, "1"), MESSAGE(HN_ROLE_ASSISTANT, "a", parts), SAID(HN_ROLE_USER, "2") };
	hn_request req = asking(m, 3);
	begin();
	create();
	for (size_t i = 0; i < COUNT(t); i++) {
		call.status = 400;
		fake_body(&call, t[i].body);
		ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ADAPTED);
		ck_assert_ptr_nonnull(strstr(call.sent, t[i].gone));
	}
	call.status = 200;
	ask(&req, 0);
	ck_assert_str_eq(call.sent, "{\"model\":\"m\",\"input\":[{\"role\":\"user\",\"content\":\"1\"}," OWN("a") ",{\"role\":\"user\",\"content\":\"2\"}],"
		"\"store\":false}");
	end();
}
END_TEST

/* A limit that the server refuses, by the member that it is sent as. */
START_TEST(limit)
{
	static const hn_message m[] = { SAID(HN_ROLE_USER, "q") };
	hn_request req = asking(m, 1);
	req.set = HN_SET_MAX_TOKENS;
	req.max_tokens = 9000;
	begin();
	create();
	call.status = 400;
	fake_body(&call, "{\"error\":{\"message\":\"max_output_tokens is too large: 9000. This model supports at most 4096 output tokens.\",\"param\":\"max_output_tokens\"}}");
	ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ERR_BAD_REQUEST);
	ck_assert_uint_eq(call.error_flags, HN_FAIL_REPLY_LIMIT);
	ck_assert_int_eq(call.error_max_output, 4096);
	end();
}
END_TEST

START_TEST(refused)
{
	static const hn_message m[] = { SAID(HN_ROLE_USER, "q") };
	hn_request req = asking(m, 1);
	begin();
	create();
	req.set = HN_SET_SCHEMA;
	req.schema = str_of("[]");
	ask(&req, HN_ERR_USAGE);
	ck_assert_str_eq(call.message, "the schema of the reply: expected a JSON object");
	ck_assert_uint_eq(call.requests, 0);
	end();
}
END_TEST

START_TEST(abilities)
{
	const hn_provider *p = provider();
	ck_assert_uint_eq(p->heeds & (HN_SET_STOP | HN_SET_SEED), 0);
	ck_assert_uint_eq(p->heeds, HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE | HN_SET_TOP_P | HN_SET_EFFORT | HN_SET_TOOLS | HN_SET_TOOL_CHOICE |
		HN_SET_SCHEMA | HN_SET_EXTRA);
}
END_TEST

UNIT_MAIN("responses_request", everything, tools, given, results, replies, pictures, chains, forgotten, learnt, learnt_together, limit, refused, abilities)
