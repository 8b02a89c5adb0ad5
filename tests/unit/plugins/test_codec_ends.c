/* SPDX-License-Identifier: MIT */
/* The codec, through the plugin openai: how a reply ends, and what of it is joined, told or passed over. */
#include "../codec_fixture.h"

#define EVENT(json) "data: " json "\n\n"
#define CHOICE(delta) EVENT("{\"choices\":[{\"index\":0,\"delta\":{" delta "}}]}")
#define NUMBERED(index, delta) EVENT("{\"choices\":[{\"index\":" index ",\"delta\":{" delta "}}]}")
#define TEXT(t) CHOICE("\"content\":\"" t "\"")
#define THOUGHT(t) CHOICE("\"reasoning_content\":\"" t "\"")
#define FINISH(word) \
	EVENT("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" word "\"}]}")
#define STOP FINISH("stop")
#define END EVENT("[DONE]")
#define GONE "\xEF\xBF\xBD"
#define CRAB "\xF0\x9F\xA6\x80" /* \ud83e\udd80 */

struct reading {
	const char *body, *events, *text, *reasoning;
};

/* Reads each body, whole and byte by byte. */
static void read_all(const struct reading *t, size_t n)
{
	for (size_t i = 0; i < 2 * n; i++) {
		const struct reading *r = &t[i / 2];
		begin();
		create();
		call.split = i % 2;
		fake_body(&call, r->body);
		ck_assert_msg(chat() == 0, "%s: %s", r->body, call.message);
		ck_assert_msg(!r->events || !strcmp(call.events.p, r->events), "%s: %s", r->body,
			call.events.p);
		ck_assert_str_eq(call.text.p ? call.text.p : "", r->text);
		ck_assert_str_eq(
			call.reasoning.p ? call.reasoning.p : "", r->reasoning ? r->reasoning : "");
		end();
	}
}

#define READ(t) read_all(t, sizeof(t) / sizeof *(t))

START_TEST(joins_halves)
{
	static const struct reading t[] = {
		{ TEXT("a\\ud83e") TEXT("\\udd80b") STOP, "ttf", "a" CRAB "b", NULL },
		{ TEXT("\\uD83E") TEXT("\\uDD80") STOP, "tf", CRAB, NULL },
		{ TEXT("\\ud83e") TEXT("") TEXT("\\udd80\\ud83e") TEXT("\\udd80") STOP, "ttf",
			CRAB CRAB, NULL },
		{ TEXT("x\\ud83e") TEXT("y") STOP, "ttf", "x" GONE "y", NULL },
		{ TEXT("x\\ud83e") STOP, "ttf", "x" GONE, NULL },
		{ TEXT("\\udd80x") STOP, "tf", GONE "x", NULL },
		{ TEXT("\\ud83e\\ud83e") TEXT("\\udd80") STOP, "ttf", GONE CRAB, NULL },
		{ TEXT("\\udd80\\ud83e") TEXT("\\udd80") STOP, "ttf", GONE CRAB, NULL },
		{ TEXT("whole \\ud83e\\udd80") STOP, "tf", "whole " CRAB, NULL },
		{ TEXT("\\\\ud83e") TEXT("\\\\udd80") STOP, "ttf", "\\ud83e\\udd80", NULL },
		{ TEXT("\xED\xA0\xBE") TEXT("\xED\xB6\x80") STOP, "tf", CRAB, NULL },
		{ TEXT("\xED\x95\x9C") STOP, "tf", "\xED\x95\x9C", NULL },
		{ THOUGHT("hm \\ud83e") TEXT("a\\ud83e") THOUGHT("\\udd80") TEXT("\\udd80") STOP,
			"rotrotf", "a" CRAB, "hm " CRAB },
		{ CHOICE("\"content\":[{\"type\":\"text\",\"text\":\"a\\ud83e\"},"
			 "{\"type\":\"text\",\"text\":\"\\udd80\"}]") STOP,
			"ttf", "a" CRAB, NULL },
	};
	READ(t);
}
END_TEST

