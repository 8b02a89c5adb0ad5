/* SPDX-License-Identifier: MIT */
/* exec: the request as the program reads it, and each line that it may print. */
#include "../unit.h"

#include <stdio.h>

#include "../fake_host.h"

#include "exec/asked.h"
#include "exec/heard.h"

#define S(text) { text, sizeof(text) - 1 }

static hn_call call;
static hn_str command[] = { S("it") };
static struct exec exec = { .host = &fake_host, .command = command, .n_command = 1 };

static void asks(const hn_request *req, const char *want)
{
	struct buf out = BUF(BUF_NO_CAP);

	asked_write(req, &out);
	ck_assert_str_eq(out.p, want);
	buf_free(&out);
}

/* ---- what it reads ---- */

START_TEST(least)
{
	static const hn_message m = { .role = HN_ROLE_USER, .id = 1, .text = S("a\n\"b\"") };
	const hn_request req = { .struct_size = sizeof req, .model = S("some"), .n_messages = 1, .message_stride = sizeof m, .messages = &m };

	asks(&req, "{\"hobnob\":\"request\",\"version\":1,\"model\":\"some\",\"stream\":false,"
		   "\"messages\":[{\"id\":1,\"role\":\"user\",\"text\":\"a\\n\\\"b\\\"\"}]}\n");
}
END_TEST

START_TEST(most)
{
	static const hn_str stop[] = { S("x"), S("y") };
	static const hn_tool tools[] = { { S("now"), S(""), S("") }, { S("tide"), S("when"), S("{\"type\":\"object\"}") } };
	static const hn_message m = { .role = HN_ROLE_SYSTEM, .id = 7, .text = S("s") };
	const hn_request req = { .struct_size = sizeof req,
		.flags = HN_REQUEST_STREAM,
		.set = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE | HN_SET_TOP_P | HN_SET_SEED | HN_SET_STOP | HN_SET_EFFORT | HN_SET_TOOLS |
		       HN_SET_TOOL_CHOICE | HN_SET_SCHEMA | HN_SET_EXTRA,
		.max_tokens = 9,
		.temperature = 0.5,
		.top_p = 0.25,
		.seed = -3,
		.window = 4096,
		.prompt = 12,
		.n_stop = 2,
		.stop = stop,
		.reasoning_effort = S("low"),
		.n_tools = 2,
		.tool_stride = sizeof *tools,
		.tools = tools,
		.tool_choice = HN_CHOICE_NAMED,
		.tool_name = S("tide"),
		.schema_name = S("answer"),
		.schema = S("{\"type\":\"string\"}"),
		.extra = S("{\"a\":[1]}"),
		.model = S("m"),
		.conversation = S("c"),
		.n_messages = 1,
		.message_stride = sizeof m,
		.messages = &m };

	asks(&req, "{\"hobnob\":\"request\",\"version\":1,\"model\":\"m\",\"conversation\":\"c\",\"stream\":true,"
		   "\"max_tokens\":9,\"temperature\":0.5,\"top_p\":0.25,\"seed\":-3,\"window\":4096,\"prompt_tokens\":12,"
		   "\"stop\":[\"x\",\"y\"],\"reasoning_effort\":\"low\","
		   "\"tools\":[{\"name\":\"now\"},{\"name\":\"tide\",\"description\":\"when\",\"schema\":{\"type\":\"object\"}}],"
		   "\"tool_choice\":\"named\",\"tool_name\":\"tide\",\"schema_name\":\"answer\",\"schema\":{\"type\":\"string\"},"
		   "\"extra\":{\"a\":[1]},\"messages\":[{\"id\":7,\"role\":\"system\",\"text\":\"s\"}]}\n");
}
END_TEST

/* A choice of a later version is left to the model. */
START_TEST(unknown_choice)
{
	static const hn_message m = { .role = HN_ROLE_USER, .id = 1, .text = S("a") };
	const hn_request req = { .struct_size = sizeof req, .set = HN_SET_TOOL_CHOICE, .tool_choice = HN_CHOICE_NAMED + 1, .model = S("m"),
		.n_messages = 1, .message_stride = sizeof m, .messages = &m };

	asks(&req, "{\"hobnob\":\"request\",\"version\":1,\"model\":\"m\",\"stream\":false,\"tool_choice\":\"auto\","
		   "\"messages\":[{\"id\":1,\"role\":\"user\",\"text\":\"a\"}]}\n");
}
END_TEST

