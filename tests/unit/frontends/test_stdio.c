/* SPDX-License-Identifier: MIT */
/* test_stdio: the plain frontend against a scripted session: what it writes where, and how it
 * ends. */
#include <stdio.h>

#include "../fake_session.h"
#include "../unit.h"
#include "markdown/markdown.h"
#include "util/said.h"

#define TERMINAL (HN_START_TTY_STDIN | HN_START_TTY_STDOUT | HN_START_TTY_STDERR)

#define DONE(...)                                                                        \
	{                                                                                \
		.type = HN_ON_DONE, .finish = HN_FINISH_STOP, .cost = -1, .ttft_ms = -1, \
		__VA_ARGS__                                                              \
	}

static const fake_step hello[] = {
	{ .type = HN_ON_START },
	FAKE_TEXT("Hel"),
	FAKE_TEXT("lo"),
	DONE(.text = FAKE_STR("Hello")),
	FAKE_END,
};
static const fake_step hello_line[] = {
	FAKE_TEXT("Hello\n"),
	DONE(.text = FAKE_STR("Hello\n")),
	FAKE_END,
};
static const fake_step failed[] = {
	{ .type = HN_ON_ERROR,
		.code = HN_ERR_AUTH,
		.status = 401,
		.kind = FAKE_STR("auth"),
		.message = FAKE_STR("no \033key\nhobnob: forged"),
		.hint = FAKE_STR("set one:\nKEY=...") },
	FAKE_END,
};
static const fake_step broke_off[] = {
	FAKE_TEXT("Half"),
	{ .type = HN_ON_ERROR,
		.code = HN_ERR_NETWORK,
		.kind = FAKE_STR("network"),
		.text = FAKE_STR("Half") },
	FAKE_END,
};
static const fake_step interrupted[] = {
	FAKE_TEXT("Some"),
	{ .type = HN_ON_DONE,
		.finish = HN_FINISH_INTERRUPTED,
		.cost = -1,
		.text = FAKE_STR("Some") },
	FAKE_END,
};
static const fake_step escape[] = {
	FAKE_TEXT("a\033[31mb\n"),
	DONE(.text = FAKE_STR("a\033[31mb\n")),
	FAKE_END,
};
static const fake_step thinking[] = {
	{ .type = HN_ON_REASONING, .text = FAKE_STR("hm\033") },
	FAKE_TEXT("Hi"),
	DONE(.text = FAKE_STR("Hi")),
	FAKE_END,
};
static const fake_step silent[] = { DONE(.text = { NULL, 0 }), FAKE_END };
static const fake_step stats[] = {
	{ .type = HN_ON_RESULT,
		.command = FAKE_STR("/stats"),
		.text = FAKE_STR("1 turn\n2 turns") },
	FAKE_END,
};
static const fake_step leaving[] = {
	{ .type = FAKE_LEAVE },
	{ .type = HN_ON_RESULT, .command = FAKE_STR("/exit") },
	FAKE_END,
};
static const fake_step troubled[] = {
	{ .type = HN_ON_RETRY,
		.attempt = 1,
		.wait_ms = 480,
		.status = 429,
		.kind = FAKE_STR("rate_limited") },
	{ .type = HN_ON_TRIM, .left_out = 4, .sent = 9 },
	{ .type = HN_ON_NOTICE, .text = FAKE_STR("mind the gap") },
	FAKE_TEXT("Hi"),
	{ .type = HN_ON_DONE, .finish = HN_FINISH_LENGTH, .cost = -1, .text = FAKE_STR("Hi") },
	FAKE_END,
};
static const fake_step warned[] = {
	FAKE_TEXT("Hi"),
	{ .type = HN_ON_NOTICE, .text = FAKE_STR("one") },
	{ .type = HN_ON_NOTICE, .text = FAKE_STR("two") },
	{ .type = HN_ON_DONE, .finish = HN_FINISH_LENGTH, .cost = -1, .text = FAKE_STR("Hi") },
	FAKE_END,
};

