/* SPDX-License-Identifier: MIT */
/* responses: what it reads: events and whole responses, items in their order, usage, ends, errors. */
#include "../codec_fixture.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define EVENT(json) "data: " json "\n\n"
#define CREATED EVENT("{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"m-1\"}}")
#define DELTA(text) EVENT("{\"type\":\"response.output_text.delta\",\"output_index\":0,\"delta\":\"" text "\"}")
#define TEXT_END(text) EVENT("{\"type\":\"response.output_text.done\",\"output_index\":0,\"text\":\"" text "\"}")
#define ADDED(i, item) EVENT("{\"type\":\"response.output_item.added\",\"output_index\":" i ",\"item\":" item "}")
#define DONE(i, item) EVENT("{\"type\":\"response.output_item.done\",\"output_index\":" i ",\"item\":" item "}")
#define END(output) EVENT("{\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[" output "]}}")
#define WHOLE(output) "{\"object\":\"response\",\"id\":\"resp_1\",\"model\":\"m-1\",\"status\":\"completed\",\"output\":[" output "]}"
#define THOUGHT "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"Hm\"}],\"encrypted_content\":\"x\"}"
#define SAID(text) "{\"type\":\"message\",\"id\":\"msg_1\",\"content\":[{\"type\":\"output_text\",\"text\":\"" text "\"}]}"
#define CALLED(id, args) "{\"type\":\"function_call\",\"id\":\"fc_" id "\",\"call_id\":\"" id "\",\"name\":\"tide\",\"arguments\":\"" args "\"}"
#define ARGS(i, piece) EVENT("{\"type\":\"response.function_call_arguments.delta\",\"output_index\":" i ",\"delta\":\"" piece "\"}")

/* Reads an answer, and checks the events, the text, and what is to be handed back. */
static void check_reply(const char *answer, const char *events, const char *text, const char *opaque)
{
	fake_again(&call);
	fake_body(&call, answer);
	ck_assert_int_eq(chat(), 0);
	check(events, text);
	ck_assert_str_eq(call.opaque.p ? call.opaque.p : "", opaque);
}

/* All that a reply may hold: streamed, and whole. */
START_TEST(everything)
{
	static const char stream[] = CREATED ADDED("0", "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[],\"encrypted_content\":\"begun\"}")
		EVENT("{\"type\":\"response.reasoning_summary_text.delta\",\"output_index\":0,\"summary_index\":0,\"delta\":\"Hm\"}") DONE("0", THOUGHT)
		ADDED("1", "{\"type\":\"message\",\"id\":\"msg_1\",\"content\":[]}")
		EVENT("{\"type\":\"response.output_text.delta\",\"output_index\":1,\"delta\":\"So.\"}") DONE("1", SAID("So."))
		ADDED("2", CALLED("c1", "")) ARGS("2", "{\\\"p\\\":") ARGS("2", "1}") DONE("2", CALLED("c1", "{\\\"p\\\":1}")) END(THOUGHT "," SAID("So."));
	static const char whole[] = WHOLE(THOUGHT "," SAID("So.") "," CALLED("c1", "{\\\"p\\\":1}"));
	begin();
	create();
	for (call.split = 0; call.split < 8; call.split += 7)
		check_reply(stream, "mrotaacf", "So.", THOUGHT);
	check_reply(whole, "mrotacf", "So.", THOUGHT);
	ck_assert_str_eq(call.reasoning.p, "Hm");
	ck_assert_str_eq(call.calls.p, "0 c1 tide {\"p\":1}\n");
	ck_assert_int_eq(call.finish, HN_FINISH_TOOL_CALLS);
	ck_assert_str_eq(call.model, "m-1");
	end();
}
END_TEST