/* What `heeds` promises is in the request, and what is not set is not. */
START_TEST(promises)
{
	static const hn_message m = { .role = HN_ROLE_USER, .id = 1, .text = S("a") };
	static const hn_str stop[] = { S("x") };
	static const hn_tool tools[] = { { S("t"), S(""), S("") } };
	static const struct { uint32_t bit; const char *member; } rows[] = {
		{ HN_SET_MAX_TOKENS, "\"max_tokens\":9" }, { HN_SET_TEMPERATURE, "\"temperature\":0.5" }, { HN_SET_TOP_P, "\"top_p\":0.5" },
		{ HN_SET_SEED, "\"seed\":9" }, { HN_SET_STOP, "\"stop\":[\"x\"]" }, { HN_SET_EFFORT, "\"reasoning_effort\":\"low\"" },
		{ HN_SET_TOOLS, "\"tools\":[{\"name\":\"t\"}]" }, { HN_SET_TOOL_CHOICE, "\"tool_choice\":\"none\"" },
		{ HN_SET_SCHEMA, "\"schema\":{}" }, { HN_SET_EXTRA, "\"extra\":{}" },
	};
	const hn_provider *provider = hobnob_plugin_v1()->vtable;
	uint32_t all = 0;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		hn_request req = { .struct_size = sizeof req, .set = rows[i].bit, .max_tokens = 9, .temperature = 0.5, .top_p = 0.5, .seed = 9,
			.n_stop = 1, .stop = stop, .reasoning_effort = S("low"), .n_tools = 1, .tool_stride = sizeof *tools, .tools = tools,
			.tool_choice = HN_CHOICE_NONE, .schema_name = S("n"), .schema = S("{}"), .extra = S("{}"), .model = S("m"),
			.n_messages = 1, .message_stride = sizeof m, .messages = &m };

		for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
			struct buf out = BUF(BUF_NO_CAP);

			asked_write(&req, &out);
			ck_assert_msg(!!strstr(out.p, rows[k].member) == (i == k), "%s in %s", rows[k].member, out.p);
			buf_free(&out);
		}
		all |= rows[i].bit;
	}
	ck_assert_uint_eq(provider->heeds, all);
}
END_TEST

/* A part stands at its place in the text, its bytes as text where they are one. */
START_TEST(places_parts)
{
	static const hn_part parts[] = { { .type = HN_PART_TEXT, .data = S("ab") },
		{ .type = HN_PART_IMAGE, .mime = S("image/png"), .name = S("a.png"), .data = S("PNG") },
		{ .type = HN_PART_IMAGE, .flags = HN_PARTFLAG_URL, .data = S("https://h/b.png") },
		{ .type = HN_PART_TEXT, .data = S("c") },
		{ .type = HN_PART_FILE, .data = S("\xff") },
		{ .type = HN_PART_TOOL_CALL, .id = S("k"), .name = S("tide"), .data = S("{}") },
		{ .type = HN_PART_TOOL_RESULT, .flags = HN_PARTFLAG_ERROR, .id = S("k"), .data = S("no") },
		{ .type = HN_PART_OPAQUE, .name = S("sig"), .data = S("S") } };
	static const hn_message m = { .role = HN_ROLE_TOOL, .id = 2, .text = S("abc"), .n_parts = 8, .part_stride = sizeof *parts, .parts = parts };
	const hn_request req = { .struct_size = sizeof req, .model = S("m"), .n_messages = 1, .message_stride = sizeof m, .messages = &m };

	asks(&req, "{\"hobnob\":\"request\",\"version\":1,\"model\":\"m\",\"stream\":false,"
		   "\"messages\":[{\"id\":2,\"role\":\"tool\",\"text\":\"abc\",\"parts\":["
		   "{\"at\":2,\"type\":\"image\",\"name\":\"a.png\",\"mime\":\"image/png\",\"base64\":\"UE5H\"},"
		   "{\"at\":2,\"type\":\"image\",\"url\":true,\"data\":\"https://h/b.png\"},"
		   "{\"at\":3,\"type\":\"file\",\"base64\":\"/w==\"},"
		   "{\"at\":3,\"type\":\"tool_call\",\"id\":\"k\",\"name\":\"tide\",\"data\":\"{}\"},"
		   "{\"at\":3,\"type\":\"tool_result\",\"id\":\"k\",\"error\":true,\"data\":\"no\"},"
		   "{\"at\":3,\"type\":\"opaque\",\"name\":\"sig\",\"data\":\"S\"}]}]}\n");
}
END_TEST