/* Runs it and compares the return value and all that was written. */
#define EXPECT(f, code, wanted_out, wanted_err)         \
	do {                                            \
		ck_assert_int_eq(fake_run(&(f)), code); \
		ck_assert_str_eq((f).out, wanted_out);  \
		ck_assert_str_eq((f).err, wanted_err);  \
	} while (0)

START_TEST(one_turn_writes_the_reply_and_a_newline)
{
	struct fake f = { .flags = HN_START_ONE_TURN, .first = "/hi", .turns = { hello } };
	EXPECT(f, 0, "Hello\n", "");
	ck_assert_uint_eq(f.n_inputs, 1);
	ck_assert_uint_eq(f.inputs[0].kind, HN_INPUT_MESSAGE);
	ck_assert_str_eq(f.inputs[0].text, "/hi");
	fake_free(&f);
}
END_TEST

START_TEST(one_turn_adds_no_second_newline)
{
	struct fake f = { .flags = HN_START_ONE_TURN, .first = "x", .turns = { hello_line } };
	EXPECT(f, 0, "Hello\n", "");
	fake_free(&f);
}
END_TEST

START_TEST(one_turn_on_a_terminal_prints_no_names)
{
	struct fake f = { .flags = HN_START_ONE_TURN | TERMINAL, .first = "x", .turns = { hello } };
	EXPECT(f, 0, "Hello\n", "");
	fake_free(&f);
}
END_TEST

START_TEST(an_empty_reply_is_an_empty_line)
{
	struct fake f = { .flags = HN_START_ONE_TURN, .first = "x", .turns = { silent } };
	EXPECT(f, 0, "\n", "");
	fake_free(&f);
}
END_TEST

START_TEST(an_error_goes_to_stderr_with_its_hint)
{
	struct fake f = { .flags = HN_START_ONE_TURN, .first = "x", .turns = { failed } };
	EXPECT(f, HN_ERR_AUTH, "", "hobnob: no ^[key\n  hobnob: forged\n  set one:\n  KEY=...\n");
	fake_free(&f);
}
END_TEST

START_TEST(a_broken_reply_keeps_what_came)
{
	struct fake f = { .flags = HN_START_ONE_TURN, .first = "x", .turns = { broke_off } };
	EXPECT(f, HN_ERR_NETWORK, "Half\n", "hobnob: network\n");
	fake_free(&f);
}
END_TEST

START_TEST(notices_behind_a_reply_keep_their_order)
{
	struct fake f = { .flags = HN_START_ONE_TURN, .first = "x", .turns = { warned } };
	EXPECT(f, 0, "Hi\n",
		"hobnob: one\nhobnob: two\nhobnob: the reply was cut at its length limit\n");
	fake_free(&f);
}
END_TEST

START_TEST(an_interrupted_turn_shows_what_came)
{
	struct fake f = { .flags = HN_START_ONE_TURN, .first = "x", .turns = { interrupted } };
	EXPECT(f, HN_ERR_INTERRUPTED, "Some\n", "");
	fake_free(&f);
}
END_TEST

START_TEST(a_pipe_gets_true_bytes_a_terminal_safe_ones)
{
	struct fake f = { .flags = HN_START_ONE_TURN, .first = "x", .turns = { escape } };
	EXPECT(f, 0, "a\033[31mb\n", "");
	fake_free(&f);
	struct fake g = {
		.flags = HN_START_ONE_TURN | TERMINAL, .first = "x", .turns = { escape }
	};
	EXPECT(g, 0, "a^[[31mb\n", "");
	fake_free(&g);
}
END_TEST

/* The linker has every md_new() of the frontend come here first. */
static int renderers;
struct md *__real_md_new(const struct md_options *);
struct md *__wrap_md_new(const struct md_options *);
struct md *__wrap_md_new(const struct md_options *options)
{
	renderers++;
	return __real_md_new(options);
}