START_TEST(items)
{
	static const struct { const char *answer, *events, *text, *opaque; } t[] = {
		{ DELTA("a") DELTA("b") END(""), "ttf", "ab", "" },
		{ DELTA("a\\ud83d") DELTA("\\ude00") END(""), "ttf", "a\xF0\x9F\x98\x80", "" },
		{ DELTA("") END(""), "f", "", "" },
		{ DELTA("") DONE("0", SAID("a")) END(""), "tf", "a", "" },
		/* without pieces, without ends, without numbers */
		{ DONE("0", SAID("a")) END(SAID("a")), "tf", "a", "" },
		{ END(SAID("a")), "tf", "a", "" },
		{ EVENT("{\"type\":\"response.output_text.delta\",\"delta\":\"a\"}") EVENT("{\"type\":\"response.output_item.done\",\"item\":" SAID("a") "}") END(SAID("a")),
			"tf", "a", "" },
		{ EVENT("{\"type\":\"response.output_text.delta\",\"item_id\":\"msg_1\",\"delta\":\"a\"}") END(SAID("a")), "tf", "a", "" },
		{ ADDED("0", "{\"type\":\"reasoning\",\"id\":\"rs_1\"}") ADDED("1", "{\"type\":\"message\",\"id\":\"msg_1\"}")
			EVENT("{\"type\":\"response.output_text.delta\",\"delta\":\"a\"}") DONE("1", SAID("a")) DONE("0", THOUGHT) END(""), "trof", "a", THOUGHT },
		/* texts that come whole, each at its end; after pieces they say nothing new */
		{ TEXT_END("a") TEXT_END("b") DONE("0", SAID("ab")) END(SAID("ab")), "ttf", "ab", "" },
		{ DELTA("a") TEXT_END("a") DONE("0", SAID("a")) END(SAID("a")), "tf", "a", "" },
		{ EVENT("{\"type\":\"response.refusal.done\",\"output_index\":0,\"refusal\":\"No.\"}") END(""), "otf", "No.", "{\"refusal\":true}" },
		/* the type beside the data; words before the reply */
		{ "event: response.output_text.delta\ndata: {\"delta\":\"a\"}\n\n" END(""), "tf", "a", "" },
		{ EVENT("{\"note\":\"It is slow today.\"}") DELTA("a") EVENT("[DONE]"), "tf", "a", "" },
		/* an id that changes beside a number that does not */
		{ EVENT("{\"type\":\"response.output_text.delta\",\"output_index\":0,\"item_id\":\"x\",\"delta\":\"a\"}") DONE("0", SAID("a")) END(SAID("a")), "tf", "a", "" },
		/* reasoning: the last word of it, what holds something alone, one of two texts */
		{ DONE("0", THOUGHT) DONE("1", SAID("a")) END(""), "rotf", "a", THOUGHT },
		{ WHOLE("{\"type\":\"reasoning\",\"summary\":[]}," SAID("a")), "mtf", "a", "" },
		{ WHOLE("{\"type\":\"reasoning\",\"summary\":[],\"content\":[{\"text\":\"Hm\"}]}," SAID("a")), "mrotf", "a",
			"{\"type\":\"reasoning\",\"summary\":[],\"content\":[{\"text\":\"Hm\"}]}" },
		/* messages in a row, phases, refusals */
		{ WHOLE(SAID("a") "," SAID("b")), "mttotf", "a\n\nb", "{}" },
		{ WHOLE("{\"type\":\"message\",\"phase\":\"commentary\",\"content\":[{\"text\":\"a\"}]}," CALLED("c", "{}")), "motacf", "a", "{\"phase\":\"commentary\"}" },
		{ WHOLE("{\"type\":\"message\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\"}]}"), "motf", "no", "{\"refusal\":true}" },
		{ WHOLE("{\"type\":\"message\",\"content\":[{\"text\":\"a\"},{\"refusal\":\"no\"}]}"), "mttotf", "a\n\nno", "{\"refusal\":true}" },
		{ WHOLE(SAID("a") "," THOUGHT "," SAID("b")), "mtrotf", "ab", THOUGHT },
		/* what else there may be */
		{ WHOLE("{\"type\":\"web_search_call\",\"id\":\"ws\"}," SAID("a")), "motxf", "a", "{\"type\":\"web_search_call\",\"id\":\"ws\"}" },
		{ WHOLE("{\"type\":\"image_generation_call\",\"result\":\"UE5H\"}"), "mif", "", "" },
		{ WHOLE("null,7,{},{\"type\":null}," SAID("a")), "mtf", "a", "" },
		{ "{\"output\":[" SAID("a") "]}", "tf", "a", "" },
	};
	begin();
	create();
	for (size_t i = 0; i < COUNT(t); i++)
		for (call.split = 0; call.split < 8; call.split += 7)
			check_reply(t[i].answer, t[i].events, t[i].text, t[i].opaque);
	end();
}
END_TEST

