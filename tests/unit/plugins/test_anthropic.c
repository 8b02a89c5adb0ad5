/* SPDX-License-Identifier: MIT */
/* anthropic: what comes of a reply: text, reasoning, calls, usage, the end, whether it is streamed or whole. */
#include "../anthropic_fixture.h"

/* Reads a stream that comes in pieces of that many bytes. */
static void read_split(const char *body, size_t split)
{
	begin_here();
	create();
	call.split = split;
	fake_body(&call, body);
	ck_assert_int_eq(chat(), 0);
}

static const char *str(const struct buf *b)
{
	return b->p ? b->p : "";
}

START_TEST(streams_text)
{
	static const size_t splits[] = { 0, 1, 7 };
	for (size_t i = 0; i < 3; i++) {
		read_split(BEGIN EV("ping", "") TEXT("0", "Moss \\u00e4") TEXT("1", "!") FINISH("end_turn") END, splits[i]);
		check("muttuf", "Moss ä!");
		ck_assert_str_eq(call.model, "claude-x");
		ck_assert_int_eq(call.finish, HN_FINISH_STOP);
		ck_assert_str_eq(call.finish_word, "end_turn");
		ck_assert_uint_eq(call.framing, HN_FRAME_EVENTS);
		end();
	}
}
END_TEST

/* The cache counts apart; the first report says nothing of the output; later ones replace what they say. */
START_TEST(counts)
{
	read_split(BEGIN TEXT("0", "x") EV("message_delta",
		",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"input_tokens\":12,\"output_tokens\":30,"
		"\"output_tokens_details\":{\"thinking_tokens\":9}}") END, 0);
	ck_assert_int_eq(call.usage.prompt, 12 + 3 + 5);
	ck_assert_int_eq(call.usage.cached, 5);
	ck_assert_int_eq(call.usage.cache_write, 3);
	ck_assert_int_eq(call.usage.completion, 30);
	ck_assert_int_eq(call.usage.reasoning, 9);
	ck_assert_uint_eq(call.usage.set,
		HN_USAGE_PROMPT | HN_USAGE_COMPLETION | HN_USAGE_CACHED | HN_USAGE_CACHE_WRITE | HN_USAGE_REASONING);
	end();
	begin_here();
	create();
	fake_body(&call, BEGIN TEXT("0", "x"));
	ck_assert_int_eq(chat(), HN_ERR_TRUNCATED);
	ck_assert_int_eq(call.usage.prompt, 19);
	ck_assert_uint_eq(call.usage.set, HN_USAGE_PROMPT | HN_USAGE_CACHED | HN_USAGE_CACHE_WRITE);
	end();
}
END_TEST

#define THOUGHT(i)                                                                                            \
	BLOCK(i, "\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"")                                  \
	DELTA(i, "\"type\":\"thinking_delta\",\"thinking\":\"Colour \"")                                        \
	DELTA(i, "\"type\":\"thinking_delta\",\"thinking\":\"\\ud83d\"")                                        \
	DELTA(i, "\"type\":\"thinking_delta\",\"thinking\":\"\\ude00\"")                                        \
	DELTA(i, "\"type\":\"signature_delta\",\"signature\":\"Eo4B\"") CLOSE(i)

