/* SPDX-License-Identifier: MIT */
/* anthropic: what a request becomes: blocks, turns, tools, reasoning, marks of what is cached, and what is refused. */
#include "../anthropic_fixture.h"

#define S(text) { text, sizeof(text) - 1 }
#define COUNT(a) ((uint32_t)(sizeof(a) / sizeof *(a)))
#define MESSAGE(role_, parts_) \
	{ .role = (role_), .id = 1, .n_parts = COUNT(parts_), .part_stride = sizeof *(parts_), .parts = (parts_) }
#define TEXT_PART(text_) { .type = HN_PART_TEXT, .data = S(text_) }
#define CALL_PART(id_, name_, data_) { .type = HN_PART_TOOL_CALL, .id = S(id_), .name = S(name_), .data = S(data_) }
#define RESULT_PART(id_, data_, ...) { .type = HN_PART_TOOL_RESULT, .id = S(id_), .data = S(data_), __VA_ARGS__ }
#define OPAQUE_PART(name_, data_) { .type = HN_PART_OPAQUE, .name = S(name_), .data = S(data_) }
#define THOUGHT "{\"type\":\"thinking\",\"thinking\":\"Hm.\",\"signature\":\"Eo4B\"}"
#define MARK ",\"cache_control\":{\"type\":\"ephemeral\"}"

/* A request with these messages. */
static hn_request asking(const hn_message *m, uint32_t n)
{
	return (hn_request){ .struct_size = sizeof(hn_request), .n_messages = n, .message_stride = sizeof *m, .messages = m,
		.set = HN_SET_MAX_TOKENS, .max_tokens = 4096, .model = S("m") };
}

static const hn_part hi_parts[] = { TEXT_PART("hi") };
static const hn_message hi[] = { MESSAGE(HN_ROLE_USER, hi_parts) };
#define HI "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}"

/* Asks, and checks the body. */
static void check_body(const hn_request *req, const char *json)
{
	fake_body(&call, req->flags & HN_REQUEST_STREAM ? FINE : WHOLE);
	ck_assert_int_eq(provider()->chat(self, &call, req), 0);
	ck_assert_str_eq(call.sent, json);
}

/* Asks with these messages and no marks, and checks the body's "messages". */
static void check_messages(const hn_message *m, uint32_t n, const char *json)
{
	char whole[4096];
	hn_request req = asking(m, n);
	snprintf(whole, sizeof whole, "{\"model\":\"m\",\"messages\":%s,\"max_tokens\":4096}", json);
	begin_here();
	fake_int(&call, "cache", 0);
	create();
	check_body(&req, whole);
	end();
}

START_TEST(plain)
{
	hn_request req = asking(hi, 1);
	begin_here();
	create();
	req.flags = HN_REQUEST_STREAM;
	check_body(&req, "{\"model\":\"m\",\"messages\":[" HI "],\"max_tokens\":4096,\"stream\":true}");
	ck_assert_str_eq(call.url, "https://api.anthropic.com/v1/messages");
	ck_assert_str_eq(call.headers,
		"Content-Type: application/json\nx-api-key: <sk-ant-1>\nanthropic-version: 2023-06-01\n");
	/* the API demands a limit */
	req.set = 0;
	req.flags = 0;
	check_body(&req, "{\"model\":\"m\",\"messages\":[" HI "],\"max_tokens\":8192}");
	end();
}
END_TEST

START_TEST(settings)
{
	static const hn_str stops[] = { S("END"), S("\n\n") };
	hn_request req = asking(hi, 1);
	begin_here();
	fake_string(&call, "extra_body", "{\"metadata\":{\"user_id\":\"u\"},\"top_p\":null}");
	create();
	req.set |= HN_SET_TEMPERATURE | HN_SET_TOP_P | HN_SET_STOP | HN_SET_EFFORT | HN_SET_SCHEMA | HN_SET_EXTRA;
	req.temperature = 0.7;
	req.top_p = 0.9;
	req.stop = stops;
	req.n_stop = 2;
	req.reasoning_effort = (hn_str)S("low");
	req.schema_name = (hn_str)S("colour");
	req.schema = (hn_str)S("{\"type\":\"object\"}");
	req.extra = (hn_str)S("{\"top_k\":5}");
	check_body(&req,
		"{\"model\":\"m\",\"messages\":[" HI "],\"max_tokens\":4096,\"temperature\":0.7,"
		"\"stop_sequences\":[\"END\",\"\\n\\n\"],\"output_config\":{\"effort\":\"low\",\"format\":{\"type\":\"json_schema\","
		"\"schema\":{\"type\":\"object\"}}},\"metadata\":{\"user_id\":\"u\"},\"top_k\":5}");
	end();
}
END_TEST