/* ---- what it prints ---- */

static int32_t hears(const char *line, size_t n)
{
	struct heard h = { .exec = &exec, .call = &call };

	return heard_line(&h, (hn_str){ line, n });
}

static const char *text_of(const struct buf *b)
{
	return b->p ? b->p : "";
}

/* Lines that are events: the letter of each, and all that is known of it. */
START_TEST(events)
{
	static const struct {
		const char *line, *letter, *known;
	} t[] = {
		{ "{\"event\":\"text\",\"text\":\"h\\u00e9\"}", "t", "h\xC3\xA9" },
		{ "{\"event\":\"reasoning\",\"text\":\"hm\"}", "r", "hm" },
		{ "{\"event\":\"notice\",\"text\":\"mind\"}", "n", "mind\n" },
		{ "{\"event\":\"opaque\",\"name\":\"sig\",\"data\":\"S\"}", "o", "S" },
		{ "{\"event\":\"opaque\",\"name\":\"sig\",\"base64\":\"UE5H\"}", "o", "PNG" },
		{ "{\"event\":\"tool_call\",\"id\":\"k\",\"name\":\"tide\",\"arguments\":{\"a\":1}}", "c", "0 k tide {\"a\":1}\n" },
		{ "{\"event\":\"tool_call\",\"id\":\"k\",\"name\":\"tide\",\"arguments\":\"{\\\"a\\\":1\"}", "c", "0 k tide {\"a\":1\n" },
		{ "{\"event\":\"tool_call\",\"id\":\"k\",\"name\":\"tide\"}", "c", "0 k tide {}\n" },
		{ "{\"event\":\"image\",\"mime\":\"image/png\",\"name\":\"a\",\"base64\":\"UE5H\"}", "i", "3 0 a image/png PNG\n" },
		{ "{\"event\":\"image\",\"data\":\"https://h/a.png\",\"url\":true}", "i", "3 1   https://h/a.png\n" },
		{ "{\"event\":\"file\",\"mime\":\"text/plain\",\"data\":\"x\"}", "i", "4 0  text/plain x\n" },
		{ "{\"event\":\"later\"}", "", "" },
		{ " \t\r", "", "" },
		{ "", "", "" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		fake_begin(&call);
		ck_assert_int_eq(hears(t[i].line, strlen(t[i].line)), 0);
		ck_assert_str_eq(text_of(&call.events), t[i].letter);
		struct buf *all[] = { &call.text, &call.reasoning, &call.beside, &call.opaque, &call.calls };
		struct buf known = BUF(BUF_NO_CAP);
		for (size_t k = 0; k < sizeof all / sizeof *all; k++)
			buf_addstr(&known, buf_str(all[k]));
		ck_assert_msg(!strcmp(text_of(&known), t[i].known), "%s: %s", t[i].line, text_of(&known));
		buf_free(&known);
		fake_end(&call);
	}
}
END_TEST

START_TEST(counts_calls)
{
	struct heard h = { .exec = &exec, .call = &call };
	const char one[] = "{\"event\":\"tool_call\",\"id\":\"k1\",\"name\":\"a\"}", two[] = "{\"event\":\"tool_call\",\"id\":\"k2\",\"name\":\"a\"}";

	fake_begin(&call);
	ck_assert_int_eq(heard_line(&h, str_of(one)), 0);
	ck_assert_int_eq(heard_line(&h, str_of(two)), 0);
	ck_assert_str_eq(call.calls.p, "0 k1 a {}\n1 k2 a {}\n");
	fake_end(&call);
}
END_TEST

/* A count that is not a whole number, or negative, is unknown; a cost is exact text or a number. */
START_TEST(usage)
{
	static const struct {
		const char *members;
		int64_t prompt, completion, cached, cache_write, reasoning, cost;
	} t[] = {
		{ "\"prompt_tokens\":5,\"completion_tokens\":4,\"cached_tokens\":3,\"cache_write_tokens\":2,\"reasoning_tokens\":1,\"cost\":\"0.0001\"",
			5, 4, 3, 2, 1, 100000000 },
		{ "\"prompt_tokens\":\"5\",\"completion_tokens\":1.5,\"cost\":0.5", -1, -1, -1, -1, -1, 500000000000 },
		{ "\"prompt_tokens\":0,\"completion_tokens\":-2,\"cost\":\"free\"", 0, -1, -1, -1, -1, -1 },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char line[300];
		fake_begin(&call);
		snprintf(line, sizeof line, "{\"event\":\"usage\",%s}", t[i].members);
		ck_assert_int_eq(hears(line, strlen(line)), 0);
		ck_assert_str_eq(call.events.p, "u");
		ck_assert_int_eq(call.usage.prompt, t[i].prompt);
		ck_assert_int_eq(call.usage.completion, t[i].completion);
		ck_assert_int_eq(call.usage.cached, t[i].cached);
		ck_assert_int_eq(call.usage.cache_write, t[i].cache_write);
		ck_assert_int_eq(call.usage.reasoning, t[i].reasoning);
		ck_assert_int_eq(call.usage.cost, t[i].cost);
		fake_end(&call);
	}
}
END_TEST

/* The program's word stays; what hobnob alone may say is unknown. */
START_TEST(finish)
{
	static const struct { const char *word; int finish; } t[] = { { "stop", HN_FINISH_STOP }, { "length", HN_FINISH_LENGTH },
		{ "content_filter", HN_FINISH_CONTENT_FILTER }, { "tool_calls", HN_FINISH_TOOL_CALLS }, { "unknown", HN_FINISH_UNKNOWN },
		{ "interrupted", HN_FINISH_UNKNOWN }, { "eos", HN_FINISH_UNKNOWN }, { "", HN_FINISH_UNKNOWN } };

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct heard h = { .exec = &exec, .call = &call };
		char line[100];
		fake_begin(&call);
		snprintf(line, sizeof line, "{\"event\":\"finish\",\"finish\":\"%s\"}", t[i].word);
		ck_assert_int_eq(heard_line(&h, str_of(line)), 0);
		ck_assert_int_eq(h.finished, 1);
		ck_assert_int_eq(call.finish, t[i].finish);
		ck_assert_str_eq(call.finish_word, t[i].word);
		fake_end(&call);
	}
}
END_TEST

