/* SPDX-License-Identifier: MIT */
/* gemini: what it asks: addresses, settings, thinking, tools, and the turns with their signatures. */
#include "../codec_fixture.h"

#define S(text) { text, sizeof(text) - 1 }
#define COUNT(a) (sizeof(a) / sizeof *(a))
#define MESSAGE(role_, parts_) \
	{ .role = (role_), .id = 1, .n_parts = (uint32_t)COUNT(parts_), .part_stride = sizeof *(parts_), .parts = (parts_), .text = S("t") }
#define TEXT(text_) { .type = HN_PART_TEXT, .data = S(text_) }
#define CALL(id_, name_, data_) { .type = HN_PART_TOOL_CALL, .id = S(id_), .name = S(name_), .data = S(data_) }
#define RESULT(id_, data_, ...) { .type = HN_PART_TOOL_RESULT, .id = S(id_), .data = S(data_), __VA_ARGS__ }
#define OPAQUE(name_, data_) { .type = HN_PART_OPAQUE, .name = S(name_), .data = S(data_) }
#define OK "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"ok\"}]},\"finishReason\":\"STOP\"}]}"

static void begin_here(void)
{
	begin();
	fake_string(&call, "base_url", "http://localhost:8080");
}

/* A request of these messages. */
static hn_request asking(const hn_message *m, size_t n)
{
	return (hn_request){ .struct_size = sizeof(hn_request), .n_messages = (uint32_t)n, .message_stride = sizeof *m, .messages = m,
		.model = S("m") };
}

static hn_request plain(void)
{
	static const hn_part parts[] = { TEXT("hi") };
	static const hn_message m[] = { MESSAGE(HN_ROLE_USER, parts) };
	return asking(m, 1);
}

/* Asks, and checks that the answer is read as expected. */
static void ask(const hn_request *req, const char *answer, int32_t rc)
{
	fake_again(&call);
	fake_body(&call, answer);
	ck_assert_int_eq(provider()->chat(self, &call, req), rc);
}

/* What the body has beside this much of it. */
static void check_sent(const char *before, const char *json)
{
	char whole[4096];
	snprintf(whole, sizeof whole, "{%s%s}", before, json);
	ck_assert_str_eq(call.sent, whole);
}

#define HI "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]"
#define THOUGHTS "\"thinkingConfig\":{\"includeThoughts\":true}"

/* Checks the turns of a request of these messages. */
static void check_turns(const hn_message *m, size_t n, const char *json)
{
	char whole[4096];
	hn_request req = asking(m, n);
	ask(&req, OK, 0);
	snprintf(whole, sizeof whole, "{\"contents\":%s,\"generationConfig\":{" THOUGHTS "}}", json);
	ck_assert_str_eq(call.sent, whole);
}

START_TEST(addresses)
{
	static const struct {
		const char *base, *model, *url;
		int stream;
	} t[] = {
		{ "https://h", "gemini-x", "https://h/v1beta/models/gemini-x:streamGenerateContent?alt=sse", 1 },
		{ "https://h", "gemini-x", "https://h/v1beta/models/gemini-x:generateContent", 0 },
		{ "https://h/v1/", "models/gemini-x", "https://h/v1/models/gemini-x:generateContent", 0 },
		{ "https://h/gw/v1alpha?a=b", "x", "https://h/gw/v1alpha/models/x:streamGenerateContent?alt=sse&a=b", 1 },
		{ "https://h/vertex", "x", "https://h/vertex/v1beta/models/x:generateContent", 0 },
		{ "https://h/gw?a=b", "x", "https://h/gw/v1beta/models/x:generateContent?a=b", 0 },
		{ "https://h", "tunedModels/mine-1", "https://h/v1beta/tunedModels/mine-1:generateContent", 0 },
		{ "https://h", "models/models/x", "https://h/v1beta/models/models%2Fx:generateContent", 0 },
		{ "https://h", "a b?c#d%:\xC3\xBC..~_-", "https://h/v1beta/models/a%20b%3Fc%23d%25%3A%C3%BC..~_-:generateContent", 0 },
	};
	for (size_t i = 0; i < COUNT(t); i++) {
		hn_request req = plain();
		begin();
		fake_string(&call, "base_url", t[i].base);
		fake_secret(&call, "api_key", "k");
		create();
		req.model = str_of(t[i].model);
		req.flags = t[i].stream ? HN_REQUEST_STREAM : 0;
		ask(&req, OK, 0);
		ck_assert_str_eq(call.url, t[i].url);
		ck_assert_str_eq(call.method, "POST");
		ck_assert_str_eq(call.headers, "Content-Type: application/json\nx-goog-api-key: <k>\n");
		ck_assert_uint_eq(call.framing, t[i].stream ? HN_FRAME_EVENTS : HN_FRAME_WHOLE);
		end();
	}
}
END_TEST

