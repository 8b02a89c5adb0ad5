/* SPDX-License-Identifier: MIT */
/* test_jsonl: the frontend for programs against a scripted session: exact lines for exact lines. */
#include <stdio.h>

#include "../fake_session.h"
#include "../unit.h"

#define DONE_SILENT                                                                     \
	"\"finish\":\"stop\",\"text\":\"\",\"usage\":{\"prompt_tokens\":null,"          \
	"\"completion_tokens\":null,\"cached_tokens\":null,\"reasoning_tokens\":null}," \
	"\"cost\":null,\"cost_source\":null,\"ttft_ms\":null,\"total_ms\":5,\"model\":null,\"upstream\":null}\n"
#define DONE_CUT                                                                         \
	"\"finish\":\"interrupted\",\"text\":\"cut\",\"usage\":{\"prompt_tokens\":null," \
	"\"completion_tokens\":null,\"cached_tokens\":null,\"reasoning_tokens\":null},"  \
	"\"cost\":null,\"cost_source\":null,\"ttft_ms\":null,\"total_ms\":5,\"model\":null,\"upstream\":null}\n"
#define START(id) \
	"{\"event\":\"start\"," id "\"provider\":\"p\",\"model\":\"m\",\"session\":null}\n"
#define BAD(id, why)                                                                       \
	"{\"event\":\"error\"," id "\"kind\":\"usage\",\"status\":null,\"message\":\"" why \
	"\",\"hint\":\"\",\"partial\":\"\"}\n"
#define FOREIGN(id, why, hint)                                                                      \
	"{\"event\":\"error\"," id "\"kind\":\"usage\",\"status\":null,\"message\":\"this line is not sent: " \
	why "\",\"hint\":\"" hint "\",\"partial\":\"\"}\n"
#define DEEP "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
#define NO_OBJECT "not a JSON object on one line"
#define ATTACH "attach belongs to a say: a list of the names of files, one at least"
#define NO_SHAPE "not one of {\\\"say\\\":TEXT}, {\\\"command\\\":TEXT}, {\\\"cancel\\\":true}"

static const hn_usage usage = { .prompt = 3, .completion = 1, .cached = 0, .reasoning = -1 };

static const fake_step whole[] = {
	{ .type = HN_ON_START, .provider = FAKE_STR("mock"), .model = FAKE_STR("m/1") },
	{ .type = HN_ON_TRIM, .left_out = 4, .sent = 9 },
	{ .type = HN_ON_RETRY,
		.attempt = 1,
		.wait_ms = 480,
		.kind = FAKE_STR("rate_limited"),
		.status = 429 },
	{ .type = HN_ON_NOTICE, .text = FAKE_STR("mind") },
	{ .type = HN_ON_REASONING, .text = FAKE_STR("hm") },
	FAKE_TEXT("Hel"),
	{ .type = HN_ON_USAGE, .usage = &usage },
	{ .type = HN_ON_TICK, .total_ms = 1 },
	{ .type = HN_ON_DONE,
		.finish = HN_FINISH_LENGTH,
		.text = FAKE_STR("Hel"),
		.usage = &usage,
		.cost = 12000000,
		.cost_source = FAKE_STR("provider"),
		.ttft_ms = 12,
		.total_ms = 80 },
	FAKE_END,
};
static const hn_part call_part = {
	.type = HN_PART_TOOL_CALL, .id = FAKE_STR("c1"), .name = FAKE_STR("f"), .data = FAKE_STR("{}")
};
static const hn_part image_part = {
	.type = HN_PART_IMAGE, .mime = FAKE_STR("image/png"), .data = FAKE_STR("\xFF\0")
};
static const hn_part url_part = {
	.type = HN_PART_FILE, .flags = HN_PARTFLAG_URL, .name = FAKE_STR("a"), .data = FAKE_STR("https://x/a")
};
static const fake_step beside[] = {
	{ .type = HN_ON_PROGRESS, .number = 7, .text = FAKE_STR("load") },
	{ .type = HN_ON_PROGRESS, .text = FAKE_STR("load") },
	{ .type = HN_ON_TOOL_PIECE, .text = FAKE_STR("{") },
	{ .type = HN_ON_PART, .part = &call_part },
	{ .type = HN_ON_PART, .part = &image_part },
	{ .type = HN_ON_PART, .part = &url_part },
	{ .type = HN_ON_DONE, .finish = HN_FINISH_TOOL_CALLS, .cost = -1, .ttft_ms = -1, .total_ms = 5 },
	FAKE_END,
};
static const fake_step failed[] = {
	{ .type = HN_ON_ERROR,
		.code = HN_ERR_AUTH,
		.kind = FAKE_STR("auth"),
		.status = 401,
		.message = FAKE_STR("no"),
		.hint = FAKE_STR("do"),
		.text = FAKE_STR("half") },
	FAKE_END,
};
static const fake_step cleared[] = {
	{ .type = HN_ON_RESULT, .command = FAKE_STR("/clear"), .text = FAKE_STR("cleared") },
	FAKE_END,
};
static const fake_step counted[] = {
	{ .type = HN_ON_RESULT,
		.command = FAKE_STR("/stats"),
		.data = FAKE_STR("{\"turns\":2,\"cost\":\"0.1\"}") },
	FAKE_END,
};
static const fake_step odd[] = {
	FAKE_TEXT("\"\\/\n\033\177\302\205\342\200\250\342\200\256\303\251\xC3"),
	FAKE_END,
};
static const fake_step started[] = {
	{ .type = HN_ON_START, .provider = FAKE_STR("p"), .model = FAKE_STR("m") },
	FAKE_TEXT("never"),
	FAKE_END,
};
static const fake_step leaving[] = {
	{ .type = FAKE_LEAVE },
	{ .type = HN_ON_RESULT, .command = FAKE_STR("/exit") },
	FAKE_END,
};