START_TEST(images_and_files)
{
	static const hn_part parts[] = {
		TEXT_PART("Look: "),
		{ .type = HN_PART_IMAGE, .name = S("a.png"), .mime = S("image/png"), .data = S("\x89PNG") },
		{ .type = HN_PART_IMAGE, .flags = HN_PARTFLAG_URL, .mime = S("image/jpeg"), .data = S("https://h/b.jpg") },
		{ .type = HN_PART_FILE, .name = S("c.pdf"), .mime = S("application/pdf"), .data = S("%PDF") },
		{ .type = HN_PART_FILE, .mime = S("text/csv"), .data = S("1,2") },
		{ .type = HN_PART_FILE, .flags = HN_PARTFLAG_URL, .name = S("g.pdf"), .data = S("https://h/g.pdf") },
		TEXT_PART(""),
	};
	static const hn_message m[] = { MESSAGE(HN_ROLE_USER, parts) };
	check_messages(m, 1,
		"[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Look: \"},"
		"{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"iVBORw==\"}},"
		"{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"https://h/b.jpg\"}},"
		"{\"type\":\"document\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\",\"data\":\"JVBERg==\"},"
		"\"title\":\"c.pdf\"},"
		"{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"1,2\"}},"
		"{\"type\":\"document\",\"source\":{\"type\":\"url\",\"url\":\"https://h/g.pdf\"},\"title\":\"g.pdf\"}]}]");
}
END_TEST

START_TEST(other_files)
{
	static const hn_part parts[] = { { .type = HN_PART_FILE, .name = S("d.wav"), .mime = S("audio/wav"), .data = S("RIFF\xff") } };
	static const hn_part result[] = { RESULT_PART("c", "RIFF\xff", .name = S("record"), .mime = S("audio/wav")) };
	static const hn_message m[] = { MESSAGE(HN_ROLE_USER, parts) }, got[] = { MESSAGE(HN_ROLE_TOOL, result) };
	hn_request req = asking(m, 1);
	begin_here();
	create();
	ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ERR_USAGE);
	ck_assert_str_eq(call.message, "the file \"d.wav\": expected text or PDF, not audio/wav");
	req.messages = got;
	ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ERR_USAGE);
	ck_assert_str_eq(call.message, "a result of the tool \"record\": expected text or PDF, not audio/wav");
	ck_assert_uint_eq(call.requests, 0);
	end();
}
END_TEST

/* Results stand in one turn with what the user says next, and before it; an image of the model's comes with that turn.
 * Blocks of other wires are passed over. */