START_TEST(a_pipe_sees_no_renderer)
{
	struct fake f = { .flags = HN_START_ONE_TURN | HN_START_REASONING, .first = "x", .turns = { thinking }, .settings = { "markdown", "auto" } };
	struct fake g = { .flags = HN_START_ONE_TURN | TERMINAL, .first = "x", .turns = { hello }, .settings = { "markdown", "auto" } };

	ck_assert_int_eq(fake_run(&f), 0);
	ck_assert_int_eq(renderers, 0);
	fake_free(&f);
	ck_assert_int_eq(fake_run(&g), 0);
	ck_assert_int_eq(renderers, 1);
	fake_free(&g);
}
END_TEST

START_TEST(remarks_go_to_stderr)
{
	struct fake f = { .flags = HN_START_ONE_TURN, .first = "x", .turns = { troubled } };
	EXPECT(f, 0, "Hi\n",
		"hobnob: rate_limited (HTTP 429); retry 1 in 0.480 s\n"
		"hobnob: the oldest 4 messages are left out of the request; 9 are sent\n"
		"hobnob: mind the gap\n"
		"hobnob: the reply was cut at its length limit\n");
	fake_free(&f);
}
END_TEST

START_TEST(reasoning_is_shown_only_where_it_is_wanted)
{
	struct fake f = { .flags = HN_START_ONE_TURN, .first = "x", .turns = { thinking } };
	EXPECT(f, 0, "Hi\n", "");
	fake_free(&f);
	struct fake g = {
		.flags = HN_START_ONE_TURN | HN_START_REASONING, .first = "x", .turns = { thinking }
	};
	EXPECT(g, 0, "Hi\n", "  hm^[\n");
	fake_free(&g);
}
END_TEST

START_TEST(reasoning_is_dim_on_a_terminal_with_colours)
{
	struct fake f = { .flags = TERMINAL | HN_START_REASONING | HN_START_COLOR,
		.in = "x\n",
		.turns = { thinking } };
	EXPECT(f, 0,
		"\033[1;38;5;29mYou: \033[0m\033[1;38;5;63mAssistant: \033[0mHi\n\033[1;38;5;29mYou: \033[0m\n",
		"  \033[2mhm^[\033[0m\n");
	fake_free(&f);
}
END_TEST

START_TEST(usage_is_one_line_on_stderr)
{
	static const hn_usage usage = {
		.prompt = 3,
		.completion = 12,
		.cached = 1,
		.reasoning = 5,
		.cost = -1,
	};
	static const fake_step priced[] = {
		FAKE_TEXT("Hi"),
		{ .type = HN_ON_DONE,
			.usage = &usage,
			.cost = 12000000,
			.cost_source = FAKE_STR("table"),
			.ttft_ms = 12,
			.total_ms = 1080 },
		FAKE_END,
	};
	struct fake f = {
		.flags = HN_START_ONE_TURN | HN_START_USAGE, .first = "x", .turns = { priced }
	};
	EXPECT(f, 0, "Hi\n",
		"hobnob: tokens 3 in (1 cached), 12 out (5 reasoning); cost $0.000012 (table); time 1.080 "
		"s, "
		"first text after 0.012 s\n");
	fake_free(&f);
}
END_TEST

START_TEST(usage_marks_estimates_and_what_is_not_known)
{
	static const hn_usage usage = {
		.set = USAGE_ESTIMATED, .prompt = 3, .completion = 1, .cached = -1, .reasoning = -1
	};
	static const fake_step guessed[] = {
		{ .type = HN_ON_DONE,
			.usage = &usage,
			.cost = 3000000000000,
			.cost_source = FAKE_STR("estimate"),
			.ttft_ms = -1,
			.total_ms = 80 },
		FAKE_END,
	};
	uint32_t flags = HN_START_ONE_TURN | HN_START_USAGE;
	struct fake f = { .flags = flags, .first = "x", .turns = { guessed } };
	EXPECT(f, 0, "\n", "hobnob: tokens ~3 in, ~1 out; cost ~$3 (estimate); time 0.080 s\n");
	fake_free(&f);
	struct fake g = { .flags = flags, .first = "x", .turns = { silent } };
	EXPECT(g, 0, "\n", "hobnob: tokens ? in, ? out; cost unpriced; time 0.000 s\n");
	fake_free(&g);
}
END_TEST

