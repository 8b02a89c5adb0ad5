/* SPDX-License-Identifier: MIT */
/* The codec, through the plugin openrouter: calls of tools and images in replies. */
#include "../codec_fixture.h"

#include <stdlib.h>

#define EVENT(data) "data: " data "\n\n"
#define CHOICE(delta) EVENT("{\"choices\":[{\"index\":0,\"delta\":{" delta "},\"finish_reason\":null}]}")
#define CALLS(list) CHOICE("\"tool_calls\":[" list "]")
#define FINISH(word) EVENT("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" word "\"}]}")
#define END EVENT("[DONE]")
#define F(name, arguments) "\"function\":{\"name\":\"" name "\",\"arguments\":\"" arguments "\"}"
#define MORE(arguments) "\"function\":{\"arguments\":\"" arguments "\"}"
#define BREST "{\\\"port\\\":\\\"Brest\\\"}"
#define CORK "{\\\"port\\\":\\\"Cork\\\"}"
#define TWO "0 k1 tide {\"port\":\"Brest\"}\n1 k2 tide {\"port\":\"Cork\"}\n"
#define TWO_MADE_UP "0 call_0 tide {\"port\":\"Brest\"}\n1 call_1 tide {\"port\":\"Cork\"}\n"

static const char *text_of(const struct buf *b)
{
	return b->p ? b->p : "";
}