START_TEST(calls)
{
	static const struct { const char *answer, *calls, *events; } t[] = {
		{ ADDED("0", CALLED("a", "")) ADDED("1", CALLED("b", "")) ARGS("1", "{}") ARGS("0", "{\\\"x\\\":1}") DONE("1", CALLED("b", "{}"))
			DONE("0", CALLED("a", "{\\\"x\\\":1}")) END(""), "0 b tide {}\n1 a tide {\"x\":1}\n", "aaccf" },
		/* no numbers: the ends come last */
		{ EVENT("{\"type\":\"response.output_item.added\",\"item\":" CALLED("a", "") "}") EVENT("{\"type\":\"response.function_call_arguments.delta\",\"delta\":\"{}\"}")
			EVENT("{\"type\":\"response.output_item.added\",\"item\":" CALLED("b", "") "}") EVENT("{\"type\":\"response.function_call_arguments.delta\",\"delta\":\"{\\\"y\\\":2}\"}")
			EVENT("{\"type\":\"response.output_item.done\",\"item\":" CALLED("a", "{}") "}") EVENT("{\"type\":\"response.output_item.done\",\"item\":" CALLED("b", "{\\\"y\\\":2}") "}")
			END(CALLED("a", "{}") "," CALLED("b", "{\\\"y\\\":2}")), "0 a tide {}\n1 b tide {\"y\":2}\n", "aaccf" },
		{ ADDED("0", CALLED("a", "")) ARGS("0", "{\\\"x\\\":") DONE("0", CALLED("a", "{\\\"x\\\":1}")) END(""), "0 a tide {\"x\":1}\n", "acf" },
		{ ADDED("0", CALLED("a", "")) ARGS("0", "{}") END(""), "0 a tide {}\n", "acf" },
		{ WHOLE("{\"type\":\"function_call\",\"id\":\"fc_1\",\"name\":\"tide\",\"arguments\":{\"x\":1}}"), "0 fc_1 tide {\"x\":1}\n", "macf" },
		{ WHOLE("{\"type\":\"function_call\",\"name\":\"tide\",\"arguments\":\"\"}"), "0 call_0 tide {}\n", "mcf" },
	};
	begin();
	create();
	for (size_t i = 0; i < COUNT(t); i++) {
		fake_again(&call);
		fake_body(&call, t[i].answer);
		ck_assert_int_eq(chat(), 0);
		ck_assert_str_eq(call.calls.p, t[i].calls);
		ck_assert_str_eq(call.events.p, t[i].events);
		ck_assert_int_eq(call.finish, HN_FINISH_TOOL_CALLS);
	}
	end();
}
END_TEST

/* One that was cut is named, and not passed on. */
START_TEST(cut_call)
{
	begin();
	create();
	check_reply(ADDED("0", CALLED("a", "")) ARGS("0", "{\\\"x\\\":")
		DONE("0", "{\"type\":\"function_call\",\"status\":\"incomplete\",\"call_id\":\"a\",\"name\":\"tide\",\"arguments\":\"{\\\"x\\\":\"}")
		EVENT("{\"type\":\"response.incomplete\",\"response\":{\"incomplete_details\":{\"reason\":\"max_output_tokens\"}}}"), "axf", "", "");
	ck_assert_str_eq(call.unshown, "an unfinished call of the tool \"tide\"");
	ck_assert_int_eq(call.finish, HN_FINISH_LENGTH);
	end();
}
END_TEST