/* Runs it and compares the return value and standard output; standard error is empty. */
#define EXPECT(f, code, wanted)                         \
	do {                                            \
		ck_assert_int_eq(fake_run(&(f)), code); \
		ck_assert_str_eq((f).out, wanted);      \
		ck_assert_str_eq((f).err, "");          \
	} while (0)

/* How often a text stands in another. */
static size_t count_of(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

START_TEST(every_event_has_its_shape_and_the_id)
{
	struct fake f = {
		.in = "{\"id\":1,\"say\":\"/hi\"}\n", .turns = { whole }, .session = "s-1"
	};
	EXPECT(f, 0,
		"{\"event\":\"start\",\"id\":1,\"provider\":\"mock\",\"model\":\"m/1\","
		"\"session\":\"s-1\"}\n"
		"{\"event\":\"trim\",\"id\":1,\"left_out\":4,\"sent\":9}\n"
		"{\"event\":\"retry\",\"id\":1,\"attempt\":1,\"wait_ms\":480,\"kind\":\"rate_"
		"limited\","
		"\"status\":429}\n"
		"{\"event\":\"notice\",\"id\":1,\"text\":\"mind\"}\n"
		"{\"event\":\"reasoning\",\"id\":1,\"text\":\"hm\"}\n"
		"{\"event\":\"delta\",\"id\":1,\"text\":\"Hel\"}\n"
		"{\"event\":\"done\",\"id\":1,\"finish\":\"length\",\"text\":\"Hel\",\"usage\":{"
		"\"prompt_tokens\":3,\"completion_tokens\":1,\"cached_tokens\":0,"
		"\"reasoning_tokens\":null},\"cost\":\"0.000012\",\"cost_source\":\"provider\","
		"\"ttft_ms\":12,\"total_ms\":80,\"model\":null,\"upstream\":null}\n");
	ck_assert_uint_eq(f.inputs[0].kind, HN_INPUT_MESSAGE);
	ck_assert_str_eq(f.inputs[0].text, "/hi");
	fake_free(&f);
}
END_TEST

START_TEST(parts_and_progress_have_their_shape)
{
	struct fake f = { .in = "{\"id\":1,\"say\":\"x\"}\n", .turns = { beside } };
#define PART(members) "{\"event\":\"part\",\"id\":1," members "}\n"
	EXPECT(f, 0,
		"{\"event\":\"progress\",\"id\":1,\"text\":\"load\",\"thousandths\":7}\n"
		"{\"event\":\"progress\",\"id\":1,\"text\":\"load\",\"thousandths\":null}\n"
		PART("\"type\":\"tool_call\",\"call\":\"c1\",\"name\":\"f\",\"mime\":null,\"data\":\"{}\","
		     "\"url\":null,\"base64\":null")
		PART("\"type\":\"image\",\"call\":null,\"name\":null,\"mime\":\"image/png\",\"data\":null,"
		     "\"url\":null,\"base64\":\"/wA=\"")
		PART("\"type\":\"file\",\"call\":null,\"name\":\"a\",\"mime\":null,\"data\":null,"
		     "\"url\":\"https://x/a\",\"base64\":null")
		"{\"event\":\"done\",\"id\":1,\"finish\":\"tool_calls\",\"text\":\"\",\"usage\":{"
		"\"prompt_tokens\":null,\"completion_tokens\":null,\"cached_tokens\":null,"
		"\"reasoning_tokens\":null},\"cost\":null,\"cost_source\":null,\"ttft_ms\":null,"
		"\"total_ms\":5,\"model\":null,\"upstream\":null}\n");
	fake_free(&f);
}
END_TEST

START_TEST(an_error_has_its_shape)
{
	struct fake f = { .in = "{\"say\":\"x\"}", .turns = { failed } };
	EXPECT(f, HN_ERR_AUTH,
		"{\"event\":\"error\",\"kind\":\"auth\",\"status\":401,\"message\":\"no\","
		"\"hint\":\"do\",\"partial\":\"half\"}\n");
	fake_free(&f);
}
END_TEST

START_TEST(a_command_ends_in_a_result)
{
	struct fake f = {
		.in = "{\"id\":2,\"command\":\"/clear\"}\n{\"id\":3,\"command\":\"/stats all\"}\n",
		.turns = { cleared, counted },
	};
	EXPECT(f, 0,
		"{\"event\":\"result\",\"id\":2,\"command\":\"/clear\",\"ok\":true,\"data\":{}}\n"
		"{\"event\":\"result\",\"id\":3,\"command\":\"/stats\",\"ok\":true,"
		"\"data\":{\"turns\":2,\"cost\":\"0.1\"}}\n");
	ck_assert_uint_eq(f.inputs[0].kind, HN_INPUT_LINE);
	ck_assert_str_eq(f.inputs[1].text, "/stats all");
	fake_free(&f);
}
END_TEST

START_TEST(any_json_is_an_id_and_comes_back_as_it_was_written)
{
	static const char *const ids[] = { "null", "true", "\"7\"", "\"\"", "0", "-0", "1.50",
		"1E+2", "123456789012345678901234567890", "1e999",
		"\"\\u0041\\ud800\\\"\\/ \303\251\"", "[]", "{}",
		"[ 1, {\"a\":\"]}\\\"\"},\t[[]] ]", "{\"id\":2,\"id\":3}" };
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		char in[300], out[1500];
		snprintf(in, sizeof in,
			"{\"id\":%s,\"say\":\"x\"}\n { \"say\" : \"id\" , \"i\\u0064\" : %s } \n"
			"{\"id\":%s}",
			ids[i], ids[i], ids[i]);
		snprintf(out, sizeof out,
			"{\"event\":\"done\",\"id\":%s," DONE_SILENT
			"{\"event\":\"done\",\"id\":%s," DONE_SILENT BAD("\"id\":%s,", NO_SHAPE),
			ids[i], ids[i], ids[i]);
		struct fake f = { .in = in };
		EXPECT(f, 0, out);
		fake_free(&f);
	}
}
END_TEST