START_TEST(halves_in_details)
{
	begin();
	create();
	fake_body(&call,
		CHOICE("\"reasoning_details\":[{\"type\":\"reasoning.text\",\"index\":0,"
		       "\"text\":\"a\\ud83e\"}]") CHOICE("\"reasoning_details\":[{\"type\":"
							 "\"reasoning.text\",\"index\":0,"
							 "\"text\":\"\\udd80b\"}]") TEXT("x") STOP);
	ck_assert_int_eq(chat(), 0);
	ck_assert_str_eq(call.reasoning.p, "a" CRAB "b");
	ck_assert_ptr_nonnull(strstr(call.opaque.p, "\"a" CRAB "b\""));
	end();
}
END_TEST

START_TEST(deltas_that_grow)
{
	static const struct reading t[] = {
		{ TEXT("It") TEXT("It is") TEXT("It is late") TEXT("It is late.") STOP, "ttf",
			"It is late.", NULL },
		{ TEXT("") TEXT("A") TEXT("A cat") TEXT("A cat sat") TEXT("A cat sat on")
				TEXT("A cat sat on it") TEXT("A cat sat on it") STOP,
			NULL, "A cat sat on it", NULL },
		{ TEXT("The evening") TEXT("The evening was cold.") STOP, "ttf",
			"The evening was cold.", NULL },
		{ TEXT("no") TEXT("no") TEXT("no") TEXT(" way") STOP, "ttttf", "nonono way", NULL },
		{ TEXT("a") TEXT("and") TEXT(" more") STOP, "ttf", "aand more", NULL },
		{ TEXT("b") TEXT("bo") STOP, "ttf", "bbo", NULL },
		{ TEXT("1") TEXT("10") TEXT("100") TEXT("200") STOP, "ttf", "110100200", NULL },
		{ TEXT("one") TEXT("two") TEXT("onetwo") STOP, "tttf", "onetwoonetwo", NULL },
	};
	READ(t);
}
END_TEST

START_TEST(the_only_choice)
{
	static const struct reading t[] = {
		{ NUMBERED("3", "\"content\":\"A\"") NUMBERED("3", "\"content\":\"B\"") STOP, "ttf",
			"AB", NULL },
		{ NUMBERED("1", "\"content\":\"A\"") NUMBERED("2", "\"content\":\"B\"") STOP, "ttf",
			"AB", NULL },
		{ NUMBERED("0", "\"content\":\"A\"") NUMBERED("1", "\"content\":\"B\"") STOP, "tf",
			"A", NULL },
		{ NUMBERED("-1", "\"content\":\"A\"") NUMBERED("-1", "\"content\":\"B\"") STOP, "ttf",
			"AB", NULL },
		/* another answer than the first may come before it, or by itself */
		{ NUMBERED("1", "\"content\":\"B\"") TEXT("A") NUMBERED("1", "\"content\":\"C\"") STOP,
			"tf", "A", NULL },
		{ NUMBERED("1", "\"role\":\"assistant\"") CHOICE("\"role\":\"assistant\"")
				NUMBERED("1", "\"content\":\"B\"") TEXT("A") STOP, "tf", "A", NULL },
		{ NUMBERED("1", "\"content\":\"B\"") EVENT("{\"choices\":[]}") TEXT("A") STOP, "tf", "A",
			NULL },
		{ NUMBERED("1", "\"content\":\"B\"") NUMBERED("1", "\"content\":\"C\"") TEXT("A")
				NUMBERED("1", "\"content\":\"D\"") STOP END, "tttf", "BCD", NULL },
		{ NUMBERED("1", "\"content\":\"A\"") NUMBERED("2", "\"content\":\"B\"") TEXT("C") STOP,
			"tttf", "ABC", NULL },
		{ NUMBERED("1", "\"content\":\"A\"") END, "tf", "A", NULL },
		{ EVENT("{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"A\"},\"finish_reason\":\"stop\"}"
			"]}"), "tf", "A", NULL },
		{ "{\"choices\":[{\"index\":1,\"message\":{\"content\":\"A\"},\"finish_reason\":"
		  "\"stop\"}]}",
			"tf", "A", NULL },
	};
	READ(t);
}
END_TEST

/* Of several that the user asked for, the first is shown. */
START_TEST(of_several_the_first)
{
	begin();
	fake_string(&call, "extra_body", "{\"n\":2}");
	create();
	fake_body(&call, NUMBERED("1", "\"content\":\"B\"") TEXT("A")
				 NUMBERED("1", "\"content\":\"C\"") STOP);
	ck_assert_int_eq(chat(), 0);
	check("tf", "A");
	end();
}
END_TEST