START_TEST(settings)
{
	static const hn_str stops[] = { S("END"), S("FIN") };
	hn_request req = plain();
	begin_here();
	create();
	req.set = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE | HN_SET_TOP_P | HN_SET_SEED | HN_SET_STOP | HN_SET_SCHEMA;
	req.max_tokens = 9;
	req.temperature = 0.7;
	req.top_p = 1;
	req.seed = -3;
	req.stop = stops;
	req.n_stop = 2;
	req.schema = (hn_str)S("{\"$schema\":\"x\",\"type\":\"object\"}");
	req.schema_name = (hn_str)S("s");
	ask(&req, OK, 0);
	check_sent(HI, ",\"generationConfig\":{\"maxOutputTokens\":9,\"temperature\":0.7,\"topP\":1,\"stopSequences\":[\"END\",\"FIN\"],\"seed\":-3,"
		       "\"responseMimeType\":\"application/json\",\"responseJsonSchema\":{\"type\":\"object\"}," THOUGHTS "}");
	end();
}
END_TEST

/* What the user adds is merged: null takes out, and the request's own comes last. */
START_TEST(extras)
{
	hn_request req = plain();
	begin_here();
	fake_string(&call, "extra_body", "{\"generationConfig\":{\"topK\":3,\"thinkingConfig\":null},\"safetySettings\":[]}");
	create();
	req.set = HN_SET_EXTRA;
	req.extra = (hn_str)S("{\"safetySettings\":null,\"generationConfig\":{\"topK\":4}}");
	ask(&req, OK, 0);
	check_sent(HI, ",\"generationConfig\":{\"topK\":4}");
	end();
}
END_TEST

/* Each way to say how much to think, and what is sent: at first, where that form is refused, where the other is, too. */
START_TEST(thinking)
{
	static const struct {
		const char *option, *effort, *sent[3];
		unsigned notices;
	} t[] = {
		{ NULL, NULL, { "\"includeThoughts\":true", NULL, NULL }, 0 },
		{ "0", NULL, { "\"thinkingBudget\":0", "\"thinkingLevel\":\"minimal\",\"includeThoughts\":true", "" }, 1 },
		{ "-1", NULL, { "\"thinkingBudget\":-1,\"includeThoughts\":true", "", NULL }, 1 },
		{ "512", NULL, { "\"thinkingBudget\":512,\"includeThoughts\":true", "\"thinkingLevel\":\"low\",\"includeThoughts\":true", "" }, 1 },
		{ "8192", NULL, { "\"thinkingBudget\":8192,\"includeThoughts\":true", "\"thinkingLevel\":\"medium\",\"includeThoughts\":true", "" }, 1 },
		{ "8193", NULL, { "\"thinkingBudget\":8193,\"includeThoughts\":true", "\"thinkingLevel\":\"high\",\"includeThoughts\":true", "" }, 1 },
		{ "minimal", NULL, { "\"thinkingLevel\":\"minimal\",\"includeThoughts\":true", "\"thinkingBudget\":1024,\"includeThoughts\":true", "" }, 1 },
		{ "low", "high", { "\"thinkingLevel\":\"high\",\"includeThoughts\":true", "\"thinkingBudget\":24576,\"includeThoughts\":true", "" }, 1 },
		{ NULL, "medium", { "\"thinkingLevel\":\"medium\",\"includeThoughts\":true", "\"thinkingBudget\":8192,\"includeThoughts\":true", "" }, 1 },
		{ NULL, "none", { "\"thinkingBudget\":0", "\"thinkingLevel\":\"minimal\",\"includeThoughts\":true", "" }, 1 },
		{ NULL, "2000", { "\"thinkingBudget\":2000,\"includeThoughts\":true", "\"thinkingLevel\":\"medium\",\"includeThoughts\":true", "" }, 1 },
		{ NULL, "xhigh", { "\"thinkingLevel\":\"xhigh\",\"includeThoughts\":true", "", NULL }, 1 },
	};
	for (size_t i = 0; i < COUNT(t); i++) {
		hn_request req = plain();
		begin_here();
		if (t[i].option)
			fake_string(&call, "thinking", t[i].option);
		create();
		req.set = t[i].effort ? HN_SET_EFFORT : 0;
		req.reasoning_effort = str_of(t[i].effort);
		unsigned notices = 0;
		for (size_t k = 0; k < 3 && t[i].sent[k]; k++) {
			char config[256];
			int last = k == 2 || !t[i].sent[k + 1];
			snprintf(config, sizeof config, ",\"generationConfig\":{\"thinkingConfig\":{%s}}", t[i].sent[k]);
			call.status = last ? 200 : 400;
			ask(&req, last ? OK : strstr(t[i].sent[k], "Level") ? SAYS("Thinking level is not supported for this model.")
									     : SAYS("Thinking budget is not supported for this model."),
				last ? 0 : HN_ADAPTED);
			check_sent(HI, t[i].sent[k][0] ? config : "");
			notices += call.beside.n > 0;
		}
		ck_assert_uint_eq(notices, t[i].notices);
		end();
	}
}
END_TEST