START_TEST(no_id_is_none_and_the_last_of_two_holds)
{
	struct fake f = {
		.in = "{\"say\":\"x\"}\n{\"id\":1,\"say\":\"\\\"id\\\":7\",\"id\":2}\n"
		      "{\"x\":{\"id\":1},\"say\":\"x\"}\n",
	};
	EXPECT(f, 0,
		"{\"event\":\"done\"," DONE_SILENT "{\"event\":\"done\",\"id\":2," DONE_SILENT
		"{\"event\":\"done\"," DONE_SILENT);
	fake_free(&f);
}
END_TEST

START_TEST(bad_lines_are_answered_in_order_and_it_goes_on)
{
	static const char *const lines[][2] = {
		{ "hello", BAD("", NO_OBJECT) },
		{ "{\"say\":\"x\"", BAD("", NO_OBJECT) },
		{ "{\"say\":\"x\"} {}", BAD("", NO_OBJECT) },
		{ "{\"say\":\"x\",}", BAD("", NO_OBJECT) },
		{ "{\"id\":NaN,\"say\":\"x\"}", BAD("", NO_OBJECT) },
		{ "{\"id\":[-Infinity],\"say\":\"x\"}", BAD("", NO_OBJECT) },
		{ "[1]", BAD("", NO_OBJECT) },
		{ "null", BAD("", NO_OBJECT) },
		{ "\xEF\xBB\xBF\xEF\xBB\xBF{\"say\":\"x\"}", BAD("", NO_OBJECT) },
		{ "{\"say\":\"x\",\"y\":" DEEP "}", BAD("", "nested deeper than 64 levels") },
		{ "{\"id\":5}", BAD("\"id\":5,", NO_SHAPE) },
		{ "{\"id\":5,\"say\":1}", BAD("\"id\":5,", NO_SHAPE) },
		{ "{\"id\":5,\"say\":null}", BAD("\"id\":5,", NO_SHAPE) },
		{ "{\"id\":5,\"say\":\"a\",\"command\":\"/b\"}", BAD("\"id\":5,", NO_SHAPE) },
		{ "{\"cancel\":false}", BAD("", NO_SHAPE) },
		{ "{\"command\":\"/stats\",\"attach\":[\"a\"]}", BAD("", ATTACH) },
		{ "{\"cancel\":true,\"attach\":[\"a\"]}", BAD("", ATTACH) },
		{ "{\"say\":\"x\",\"attach\":null}", BAD("", ATTACH) },
		{ "{\"say\":\"x\",\"attach\":\"a\"}", BAD("", ATTACH) },
		{ "{\"say\":\"x\",\"attach\":[]}", BAD("", ATTACH) },
		{ "{\"say\":\"x\",\"attach\":[\"a\",1]}", BAD("", ATTACH) },
		{ "{\"say\":\"x\",\"attach\":[[\"a\"]]}", BAD("", ATTACH) },
		{ "{\"say\":\"x\",\"attach\":[\"\"]}", BAD("", ATTACH) },
		{ "{\"say\":\"x\",\"attach\":[\"a.png\\u0000.txt\"]}", BAD("", ATTACH) },
		{ "{\"say\":\"\"}", BAD("", "there is nothing in it") },
		{ "{\"command\":\"clear\"}",
			BAD("", "a command begins with a slash and a lower-case word") },
		{ "{\"command\":\"//x\"}",
			BAD("", "a command begins with a slash and a lower-case word") },
		{ "{\"command\":\"/eXit\"}",
			BAD("", "a command begins with a slash and a lower-case word") },
	};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char in[400], out[1000];
		snprintf(in, sizeof in,
			"{\"id\":0,\"say\":\"a\"}\n%s\n\n \r\n{\"id\":1,\"say\":\"b\"}\n",
			lines[i][0]);
		snprintf(out, sizeof out, "%s%s%s", "{\"event\":\"done\",\"id\":0," DONE_SILENT,
			lines[i][1], "{\"event\":\"done\",\"id\":1," DONE_SILENT);
		struct fake f = { .in = in };
		EXPECT(f, 0, out);
		ck_assert_uint_eq(f.n_inputs, 2);
		fake_free(&f);
	}
}
END_TEST