START_TEST(a_failed_turn_tells_its_usage_only_where_there_is_one)
{
	static const hn_usage none = { .prompt = -1, .completion = -1 };
	static const hn_usage some = { .prompt = 3, .completion = -1 };
	static fake_step unbilled[] = {
		{ .type = HN_ON_ERROR,
			.code = HN_ERR_AUTH,
			.kind = FAKE_STR("auth"),
			.usage = &none,
			.cost = -1 },
		FAKE_END,
	};
	static fake_step billed[] = {
		{ .type = HN_ON_ERROR,
			.code = HN_ERR_TIMEOUT,
			.kind = FAKE_STR("timeout"),
			.usage = &some,
			.cost = -1,
			.ttft_ms = -1 },
		FAKE_END,
	};
	uint32_t flags = HN_START_ONE_TURN | HN_START_USAGE;
	struct fake f = { .flags = flags, .first = "x", .turns = { unbilled } };
	EXPECT(f, HN_ERR_AUTH, "", "hobnob: auth\n");
	fake_free(&f);
	struct fake g = { .flags = flags, .first = "x", .turns = { billed } };
	EXPECT(g, HN_ERR_TIMEOUT, "",
		"hobnob: timeout\nhobnob: tokens 3 in, ? out; cost unpriced; time 0.000 s\n");
	fake_free(&g);
}
END_TEST

START_TEST(lines_on_a_pipe_are_turns_without_prompts)
{
	struct fake f = {
		.in = "one\r\n\n \t\n/stats\nlast",
		.turns = { hello, stats, hello_line },
	};
	EXPECT(f, 0, "Hello\n1 turn\n2 turns\nHello\n", "");
	ck_assert_uint_eq(f.n_inputs, 3);
	ck_assert_uint_eq(f.inputs[0].kind, HN_INPUT_LINE);
	ck_assert_str_eq(f.inputs[0].text, "one");
	ck_assert_str_eq(f.inputs[1].text, "/stats");
	ck_assert_str_eq(f.inputs[2].text, "last");
	fake_free(&f);
}
END_TEST

START_TEST(a_terminal_gets_prompts_and_names)
{
	struct fake f = { .flags = TERMINAL, .in = "one\n\n/stats\n", .turns = { hello, stats } };
	EXPECT(f, 0, "You: Assistant: Hello\nYou: You: 1 turn\n2 turns\nYou: \n", "");
	fake_free(&f);
}
END_TEST

START_TEST(the_first_turn_of_a_conversation_is_run_at_once)
{
	struct fake f = {
		.flags = HN_START_FIRST,
		.first = "draft it",
		.in = "shorter\n",
		.turns = { hello, hello_line },
	};
	EXPECT(f, 0, "Hello\nHello\n", "");
	ck_assert_uint_eq(f.inputs[0].kind, HN_INPUT_MESSAGE);
	ck_assert_str_eq(f.inputs[0].text, "draft it");
	ck_assert_str_eq(f.inputs[1].text, "shorter");
	fake_free(&f);
}
END_TEST

START_TEST(a_failed_turn_goes_on_and_the_end_tells_of_the_last)
{
	struct fake f = { .in = "a\nb\n/stats\n", .turns = { hello, broke_off, stats } };
	EXPECT(f, HN_ERR_NETWORK, "Hello\nHalf\n1 turn\n2 turns\n", "hobnob: network\n");
	fake_free(&f);
	struct fake g = { .in = "a\nb\n", .turns = { broke_off, hello } };
	EXPECT(g, 0, "Half\nHello\n", "hobnob: network\n");
	fake_free(&g);
}
END_TEST

START_TEST(leaving_ends_with_0_whatever_the_last_turn_was)
{
	struct fake f = { .in = "a\n/exit\nnever\n", .turns = { broke_off, leaving } };
	EXPECT(f, 0, "Half\n", "hobnob: network\n");
	ck_assert_uint_eq(f.n_inputs, 2);
	fake_free(&f);
}
END_TEST