/* Streams: their calls, as "number id name arguments". */
static const struct {
	const char *what, *body, *calls;
} streams[] = {
	{ "OpenAI",
		CALLS("{\"index\":0,\"id\":\"k1\",\"type\":\"function\"," F("tide", "") "}")
			CALLS("{\"index\":0," MORE("{\\\"port\\\":") "}") CALLS("{\"index\":0," MORE("\\\"Brest\\\"}") "}"),
		"0 k1 tide {\"port\":\"Brest\"}\n" },
	{ "pieces of two calls in turn",
		CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", "") "},{\"index\":1,\"id\":\"k2\"," F("tide", "") "}")
			CALLS("{\"index\":1," MORE("{\\\"port\\\":") "}") CALLS("{\"index\":0," MORE(BREST) "}")
				CALLS("{\"index\":1," MORE("\\\"Cork\\\"}") "}"),
		TWO },
	{ "whole calls in one chunk", CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", BREST) "},{\"index\":1,\"id\":\"k2\"," F("tide", CORK) "}"),
		TWO },
	{ "no index, ids", CALLS("{\"id\":\"k1\"," F("tide", "") "}") CALLS("{\"id\":\"k1\"," MORE(BREST) "}")
			CALLS("{\"id\":\"k2\"," F("tide", CORK) "}"),
		TWO },
	{ "no index, ids only at first", CALLS("{\"id\":\"k1\"," F("tide", "") "}") CALLS("{" MORE(BREST) "}")
			CALLS("{\"id\":\"k2\"," F("tide", CORK) "}"),
		TWO },
	{ "index 0 throughout", CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", BREST) "}") CALLS("{\"index\":0,\"id\":\"k2\"," F("tide", CORK) "}"),
		TWO },
	{ "neither index nor id, one chunk", CALLS("{" F("tide", BREST) "},{" F("tide", CORK) "}"), TWO_MADE_UP },
	{ "neither index nor id, a chunk each", CALLS("{" F("tide", BREST) "}") CALLS("{" F("tide", CORK) "}"), TWO_MADE_UP },
	{ "neither index nor id, in pieces", CALLS("{" F("tide", "{\\\"port\\\":") "}") CALLS("{" F("tide", "\\\"Brest\\\"}") "}"),
		"0 call_0 tide {\"port\":\"Brest\"}\n" },
	{ "index 0, no id, two tools", CALLS("{\"index\":0," F("tide", BREST) "},{\"index\":0," F("map", "{}") "}"),
		"0 call_0 tide {\"port\":\"Brest\"}\n1 call_1 map {}\n" },
	{ "an id that comes late", CALLS("{\"index\":0,\"id\":null," F("tide", BREST) "}") CALLS("{\"index\":0,\"id\":\"k1\"}"),
		"0 k1 tide {\"port\":\"Brest\"}\n" },
	{ "an id that comes late, no index", CALLS("{" F("tide", BREST) "}") CALLS("{\"id\":\"k1\"}"), "0 k1 tide {\"port\":\"Brest\"}\n" },
	{ "an id that never comes", CALLS("{\"index\":0,\"id\":\"\"," F("tide", BREST) "}") CALLS("{\"index\":1,\"id\":\"null\"," F("tide", CORK) "}"),
		TWO_MADE_UP },
	{ "one id for two calls", CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", BREST) "},{\"index\":1,\"id\":\"k1\"," F("tide", CORK) "}"),
		"0 k1 tide {\"port\":\"Brest\"}\n1 call_1 tide {\"port\":\"Cork\"}\n" },
	{ "one id for two calls, a chunk each", CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", BREST) "}")
			CALLS("{\"index\":1,\"id\":\"k1\"," F("tide", CORK) "}"),
		"0 k1 tide {\"port\":\"Brest\"}\n1 call_1 tide {\"port\":\"Cork\"}\n" },
	{ "one id for two calls, no index", CALLS("{\"id\":\"k1\"," F("tide", BREST) "},{\"id\":\"k1\"," F("tide", CORK) "}"),
		"0 k1 tide {\"port\":\"Brest\"}\n1 call_1 tide {\"port\":\"Cork\"}\n" },
	{ "one call twice", CALLS("{\"index\":0," F("tide", BREST) "}") CALLS("{\"index\":0," F("tide", BREST) "}"),
		"0 call_0 tide {\"port\":\"Brest\"}\n" },
	{ "index 0 throughout, in pieces", CALLS("{\"index\":0," F("tide", BREST) "}") CALLS("{\"index\":0," F("map", "") "}")
			CALLS("{\"index\":0," MORE("{}") "}"),
		"0 call_0 tide {\"port\":\"Brest\"}\n1 call_1 map {}\n" },
	{ "index 0 throughout, no arguments", CALLS("{\"index\":0,\"id\":\"k1\"," F("now", "") "}") CALLS("{\"index\":0,\"id\":\"k2\"," F("now", "") "}"),
		"0 k1 now {}\n1 k2 now {}\n" },
	{ "no index, an id for the second", CALLS("{" F("now", "") "}") CALLS("{\"id\":\"k2\"," F("now", "") "}"), "0 call_0 now {}\n1 k2 now {}\n" },
	{ "neither index nor id nor arguments", CALLS("{" F("now", "") "},{" F("now", "") "}"), "0 call_0 now {}\n1 call_1 now {}\n" },
	{ "another name for one id", CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", "{\\\"a\\\":") "}")
			CALLS("{\"index\":0,\"id\":\"k1\"," F("wave", "1}") "}"),
		"0 k1 tide {\"a\":1}\n" },
	{ "the name before any arguments, twice", CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", "") "}")
			CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", "") "}") CALLS("{\"index\":0," MORE(BREST) "}"),
		"0 k1 tide {\"port\":\"Brest\"}\n" },
	{ "half a character at the end", CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", "{\\\"a\\\":\\\"\\ud83d") "}"),
		"0 k1 tide {\"a\":\"\xEF\xBF\xBD\n" },
	{ "after a remark", EVENT("{\"message\":\"waiting behind others\"}") CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", BREST) "}"),
		"0 k1 tide {\"port\":\"Brest\"}\n" },
	{ "the id that would be made up", CALLS("{\"index\":0,\"id\":\"call_1\"," F("tide", BREST) "},{\"index\":1," F("tide", CORK) "},"
			"{\"index\":2,\"id\":\"call_2\"," F("now", "") "}"),
		"0 call_1 tide {\"port\":\"Brest\"}\n1 call_3 tide {\"port\":\"Cork\"}\n2 call_2 now {}\n" },
	{ "the index counts pieces", CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", "{\\\"port\\\":") "}")
			CALLS("{\"index\":1,\"id\":\"k1\"," MORE("\\\"Brest\\\"}") "}"),
		"0 k1 tide {\"port\":\"Brest\"}\n" },
	{ "id and name in each piece", CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", "{\\\"port\\\":") "}")
			CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", "\\\"Brest\\\"}") "}") CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", "") "}"),
		"0 k1 tide {\"port\":\"Brest\"}\n" },
	{ "the name in each piece, no id", CALLS("{\"index\":0," F("tide", "{}") "}") CALLS("{\"index\":0," F("tide", "") "}"),
		"0 call_0 tide {}\n" },
	{ "a name in pieces", CALLS("{\"index\":0,\"id\":\"k1\"," F("ti", "") "}") CALLS("{\"index\":0," F("de", "") "}")
			CALLS("{\"index\":0," MORE(BREST) "}"),
		"0 k1 tide {\"port\":\"Brest\"}\n" },
	{ "a name that comes late", CALLS("{\"index\":0,\"id\":\"k1\"," MORE("") "}") CALLS("{\"index\":0," F("tide", BREST) "}"),
		"0 k1 tide {\"port\":\"Brest\"}\n" },
	{ "an object", CALLS("{\"index\":0,\"id\":\"k1\",\"function\":{\"name\":\"tide\",\"arguments\":{\"port\":\"Brest\",\"path\":\"a/b\"}}}"),
		"0 k1 tide {\"port\":\"Brest\",\"path\":\"a/b\"}\n" },
	{ "no arguments", CALLS("{\"index\":0,\"id\":\"k1\"," F("now", "") "},{\"index\":1,\"id\":\"k2\"," F("now", "null") "},"
			"{\"index\":2,\"id\":\"k3\",\"function\":{\"name\":\"now\",\"arguments\":null}},{\"index\":3,\"id\":\"k4\",\"function\":{\"name\":\"now\"}}"),
		"0 k1 now {}\n1 k2 now {}\n2 k3 now {}\n3 k4 now {}\n" },
	{ "all of the arguments once more", CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", "{\\\"port\\\":") "}")
			CALLS("{\"index\":0," MORE("\\\"Brest\\\"}") "}") CALLS("{\"index\":0," MORE(BREST) "}"),
		"0 k1 tide {\"port\":\"Brest\"}\n" },
	{ "arguments that are not JSON", CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", "{'port': None}") "}"), "0 k1 tide {'port': None}\n" },
	{ "a character cut in two", CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", "{\\\"a\\\":\\\"\\ud83d") "}")
			CALLS("{\"index\":0," MORE("\\ude00\\\"}") "}"),
		"0 k1 tide {\"a\":\"\xF0\x9F\x98\x80\"}\n" },
	{ "function_call", CHOICE("\"function_call\":{\"name\":\"tide\",\"arguments\":\"\"}")
			CHOICE("\"function_call\":{\"arguments\":\"{\\\"port\\\":\"}") CHOICE("\"function_call\":{\"arguments\":\"\\\"Brest\\\"}\"}"),
		"0 call_0 tide {\"port\":\"Brest\"}\n" },
	{ "both names of it", CHOICE("\"tool_calls\":[{\"index\":0,\"id\":\"k1\"," F("tide", BREST) "}],\"function_call\":{\"name\":\"tide\"}"),
		"0 k1 tide {\"port\":\"Brest\"}\n" },
	{ "a call that is not in a list", CHOICE("\"tool_calls\":{\"id\":\"k1\"," F("tide", BREST) "}"), "0 k1 tide {\"port\":\"Brest\"}\n" },
	{ "custom", CALLS("{\"index\":0,\"id\":\"k1\",\"type\":\"custom\",\"custom\":{\"name\":\"dig\",\"input\":\"deep\"}}"), "0 k1 dig deep\n" },
	{ "nothing", CHOICE("\"content\":\"a\",\"tool_calls\":[],\"function_call\":null") CALLS("null,7"), "" },
};