START_TEST(text_out_is_escaped_for_lines_and_terminals)
{
	struct fake f = { .in = "{\"say\":\"x\"}\r\n", .turns = { odd } };
	EXPECT(f, 0,
		"{\"event\":\"delta\",\"text\":\"\\\"\\\\/\\n\\u001b\\u007f\\u0085\\u2028\\u202e"
		"\303\251\xC3\"}\n"
		"{\"event\":\"done\"," DONE_SILENT);
	fake_free(&f);
}
END_TEST

START_TEST(text_in_is_verbatim)
{
	struct fake f = { .in = "{\"say\":\" a\\u0000b\\n\xC3\xA9\\ud800.\" } \n" };
	EXPECT(f, 0, "{\"event\":\"done\"," DONE_SILENT);
	static const char wanted[] = " a\0b\n\xC3\xA9\xEF\xBF\xBD.";
	ck_assert_uint_eq(f.inputs[0].n, sizeof wanted - 1);
	ck_assert_int_eq(memcmp(f.inputs[0].text, wanted, sizeof wanted), 0);
	fake_free(&f);
}
END_TEST

START_TEST(bytes_that_are_no_utf8_are_no_json)
{
	struct fake f = { .in = "{\"say\":\"\xFF\"}\n" };
	EXPECT(f, 0, FOREIGN("", "it is not text in UTF-8",
			     "if it is text in another encoding, convert it, as with: iconv -f LATIN1 -t UTF-8"));
	fake_free(&f);
}
END_TEST

START_TEST(a_cancel_stops_the_running_turn_at_once)
{
	static const fake_step cancelled[] = {
		FAKE_TEXT("a"),
		{ .type = FAKE_FEED,
			.text = FAKE_STR("{\"cancel\":true}\n{\"id\":2,\"say\":\"y\"}\n") },
		{ .type = FAKE_WATCH },
		FAKE_TEXT("never"),
		FAKE_END,
	};
	static const fake_step last[] = { { .type = FAKE_HUP }, FAKE_END };
	struct fake f = {
		.in = "{\"id\":1,\"say\":\"x\"}\n",
		.keep_in = 1,
		.turns = { cancelled, last },
	};
	EXPECT(f, 0,
		"{\"event\":\"delta\",\"id\":1,\"text\":\"a\"}\n"
		"{\"event\":\"done\",\"id\":1," DONE_CUT
		"{\"event\":\"done\",\"id\":2," DONE_SILENT);
	ck_assert_uint_eq(f.cancels, 1);
	fake_free(&f);
}
END_TEST