START_TEST(turns_alternate)
{
	static const hn_part system[] = { TEXT_PART("Be brief.") }, ask[] = { TEXT_PART("Tide?") }, more[] = { TEXT_PART("And?") };
	static const hn_part own[] = { OPAQUE_PART("reasoning_details", "[{}]"), OPAQUE_PART("anthropic.thinking", THOUGHT),
		TEXT_PART("I look."), TEXT_PART(" \n"), OPAQUE_PART("anthropic.block", "{\"type\":\"x\"}"),
		{ .type = HN_PART_IMAGE, .mime = S("image/png"), .data = S("\x89PNG") },
		CALL_PART("c1", "tide", "{\"port\":\"Brest\"}"), CALL_PART("c2", "now", "[") };
	static const hn_part one[] = { RESULT_PART("c1", "3 m") };
	static const hn_part two[] = { RESULT_PART("c2", "no clock", .flags = HN_PARTFLAG_ERROR), RESULT_PART("c3", ""),
		RESULT_PART("c4", "\x89PNG", .mime = S("image/png")) };
	static const hn_message m[] = { { .role = HN_ROLE_SYSTEM, .id = 1, .n_parts = 1, .part_stride = sizeof *system,
						.parts = system, .text = S("Be brief.") },
		MESSAGE(HN_ROLE_USER, ask), MESSAGE(HN_ROLE_ASSISTANT, own), MESSAGE(HN_ROLE_TOOL, one),
		MESSAGE(HN_ROLE_TOOL, two), MESSAGE(HN_ROLE_USER, more) };
	hn_request req = asking(m, COUNT(m));
	begin_here();
	fake_int(&call, "cache", 0);
	create();
	check_body(&req,
		"{\"model\":\"m\",\"system\":[{\"type\":\"text\",\"text\":\"Be brief.\"}],\"messages\":["
		"{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Tide?\"}]},"
		"{\"role\":\"assistant\",\"content\":[" THOUGHT ",{\"type\":\"text\",\"text\":\"I look.\"},{\"type\":\"x\"},"
		"{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"tide\",\"input\":{\"port\":\"Brest\"}},"
		"{\"type\":\"tool_use\",\"id\":\"c2\",\"name\":\"now\",\"input\":{}}]},"
		"{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"c1\",\"content\":\"3 m\"},"
		"{\"type\":\"tool_result\",\"tool_use_id\":\"c2\",\"content\":\"no clock\",\"is_error\":true},"
		"{\"type\":\"tool_result\",\"tool_use_id\":\"c3\"},"
		"{\"type\":\"tool_result\",\"tool_use_id\":\"c4\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"base64\","
		"\"media_type\":\"image/png\",\"data\":\"iVBORw==\"}}]},"
		"{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"iVBORw==\"}},"
		"{\"type\":\"text\",\"text\":\"And?\"}]}],\"max_tokens\":4096}");
	end();
}
END_TEST

/* An image of the model's is not lost where results of tools come last. */
START_TEST(image_before_results)
{
	static const hn_part own[] = { { .type = HN_PART_IMAGE, .mime = S("image/png"), .data = S("\x89PNG") }, CALL_PART("c", "now", "{}") };
	static const hn_part answer[] = { RESULT_PART("c", "9:00") };
	static const hn_message m[] = { MESSAGE(HN_ROLE_USER, hi_parts), MESSAGE(HN_ROLE_ASSISTANT, own), MESSAGE(HN_ROLE_TOOL, answer) };
	check_messages(m, COUNT(m),
		"[" HI ",{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"now\",\"input\":{}}]},"
		"{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"c\",\"content\":\"9:00\"},"
		"{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"iVBORw==\"}}]}]");
}
END_TEST

START_TEST(ids_and_failures)
{
	static const hn_part own[] = { CALL_PART("functions.tide:0", "tide", "{}"), CALL_PART("c-1_B", "now", "{}") };
	static const hn_part answers[] = { RESULT_PART("functions.tide:0", "", .flags = HN_PARTFLAG_ERROR), RESULT_PART("c-1_B", "") };
	static const hn_message m[] = { MESSAGE(HN_ROLE_USER, hi_parts), MESSAGE(HN_ROLE_ASSISTANT, own), MESSAGE(HN_ROLE_TOOL, answers) };
	check_messages(m, 3,
		"[" HI ",{\"role\":\"assistant\",\"content\":["
		"{\"type\":\"tool_use\",\"id\":\"functions_tide_0\",\"name\":\"tide\",\"input\":{}},"
		"{\"type\":\"tool_use\",\"id\":\"c-1_B\",\"name\":\"now\",\"input\":{}}]},{\"role\":\"user\",\"content\":["
		"{\"type\":\"tool_result\",\"tool_use_id\":\"functions_tide_0\",\"content\":\"The tool failed.\",\"is_error\":true},"
		"{\"type\":\"tool_result\",\"tool_use_id\":\"c-1_B\"}]}]");
}
END_TEST