START_TEST(calls_of_streams)
{
	for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
		char body[4096];
		begin();
		create();
		snprintf(body, sizeof body, "%s" FINISH("tool_calls") END, streams[i].body);
		fake_body(&call, body);
		ck_assert_int_eq(chat(), 0);
		ck_assert_msg(!strcmp(text_of(&call.calls), streams[i].calls), "%s: %s", streams[i].what, text_of(&call.calls));
		ck_assert_int_eq(call.finish, *streams[i].calls ? HN_FINISH_TOOL_CALLS : HN_FINISH_UNKNOWN);
		ck_assert_str_eq(call.finish_word, "tool_calls");
		ck_assert_str_eq(call.unshown ? call.unshown : "", "");
		end();
	}
}
END_TEST

/* What a server said before a call or an image is no reason why the reply ends. */
START_TEST(remarks_before)
{
	static const char *const came[] = { CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", "{}") "}"),
		CHOICE("\"images\":[{\"image_url\":{\"url\":\"https://h/a.png\"}}]") };
	for (size_t i = 0; i < 2; i++) {
		char body[1024];
		begin();
		create();
		snprintf(body, sizeof body, EVENT("{\"message\":\"The model is waiting behind others\"}") "%s" END, came[i]);
		fake_body(&call, body);
		ck_assert_int_eq(chat(), 0);
		ck_assert_uint_gt(call.calls.n, 0);
		end();
	}
}
END_TEST