START_TEST(ends)
{
	static const struct { const char *response; int finish; const char *word; } t[] = {
		{ "\"status\":\"completed\"", HN_FINISH_STOP, "completed" },
		{ "\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_tokens\"}", HN_FINISH_LENGTH, "max_output_tokens" },
		{ "\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_tokens\"}", HN_FINISH_LENGTH, "max_tokens" },
		{ "\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"content_filter\"}", HN_FINISH_CONTENT_FILTER, "content_filter" },
		{ "\"status\":\"incomplete\",\"incomplete_details\":null", HN_FINISH_UNKNOWN, "incomplete" },
		{ "\"status\":\"cancelled\"", HN_FINISH_UNKNOWN, "cancelled" },
		{ "\"output\":[{\"type\":\"message\",\"content\":[{\"refusal\":\"no\"}]}]", HN_FINISH_CONTENT_FILTER, "refusal" },
		{ "\"error\":null", HN_FINISH_STOP, "completed" },
	};
	char body[512];
	begin();
	create();
	for (size_t i = 0; i < COUNT(t); i++) {
		fake_again(&call);
		snprintf(body, sizeof body, "{\"output\":[" SAID("a") "],%s}", t[i].response);
		fake_body(&call, body);
		ck_assert_int_eq(chat(), 0);
		ck_assert_int_eq(call.finish, t[i].finish);
		ck_assert_str_eq(call.finish_word, t[i].word);
	}
	end();
}
END_TEST

START_TEST(counts)
{
	begin();
	create();
	check_reply("{\"object\":\"response\",\"output\":[" SAID("a") "],\"usage\":{\"input_tokens\":100,\"input_tokens_details\":{\"cached_tokens\":40,"
		"\"cache_write_tokens\":10},\"output_tokens\":50,\"output_tokens_details\":{\"reasoning_tokens\":30},\"total_tokens\":150}}", "tuf", "a", "");
	ck_assert_int_eq(call.usage.prompt, 100);
	ck_assert_int_eq(call.usage.cached, 40);
	ck_assert_int_eq(call.usage.cache_write, 10);
	ck_assert_int_eq(call.usage.completion, 50);
	ck_assert_int_eq(call.usage.reasoning, 30);
	check_reply("{\"object\":\"response\",\"output\":[" SAID("a") "],\"usage\":null}", "tf", "a", "");
	end();
}
END_TEST

/* Errors, and what of the reply was emitted before. */
START_TEST(errors)
{
	static const struct { const char *answer; int32_t code; const char *message, *events; } t[] = {
		{ CREATED EVENT("{\"type\":\"error\",\"code\":\"server_error\",\"message\":\"It broke.\",\"param\":null}"), HN_ERR_UNAVAILABLE, "It broke.", "m" },
		{ CREATED EVENT("{\"type\":\"error\",\"error\":{\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\",\"message\":\"No money.\"}}")
			EVENT("{\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"x\",\"message\":\"twice\"}}}"), HN_ERR_QUOTA, "No money.", "m" },
		{ DELTA("a") EVENT("{\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"Slow down.\"}}}"),
			HN_ERR_RATE_LIMITED, "Slow down.", "t" },
		{ EVENT("{\"type\":\"response.failed\",\"response\":{\"error\":null,\"instructions\":\"Be so kind.\"}}"), HN_ERR_PROTOCOL,
			"the response failed, and the server does not say why", "" },
		{ "{\"object\":\"response\",\"status\":\"failed\",\"output\":[],\"error\":{\"code\":\"server_error\",\"message\":\"It broke.\"}}", HN_ERR_UNAVAILABLE, "It broke.", "" },
		{ "event: error\ndata: It broke.\n\n", HN_ERR_PROTOCOL, "It broke.", "" },
		{ CREATED DELTA("a"), HN_ERR_TRUNCATED, "the reply broke off: it has neither a finish reason nor an end mark", "mt" },
		{ "{\"object\":\"response\",\"status\":\"in_progress\",\"output\":[]}", HN_ERR_TRUNCATED, "the reply broke off: it has neither a finish reason nor an end mark", "" },
		{ EVENT("{\"note\":\"It is late.\"}"), HN_ERR_PROTOCOL, "It is late.", "" },
		{ "{\"detail\":\"It is late.\"}", HN_ERR_PROTOCOL, "It is late.", "" },
		{ EVENT("{\"type\":\"response.output_text.delta\"") , HN_ERR_PROTOCOL, "the server sent broken JSON: {\"type\":\"response.output_text.delta\"", "" },
	};
	begin();
	create();
	for (size_t i = 0; i < COUNT(t); i++) {
		fake_again(&call);
		fake_body(&call, t[i].answer);
		ck_assert_int_eq(chat(), t[i].code);
		ck_assert_str_eq(call.message, t[i].message);
		ck_assert_str_eq(call.events.p ? call.events.p : "", t[i].events);
	}
	end();
}
END_TEST