/* A reply of which nothing is left makes no turn, nor is there a blank system prompt. */
START_TEST(empty_replies)
{
	static const hn_part nothing[] = { TEXT_PART("") };
	static const hn_message m[] = { { .role = HN_ROLE_SYSTEM, .id = 1, .text = S(" ") }, MESSAGE(HN_ROLE_USER, hi_parts),
		MESSAGE(HN_ROLE_ASSISTANT, nothing), MESSAGE(HN_ROLE_USER, hi_parts) };
	check_messages(m, 4,
		"[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"},{\"type\":\"text\",\"text\":\"hi\"}]}]");
}
END_TEST

static const hn_tool tools[] = { { S("tide"), S("The tide."), S("{\"type\":\"object\",\"properties\":{}}") }, { .name = S("now") } };
#define TOOLS_BUT_MARK                                                                                               \
	"\"tools\":[{\"name\":\"tide\",\"description\":\"The tide.\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}}," \
	"{\"name\":\"now\",\"input_schema\":{\"type\":\"object\"}"

START_TEST(offers_tools)
{
	static const struct {
		uint32_t choice;
		const char *json;
	} t[] = { { HN_CHOICE_AUTO, "{\"type\":\"auto\"}" }, { HN_CHOICE_NONE, "{\"type\":\"none\"}" },
		{ HN_CHOICE_REQUIRED, "{\"type\":\"any\"}" }, { HN_CHOICE_NAMED, "{\"type\":\"tool\",\"name\":\"now\"}" } };
	char whole[1024];
	hn_request req = asking(hi, 1);
	begin_here();
	create();
	req.set |= HN_SET_TOOLS | HN_SET_TOOL_CHOICE;
	req.tools = tools;
	req.n_tools = 2;
	req.tool_stride = sizeof *tools;
	req.tool_name = (hn_str)S("now");
	for (size_t i = 0; i < COUNT(t); i++) {
		req.tool_choice = t[i].choice;
		snprintf(whole, sizeof whole, "{\"model\":\"m\"," TOOLS_BUT_MARK MARK "}],\"tool_choice\":%s,\"messages\":[" HI
			"],\"max_tokens\":4096}", t[i].json);
		check_body(&req, whole);
	}
	/* without tools the API refuses a choice: sent only where the user has to know */
	req.n_tools = 0;
	for (size_t i = 0; i < COUNT(t); i++) {
		int asks = t[i].choice >= HN_CHOICE_REQUIRED;
		req.tool_choice = t[i].choice;
		snprintf(whole, sizeof whole, "{\"model\":\"m\",%s%s%s\"messages\":[" HI "],\"max_tokens\":4096}",
			asks ? "\"tool_choice\":" : "", asks ? t[i].json : "", asks ? "," : "");
		check_body(&req, whole);
	}
	end();
}
END_TEST

static const hn_part answer_parts[] = { TEXT_PART("yes") };
static const hn_message dialogue[] = { { .role = HN_ROLE_SYSTEM, .id = 1, .text = S("Be brief.") }, MESSAGE(HN_ROLE_USER, hi_parts),
	MESSAGE(HN_ROLE_ASSISTANT, answer_parts), MESSAGE(HN_ROLE_USER, hi_parts), MESSAGE(HN_ROLE_ASSISTANT, answer_parts),
	MESSAGE(HN_ROLE_USER, hi_parts) };
#define HI_BUT_END "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\""
#define YES "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"yes\"}]}"
#define SYSTEM_BUT_END "\"system\":[{\"type\":\"text\",\"text\":\"Be brief.\""

/* The system prompt, and the last two turns of the user's; of the first question only the prompt. */
START_TEST(marks)
{
	hn_request req = asking(dialogue, 6);
	begin_here();
	create();
	check_body(&req,
		"{\"model\":\"m\"," SYSTEM_BUT_END MARK "}],\"messages\":[" HI_BUT_END "}]}," YES "," HI_BUT_END MARK "}]}," YES
		"," HI_BUT_END MARK "}]}],\"max_tokens\":4096}");
	req.n_messages = 2;
	check_body(&req, "{\"model\":\"m\"," SYSTEM_BUT_END MARK "}],\"messages\":[" HI "],\"max_tokens\":4096}");
	provider()->destroy(self);
	fake_int(&call, "cache", 0);
	create();
	check_body(&req, "{\"model\":\"m\"," SYSTEM_BUT_END "}],\"messages\":[" HI "],\"max_tokens\":4096}");
	end();
}
END_TEST