/* What is wrong with thinking is blamed on the user's setting where there is one. */
START_TEST(blamed_thinking)
{
	static const char *const options[] = { NULL, "low", "99999" };
	for (size_t i = 0; i < COUNT(options); i++) {
		hn_request req = plain();
		begin_here();
		if (options[i])
			fake_string(&call, "thinking", options[i]);
		create();
		call.status = 400;
		ask(&req, SAYS("The thinking of this request is invalid."), HN_ERR_BAD_REQUEST);
		ck_assert_str_eq(call.hint, options[i] ? "change reasoning_effort or thinking, or unset it" : "");
		end();
	}
}
END_TEST

/* A model may have levels, but not the least one. */
START_TEST(least_level)
{
	static const char least[] = SAYS("Thinking level MINIMAL is not supported for this model. Please retry with other thinking level.");
	hn_request req = plain();
	begin_here();
	fake_string(&call, "thinking", "minimal");
	create();
	call.status = 400;
	ask(&req, least, HN_ADAPTED);
	ck_assert_ptr_nonnull(strstr(call.sent, "\"thinkingLevel\":\"minimal\""));
	call.status = 200;
	ask(&req, OK, 0);
	check_sent(HI, ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":\"low\",\"includeThoughts\":true}}");
	end();
}
END_TEST

START_TEST(wrong_thinking)
{
	static const char *const t[] = { "lots", "-2", "1.5", "9999999999999", "LOW", "-", "1 " };
	for (size_t i = 0; i < COUNT(t); i++) {
		begin_here();
		fake_string(&call, "thinking", t[i]);
		ck_assert_int_eq(provider()->create(&fake_host, &call, &self), HN_ERR_CONFIG);
		ck_assert_str_eq(call.message, "thinking: expected minimal, low, medium, high, or a number of tokens");
		self = NULL;
		end();
	}
}
END_TEST