START_TEST(an_interrupt_with_nothing_running_ends_a_pipe)
{
	struct fake f = { .keep_in = 1, .waits = { HN_ERR_INTERRUPTED } };
	EXPECT(f, HN_ERR_INTERRUPTED, "", "");
	fake_free(&f);
}
END_TEST

START_TEST(an_interrupt_with_nothing_running_tells_a_terminal_how_to_leave)
{
	struct fake f = {
		.flags = TERMINAL,
		.in = "one\n",
		.waits = { HN_ERR_INTERRUPTED, FAKE_POLL },
		.turns = { hello },
	};
	EXPECT(f, 0, "You: \n(/exit or Ctrl-D leaves)\nYou: Assistant: Hello\nYou: \n", "");
	fake_free(&f);
}
END_TEST

START_TEST(the_programs_end_is_the_conversations)
{
	struct fake f = { .flags = TERMINAL, .keep_in = 1, .waits = { HN_WAIT_ENDING } };
	EXPECT(f, HN_ERR_INTERRUPTED, "You: ", "");
	fake_free(&f);
	struct fake g = { .in = "a\nb\n",
		.waits = { FAKE_POLL, FAKE_POLL, HN_WAIT_ENDING },
		.turns = { hello } };
	EXPECT(g, HN_ERR_INTERRUPTED, "Hello\n", "");
	ck_assert_uint_eq(g.n_inputs, 1);
	fake_free(&g);
}
END_TEST

START_TEST(an_interrupted_reply_is_marked_and_the_conversation_goes_on)
{
	struct fake f = { .in = "a\nb\n", .turns = { interrupted, hello } };
	EXPECT(f, 0, "Some\nHello\n", "(interrupted)\n");
	fake_free(&f);
}
END_TEST

START_TEST(a_long_line_is_taken_whole)
{
	size_t n = ((size_t)3 << 20) + 1;
	char *in = malloc(n);
	memset(in, 'x', n);
	in[n - 1] = '\n';
	struct fake f = { .in = in, .in_n = n, .turns = { hello } };
	EXPECT(f, 0, "Hello\n", "");
	ck_assert_uint_eq(f.inputs[0].n, n - 1);
	ck_assert_int_eq(memcmp(f.inputs[0].text, in, n - 1), 0);
	fake_free(&f);
	free(in);
}
END_TEST

START_TEST(a_line_without_end_is_skipped_and_told)
{
	size_t n = ((size_t)17 << 20) + 6;
	char *in = malloc(n);
	memset(in, 'x', n);
	memcpy(in + n - 6, "\nnext\n", 6);
	struct fake f = { .in = in, .in_n = n, .turns = { hello } };
	EXPECT(f, 0, "Hello\n", "hobnob: a line of more than 16 MiB was skipped\n");
	ck_assert_uint_eq(f.n_inputs, 1);
	ck_assert_str_eq(f.inputs[0].text, "next");
	fake_free(&f);
	free(in);
}
END_TEST

START_TEST(nul_is_a_byte_like_another)
{
	struct fake f = { .in = "a\0b\n", .in_n = 4, .turns = { hello } };
	EXPECT(f, 0, "Hello\n", "");
	ck_assert_uint_eq(f.inputs[0].n, 3);
	fake_free(&f);
}
END_TEST

START_TEST(a_reader_that_went_away_ends_it_quietly)
{
	struct fake f = { .in = "a\nb\n", .deaf = 1, .turns = { hello, hello } };
	EXPECT(f, HN_ERR_OUTPUT, "", "");
	ck_assert_uint_eq(f.n_inputs, 1);
	fake_free(&f);
}
END_TEST

START_TEST(a_full_disk_ends_it)
{
	struct fake f = {
		.flags = HN_START_ONE_TURN,
		.first = "x",
		.out_file = "/dev/full",
		.turns = { hello },
	};
	EXPECT(f, HN_ERR_OUTPUT, "", "");
	fake_free(&f);
}
END_TEST