/* Asks with an option `thinking`, of which this is said. */
static void check_thinking(int64_t tokens, const hn_request *req, const char *json)
{
	begin_here();
	fake_int(&call, "thinking", tokens);
	create();
	fake_body(&call, WHOLE);
	ck_assert_int_eq(provider()->chat(self, &call, req), 0);
	const char *at = strstr(call.sent, "\"thinking\":{\"type");
	char got[200] = "";
	if (at)
		snprintf(got, sizeof got, "%.*s", (int)(strcspn(at, "}") + 1), at);
	ck_assert_str_eq(got, json);
	end();
}

#define ENABLED(n) "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":" n "}"

START_TEST(thinks)
{
	static const hn_part own[] = { OPAQUE_PART("anthropic.thinking", THOUGHT), CALL_PART("c1", "now", "{}") },
			     bare[] = { TEXT_PART("x"), CALL_PART("c1", "now", "{}") }, result[] = { RESULT_PART("c1", "3") };
	static const hn_message loop[] = { MESSAGE(HN_ROLE_USER, hi_parts), MESSAGE(HN_ROLE_ASSISTANT, own), MESSAGE(HN_ROLE_TOOL, result) },
				bare_loop[] = { MESSAGE(HN_ROLE_USER, hi_parts), MESSAGE(HN_ROLE_ASSISTANT, bare), MESSAGE(HN_ROLE_TOOL, result) };
	hn_request req = asking(hi, 1);
	check_thinking(0, &req, "\"thinking\":{\"type\":\"disabled\"}");
	check_thinking(2000, &req, ENABLED("2000"));
	check_thinking(1, &req, ENABLED("1024"));      /* the least that the API takes */
	check_thinking(9000, &req, ENABLED("3072"));   /* a quarter of the limit is left to answer */
	req.set |= HN_SET_EFFORT;
	req.reasoning_effort = (hn_str)S("none");
	check_thinking(2000, &req, "\"thinking\":{\"type\":\"disabled\"}");
	req.set &= ~HN_SET_EFFORT;
	req.max_tokens = 1200;
	check_thinking(2000, &req, ENABLED("1024"));
	req.max_tokens = 1024;
	check_thinking(2000, &req, "");                 /* no room */
	req.max_tokens = 4096;
	req.set |= HN_SET_TOOLS | HN_SET_TOOL_CHOICE;
	req.tools = tools;
	req.n_tools = 2;
	req.tool_stride = sizeof *tools;
	req.tool_choice = HN_CHOICE_REQUIRED;
	check_thinking(2000, &req, "");                 /* not beside a tool that has to be called */
	req = asking(loop, 3);
	check_thinking(2000, &req, ENABLED("2000"));
	req = asking(bare_loop, 3);
	check_thinking(2000, &req, "");                 /* the reasoning that led to the call is missing */
}
END_TEST

START_TEST(bad_options)
{
	begin_here();
	fake_int(&call, "thinking", -1);
	ck_assert_int_eq(provider()->create(&fake_host, &call, &self), HN_ERR_CONFIG);
	ck_assert_str_eq(call.message, "thinking: expected tokens, 0 or more");
	fake_end(&call);
	begin_here();
	fake_string(&call, "extra_body", "[1]");
	ck_assert_int_eq(provider()->create(&fake_host, &call, &self), HN_ERR_CONFIG);
	ck_assert_str_eq(call.message, "extra_body: expected a JSON object");
	fake_end(&call);
}
END_TEST

/* Asks twice: the server refuses with that message, and is asked without what it refuses. */
static void check_refused(int64_t thinking, const hn_request *req, const char *message, const char *json, const char *notice)
{
	begin_here();
	if (thinking >= 0)
		fake_int(&call, "thinking", thinking);
	create();
	call.status = 400;
	fake_body(&call, message);
	ck_assert_int_eq(provider()->chat(self, &call, req), HN_ADAPTED);
	ck_assert_str_eq(call.beside.p ? call.beside.p : "", notice);
	call.status = 200;
	check_body(req, json);
	end();
}