/* The finish reason: calls decide, unless the reply was cut. */
START_TEST(finish_of_calls)
{
	static const struct {
		const char *end, *calls;
		int finish;
	} t[] = {
		{ FINISH("stop"), "0 k1 tide {}\n", HN_FINISH_TOOL_CALLS },
		{ FINISH("function_call"), "0 k1 tide {}\n", HN_FINISH_TOOL_CALLS },
		{ FINISH("TOOL_USE"), "0 k1 tide {}\n", HN_FINISH_TOOL_CALLS },
		{ END, "0 k1 tide {}\n", HN_FINISH_TOOL_CALLS },
		{ FINISH("odd"), "0 k1 tide {}\n", HN_FINISH_UNKNOWN },
		{ FINISH("length"), "0 k1 tide {}\n", HN_FINISH_LENGTH },
		{ CALLS("{\"index\":1,\"id\":\"k2\"," F("map", "{\\\"x\\\":") "}") FINISH("length"), "0 k1 tide {}\n",
			HN_FINISH_LENGTH },
		{ CALLS("{\"index\":1,\"id\":\"k2\"," F("map", "{\\\"x\\\":") "}") FINISH("tool_calls"),
			"0 k1 tide {}\n1 k2 map {\"x\":\n", HN_FINISH_TOOL_CALLS },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char body[2048];
		begin();
		create();
		snprintf(body, sizeof body, "%s%s", CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", "{}") "}"), t[i].end);
		fake_body(&call, body);
		ck_assert_int_eq(chat(), 0);
		ck_assert_str_eq(text_of(&call.calls), t[i].calls);
		ck_assert_int_eq(call.finish, t[i].finish);
		ck_assert_str_eq(call.unshown ? call.unshown : "",
			i == 6 ? "an unfinished call of the tool \"map\"" : "");
		end();
	}
}
END_TEST

#define USES(n) EVENT("{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":" n "}}")

/* A piece of a call between two reports is output like text: counts that do not grow over it are added up. Without
 * any output between them, the later one is all there was. */
START_TEST(usage_of_calls)
{
	static const struct {
		const char *body;
		int64_t completion;
	} t[] = {
		{ CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", "{\\\"a\\\":") "}") USES("2") CALLS("{\"index\":0," MORE("1}") "}") USES("2"), 4 },
		{ CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", "{}") "}") USES("2") USES("2"), 2 },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char body[2048];
		begin();
		create();
		snprintf(body, sizeof body, "%s" FINISH("tool_calls") END, t[i].body);
		fake_body(&call, body);
		ck_assert_int_eq(chat(), 0);
		ck_assert_int_eq(call.usage.prompt, 9);
		ck_assert_int_eq(call.usage.completion, t[i].completion);
		end();
	}
}
END_TEST