START_TEST(tools)
{
	static const hn_tool offered[] = {
		{ S("tide"), S("when"), S("{\"$schema\":\"x\",\"type\":\"object\",\"properties\":{\"port\":{\"type\":\"string\"}}}") },
		{ S("now"), { NULL, 0 }, S("{\"type\":\"object\",\"properties\":{}}") },
		{ S("off"), { NULL, 0 }, { NULL, 0 } },
		{ S("any"), { NULL, 0 }, S("{\"type\":\"object\"}") },
	};
	hn_request req = plain();
	begin_here();
	create();
	req.set = HN_SET_TOOL_CHOICE; /* without tools: the server refuses a choice */
	req.tool_choice = HN_CHOICE_NONE;
	ask(&req, OK, 0);
	check_sent(HI, ",\"generationConfig\":{" THOUGHTS "}");
	req.tool_choice = HN_CHOICE_REQUIRED; /* sent nevertheless: the user has to know */
	ask(&req, OK, 0);
	check_sent(HI, ",\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"ANY\"}},\"generationConfig\":{" THOUGHTS "}");
	req.set = HN_SET_TOOLS | HN_SET_TOOL_CHOICE;
	req.tools = offered;
	req.n_tools = 4;
	req.tool_stride = sizeof *offered;
	req.tool_choice = HN_CHOICE_NAMED;
	req.tool_name = (hn_str)S("now");
	ask(&req, OK, 0);
	check_sent(HI, ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"tide\",\"description\":\"when\",\"parametersJsonSchema\":"
		       "{\"type\":\"object\",\"properties\":{\"port\":{\"type\":\"string\"}}}},{\"name\":\"now\"},{\"name\":\"off\"},"
		       "{\"name\":\"any\",\"parametersJsonSchema\":{\"type\":\"object\"}}]}],"
		       "\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"ANY\",\"allowedFunctionNames\":[\"now\"]}},"
		       "\"generationConfig\":{" THOUGHTS "}");
	end();
}
END_TEST

/* A server may refuse to stream; then the whole reply is asked for. */
START_TEST(refused_stream)
{
	hn_request req = plain();
	begin_here();
	create();
	req.flags = HN_REQUEST_STREAM;
	call.status = 400;
	ask(&req, SAYS("Streaming is not supported for this model."), HN_ADAPTED);
	call.status = 200;
	ask(&req, OK, 0);
	ck_assert_str_eq(call.url, "http://localhost:8080/v1beta/models/m:generateContent");
	ck_assert_uint_eq(call.framing, HN_FRAME_WHOLE);
	end();
}
END_TEST

/* ---- turns ---- */

START_TEST(bytes)
{
	static const hn_part parts[] = {
		TEXT("Look: "),
		{ .type = HN_PART_IMAGE, .name = S("a.png"), .mime = S("image/png"), .data = S("\x89PNG") },
		{ .type = HN_PART_IMAGE, .flags = HN_PARTFLAG_URL, .data = S("https://h/b.jpg") },
		{ .type = HN_PART_FILE, .mime = S("audio/mpeg"), .data = S("ID3") },
		{ .type = HN_PART_FILE, .flags = HN_PARTFLAG_URL, .mime = S("application/pdf"), .data = S("https://h/c.pdf") },
		TEXT(""),
	};
	static const hn_message m[] = { MESSAGE(HN_ROLE_USER, parts) };
	begin_here();
	create();
	check_turns(m, 1,
		"[{\"role\":\"user\",\"parts\":[{\"text\":\"Look: \"},{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"iVBORw==\"}},"
		"{\"fileData\":{\"fileUri\":\"https://h/b.jpg\"}},{\"inlineData\":{\"mimeType\":\"audio/mp3\",\"data\":\"SUQz\"}},"
		"{\"fileData\":{\"mimeType\":\"application/pdf\",\"fileUri\":\"https://h/c.pdf\"}}]}]");
	end();
}
END_TEST