START_TEST(errors)
{
	const char full[] = "{\"event\":\"error\",\"kind\":\"context_too_long\",\"message\":\"m\",\"hint\":\"h\",\"status\":413,\"retry_after_ms\":5,"
			    "\"retry\":true,\"window\":8,\"prompt\":9,\"max_output\":7}";

	fake_begin(&call);
	ck_assert_int_eq(hears(full, strlen(full)), HN_ERR_CONTEXT_TOO_LONG);
	ck_assert_str_eq(call.message, "m");
	ck_assert_str_eq(call.hint, "h");
	ck_assert_int_eq(call.error_status, 413);
	ck_assert_int_eq(call.error_retry_after_ms, 5);
	ck_assert_uint_eq(call.error_flags, HN_FAIL_RETRY);
	ck_assert_int_eq(call.error_window, 8);
	ck_assert_int_eq(call.error_prompt, 9);
	ck_assert_int_eq(call.error_max_output, 7);
	fake_end(&call);
}
END_TEST

/* Nobody but the user interrupts, and a kind that nobody knows is the program's fault. */
START_TEST(odd_errors)
{
	static const struct { const char *line; int32_t code; uint32_t flags; } t[] = {
		{ "{\"event\":\"error\"}", HN_ERR_PLUGIN, 0 },
		{ "{\"event\":\"error\",\"kind\":\"strange\"}", HN_ERR_PLUGIN, 0 },
		{ "{\"event\":\"error\",\"kind\":\"interrupted\"}", HN_ERR_PLUGIN, 0 },
		{ "{\"event\":\"error\",\"kind\":7,\"retry\":1}", HN_ERR_PLUGIN, 0 },
		{ "{\"event\":\"error\",\"kind\":\"unavailable\",\"retry\":false}", HN_ERR_UNAVAILABLE, HN_FAIL_FINAL },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		fake_begin(&call);
		ck_assert_int_eq(hears(t[i].line, strlen(t[i].line)), t[i].code);
		ck_assert_str_eq(call.message, "the program reports an error without a message");
		ck_assert_uint_eq(call.error_flags, t[i].flags);
		fake_end(&call);
	}
}
END_TEST