#define REFUSED(message) WRONG("invalid_request_error", message)
#define BODY(rest) "{\"model\":\"m\",\"messages\":[" HI "],\"max_tokens\":4096" rest "}"

START_TEST(learns)
{
	static const hn_part own[] = { OPAQUE_PART("anthropic.thinking", THOUGHT), TEXT_PART("yes") };
	static const hn_message thought[] = { MESSAGE(HN_ROLE_USER, hi_parts), MESSAGE(HN_ROLE_ASSISTANT, own), MESSAGE(HN_ROLE_USER, hi_parts) };
	static const char bare[] = "{\"model\":\"m\",\"messages\":[" HI_BUT_END MARK "}]}," YES "," HI_BUT_END MARK "}]}],\"max_tokens\":4096}";
	hn_request req = asking(hi, 1);
	check_refused(2000, &req,
		REFUSED("\\\"thinking.type.enabled\\\" is not supported for this model. Use \\\"thinking.type.adaptive\\\" and "
			"\\\"output_config.effort\\\" to control thinking behavior."),
		BODY(",\"thinking\":{\"type\":\"adaptive\",\"display\":\"summarized\"},\"output_config\":{\"effort\":\"low\"}"), "");
	check_refused(0, &req, REFUSED("\\\"thinking.type.disabled\\\" is not supported for this model."), BODY(""), "");
	req.set |= HN_SET_EFFORT;
	req.reasoning_effort = (hn_str)S("max");
	check_refused(-1, &req, REFUSED("This model does not support the effort parameter."), BODY(""),
		"the server refuses reasoning_effort: hobnob asks again without it\n");
	req = asking(hi, 1);
	req.set |= HN_SET_TEMPERATURE | HN_SET_TOP_P;
	req.temperature = req.top_p = 0.5;
	check_refused(-1, &req, REFUSED("`temperature` and `top_p` cannot both be specified for this model. Please use only one."),
		BODY(",\"temperature\":0.5"), "the server refuses top_p: hobnob asks again without it\n");
	req.set &= ~HN_SET_TOP_P;
	check_refused(-1, &req, REFUSED("`temperature` is deprecated for this model."), BODY(""),
		"the server refuses temperature: hobnob asks again without it\n");
	check_refused(2000, &req,
		REFUSED("`temperature` may only be set to 1 when thinking is enabled or in adaptive mode. Please consult our documentation"),
		BODY(",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2000}"),
		"the server refuses temperature: hobnob asks again without it\n");
	req = asking(thought, 3);
	check_refused(-1, &req, REFUSED("messages.1.content.0: Invalid `signature` in `thinking` block"), bare, "");
	check_refused(-1, &req,
		REFUSED("messages.1.content.0: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified."),
		bare, "");
	check_refused(-1, &req, REFUSED("messages.0.content.0.text.cache_control: Extra inputs are not permitted"),
		"{\"model\":\"m\",\"messages\":[" HI ",{\"role\":\"assistant\",\"content\":[" THOUGHT ",{\"type\":\"text\",\"text\":\"yes\"}]},"
		HI "],\"max_tokens\":4096}", "");
}
END_TEST

/* Where no way to think is left, the model does as it does by itself. */
START_TEST(gives_up_thinking)
{
	hn_request req = asking(hi, 1);
	begin_here();
	fake_int(&call, "thinking", 20000);
	create();
	call.status = 400;
	fake_body(&call, REFUSED("\\\"thinking.type.enabled\\\" is not supported for this model."));
	ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ADAPTED);
	fake_body(&call, REFUSED("adaptive thinking is not supported on this model"));
	ck_assert_int_eq(provider()->chat(self, &call, &req), HN_ADAPTED);
	ck_assert_ptr_nonnull(strstr(call.sent, "\"output_config\":{\"effort\":\"high\"}"));
	call.status = 200;
	check_body(&req, BODY(""));
	end();
}
END_TEST

UNIT_MAIN("anthropic_request", plain, settings, images_and_files, other_files, turns_alternate, image_before_results, ids_and_failures, empty_replies, offers_tools, marks, thinks, bad_options,
	learns, gives_up_thinking)