/* Neighbours of one role are one turn; one of which nothing is left is none. */
START_TEST(alternation)
{
	static const hn_part a[] = { TEXT("a") }, b[] = { TEXT("b") }, c[] = { TEXT("c") }, none[] = { TEXT("") };
	static const hn_message m[] = { MESSAGE(HN_ROLE_SYSTEM, a), MESSAGE(HN_ROLE_USER, a), MESSAGE(HN_ROLE_ASSISTANT, none),
		MESSAGE(HN_ROLE_USER, b), MESSAGE(HN_ROLE_ASSISTANT, b), MESSAGE(HN_ROLE_ASSISTANT, c), MESSAGE(HN_ROLE_USER, c) };
	hn_request req = asking(m, COUNT(m));
	begin_here();
	create();
	ask(&req, OK, 0);
	check_sent("\"systemInstruction\":{\"parts\":[{\"text\":\"t\"}]},", "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"},{\"text\":\"b\"}]},"
		"{\"role\":\"model\",\"parts\":[{\"text\":\"b\"},{\"text\":\"c\"}]},{\"role\":\"user\",\"parts\":[{\"text\":\"c\"}]}],"
		"\"generationConfig\":{" THOUGHTS "}");
	hn_message empty[2] = { m[0], m[1] };
	hn_request silent = asking(empty, 2);
	empty[0].text.n = 0;
	ask(&silent, OK, 0);
	ck_assert_ptr_null(strstr(call.sent, "systemInstruction"));
	call.status = 400;
	ask(&req, SAYS("Developer instruction is not enabled for models/m"), HN_ADAPTED);
	call.status = 200;
	ask(&req, OK, 0);
	ck_assert_ptr_null(strstr(call.sent, "systemInstruction"));
	ck_assert_ptr_nonnull(strstr(call.sent, "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"a\"},{\"text\":\"a\"},{\"text\":\"b\"}]}"));
	end();
}
END_TEST

/* Results stand directly after their calls, in their order, one each; bytes come after them, then what the user says. */
START_TEST(results)
{
	static const hn_part asked[] = { TEXT("tides?") }, next[] = { TEXT("Well?") };
	static const hn_part calls[] = { CALL("k1", "tide", "{\"port\":\"Brest\"}"), CALL("call_2", "map", ""), CALL("call_x", "map", "{\"x\":"),
		CALL("k4", "gone", "[1]"), CALL("k5", "json", "{}") };
	static const hn_part first[] = { RESULT("call_x", "no such port", .flags = HN_PARTFLAG_ERROR), RESULT("k0", "orphan"),
		RESULT("call_2", "\xFF\xD8", .mime = S("image/jpeg")) };
	static const hn_part second[] = { RESULT("k5", "[1.50]", .mime = S("application/json")), RESULT("k1", "04:10", .mime = S("text/plain")) };
	static const hn_message m[] = { MESSAGE(HN_ROLE_USER, asked), MESSAGE(HN_ROLE_ASSISTANT, calls), MESSAGE(HN_ROLE_TOOL, first),
		MESSAGE(HN_ROLE_TOOL, second), MESSAGE(HN_ROLE_USER, next) };
	begin_here();
	create();
	check_turns(m, COUNT(m),
		"[{\"role\":\"user\",\"parts\":[{\"text\":\"tides?\"}]},{\"role\":\"model\",\"parts\":["
		"{\"functionCall\":{\"id\":\"k1\",\"name\":\"tide\",\"args\":{\"port\":\"Brest\"}}},{\"functionCall\":{\"name\":\"map\"}},"
		"{\"functionCall\":{\"id\":\"call_x\",\"name\":\"map\"}},{\"functionCall\":{\"id\":\"k4\",\"name\":\"gone\"}},"
		"{\"functionCall\":{\"id\":\"k5\",\"name\":\"json\"}}]},{\"role\":\"user\",\"parts\":["
		"{\"functionResponse\":{\"id\":\"k1\",\"name\":\"tide\",\"response\":{\"output\":\"04:10\"}}},"
		"{\"functionResponse\":{\"name\":\"map\",\"response\":{\"output\":\"the result is one of the parts that follow\"}}},"
		"{\"functionResponse\":{\"id\":\"call_x\",\"name\":\"map\",\"response\":{\"error\":\"no such port\"}}},"
		"{\"functionResponse\":{\"id\":\"k5\",\"name\":\"json\",\"response\":{\"output\":[1.50]}}},"
		"{\"inlineData\":{\"mimeType\":\"image/jpeg\",\"data\":\"/9g=\"}},{\"text\":\"Well?\"}]}]");
	end();
}
END_TEST

#define SIGNED(what) OPAQUE("gemini.part", "{" what "\"thoughtSignature\":\"s\"}")