#define LACKS(event, member) "line 1: the event \"" event "\" needs a string as \"" member "\""
#define LONG "0123456789012345678901234567890123456789012345678901234567"

/* Lines that are no events, each refused with its reason, and nothing of them emitted. */
START_TEST(bad_lines)
{
	static const struct { const char *line, *why; } t[] = {
		{ "x", "line 1 is not a JSON object: x" },
		{ "[{\"event\":\"text\"}]", "line 1 is not a JSON object: [{\"event\":\"text\"}]" },
		{ "null", "line 1 is not a JSON object: null" },
		{ "{\"event\":\"text\",\"text\":\"a\"} {}", "line 1 is not a JSON object: {\"event\":\"text\",\"text\":\"a\"} {}" },
		{ LONG "\xC3\xA9" "a", "line 1 is not a JSON object: " LONG "\xC3\xA9" "..." },
		{ LONG "0\xC3\xA9", "line 1 is not a JSON object: " LONG "0..." },
		{ "\"\xff\"", "line 1 is not UTF-8" },
		{ "{}", "line 1 names no \"event\"" },
		{ "{\"event\":1}", "line 1 names no \"event\"" },
		{ "{\"event\":\"text\"}", LACKS("text", "text") },
		{ "{\"event\":\"text\",\"text\":null}", LACKS("text", "text") },
		{ "{\"event\":\"reasoning\",\"text\":1}", LACKS("reasoning", "text") },
		{ "{\"event\":\"notice\"}", LACKS("notice", "text") },
		{ "{\"event\":\"progress\",\"done\":0.5}", LACKS("progress", "text") },
		{ "{\"event\":\"model\",\"upstream\":\"u\"}", LACKS("model", "model") },
		{ "{\"event\":\"finish\"}", LACKS("finish", "finish") },
		{ "{\"event\":\"tool_call\",\"name\":\"n\"}", LACKS("tool_call", "id") },
		{ "{\"event\":\"tool_call\",\"id\":\"k\"}", LACKS("tool_call", "name") },
		{ "{\"event\":\"image\"}", LACKS("image", "data\" or \"base64") },
		{ "{\"event\":\"file\",\"base64\":\"!\"}", LACKS("file", "data\" or \"base64") },
		{ "{\"event\":\"opaque\",\"data\":\"S\"}", LACKS("opaque", "name") },
		{ "{\"event\":\"opaque\",\"name\":\"\",\"data\":\"S\"}", LACKS("opaque", "name") },
		{ "{\"event\":\"opaque\",\"name\":\"n\",\"data\":1}", LACKS("opaque", "data\" or \"base64") },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char want[300];
		fake_begin(&call);
		ck_assert_int_eq(hears(t[i].line, strlen(t[i].line)), HN_ERR_PROTOCOL);
		snprintf(want, sizeof want, "the program \"it\" printed an invalid event: %s", t[i].why);
		ck_assert_str_eq(call.message, want);
		ck_assert_uint_eq(call.emits, 0);
		fake_end(&call);
	}
}
END_TEST

/* What emit() returns ends the call, and the next line has the next number. */
START_TEST(passes_on_what_emit_returns)
{
	struct heard h = { .exec = &exec, .call = &call };

	fake_begin(&call);
	call.emit_fails_at = 1;
	ck_assert_int_eq(heard_line(&h, str_of("{\"event\":\"text\",\"text\":\"a\"}")), HN_ERR_OUTPUT);
	ck_assert_int_eq(heard_line(&h, str_of("")), 0);
	ck_assert_int_eq(heard_line(&h, str_of("x")), HN_ERR_PROTOCOL);
	ck_assert_str_eq(call.message, "the program \"it\" printed an invalid event: line 3 is not a JSON object: x");
	fake_end(&call);
}
END_TEST

UNIT_MAIN("exec", least, most, unknown_choice, promises, places_parts, events, counts_calls, usage, finish, errors, odd_errors, bad_lines, passes_on_what_emit_returns)