START_TEST(a_cancel_in_the_same_gulp_is_for_the_first_turn)
{
	struct fake f = {
		.in = "{\"id\":1,\"say\":\"x\"}\n{\"id\":2,\"say\":\"y\"}\n{\"cancel\":true}\n",
		.turns = { started, NULL },
	};
	EXPECT(f, 0,
		START("\"id\":1,") "{\"event\":\"done\",\"id\":1," DONE_CUT
				   "{\"event\":\"done\",\"id\":2," DONE_SILENT);
	ck_assert_uint_eq(f.cancels, 1);
	ck_assert_uint_eq(f.inputs[0].flags, HN_SUBMIT_TICKS);
	ck_assert_uint_eq(f.inputs[1].flags, 0);
	fake_free(&f);
}
END_TEST

START_TEST(a_cancel_behind_a_command_is_for_the_turn_that_it_begins)
{
	struct fake f = {
		.in = "{\"id\":1,\"command\":\"/retry\"}\n{\"id\":2,\"say\":\"y\"}\n{\"cancel\":"
		      "true}\n",
		.turns = { started, NULL },
	};
	EXPECT(f, 0,
		START("\"id\":1,") "{\"event\":\"done\",\"id\":1," DONE_CUT
				   "{\"event\":\"done\",\"id\":2," DONE_SILENT);
	fake_free(&f);
}
END_TEST

START_TEST(a_cancel_behind_a_command_and_a_say_is_for_the_say)
{
	struct fake f = {
		.in = "nonsense\n{\"id\":1,\"command\":\"/clear\"}\n{\"id\":2,\"say\":\"y\"}\n"
		      "{\"cancel\":true}\n",
		.turns = { cleared, started },
	};
	EXPECT(f, 0,
		BAD("", NO_OBJECT) "{\"event\":\"result\",\"id\":1,\"command\":\"/clear\","
				   "\"ok\":true,\"data\":{}}\n" START(
					   "\"id\":2,") "{\"event\":\"done\",\"id\":2," DONE_CUT);
	fake_free(&f);
}
END_TEST

START_TEST(a_cancel_is_for_one_turn_even_if_that_fails_by_itself)
{
	struct fake f = {
		.in = "{\"id\":1,\"say\":\"x\"}\n{\"id\":2,\"say\":\"y\"}\n{\"cancel\":true}\n",
		.turns = { failed, started },
	};
	ck_assert_int_eq(fake_run(&f), 0);
	ck_assert_uint_eq(count_of(f.out, "\"id\":2,\"finish\":\"stop\""), 1);
	ck_assert_uint_eq(f.cancels, 0);
	fake_free(&f);
}
END_TEST

START_TEST(a_cancel_behind_a_mere_command_hits_nothing_later)
{
	static const fake_step feeding[] = {
		{ .type = FAKE_FEED, .text = FAKE_STR("{\"id\":2,\"say\":\"y\"}\n") },
		{ .type = FAKE_WATCH },
		{ .type = FAKE_HUP },
		{ .type = HN_ON_RESULT, .command = FAKE_STR("/clear") },
		FAKE_END,
	};
	struct fake f = {
		.in = "{\"id\":1,\"command\":\"/clear\"}\n{\"cancel\":true}\n",
		.keep_in = 1,
		.turns = { feeding, started },
	};
	EXPECT(f, 0,
		"{\"event\":\"result\",\"id\":1,\"command\":\"/"
		"clear\",\"ok\":true,\"data\":{}}\n" START(
			"\"id\":2,") "{\"event\":\"delta\",\"id\":2,\"text\":\"never\"}\n"
				     "{\"event\":\"done\",\"id\":2," DONE_SILENT);
	ck_assert_uint_eq(f.cancels, 0);
	fake_free(&f);
}
END_TEST

START_TEST(a_cancel_is_read_while_nobody_reads)
{
	static const fake_step talking[] = {
		{ .type = FAKE_FEED, .text = FAKE_STR("{\"cancel\":true}\n{\"cancel\":true}\n") },
		{ .type = FAKE_HUP },
		FAKE_TEXT("a"),
		FAKE_TEXT("never"),
		FAKE_END,
	};
	struct fake f = {
		.in = "{\"say\":\"x\"}\n",
		.keep_in = 1,
		.full = 1,
		.turns = { talking },
	};
	EXPECT(f, 0, "{\"event\":\"delta\",\"text\":\"a\"}\n{\"event\":\"done\"," DONE_CUT);
	ck_assert_uint_eq(f.cancels, 1);
	fake_free(&f);
}
END_TEST