/* Where each signature goes, and the opaque parts that say nothing here. */
START_TEST(signatures)
{
	static const hn_part asked[] = { TEXT("?") };
	static const hn_part said[] = {
		SIGNED("\"text\":0,"),
		TEXT("Moss is gr\xC3\xBCn."),
		SIGNED("\"text\":7,"),
		TEXT("b"),
		SIGNED("\"text\":1,"),
		OPAQUE("gemini.part", "{\"text\":1,\"thoughtSignature\":\"of the same text\"}"),
		SIGNED("\"text\":0,"),
		CALL("call_0", "now", "{}"),
		SIGNED("\"functionCall\":{\"name\":\"now\",\"args\":{},\"x\":1},"),
		CALL("call_1", "off", "{}"),
		SIGNED("\"functionCall\":{\"name\":\"another\"},"),
		{ .type = HN_PART_IMAGE, .mime = S("image/png"), .data = S("P") },
		SIGNED("\"inlineData\":{},"),
		OPAQUE("gemini.part", "{\"executableCode\":{\"code\":\"1\"}}"),
		SIGNED("\"text\":\"Hm.\",\"thought\":true,"),
		OPAQUE("gemini.part", "{\"inlineData\":{},\"thoughtSignature\":\"after no image\"}"),
		SIGNED("\"functionCall\":{\"name\":\"now\"},"),
		OPAQUE("gemini.part", "[1]"),
		OPAQUE("gemini.part", "{"),
		OPAQUE("reasoning_details", "{\"text\":\"x\"}"),
		TEXT("\xC3\xBC"),
		SIGNED("\"text\":1,"), /* within a character */
		SIGNED("\"text\":3,"), /* more than there is */
	};
	static const hn_message m[] = { MESSAGE(HN_ROLE_USER, asked), MESSAGE(HN_ROLE_ASSISTANT, said), MESSAGE(HN_ROLE_USER, asked) };
	begin_here();
	create();
	check_turns(m, 3,
		"[{\"role\":\"user\",\"parts\":[{\"text\":\"?\"}]},{\"role\":\"model\",\"parts\":[{\"text\":\"\",\"thoughtSignature\":\"s\"},"
		"{\"text\":\"Moss is\"},{\"text\":\" gr\xC3\xBCn.\",\"thoughtSignature\":\"s\"},{\"text\":\"b\",\"thoughtSignature\":\"s\"},"
		"{\"text\":\"\",\"thoughtSignature\":\"s\"},{\"functionCall\":{\"name\":\"now\",\"args\":{},\"x\":1},\"thoughtSignature\":\"s\"},"
		"{\"functionCall\":{\"name\":\"off\"}},{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"UA==\"},\"thoughtSignature\":\"s\"},"
		"{\"executableCode\":{\"code\":\"1\"}},{\"text\":\"Hm.\",\"thought\":true,\"thoughtSignature\":\"s\"},{\"text\":\"\xC3\xBC\"}]},"
		"{\"role\":\"user\",\"parts\":[{\"text\":\"?\"}]}]");
	end();
}
END_TEST