/* Pieces are shown as they come, the whole call behind the text and the reasoning of the reply. */
START_TEST(order_of_events)
{
	begin();
	create();
	fake_body(&call, CHOICE("\"content\":\"Wait. \"") CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", "") "}")
			CALLS("{\"index\":0," MORE("{\\\"port\\\":") "}")
				CHOICE("\"content\":\"So.\",\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"x\"}]")
					CALLS("{\"index\":0," MORE("\\\"Brest\\\"}") ",\"extra_content\":{\"google\":{\"thought_signature\":\"s\"}}}")
						FINISH("tool_calls") END);
	ck_assert_int_eq(chat(), 0);
	check("tataocof", "Wait. So.");
	ck_assert_str_eq(call.beside.p, "0 k1 tide {\"port\":\n0 k1 tide \"Brest\"}\n");
	ck_assert_str_eq(call.calls.p, "0 k1 tide {\"port\":\"Brest\"}\n");
	ck_assert_str_eq(call.opaque.p,
		"[{\"type\":\"reasoning.encrypted\",\"data\":\"x\"}]{\"google\":{\"thought_signature\":\"s\"}}");
	end();
}
END_TEST

START_TEST(whole_reply)
{
	begin();
	create();
	fake_body(&call, "{\"choices\":[{\"message\":{\"content\":null,\"tool_calls\":[{\"id\":\"k1\",\"type\":\"function\"," F("tide", BREST)
			 "},{\"id\":\"k2\",\"type\":\"function\"," F("tide", CORK) "}]},\"finish_reason\":\"tool_calls\"}]}");
	ck_assert_int_eq(fake_chat(&call, provider(), self, "hi", 0), 0);
	check("ccf", "");
	ck_assert_str_eq(call.calls.p, TWO);
	ck_assert_int_eq(call.finish, HN_FINISH_TOOL_CALLS);
	end();
}
END_TEST

/* An id that hobnob makes up is unlike those of the calls that the conversation already holds. */
START_TEST(made_up_ids_go_on)
{
	static const hn_part made[] = { { .type = HN_PART_TOOL_CALL, .id = { "call_0", 6 }, .name = { "now", 3 } },
		{ .type = HN_PART_TEXT },
		{ .type = HN_PART_TOOL_CALL, .id = { "call_1", 6 }, .name = { "now", 3 } } };
	static const hn_message m[] = { { .role = HN_ROLE_USER, .id = 1, .text = { "hi", 2 } },
		{ .role = HN_ROLE_ASSISTANT, .id = 2, .n_parts = 3, .part_stride = sizeof *made, .parts = made } };
	hn_request req = { .struct_size = sizeof req, .n_messages = 2, .message_stride = sizeof *m, .messages = m,
		.model = { "m", 1 } };
	begin();
	create();
	fake_body(&call, "{\"choices\":[{\"message\":{\"tool_calls\":[{" F("now", "{}") "}]}}]}");
	ck_assert_int_eq(provider()->chat(self, &call, &req), 0);
	ck_assert_str_eq(call.calls.p, "0 call_2 now {}\n");
	end();
}
END_TEST

/* A broken stream gives no call, though a piece of one was shown. */
START_TEST(cut_stream)
{
	begin();
	create();
	fake_body(&call, CALLS("{\"index\":0,\"id\":\"k1\"," F("tide", BREST) "}"));
	ck_assert_int_eq(chat(), HN_ERR_TRUNCATED);
	ck_assert_str_eq(call.events.p, "a");
	end();
}
END_TEST

/* More calls than a reply may have, and more bytes. */
START_TEST(caps)
{
	struct buf body = BUF(64u << 20);
	char *long_text = calloc(1, 5u << 20);
	memset(long_text, 'x', (5u << 20) - 1);
	for (int bytes = 0; bytes < 2; bytes++) {
		buf_cut(&body, 0);
		for (int i = 0; i < (bytes ? 1 : 129); i++)
			buf_addf(&body, "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":%d,\"function\":{\"name\":\"a\","
					"\"arguments\":\"%s\"}}]}}]}\n\n", i, bytes ? long_text : "");
		begin();
		create();
		call.body = buf_str(&body);
		ck_assert_int_eq(chat(), HN_ERR_PROTOCOL);
		ck_assert_str_eq(call.message, "the reply holds more calls of tools than are read");
		end();
	}
	buf_free(&body);
	free(long_text);
}
END_TEST