START_TEST(the_interrupt_that_a_cancel_is_does_not_end_it)
{
	static const fake_step talking[] = {
		{ .type = FAKE_FEED, .text = FAKE_STR("{\"cancel\":true}\n") },
		{ .type = FAKE_HUP },
		FAKE_TEXT("a"),
		FAKE_END,
	};
	struct fake f = {
		.in = "{\"id\":1,\"say\":\"x\"}\n{\"id\":2,\"say\":\"y\"}\n",
		.keep_in = 1,
		.full = 1,
		.turns = { talking },
		.waits = { FAKE_POLL, HN_ERR_INTERRUPTED, FAKE_POLL },
	};
	EXPECT(f, 0,
		"{\"event\":\"delta\",\"id\":1,\"text\":\"a\"}\n"
		"{\"event\":\"done\",\"id\":1," DONE_CUT
		"{\"event\":\"done\",\"id\":2," DONE_SILENT);
	ck_assert_uint_eq(f.cancels, 2); /* told, and once more when the wait had used it up */
	fake_free(&f);
}
END_TEST

START_TEST(a_cancel_with_nothing_running_is_nothing)
{
	struct fake f = { .in = "{\"cancel\":true}\n{\"say\":\"x\"}\n", .turns = { started } };
	EXPECT(f, 0,
		START("") "{\"event\":\"delta\",\"text\":\"never\"}\n"
			  "{\"event\":\"done\"," DONE_SILENT);
	ck_assert_uint_eq(f.cancels, 0);
	fake_free(&f);
}
END_TEST

START_TEST(input_that_ends_while_a_turn_runs_is_worked_off_first)
{
	static const fake_step last[] = {
		{ .type = FAKE_FEED,
			.text = FAKE_STR(
				"{\"id\":2,\"say\":\"y\"}\nbad\n{\"id\":3,\"say\":\"z\"}") },
		{ .type = FAKE_WATCH },
		{ .type = FAKE_HUP },
		{ .type = FAKE_WATCH },
		{ .type = FAKE_WATCH },
		FAKE_TEXT("a"),
		FAKE_END,
	};
	struct fake f = {
		.in = "{\"id\":1,\"say\":\"x\"}\n",
		.keep_in = 1,
		.turns = { last, NULL, failed },
	};
	EXPECT(f, HN_ERR_AUTH,
		"{\"event\":\"delta\",\"id\":1,\"text\":\"a\"}\n"
		"{\"event\":\"done\",\"id\":1," DONE_SILENT
		"{\"event\":\"done\",\"id\":2," DONE_SILENT BAD(
			"", NO_OBJECT) "{\"event\":\"error\",\"id\":3,\"kind\":\"auth\",\"status\":"
				       "401,\"message\":\"no\","
				       "\"hint\":\"do\",\"partial\":\"half\"}\n");
	fake_free(&f);
}
END_TEST

/* `count` lines of `each` bytes without their ends: {"id":N,"say":"xxx..."}. The caller frees it. */
static char *much_input(int count, size_t each, size_t *n)
{
	char *in = malloc((size_t)count * (each + 1) + 1), *at = in;
	ck_assert_ptr_nonnull(in);

	for (int i = 0; i < count; i++) {
		int head = snprintf(at, 32, "{\"id\":%d,\"say\":\"", i);
		memset(at + head, 'x', each - (size_t)head - 2);
		memcpy(at + each - 2, "\"}\n", 3);
		at += each + 1;
	}
	*n = (size_t)(at - in);
	return in;
}

START_TEST(too_much_input_is_refused_line_by_line)
{
	static fake_step busy[100]; /* reads on until all has come */
	/* One is worked on, then as many as make up 1 MiB wait: 16 whole ones, or 17 if a byte of
	 * each is missing. */
	static const struct {
		size_t each, waiting;
	} rows[] = { { 65536, 16 }, { 65535, 17 } };
	for (size_t i = 0; i < 99; i++)
		busy[i].type = FAKE_WATCH;
	for (size_t i = 0; i < 2; i++) {
		size_t n, all = 1 + rows[i].waiting;
		char first[80], *in = much_input(40, rows[i].each, &n);
		struct fake f = { .in = in, .in_n = n, .turns = { busy } };
		ck_assert_int_eq(fake_run(&f), 0);
		ck_assert_uint_eq(count_of(f.out, "\"event\":\"done\""), all);
		ck_assert_uint_eq(count_of(f.out, "\"message\":\"1 MiB of input"), 40 - all);
		ck_assert_uint_eq(f.n_inputs, all);
		snprintf(first, sizeof first, "{\"event\":\"error\",\"id\":%zu,\"kind\":\"usage\"",
			all);
		ck_assert_int_eq(strncmp(f.out, first, strlen(first)), 0);
		fake_free(&f);
		free(in);
	}
}
END_TEST