/* A server that refuses a lost signature, or one that is not its own, gets a word in its place. */
START_TEST(refused_signatures)
{
	static const hn_part asked[] = { TEXT("?") }, got[] = { RESULT("a", "1"), RESULT("b", "2") };
	static const hn_part said[] = { TEXT("So."), SIGNED("\"text\":3,"), SIGNED("\"text\":0,"), CALL("a", "f", "{}"),
		SIGNED("\"functionCall\":{\"id\":\"a\",\"name\":\"f\"},"), CALL("b", "f", "{}") };
	static const hn_message m[] = { MESSAGE(HN_ROLE_USER, asked), MESSAGE(HN_ROLE_ASSISTANT, said), MESSAGE(HN_ROLE_TOOL, got) };
	static const hn_message lost[] = { MESSAGE(HN_ROLE_USER, asked),
		{ .role = HN_ROLE_ASSISTANT, .id = 1, .n_parts = 1, .part_stride = sizeof *said, .parts = &said[5] }, MESSAGE(HN_ROLE_TOOL, got) };
	hn_request req = asking(m, 3), unsigned_ = asking(lost, 3);
	begin_here();
	create();
	call.status = 400;
	ask(&unsigned_, SAYS("Function call is missing a thought_signature in functionCall parts."), HN_ADAPTED);
	call.status = 200;
	ask(&unsigned_, OK, 0);
	ck_assert_ptr_nonnull(strstr(call.sent, "{\"functionCall\":{\"id\":\"b\",\"name\":\"f\"},\"thoughtSignature\":\"skip_thought_signature_validator\"}"));
	ask(&req, OK, 0);
	ck_assert_ptr_nonnull(strstr(call.sent, "{\"functionCall\":{\"id\":\"a\",\"name\":\"f\"},\"thoughtSignature\":\"s\"}"));
	call.status = 400;
	ask(&req, SAYS("Corrupted thought signature."), HN_ADAPTED);
	call.status = 200;
	ask(&req, OK, 0);
	ck_assert_ptr_nonnull(strstr(call.sent, "{\"role\":\"model\",\"parts\":[{\"text\":\"So.\"},"
		"{\"functionCall\":{\"id\":\"a\",\"name\":\"f\"},\"thoughtSignature\":\"skip_thought_signature_validator\"},"
		"{\"functionCall\":{\"id\":\"b\",\"name\":\"f\"}}]}"));
	ck_assert_ptr_null(strstr(call.sent, "\"s\""));
	end();
}
END_TEST

/* Thoughts are asked for unless the model refuses that; nobody is told, since nobody asked for them. */
START_TEST(refused_thoughts)
{
	static const char *const t[] = {
		SAYS("Thinking is not enabled for models/m"),
		SAYS("Unable to submit request because thinking is not supported by this model. Learn more: https://cloud.google.com/"),
		SAYS("Unable to submit request because Thinking_config.include_thoughts is only enabled when thinking is enabled."),
		SAYS("Invalid JSON payload received. Unknown name \\\"includeThoughts\\\" at 'generation_config.thinking_config': Cannot find field."),
	};
	for (size_t i = 0; i < COUNT(t); i++) {
		hn_request req = plain();
		begin_here();
		create();
		call.status = 400;
		ask(&req, t[i], HN_ADAPTED);
		ck_assert_uint_eq(call.beside.n, 0);
		call.status = 200;
		ask(&req, OK, 0);
		check_sent(HI, "");
		end();
	}
}
END_TEST

/* What a server refuses, in its words: the setting that is left out, once, with a notice. */
START_TEST(refused_settings)
{
	static const struct {
		uint32_t set;
		const char *error, *told;
	} t[] = {
		{ HN_SET_TEMPERATURE, SAYS("Unknown name \\\"temperature\\\" at 'generation_config': Cannot find field."), "temperature" },
		{ HN_SET_TOP_P, SAYS("Unknown name \\\"topP\\\" at 'generation_config': Cannot find field."), "top_p" },
		{ HN_SET_SEED, SAYS("seed is not supported by this model"), "seed" },
		{ HN_SET_EFFORT, SAYS("Unknown name \\\"thinkingConfig\\\" at 'generation_config': Cannot find field."), "reasoning_effort or thinking" },
		{ HN_SET_EFFORT, SAYS("Thinking is not enabled for models/m"), "reasoning_effort or thinking" },
	};
	for (size_t i = 0; i < COUNT(t); i++) {
		char told[128];
		hn_request req = plain();
		begin_here();
		create();
		req.set = t[i].set;
		req.reasoning_effort = (hn_str)S("low");
		call.status = 400;
		ask(&req, t[i].error, HN_ADAPTED);
		snprintf(told, sizeof told, "the server refuses %s: hobnob asks again without it\n", t[i].told);
		ck_assert_str_eq(call.beside.p, told);
		call.status = 200;
		ask(&req, OK, 0);
		ck_assert_str_eq(call.sent, t[i].set & HN_SET_EFFORT ? "{" HI "}" : "{" HI ",\"generationConfig\":{" THOUGHTS "}}");
		end();
	}
}
END_TEST

UNIT_MAIN("gemini_request", addresses, settings, extras, thinking, blamed_thinking, least_level, wrong_thinking, tools, refused_stream, bytes, alternation, results, signatures,
	refused_signatures, refused_thoughts, refused_settings)