/* ---- images ---- */

#define PNG "data:image/png;base64,UE5H"

START_TEST(images)
{
	static const struct {
		const char *body, *parts, *unshown;
	} t[] = {
		{ CHOICE("\"images\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"" PNG "\"}}]"), "3 0  image/png PNG\n", "" },
		{ CHOICE("\"images\":[{\"image_url\":\"" PNG "\"},{\"url\":\"https://h/a.png\"}]"),
			"3 0  image/png PNG\n3 1   https://h/a.png\n", "" },
		{ CHOICE("\"images\":[{\"image_url\":{\"url\":\"" PNG "\"}}]") CHOICE("\"images\":[{\"image_url\":{\"url\":\"" PNG "\"}}]"),
			"3 0  image/png PNG\n", "" },
		{ CHOICE("\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"" PNG "\"}}]"), "3 0  image/png PNG\n", "" },
		{ CHOICE("\"images\":[{\"image_url\":{\"url\":\"data:video/mp4;base64,TVA0\"}}]"), "4 0  video/mp4 MP4\n", "" },
		{ CHOICE("\"images\":[{\"image_url\":{\"url\":\"data:image/png;base64,U!\"}}]"), "", "an image" },
		{ CHOICE("\"images\":[{\"image_url\":{\"url\":\"data:image/png,UE5H\"}}]"), "", "an image" },
		{ CHOICE("\"images\":[{\"image_url\":{\"url\":\"file:///etc/passwd\"}}]"), "", "an image" },
		{ CHOICE("\"images\":[{\"b64\":\"UE5H\"}]"), "", "an image" },
		{ CHOICE("\"images\":[]"), "", "" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char body[2048];
		begin();
		create();
		snprintf(body, sizeof body, "%s" FINISH("stop") END, t[i].body);
		fake_body(&call, body);
		ck_assert_int_eq(chat(), 0);
		ck_assert_str_eq(text_of(&call.calls), t[i].parts);
		ck_assert_str_eq(call.unshown ? call.unshown : "", t[i].unshown);
		ck_assert_int_eq(call.finish, HN_FINISH_STOP);
		end();
	}
}
END_TEST

/* Among text, an image stands where it came; and it goes back in its message. */
START_TEST(image_in_its_place)
{
	static const hn_part drawn[] = { { .type = HN_PART_TEXT, .data = { "Here.", 5 } },
		{ .type = HN_PART_IMAGE, .mime = { "image/png", 9 }, .data = { "PNG", 3 } } };
	static const hn_message m[] = { { .role = HN_ROLE_ASSISTANT, .id = 2, .text = { "Here.", 5 }, .n_parts = 2,
		.part_stride = sizeof *drawn, .parts = drawn } };
	hn_request req = { .struct_size = sizeof req, .n_messages = 1, .message_stride = sizeof *m, .messages = m,
		.model = { "m", 1 } };
	begin();
	create();
	fake_body(&call, CHOICE("\"content\":\"a\"") CHOICE("\"images\":[{\"image_url\":{\"url\":\"" PNG "\"}}]")
			CHOICE("\"content\":\"b\"") FINISH("stop") END);
	ck_assert_int_eq(chat(), 0);
	check("titf", "ab");
	fake_body(&call, STOPPED);
	ck_assert_int_eq(provider()->chat(self, &call, &req), 0);
	ck_assert_str_eq(call.sent, "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":\"Here.\","
				    "\"images\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"" PNG "\"}}]}]}");
	end();
}
END_TEST

UNIT_MAIN("codec_calls", calls_of_streams, remarks_before, finish_of_calls, usage_of_calls, order_of_events, whole_reply, made_up_ids_go_on, cut_stream, caps,
	images, image_in_its_place)