START_TEST(nothing_is_answered_within_an_event)
{
	/* Lines of 1 KiB, then short ones. */
	static char text[1 << 20], in[(1100 << 10) + 100];
	static fake_step talking[] = { { .type = HN_ON_TEXT }, FAKE_END };
	char *at = in;
	memset(text, 'a', sizeof text);
	talking[0].text = (hn_str){ text, sizeof text };
	for (int i = 0; i < 1100; i++, at += 1 << 10) {
		memset(at, ' ', 1 << 10);
		memcpy(at, "{\"say\":\"x\"}", 11);
		at[(1 << 10) - 1] = '\n';
	}
	memcpy(at, "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n", 27);
	struct fake f = {
		.in = in, .in_n = (size_t)(at + 27 - in), .full = 1, .turns = { talking }
	};
	ck_assert_int_eq(fake_run(&f), 0);
	/* The event is whole, and each line has its answer, however they came in. */
	const char *end = strchr(f.out, '\n') - 2;
	ck_assert_int_eq(strncmp(f.out, "{\"event\":\"delta\",\"text\":\"aaa", 28), 0);
	ck_assert_uint_eq((size_t)(end - f.out), 25 + sizeof text);
	ck_assert_int_eq(strncmp(end, "\"}\n{", 4), 0);
	ck_assert_uint_eq(count_of(f.out, "\n{\"event\":\"done\"") +
				  count_of(f.out, "\n{\"event\":\"error\""),
		1103);
	fake_free(&f);
}
END_TEST

START_TEST(a_line_without_end_is_refused)
{
	size_t n = ((size_t)17 << 20) + 14;
	char *in = malloc(n);
	memset(in, 'x', n);
	memcpy(in + n - 14, "\n{\"say\":\"x\"}\n\n", 14);
	struct fake f = { .in = in, .in_n = n };
	EXPECT(f, 0, BAD("", "the line is longer than 16 MiB") "{\"event\":\"done\"," DONE_SILENT);
	fake_free(&f);
	free(in);
}
END_TEST

START_TEST(the_command_lines_message_comes_first)
{
	struct fake f = {
		.flags = HN_START_FIRST, .first = "hi", .in = "{\"id\":1,\"say\":\"x\"}\n"
	};
	EXPECT(f, 0,
		"{\"event\":\"done\"," DONE_SILENT "{\"event\":\"done\",\"id\":1," DONE_SILENT);
	ck_assert_uint_eq(f.inputs[0].kind, HN_INPUT_MESSAGE);
	ck_assert_str_eq(f.inputs[0].text, "hi");
	fake_free(&f);
}
END_TEST

START_TEST(leaving_answers_what_is_left)
{
	struct fake f = {
		.in = "{\"say\":\"x\"}\n{\"id\":1,\"command\":\"/"
		      "exit\"}\n{\"id\":2,\"say\":\"y\"}\n",
		.turns = { failed, leaving },
	};
	ck_assert_int_eq(fake_run(&f), 0);
	ck_assert_ptr_nonnull(strstr(f.out,
		"{\"event\":\"result\",\"id\":1,\"command\":\"/exit\",\"ok\":true,\"data\":{}}\n"
		"{\"event\":\"error\",\"id\":2,\"kind\":\"interrupted\",\"status\":null,"
		"\"message\":\"the "
		"conversation was left before this was worked "
		"on\",\"hint\":\"\",\"partial\":\"\"}\n"));
	ck_assert_uint_eq(f.n_inputs, 2);
	fake_free(&f);
}
END_TEST

START_TEST(an_interrupt_with_nothing_running_ends_it)
{
	struct fake f = { .keep_in = 1, .waits = { HN_ERR_INTERRUPTED } };
	EXPECT(f, HN_ERR_INTERRUPTED, "");
	fake_free(&f);
	struct fake g = { .keep_in = 1, .waits = { HN_WAIT_ENDING } };
	EXPECT(g, HN_ERR_INTERRUPTED, "");
	fake_free(&g);
}
END_TEST