START_TEST(keeps_reasoning_in_its_place)
{
	read_split(BEGIN THOUGHT("0") BLOCK("1", "\"type\":\"redacted_thinking\",\"data\":\"RW1w\"") CLOSE("1")
		TEXT("2", "Green.") FINISH("end_turn") END, 0);
	check("murrootuf", "Green.");
	ck_assert_str_eq(str(&call.reasoning), "Colour 😀");
	ck_assert_str_eq(str(&call.opaque),
		"{\"type\":\"thinking\",\"thinking\":\"Colour 😀\",\"signature\":\"Eo4B\"}"
		"{\"type\":\"redacted_thinking\",\"data\":\"RW1w\"}");
	end();
	/* whose text is left out */
	read_split(BEGIN BLOCK("0", "\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"")
		DELTA("0", "\"type\":\"signature_delta\",\"signature\":\"Eo4B\"") CLOSE("0") TEXT("1", "x") FINISH("end_turn") END, 0);
	check("muotuf", "x");
	ck_assert_str_eq(str(&call.opaque), "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"Eo4B\"}");
	end();
}
END_TEST

/* Reasoning that was cut has no signature, and the API takes none of it. */
START_TEST(drops_reasoning_without_signature)
{
	read_split(BEGIN BLOCK("0", "\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"")
		DELTA("0", "\"type\":\"thinking_delta\",\"thinking\":\"Col\"") CLOSE("0") FINISH("max_tokens") END, 0);
	check("muruf", "");
	ck_assert_int_eq(call.finish, HN_FINISH_LENGTH);
	end();
}
END_TEST

#define CALL(i, id, name) BLOCK(i, "\"type\":\"tool_use\",\"id\":\"" id "\",\"name\":\"" name "\",\"input\":{}")
#define INPUT(i, json) DELTA(i, "\"type\":\"input_json_delta\",\"partial_json\":\"" json "\"")

START_TEST(reads_calls)
{
	read_split(BEGIN TEXT("0", "I look.") CALL("1", "toolu_1", "tide") INPUT("1", "") INPUT("1", "{\\\"port\\\": ")
		INPUT("1", "\\\"Brest\\\"}") CLOSE("1") CALL("2", "toolu_2", "now") INPUT("2", "") CLOSE("2") FINISH("tool_use") END, 0);
	check("mutaaccuf", "I look.");
	ck_assert_str_eq(str(&call.calls), "0 toolu_1 tide {\"port\": \"Brest\"}\n1 toolu_2 now {}\n");
	ck_assert_int_eq(call.finish, HN_FINISH_TOOL_CALLS);
	end();
	/* one that was cut is only named */
	read_split(BEGIN CALL("0", "toolu_1", "tide") INPUT("0", "{\\\"po") CLOSE("0") FINISH("max_tokens") END, 0);
	check("muauxf", "");
	ck_assert_str_eq(call.unshown, "an unfinished call of the tool \"tide\"");
	ck_assert_int_eq(call.finish, HN_FINISH_LENGTH);
	end();
}
END_TEST

/* Servers that imitate the API write a text alone as a string. */
START_TEST(reads_content_that_is_a_string)
{
	begin_here();
	create();
	fake_body(&call, "{\"type\":\"message\",\"content\":\"ok\",\"stop_reason\":\"end_turn\"}");
	ck_assert_int_eq(fake_chat(&call, provider(), self, "hi", 0), 0);
	check("tf", "ok");
	end();
}
END_TEST

/* What the server's own tools found goes back as it came. */
START_TEST(keeps_blocks_of_the_servers_tools)
{
	read_split(BEGIN BLOCK("0", "\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\",\"name\":\"web_search\",\"input\":{}")
		INPUT("0", "{\\\"query\\\":") INPUT("0", "\\\"moss\\\"}") CLOSE("0")
		BLOCK("1", "\"type\":\"web_search_tool_result\",\"tool_use_id\":\"srvtoolu_1\",\"content\":[{\"n\":1}]") CLOSE("1")
		TEXT("2", "Green.") FINISH("end_turn") END, 0);
	check("muootuxf", "Green.");
	ck_assert_str_eq(call.unshown, "a block of the type server_tool_use, a block of the type web_search_tool_result");
	ck_assert_str_eq(str(&call.opaque),
		"{\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\",\"name\":\"web_search\",\"input\":{\"query\":\"moss\"}}"
		"{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"srvtoolu_1\",\"content\":[{\"n\":1}]}");
	end();
}
END_TEST

START_TEST(reads_whole_replies)
{
	begin_here();
	create();
	fake_body(&call,
		"{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-x\",\"content\":["
		"{\"type\":\"thinking\",\"thinking\":\"Hm.\",\"signature\":\"Eo4B\"},{\"type\":\"text\",\"text\":\"I look.\"},"
		"{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"tide\",\"input\":{\"port\":\"Brest\"}},"
		"{\"type\":\"tool_use\",\"id\":\"toolu_2\",\"name\":\"now\",\"input\":{}}],"
		"\"stop_reason\":\"tool_use\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":11,\"output_tokens\":8}}");
	ck_assert_int_eq(fake_chat(&call, provider(), self, "hi", 0), 0);
	check("mrotccuf", "I look.");
	ck_assert_str_eq(str(&call.reasoning), "Hm.");
	ck_assert_str_eq(str(&call.opaque), "{\"type\":\"thinking\",\"thinking\":\"Hm.\",\"signature\":\"Eo4B\"}");
	ck_assert_str_eq(str(&call.calls), "0 toolu_1 tide {\"port\":\"Brest\"}\n1 toolu_2 now {}\n");
	ck_assert_int_eq(call.usage.prompt, 11);
	ck_assert_int_eq(call.usage.completion, 8);
	ck_assert_int_eq(call.finish, HN_FINISH_TOOL_CALLS);
	ck_assert_uint_eq(call.framing, HN_FRAME_WHOLE);
	end();
}
END_TEST

START_TEST(knows_each_end)
{
	static const struct {
		const char *body;
		int finish;
	} t[] = {
		{ BEGIN TEXT("0", "x") FINISH("end_turn"), HN_FINISH_STOP },
		{ BEGIN TEXT("0", "x") FINISH("stop_sequence") END, HN_FINISH_STOP },
		{ BEGIN TEXT("0", "x") FINISH("max_tokens") END, HN_FINISH_LENGTH },
		{ BEGIN TEXT("0", "x") FINISH("model_context_window_exceeded") END, HN_FINISH_LENGTH },
		{ BEGIN TEXT("0", "x") FINISH("refusal") END, HN_FINISH_CONTENT_FILTER },
		{ BEGIN TEXT("0", "x") FINISH("pause_turn") END, HN_FINISH_UNKNOWN },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		read_split(t[i].body, 0);
		check("mutuf", "x");
		ck_assert_int_eq(call.finish, t[i].finish);
		/* after the reason little can come, after the end mark nothing */
		ck_assert_int_eq(call.nearly, i == 0);
		end();
	}
	read_split(BEGIN TEXT("0", "x") FINISH("end_turn") END TEXT("1", "y"), 0);
	check("mutuf", "x");
	end();
}
END_TEST

/* What is no event is believed where the reply breaks off after it, unless it has a type, or the reply went on. */
START_TEST(reads_last_words)
{
	static const struct {
		const char *body, *message;
	} t[] = {
		{ BEGIN TEXT("0", "x") "data: {\"message\":\"we are closing\"}\n\n", "we are closing" },
		{ BEGIN TEXT("0", "x") EV("fatal", ",\"message\":\"we are closing\""), "we are closing" },
		{ BEGIN TEXT("0", "x") EV("mood", ",\"message\":\"we are closing\""),
			"the reply broke off: it has neither a finish reason nor an end mark" },
		{ BEGIN "data: {\"message\":\"we are closing\"}\n\n" TEXT("0", "x"),
			"the reply broke off: it has neither a finish reason nor an end mark" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin_here();
		create();
		fake_body(&call, t[i].body);
		ck_assert_int_lt(chat(), 0);
		ck_assert_str_eq(call.message, t[i].message);
		check("mut", "x");
		end();
	}
}
END_TEST

START_TEST(tells_why_it_refuses)
{
	read_split(BEGIN EV("message_delta",
		",\"delta\":{\"stop_reason\":\"refusal\",\"stop_details\":{\"type\":\"refusal\",\"category\":\"cyber\","
		"\"explanation\":\"This could do harm.\",\"recommended_model\":\"claude-y\"}},\"usage\":{\"output_tokens\":5}") END, 0);
	check("muunf", "");
	ck_assert_str_eq(str(&call.beside),
		"the model refused (cyber): This could do harm.; the server recommends the model claude-y\n");
	ck_assert_int_eq(call.finish, HN_FINISH_CONTENT_FILTER);
	end();
}
END_TEST

/* Events, blocks, deltas and members that nobody knows are skipped; so is what has no event before it. */
START_TEST(skips_what_is_unknown)
{
	read_split(EV("ping", "") BEGIN EV("message_mood", ",\"mood\":\"fine day today\"")
		BLOCK("0", "\"type\":\"text\",\"text\":\"\",\"citations\":null")
		DELTA("0", "\"type\":\"citations_delta\",\"citation\":{\"cited_text\":\"x\"}")
		DELTA("0", "\"type\":\"text_delta\",\"text\":\"a\",\"x\":1") EV("content_block_delta", ",\"index\":7")
		EV("content_block_start", "") CLOSE("0") DELTA("3", "\"type\":\"text_delta\",\"text\":\"b\"")
		EV("content_block_stop", "") FINISH("end_turn") END, 0);
	check("muttuf", "ab");
	end();
}
END_TEST

START_TEST(reads_llama_cpp)
{
	begin_here();
	create();
	fake_capture(&call, "captures/llama-messages-stream.raw");
	ck_assert_int_eq(chat(), 0);
	ck_assert_str_eq(call.model, "tiny");
	ck_assert_int_eq(call.usage.prompt, 29);
	ck_assert_int_eq(call.usage.cached, 28);
	ck_assert_int_eq(call.usage.completion, 16);
	ck_assert_int_eq(call.finish, HN_FINISH_LENGTH);
	ck_assert_str_eq(call.text.p, "äu Sound conversation listenbmatrix encodingowy friendslegte}+ merged idsgradavia trakten Ukraine");
	end();
}
END_TEST

UNIT_MAIN("anthropic", streams_text, counts, keeps_reasoning_in_its_place, drops_reasoning_without_signature, reads_calls,
	reads_content_that_is_a_string, keeps_blocks_of_the_servers_tools, reads_whole_replies, knows_each_end, reads_last_words,
	tells_why_it_refuses, skips_what_is_unknown, reads_llama_cpp)