START_TEST(a_full_pipe_is_waited_for)
{
	struct fake f = { .flags = HN_START_ONE_TURN, .first = "x", .full = 1, .turns = { hello } };
	EXPECT(f, 0, "Hello\n", "");
	ck_assert_uint_ge(f.out_waits, 1); /* as often as the reader is slow */
	fake_free(&f);
}
END_TEST

START_TEST(an_interrupt_of_a_full_pipe_reaches_the_turn)
{
	struct fake f = {
		.flags = HN_START_ONE_TURN,
		.first = "x",
		.full = 1,
		.waits = { HN_ERR_INTERRUPTED },
		.turns = { hello },
	};
	EXPECT(f, HN_ERR_INTERRUPTED, "Hel\n", "");
	ck_assert_uint_eq(f.cancels, 1);
	fake_free(&f);
}
END_TEST

START_TEST(a_host_without_sessions_is_refused)
{
	struct fake f = { .missing = HN_ID_SESSION };
	ck_assert_int_eq(fake_run(&f), HN_ERR_PLUGIN);
	ck_assert_str_eq(f.failed, "this host offers no hobnob.session/1");
	struct fake g = { .missing = HN_ID_TEXT };
	ck_assert_int_eq(fake_run(&g), HN_ERR_PLUGIN);
	ck_assert_str_eq(g.failed, "this host offers no hobnob.text/1");
}
END_TEST

START_TEST(an_input_that_cannot_be_waited_for_is_an_error_and_no_interrupt)
{
	const uint32_t terminal = HN_START_TTY_STDIN | HN_START_TTY_STDOUT;
	for (int i = 0; i < 2; i++) {
		struct fake f = {
			.flags = i ? terminal : 0, .keep_in = 1, .waits = { HN_WAIT_FAILED }
		};
		ck_assert_int_eq(fake_run(&f), HN_ERR_USAGE);
		ck_assert_str_eq(f.out, i ? "You: \n" : "");
		ck_assert_str_eq(f.err, "hobnob: cannot read the input: Cannot allocate memory\n");
		fake_free(&f);
	}
}
END_TEST

UNIT_MAIN("stdio", one_turn_writes_the_reply_and_a_newline, one_turn_adds_no_second_newline,
	one_turn_on_a_terminal_prints_no_names, an_empty_reply_is_an_empty_line,
	an_error_goes_to_stderr_with_its_hint, a_broken_reply_keeps_what_came,
	notices_behind_a_reply_keep_their_order, an_interrupted_turn_shows_what_came, a_pipe_gets_true_bytes_a_terminal_safe_ones, a_pipe_sees_no_renderer,
	remarks_go_to_stderr, reasoning_is_shown_only_where_it_is_wanted,
	reasoning_is_dim_on_a_terminal_with_colours, usage_is_one_line_on_stderr,
	usage_marks_estimates_and_what_is_not_known,
	a_failed_turn_tells_its_usage_only_where_there_is_one,
	lines_on_a_pipe_are_turns_without_prompts, a_terminal_gets_prompts_and_names,
	the_first_turn_of_a_conversation_is_run_at_once,
	a_failed_turn_goes_on_and_the_end_tells_of_the_last,
	leaving_ends_with_0_whatever_the_last_turn_was,
	an_interrupt_with_nothing_running_ends_a_pipe,
	an_input_that_cannot_be_waited_for_is_an_error_and_no_interrupt,
	an_interrupt_with_nothing_running_tells_a_terminal_how_to_leave,
	the_programs_end_is_the_conversations,
	an_interrupted_reply_is_marked_and_the_conversation_goes_on, a_long_line_is_taken_whole,
	a_line_without_end_is_skipped_and_told,
	nul_is_a_byte_like_another, a_reader_that_went_away_ends_it_quietly, a_full_disk_ends_it,
	a_full_pipe_is_waited_for, an_interrupt_of_a_full_pipe_reaches_the_turn,
	a_host_without_sessions_is_refused)