/* Reads a text and a finish reason; what the call came to. */
static int32_t finish_by(const char *word)
{
	char body[512];
	begin();
	create();
	snprintf(body, sizeof body, TEXT("a") FINISH("%s"), word);
	fake_body(&call, body);
	return chat();
}

START_TEST(finish_words)
{
	static const struct {
		int finish;
		const char *words[12];
	} t[] = {
		{ HN_FINISH_STOP, { "stop", "STOP", "Stop-Sequence", "endTurn",
					  "FINISH_REASON_STOP", "COMPLETE", "eos_token" } },
		{ HN_FINISH_LENGTH, { "length", "Max_Length", "maxTokens", "max-output-tokens",
					    "token_limit_reached", "model_context_window_exceeded",
					    "truncated" } },
		{ HN_FINISH_CONTENT_FILTER,
			{ "Content-Filter", "IMAGE_SAFETY", "PROHIBITED_CONTENT", "refusal",
				"ERROR_TOXIC", "guardrail_intervened", "sensitive" } },
		{ HN_FINISH_UNKNOWN,
			{ "repetition_detected", "stopped_by_operator", "abort", "time_limit",
				"wavelength", "!",
				"a_word_so_long_that_its_beginning_is_all_that_anybody_"
				"looks_at_and_then_comes_length" } },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		for (const char *const *word = t[i].words; *word; word++) {
			ck_assert_int_eq(finish_by(*word), 0);
			ck_assert_msg(call.finish == t[i].finish, "%s: %d", *word, call.finish);
			ck_assert_str_eq(call.finish_word, *word);
			end();
		}
	}
}
END_TEST

/* Null as a word does not end a reply, and a failure does not either. */
START_TEST(words_that_are_not_an_end)
{
	static const struct {
		const char *word;
		int32_t rc;
	} t[] = { { "null", HN_ERR_TRUNCATED }, { "None", HN_ERR_TRUNCATED },
		{ "FINISH_REASON_UNSPECIFIED", HN_ERR_TRUNCATED }, { "ERROR", HN_ERR_PROTOCOL } };
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		ck_assert_int_eq(finish_by(t[i].word), t[i].rc);
		ck_assert_int_eq(call.finishes, 0);
		end();
	}
}
END_TEST

/* A finish reason of another type is told as one that nobody knows; what is empty is none. */
START_TEST(finish_values)
{
	static const struct {
		const char *value, *word; /* NULL: it is not an end */
		int finish;
	} t[] = {
		{ "7", "7", HN_FINISH_UNKNOWN },
		{ "true", "true", HN_FINISH_UNKNOWN },
		{ "{\"type\":\"gone\"}", "{\"type\":\"gone\"}", HN_FINISH_UNKNOWN },
		{ "{\"type\":\"max_length\"}", "{\"type\":\"max_length\"}", HN_FINISH_LENGTH },
		{ "[\"stop\"]", "[\"stop\"]", HN_FINISH_STOP },
		{ "0", NULL, 0 },
		{ "false", NULL, 0 },
		{ "{}", NULL, 0 },
		{ "[]", NULL, 0 },
		{ "\" \"", NULL, 0 },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char body[512];
		begin();
		create();
		snprintf(body, sizeof body,
			"data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":%s}]}\n\n",
			t[i].value);
		fake_body(&call, body);
		ck_assert_msg(chat() == (t[i].word ? 0 : HN_ERR_TRUNCATED), "%s", t[i].value);
		ck_assert_int_eq(call.finishes, t[i].word != NULL);
		if (t[i].word) {
			ck_assert_int_eq(call.finish, t[i].finish);
			ck_assert_str_eq(call.finish_word, t[i].word);
		}
		end();
	}
}
END_TEST

/* An empty finish reason is null to a server that never writes null, else a word that says nothing. */
START_TEST(empty_finish)
{
	static const struct {
		const char *body, *word;
		int finish;
	} t[] = {
		{ TEXT("a") FINISH("") END, "(empty)", HN_FINISH_UNKNOWN },
		{ TEXT("a") FINISH("") EVENT("{\"choices\":[],\"usage\":{}}") END, "(empty)",
			HN_FINISH_UNKNOWN },
		{ TEXT("a") FINISH("") TEXT("b") END, "", HN_FINISH_UNKNOWN },
		{ FINISH("") FINISH("") END, "", HN_FINISH_UNKNOWN },
		{ FINISH("") FINISH("") STOP, "stop", HN_FINISH_STOP },
		{ TEXT("a") FINISH("") STOP END, "stop", HN_FINISH_STOP },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		create();
		fake_body(&call, t[i].body);
		ck_assert_int_eq(chat(), 0);
		ck_assert_int_eq(call.finish, t[i].finish);
		ck_assert_str_eq(call.finish_word ? call.finish_word : "", t[i].word);
		end();
	}
}
END_TEST