START_TEST(an_input_that_cannot_be_waited_for_is_an_error_and_no_interrupt)
{
	struct fake f = { .keep_in = 1, .waits = { HN_WAIT_FAILED } };
	ck_assert_int_eq(fake_run(&f), HN_ERR_USAGE);
	ck_assert_str_eq(f.out,
		"{\"event\":\"error\",\"kind\":\"usage\",\"status\":null,\"message\":"
		"\"cannot read the input: Cannot allocate memory\",\"hint\":\"\",\"partial\":\"\"}\n");
	ck_assert_str_eq(f.err, "hobnob: cannot read the input: Cannot allocate memory\n");
	fake_free(&f);
}
END_TEST

START_TEST(a_reader_that_went_away_ends_it_quietly)
{
	struct fake f = {
		.in = "{\"say\":\"x\"}\n{\"say\":\"y\"}\n", .deaf = 1, .turns = { whole }
	};
	EXPECT(f, HN_ERR_OUTPUT, "");
	ck_assert_uint_eq(f.n_inputs, 1);
	fake_free(&f);
}
END_TEST

START_TEST(one_turn_is_one_object)
{
	struct fake f = {
		.flags = HN_START_ONE_TURN | HN_START_JSON | HN_START_REASONING,
		.first = "x",
		.turns = { whole },
	};
	ck_assert_int_eq(fake_run(&f), 0);
	ck_assert_str_eq(f.out,
		"{\"event\":\"done\",\"finish\":\"length\",\"text\":\"Hel\",\"usage\":{"
		"\"prompt_tokens\":3,\"completion_tokens\":1,\"cached_tokens\":0,"
		"\"reasoning_tokens\":null},\"cost\":\"0.000012\",\"cost_source\":\"provider\","
		"\"ttft_ms\":12,\"total_ms\":80,\"model\":null,\"upstream\":null}\n");
	ck_assert_str_eq(f.err,
		"hobnob: the oldest 4 messages are left out of the request; 9 are sent\n"
		"hobnob: rate_limited (HTTP 429); retry 1 in 0.480 s\n"
		"hobnob: mind\n");
	fake_free(&f);
}
END_TEST

START_TEST(one_turn_that_fails_is_one_object_too)
{
	uint32_t flags = HN_START_ONE_TURN | HN_START_JSON;
	struct fake f = { .flags = flags, .first = "x", .turns = { failed } };
	EXPECT(f, HN_ERR_AUTH,
		"{\"event\":\"error\",\"kind\":\"auth\",\"status\":401,\"message\":\"no\","
		"\"hint\":\"do\",\"partial\":\"half\"}\n");
	fake_free(&f);
	static const fake_step cut[] = {
		{ .type = HN_ON_DONE,
			.finish = HN_FINISH_INTERRUPTED,
			.text = FAKE_STR("cut"),
			.ttft_ms = -1,
			.total_ms = 5,
			.cost = -1 },
		FAKE_END,
	};
	struct fake g = { .flags = flags, .first = "x", .turns = { cut } };
	EXPECT(g, HN_ERR_INTERRUPTED, "{\"event\":\"done\"," DONE_CUT);
	fake_free(&g);
}
END_TEST

UNIT_MAIN("jsonl", every_event_has_its_shape_and_the_id, parts_and_progress_have_their_shape, an_error_has_its_shape,
	a_command_ends_in_a_result, any_json_is_an_id_and_comes_back_as_it_was_written,
	no_id_is_none_and_the_last_of_two_holds, bad_lines_are_answered_in_order_and_it_goes_on,
	text_out_is_escaped_for_lines_and_terminals, text_in_is_verbatim,
	bytes_that_are_no_utf8_are_no_json, a_cancel_stops_the_running_turn_at_once,
	a_cancel_in_the_same_gulp_is_for_the_first_turn,
	a_cancel_behind_a_command_is_for_the_turn_that_it_begins,
	a_cancel_behind_a_command_and_a_say_is_for_the_say,
	a_cancel_is_for_one_turn_even_if_that_fails_by_itself,
	a_cancel_behind_a_mere_command_hits_nothing_later, a_cancel_is_read_while_nobody_reads,
	the_interrupt_that_a_cancel_is_does_not_end_it, a_cancel_with_nothing_running_is_nothing,
	input_that_ends_while_a_turn_runs_is_worked_off_first,
	too_much_input_is_refused_line_by_line, nothing_is_answered_within_an_event,
	a_line_without_end_is_refused, the_command_lines_message_comes_first,
	leaving_answers_what_is_left, an_interrupt_with_nothing_running_ends_it,
	an_input_that_cannot_be_waited_for_is_an_error_and_no_interrupt,
	a_reader_that_went_away_ends_it_quietly, one_turn_is_one_object,
	one_turn_that_fails_is_one_object_too)