/* The id is kept only where it leads on. */
START_TEST(ids)
{
	begin();
	fake_int(&call, "chain", 1);
	create();
	check_reply(WHOLE(SAID("a")), "mtof", "a", "resp_1");
	fake_again(&call);
	fake_body(&call, CREATED DELTA("a"));
	ck_assert_int_eq(chat(), HN_ERR_TRUNCATED);
	check("mt", "a");
	end();
}
END_TEST

/* Whatever event cannot be shown ends the call with its value, and nothing leaks. */
START_TEST(unshown)
{
	static const char answer[] = WHOLE(THOUGHT "," SAID("a") "," SAID("b") "," CALLED("c", "{}"));
	begin();
	create();
	for (int at = 1; at <= 9; at++) {
		fake_again(&call);
		fake_body(&call, answer);
		call.emit_fails_at = at;
		ck_assert_int_eq(chat(), HN_ERR_OUTPUT);
		ck_assert_uint_eq(call.emits, (unsigned)at);
	}
	end();
}
END_TEST

START_TEST(capture)
{
	begin();
	create();
	for (call.split = 0; call.split < 4; call.split++) {
		fake_again(&call);
		fake_capture(&call, "captures/llama-responses-stream.raw");
		ck_assert_int_eq(chat(), 0);
		ck_assert_int_eq(call.finish, HN_FINISH_STOP);
		ck_assert_uint_eq(call.pieces, 16);
		ck_assert_str_eq(call.model, "tiny");
		ck_assert_int_eq(call.usage.cached, 10);
	}
	end();
}
END_TEST

/* What a server sends without end is not kept without end. */
START_TEST(caps)
{
	struct buf body = BUF(BUF_NO_CAP);
	begin();
	create();
	buf_adds(&body, "{\"object\":\"response\",\"output\":[{\"type\":\"reasoning\",\"encrypted_content\":\"");
	for (int i = 0; i < 5 << 20; i++)
		buf_addc(&body, 'x');
	buf_adds(&body, "\"}," SAID("a") "]}");
	buf_addc(&body, '\0');
	check_reply(body.p, "tf", "a", "");
	for (int piece = 0; piece < 2; piece++) {
		buf_cut(&body, 0);
		for (int i = 0; i < 4097; i++)
			buf_addf(&body, piece ? EVENT("{\"type\":\"response.output_text.delta\",\"output_index\":%d,\"delta\":\"a\"}")
					      : EVENT("{\"type\":\"response.output_item.added\",\"output_index\":%d,\"item\":{}}"), i);
		buf_addc(&body, '\0');
		fake_again(&call);
		fake_body(&call, body.p);
		ck_assert_int_eq(chat(), HN_ERR_PROTOCOL);
		ck_assert_str_eq(call.message, "the reply holds more items than are read");
	}
	buf_free(&body);
	end();
}
END_TEST

UNIT_MAIN("responses_reply", everything, items, calls, cut_call, ends, counts, errors, ids, unshown, capture, caps)