START_TEST(what_else_came)
{
	static const struct {
		const char *body, *unshown;
	} t[] = {
		{ CHOICE("\"tool_calls\":[{\"function\":{\"arguments\":\"{}\"}}]"),
			"a call of a tool" },
		{ CHOICE("\"content\":{\"answer\":4}"),
			"an object in the place of text ({\"answer\":4})" },
		{ CHOICE("\"content\":4.5"), "a number in the place of text (4.5)" },
		{ CHOICE("\"audio\":{\"data\":\"AAAA\"}"), "audio" },
		{ CHOICE("\"images\":[{\"image_url\":{\"url\":\"data:x\"}}]"), "an image" },
		{ CHOICE("\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}}]"), "an image" },
		{ CHOICE("\"content\":[{\"type\":\"video_url\",\"video_url\":{\"url\":\"x\"}}]"),
			"a part of the type \"video_url\"" },
		{ CHOICE("\"content\":\"\",\"video\":{\"url\":\"x\"}"), "the member \"video\"" },
		{ TEXT("a") CHOICE("\"video\":{\"url\":\"x\"}"), "" },
		{ CHOICE("\"content\":\"\",\"tool_calls\":[],\"function_call\":null,\"audio\":{}"),
			"" },
		{ CHOICE("\"audio\":{\"transcript\":\"Good day\"}"), "audio" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char body[1024];
		begin();
		create();
		snprintf(body, sizeof body, "%s" STOP, t[i].body);
		fake_body(&call, body);
		ck_assert_int_eq(chat(), 0);
		ck_assert_str_eq(call.unshown ? call.unshown : "", t[i].unshown);
		if (strstr(t[i].body, "transcript"))
			check("txf", "Good day");
		end();
	}
}
END_TEST

/* After a finish reason the rest is optional, until text shows that the word meant nothing. */
START_TEST(the_rest_is_optional)
{
	static const struct {
		const char *body;
		int nearly;
	} t[] = {
		{ TEXT("a"), 0 },
		{ TEXT("a") STOP, 1 },
		{ TEXT("a") STOP EVENT("ping"), 1 },
		{ TEXT("a") STOP EVENT("{\"choices\":[],\"usage\":{\"prompt_tokens\":1}}"), 1 },
		{ TEXT("a") STOP STOP, 1 },
		{ TEXT("a") STOP TEXT("b"), 0 },
		{ TEXT("a") STOP TEXT("b") STOP, 0 },
		{ TEXT("a") FINISH("null"), 0 },
		{ EVENT("{\"choices\":[{\"index\":1,\"delta\":{},\"finish_reason\":\"stop\"}]}"), 1 },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		create();
		fake_body(&call, t[i].body);
		chat();
		ck_assert_msg(call.nearly == t[i].nearly, "%s", t[i].body);
		end();
	}
}
END_TEST

/* A stream that ends, or breaks, before its first event. */
START_TEST(broken_off_before_it_began)
{
	static const struct {
		int32_t end, rc;
		const char *message;
	} t[] = {
		{ 0, HN_ERR_PROTOCOL,
			"empty response: the server broke off before the reply began" },
		{ HN_ERR_TRUNCATED, HN_ERR_TRUNCATED,
			"the server broke off before the reply began" },
		{ HN_ERR_NETWORK, HN_ERR_NETWORK, "the server broke off before the reply began" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		create();
		fake_body(&call, ": comment\n\n");
		call.end = t[i].end;
		ck_assert_int_eq(chat(), t[i].rc);
		ck_assert_str_eq(call.message, t[i].message);
		ck_assert_ptr_nonnull(strstr(call.hint, "--no-stream"));
		end();
	}
	begin();
	create();
	fake_body(&call, "\n");
	ck_assert_int_eq(fake_chat(&call, provider(), self, "hi", 0), HN_ERR_PROTOCOL);
	ck_assert_str_eq(call.message, "empty response");
	end();
}
END_TEST

/* ---- words in the place of a reply, or after it ---- */

/* Reads a stream; what it ends with. */
static int32_t read_stream(const char *before, const char *words, const char *after)
{
	static char body[2048];
	begin();
	create();
	snprintf(body, sizeof body, "%s%s%s", before, words, after);
	fake_body(&call, body);
	return chat();
}

/* Whatever the shape, with and without text before it, with and without an end mark after it. */
START_TEST(words_are_an_error)
{
	static const struct {
		const char *words, *message;
		int32_t rc;
	} t[] = {
		{ EVENT("{\"errors\":[\"The model is gone\"]}"), "The model is gone", HN_ERR_PROTOCOL },
		{ EVENT("{\"errors\":[{\"code\":1,\"title\":\"No credits left, top up\"}]}"),
			"No credits left, top up", HN_ERR_QUOTA },
		{ EVENT("{\"ret\":1001,\"ret_msg\":\"too many requests\"}"), "too many requests",
			HN_ERR_RATE_LIMITED },
		{ EVENT("{\"Response\":{\"Error\":{\"Code\":\"X\",\"Message\":\"Not today\"}}}"),
			"Not today", HN_ERR_PROTOCOL },
		{ EVENT("{\"message\":\"Forbidden\"}"), "Forbidden", HN_ERR_PERMISSION },
		{ EVENT("{\"Message\":\"Access denied\"}"), "Access denied", HN_ERR_PERMISSION },
		{ EVENT("{\"fault\":{\"faultstring\":\"Spike arrest\"}}"), "Spike arrest",
			HN_ERR_PROTOCOL },
		{ EVENT("{\"fault\":\"Overloaded\"}"), "Overloaded", HN_ERR_UNAVAILABLE },
		{ EVENT("{\"error_code\":17,\"error_msg\":\"The worker died\"}"), "The worker died",
			HN_ERR_PROTOCOL },
		{ EVENT("{\"status\":\"error\",\"reason\":\"worker lost\"}"), "worker lost",
			HN_ERR_PROTOCOL },
		{ EVENT("{\"status\":\"failed\"}"), "{\"status\":\"failed\"}", HN_ERR_PROTOCOL },
		{ EVENT("{\"data\":null,\"info\":\"server is busy\"}"), "server is busy",
			HN_ERR_UNAVAILABLE },
		{ EVENT("{\"model\":\"a b\",\"info\":\"\u989d\u5ea6\"}"), "额度", HN_ERR_PROTOCOL },
		{ EVENT("{\"choices\":[],\"msg\":\"The worker died\"}"), "The worker died",
			HN_ERR_PROTOCOL },
		{ EVENT("\"The worker died\""), "The worker died", HN_ERR_PROTOCOL },
		{ EVENT("[\"The worker died\"]"), "The worker died", HN_ERR_PROTOCOL },
		{ EVENT("[{\"msg\":\"The worker died\"}]"), "The worker died", HN_ERR_PROTOCOL },
		{ EVENT("{\"err\":\"busy\"}"), "busy", HN_ERR_UNAVAILABLE },
		{ EVENT("{\"errorCode\":17}"), "{\"errorCode\":17}", HN_ERR_PROTOCOL },
		{ EVENT("{\"failed\":true}"), "{\"failed\":true}", HN_ERR_PROTOCOL },
		{ "event: error\n" EVENT(""), "the server reports an error and gives no reason",
			HN_ERR_PROTOCOL },
		{ "event: error\n" EVENT("The upstream is overloaded"), "The upstream is overloaded",
			HN_ERR_UNAVAILABLE },
		{ "event: stream_error\n" EVENT("\"gone\""), "gone", HN_ERR_PROTOCOL },
	};
	static const char *const before[] = { "", TEXT("Half"), THOUGHT("hm") },
				 *const after[] = { "", END, EVENT("ping") END, CHOICE("") END };
	for (size_t i = 0; i < 12 * sizeof t / sizeof *t; i++) {
		const char *first = before[i % 3], *last = after[i / 3 % 4], *words = t[i / 12].words;
		ck_assert_msg(read_stream(first, words, last) == t[i / 12].rc, "%s%s%s: %d %s", first,
			words, last, call.code, call.message);
		ck_assert_str_eq(call.message, t[i / 12].message);
		ck_assert_str_eq(call.text.p ? call.text.p : "", i % 3 == 1 ? "Half" : "");
		ck_assert_int_eq(call.finishes, 0);
		end();
	}
}
END_TEST

/* What is said in passing: the reply goes on after it, or ends as a reply does. */
START_TEST(words_in_passing)
{
	static const char *const words[] = {
		EVENT("{\"message\":\"queued behind two others\"}"),
		EVENT("\"queued behind two others\""),
		EVENT("queued behind two others"),
		EVENT("{\"choices\":[],\"usage\":{\"prompt_tokens\":1}}"),
		EVENT("{\"choices\":[],\"prompt_filter_results\":[{\"content_filter_results\":{"
		      "\"error\":{\"message\":\"it was not filtered\"}}}]}"),
		EVENT("{\"sources\":[{\"title\":\"A page\"}]}"),
	};
	static const char *const silent[] = {
		EVENT("{\"choices\":[],\"usage\":{\"prompt_tokens\":1}}"),
		EVENT("{\"usage\":{\"prompt_tokens\":1},\"model\":\"m\",\"provider\":\"Some Cloud\"}"),
		EVENT("{\"type\":\"ping\",\"message\":\"still at work\"}"),
		"event: heartbeat\n" EVENT("{\"message\":\"still at work\"}"),
		EVENT("{\"code\":0,\"msg\":\"success\"}"),
		EVENT("{\"status\":\"ok\"}"),
		EVENT("{\"error\":null,\"err_code\":0,\"errno\":\"0\",\"errors\":[],\"failed\":false}"),
		EVENT("tick"),
		EVENT("7"),
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		ck_assert_msg(read_stream(words[i], TEXT("a"), STOP) == 0, "%s", words[i]);
		end();
		ck_assert_msg(read_stream(words[i], TEXT("a"), END) == 0, "%s", words[i]);
		end();
		ck_assert_msg(read_stream(TEXT("a") STOP, words[i], END) == 0, "%s", words[i]);
		end();
	}
	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) {
		ck_assert_msg(read_stream(TEXT("a"), silent[i], END) == 0, "%s", silent[i]);
		end();
		ck_assert_int_eq(read_stream(TEXT("a"), silent[i], ""), HN_ERR_TRUNCATED);
		end();
	}
}
END_TEST

/* What is not a reply does not become an empty one by an end mark; a chunk without text does. */
START_TEST(an_end_mark_is_not_a_reply)
{
	static const struct {
		const char *body, *message;
	} t[] = {
		{ EVENT("{\"status\":\"ok\"}"), "the answer holds no reply: {\"status\":\"ok\"}" },
		{ EVENT("{\"code\":0,\"msg\":\"success\"}"),
			"the answer holds no reply: {\"code\":0,\"msg\":\"success\"}" },
		{ EVENT("upstream is tired"), "the answer is not a chat completion: upstream is tired" },
		{ EVENT("\"quoted\" is no JSON"), "the answer holds no reply: is no JSON" },
		{ EVENT("{\"choices\":[],\"usage\":{}}"), NULL },
		{ EVENT("{\"usage\":{\"completion_tokens\":4}}"), NULL },
		{ EVENT("ping"), NULL },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		int32_t rc = read_stream("", t[i].body, END);
		ck_assert_msg(rc == (t[i].message ? HN_ERR_PROTOCOL : 0), "%s: %d", t[i].body, rc);
		if (t[i].message)
			ck_assert_str_eq(call.message, t[i].message);
		end();
	}
}
END_TEST

/* Words before a finish reason are told where no text is. */
START_TEST(words_in_an_empty_reply)
{
	ck_assert_int_eq(read_stream(EVENT("{\"message\":\"The worker\\ndied\"}"), STOP, END), 0);
	ck_assert_str_eq(call.unshown, "the words \"The worker died\"");
	end();
	ck_assert_int_eq(read_stream(TEXT("a"), EVENT("{\"message\":\"The worker died\"}"), STOP), 0);
	ck_assert_str_eq(call.unshown ? call.unshown : "", "");
	ck_assert_ptr_nonnull(strstr(call.log.p, "passed over what is not a reply: {\"message\""));
	end();
}
END_TEST

/* A server's last words are told where nothing says that the reply is whole, and why a connection breaks. */
START_TEST(last_words)
{
	ck_assert_int_eq(read_stream(TEXT("a"), EVENT("ping"), EVENT("bye")), HN_ERR_TRUNCATED);
	ck_assert_str_eq(call.message, "the reply broke off: it has neither a finish reason nor an "
				       "end mark; the server's last words: bye");
	end();
	begin();
	create();
	call.end = HN_ERR_TRUNCATED;
	fake_body(&call, TEXT("a") EVENT("{\"message\":\"The worker died\"}"));
	ck_assert_int_eq(chat(), HN_ERR_PROTOCOL);
	ck_assert_str_eq(call.message, "The worker died");
	end();
	begin();
	create();
	fake_body(&call, EVENT("{\"message\":\"Streaming is not supported\"}") END);
	ck_assert_int_eq(chat(), HN_ADAPTED);
	end();
}
END_TEST

/* An answer of plain words, streamed or not: it may be another server's. */
START_TEST(an_answer_of_words)
{
	static const struct {
		const char *body, *message;
	} t[] = {
		{ "Ollama is running", "the answer is not a chat completion: Ollama is running" },
		{ "Maintenance: until\r\n\r\nnoon\n",
			"the answer is not a chat completion: Maintenance: until noon" },
		{ "\x1F\x8B\b", "the answer is not a chat completion: bytes that are not text" },
	};
	for (size_t i = 0; i < 2 * sizeof t / sizeof *t; i++) {
		begin();
		create();
		fake_body(&call, t[i / 2].body);
		ck_assert_int_eq(fake_chat(&call, provider(), self, "hi", i % 2), HN_ERR_PROTOCOL);
		ck_assert_str_eq(call.message, t[i / 2].message);
		ck_assert_str_eq(call.hint, "is base_url right? It is http://localhost:8080/v1; "
					    "hobnob models lists what that server offers");
		end();
	}
	begin();
	fake_string(&call, "base_url", "http://localhost:8080");
	create();
	fake_body(&call, "Ollama is running");
	ck_assert_int_eq(chat(), HN_ERR_PROTOCOL);
	ck_assert_str_eq(call.hint, "is base_url right? It is http://localhost:8080; likelier is "
				    "http://localhost:8080/v1");
	fake_again(&call); /* a reply that began has shown that the address is right */
	fake_body(&call, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"error\":{\"message\":\"m\"}}\n\n");
	ck_assert_int_eq(chat(), HN_ERR_PROTOCOL);
	ck_assert_str_eq(call.message, "m");
	ck_assert_str_eq(call.hint, "");
	end();
}
END_TEST

/* What a server writes without the framing of events: after comments alone, and after text. */
START_TEST(words_without_framing)
{
	static const struct {
		const char *body, *message;
		int32_t rc;
	} t[] = {
		{ ": ping\n\n" SAYS("No credits left"), "No credits left", HN_ERR_QUOTA },
		{ ": ping\n\nupstream request timeout",
			"the answer is not a chat completion: upstream request timeout", HN_ERR_PROTOCOL },
		{ TEXT("a") SAYS("No credits left") "\n", "No credits left", HN_ERR_QUOTA },
		{ TEXT("a") "<title>502 Bad</title>",
			"the reply broke off: it has neither a finish reason nor an end mark; the "
			"server's last words: 502 Bad", HN_ERR_TRUNCATED },
		{ TEXT("a") "dat", "the reply broke off: it has neither a finish reason nor an end mark",
			HN_ERR_TRUNCATED },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		ck_assert_int_eq(read_stream("", t[i].body, ""), t[i].rc);
		ck_assert_str_eq(call.message, t[i].message);
		end();
	}
	ck_assert_int_eq(read_stream(TEXT("a") STOP, "Traceback", "\n"), 0);
	end();
}
END_TEST

/* ---- how it is asked ---- */

/* Asks, streamed or not, a server that answers so. */
static void ask(int stream, int status, const char *body, int32_t rc)
{
	call.status = status;
	fake_body(&call, body);
	ck_assert_msg(fake_chat(&call, provider(), self, "hi", stream) == rc, "%d %s: %s", status,
		body, call.message);
}

/* Says whether a stream was asked for. */
static int asked_stream(void)
{
	return strstr(call.sent, "\"stream\":true") != NULL;
}

START_TEST(a_refused_stream_is_learnt)
{
	static const struct {
		int stream, status;
		const char *body;
	} t[] = {
		{ 1, 400, SAYS("Streaming is not supported by this model") },
		{ 1, 403, SAYS("Verification is required to stream responses") },
		{ 1, 501, SAYS("streaming not implemented") },
		{ 1, 422,
			"{\"detail\":[{\"loc\":[\"body\",\"stream\"],\"msg\":\"Input should be "
			"false\"}]}" },
		{ 1, 200,
			EVENT("{\"error\":{\"message\":\"stream=true is not supported here\"}}") },
		{ 1, 400, SAYS("SSE is not supported") },
		{ 1, 400, SAYS("Server-sent events are disabled") },
		{ 1, 403, SAYS("Streaming responses are off for this deployment") },
		{ 1, 400, SAYS("There is no streaming in the free plan") },
		{ 1, 406, SAYS("text/event-stream cannot be served") },
		{ 1, 400, SAYS("Set stream to false, please") },
		{ 1, 400, SAYS("the upstream does not support streaming") },
		{ 1, 400, SAYS("该模型不支持流式输出") },
		{ 1, 400, "Streaming is not offered by this server" },
		{ 1, 200, "Streaming is blocked here" },
		{ 1, 200, "event: error\n" EVENT("this deployment does not stream") },
		{ 0, 400, "Only SSE is served here" },
		{ 0, 400, SAYS("this model only supports streaming") },
		{ 0, 400, SAYS("stream must be set to true") },
		{ 0, 422, SAYS("Non-streaming requests are not allowed for this model.") },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		create();
		ask(t[i].stream, t[i].status, t[i].body, HN_ADAPTED);
		ck_assert_int_eq(asked_stream(), t[i].stream);
		ck_assert_ptr_nonnull(strstr(call.log.p,
			t[i].stream
				? "the server refuses to stream the reply; asking for the whole "
				  "reply at once\n"
				: "the server refuses a reply that is not streamed; asking for a "
				  "stream\n"));
		ask(t[i].stream, 200, STOPPED, 0);
		ck_assert_int_eq(asked_stream(), !t[i].stream);
		ask(!t[i].stream, 200, STOPPED, 0);
		ck_assert_int_eq(asked_stream(), !t[i].stream);
		end();
	}
}
END_TEST

START_TEST(other_refusals_are_not_of_the_stream)
{
	static const struct {
		int status;
		const char *body;
		int32_t rc;
	} t[] = {
		{ 400, SAYS("the upstream is not supported"), HN_ERR_BAD_REQUEST },
		{ 400, SAYS("stream_options is not supported"), HN_ADAPTED },
		{ 400, SAYS("the stream was reset and could not be resumed"), HN_ERR_BAD_REQUEST },
		{ 400, SAYS("no stream could be read: connection closed"), HN_ERR_BAD_REQUEST },
		{ 401, SAYS("you must log in to stream"), HN_ERR_AUTH },
		{ 429, SAYS("only two streams at once are allowed"), HN_ERR_RATE_LIMITED },
		{ 503, SAYS("cannot stream now"), HN_ERR_UNAVAILABLE },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin();
		create();
		ask(1, t[i].status, t[i].body, t[i].rc);
		ask(1, 200, STOPPED, 0);
		ck_assert_int_eq(asked_stream(), 1);
		end();
	}
}
END_TEST

/* What the user says of it in extra_body stays, and one way is not asked for again after the other. */
START_TEST(a_stream_is_turned_round_once)
{
	begin();
	fake_string(&call, "extra_body", "{\"stream\":false}");
	create();
	ask(1, 400, SAYS("this model only supports streaming"), HN_ERR_BAD_REQUEST);
	end();
	begin();
	create();
	ask(1, 400, SAYS("this model does not support streaming"), HN_ADAPTED);
	ask(1, 400, SAYS("this model only supports streaming"), HN_ERR_BAD_REQUEST);
	end();
}
END_TEST

UNIT_MAIN("codec_ends", joins_halves, halves_in_details, deltas_that_grow, the_only_choice,
	of_several_the_first, finish_words, words_that_are_not_an_end, finish_values, empty_finish, what_else_came,
	the_rest_is_optional, broken_off_before_it_began, a_refused_stream_is_learnt,
	other_refusals_are_not_of_the_stream, words_are_an_error, words_in_passing,
	an_end_mark_is_not_a_reply, words_in_an_empty_reply, last_words,
	an_answer_of_words, words_without_framing, a_stream_is_turned_round_once)
