/* SPDX-License-Identifier: MIT */
/* test_status: the line that says what is waited for, by the plain frontend and a scripted session's
 * ticks: what exactly is written, when, and how it is wiped. */
#include "../fake_session.h"
#include "../unit.h"

#include <stdio.h>

#define TERMINAL (HN_START_TTY_STDIN | HN_START_TTY_STDOUT | HN_START_TTY_STDERR)
#define TURN (HN_START_ONE_TURN | HN_START_FIRST)
#define WIPE "\r\033[K"

#define TIMEOUTS "timeout_idle", "2m", "timeout_first_token", "300s"
#define TICK(ms)                                     \
	{                                            \
		.type = HN_ON_TICK, .total_ms = (ms) \
	}
#define DONE                                                                             \
	{                                                                                \
		.type = HN_ON_DONE, .finish = HN_FINISH_STOP, .cost = -1, .ttft_ms = -1, \
		.text = FAKE_STR("x")                                                    \
	}
#define RETRY(ms, http)                                             \
	{                                                           \
		.type = HN_ON_RETRY, .attempt = 1, .wait_ms = (ms), \
		.kind = FAKE_STR("rate_limited"), .status = (http)  \
	}

/* Runs one turn; what came on standard error is exactly that. */
static void says(uint32_t flags, const fake_step *turn, const char *out, const char *err)
{
	struct fake f = { .flags = flags | TURN, .first = "Hi", .turns = { turn }, .settings = { TIMEOUTS } };

	ck_assert_int_eq(fake_run(&f), 0);
	ck_assert_str_eq(f.out, out);
	ck_assert_str_eq(f.err, err);
	ck_assert_uint_eq(f.inputs[0].flags,
		flags & HN_START_TTY_STDERR ? HN_SUBMIT_TICKS : 0);
	fake_free(&f);
}

START_TEST(it_appears_after_half_a_second_and_counts)
{
	static const fake_step turn[] = { TICK(100), TICK(400), TICK(500), TICK(600), TICK(1000),
		TICK(1900), TICK(2000), FAKE_TEXT("x"), DONE, FAKE_END };

	says(TERMINAL, turn, "x\n", WIPE "waiting" WIPE "waiting 1 s" WIPE "waiting 2 s" WIPE);
}
END_TEST

/* What the provider says it waits for takes the place of the word, until something comes. */
START_TEST(progress_is_named)
{
	static const fake_step turn[] = {
		{ .type = HN_ON_PROGRESS, .number = 255, .text = FAKE_STR("loading llama") }, TICK(100), TICK(600),
		{ .type = HN_ON_PROGRESS, .text = FAKE_STR("warming up") }, TICK(1000),
		{ .type = HN_ON_TOOL_PIECE, .text = FAKE_STR("{") }, TICK(2000), FAKE_TEXT("x"), DONE, FAKE_END
	};
	static const fake_step aloud[] = { { .type = HN_ON_PROGRESS, .number = 255, .text = FAKE_STR("loading llama") }, TICK(2000),
		FAKE_TEXT("x"), DONE, FAKE_END };

	says(TERMINAL, turn, "x\n",
		WIPE "loading llama 25 %" WIPE "warming up 1 s" WIPE "warming up 2 s" WIPE);
	says(TERMINAL | HN_START_DUMB, aloud, "x\n", "loading llama 25 percent...\n");
	says(0, turn, "x\n", "");
}
END_TEST

START_TEST(a_quick_reply_never_sees_it)
{
	static const fake_step turn[] = { TICK(100), TICK(400), FAKE_TEXT("x"), DONE, FAKE_END };

	says(TERMINAL, turn, "x\n", "");
}
END_TEST

START_TEST(no_terminal_never_sees_it)
{
	static const fake_step turn[] = { TICK(600), TICK(5000), FAKE_TEXT("x"), DONE, FAKE_END };

	says(0, turn, "x\n", "");
	says(HN_START_TTY_STDOUT, turn, "x\n", "");
	says(HN_START_TTY_STDERR, turn, "x\n", WIPE "waiting" WIPE "waiting 5 s" WIPE);
}
END_TEST

START_TEST(a_dumb_terminal_gets_a_row_once_an_attempt)
{
	static const fake_step turn[] = { TICK(1900), TICK(2000), TICK(9000), FAKE_TEXT("x"), DONE, FAKE_END };
	static const fake_step quick[] = { TICK(1900), FAKE_TEXT("x"), TICK(5000), DONE, FAKE_END };
	static const fake_step again[] = { TICK(2000), RETRY(3000, 429), TICK(4900), TICK(6900), TICK(7000), TICK(9000),
		FAKE_TEXT("x"), DONE, FAKE_END };

	says(TERMINAL | HN_START_DUMB, turn, "x\n", "waiting...\n");
	says(TERMINAL | HN_START_DUMB, quick, "x\n", "");
	says(TERMINAL | HN_START_DUMB, again, "x\n",
		"waiting...\nhobnob: rate_limited (HTTP 429); retry 1 in 3.000 s\nwaiting...\n");
}
END_TEST

/* The reply continues on a row of its own. */
START_TEST(a_stall_is_remarked_on_once)
{
	static const fake_step turn[] = { FAKE_TEXT("one "), TICK(14900), FAKE_TEXT("two"), TICK(29800), TICK(29900),
		TICK(30300), TICK(31000), FAKE_TEXT(" three"), TICK(60000), DONE, FAKE_END };
	static const char remark[] = "hobnob: nothing for 15 s; hobnob gives up after 120 s, Ctrl-C stops\n";

	says(TERMINAL, turn, "one two\n three\n",
		"hobnob: nothing for 15 s; hobnob gives up after 120 s, Ctrl-C stops\n" WIPE "waiting 15 s" WIPE "waiting 16 s" WIPE);
	says(TERMINAL | HN_START_DUMB, turn, "one two\n three\n", remark);
	says(HN_START_TTY_STDERR, turn, "one two three\n", remark);
	says(0, turn, "one two three\n", "");
}
END_TEST

/* What ends it is the timeout that comes first. */
START_TEST(a_stall_names_the_shorter_timeout)
{
	static const fake_step turn[] = { FAKE_TEXT("one"), TICK(15000), DONE, FAKE_END };
	static const struct { const char *idle, *first, *end; } cases[] = {
		{ "2m", "90s", "; hobnob gives up after 90 s, Ctrl-C stops\n" },
		{ "45s", "90s", "; hobnob gives up after 45 s, Ctrl-C stops\n" },
		{ "45s", "0", "; hobnob gives up after 45 s, Ctrl-C stops\n" },
		{ "0", "0", "; Ctrl-C stops\n" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fake f = { .flags = TERMINAL | TURN, .first = "Hi", .turns = { turn },
			.settings = { "timeout_idle", cases[i].idle, "timeout_first_token", cases[i].first } };
		char expected[100];

		snprintf(expected, sizeof expected, "hobnob: nothing for 15 s%s", cases[i].end);
		ck_assert_int_eq(fake_run(&f), 0);
		ck_assert_str_eq(f.err, expected);
		fake_free(&f);
	}
}
END_TEST

/* What the renderer knows outlives the remark: the code is code still, the word is whole. */
START_TEST(a_stall_leaves_markdown_as_it_was)
{
	static const fake_step code[] = { FAKE_TEXT("```\n*a* "), TICK(15000), FAKE_TEXT("*b* in code is not wrapped\n*c*\n```\n"), DONE, FAKE_END };
	static const fake_step words[] = { FAKE_TEXT("1. one **tw"), TICK(15000), FAKE_TEXT("o** x\n"), DONE, FAKE_END };
	static const fake_step ended[] = { FAKE_TEXT("one two "), TICK(15000), FAKE_TEXT("\nnext"), DONE, FAKE_END };
	static const struct { const fake_step *turn; const char *out; } cases[] = {
		{ code, "```\n*a* \n*b* in code is not wrapped\n*c*\n```\n" },
		{ words, "1. one\n   **two** x\n" },
		{ ended, "one two\nnext\n" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fake f = { .flags = TERMINAL | TURN, .first = "Hi", .turns = { cases[i].turn },
			.settings = { TIMEOUTS, "markdown", "always", "theme", "plain", "wrap", "16" } };
		ck_assert_int_eq(fake_run(&f), 0);
		ck_assert_str_eq(f.out, cases[i].out);
		ck_assert(strstr(f.err, "hobnob: nothing\n  for 15 s;\n"));
		fake_free(&f);
	}
}
END_TEST

START_TEST(it_never_follows_text_on_its_line)
{
	static const fake_step turn[] = { FAKE_TEXT("x"), TICK(900), FAKE_TEXT("y\n"), TICK(1300),
		TICK(1400), TICK(2000), FAKE_TEXT("z"), TICK(9000), DONE, FAKE_END };

	says(TERMINAL, turn, "xy\nz\n", WIPE "waiting" WIPE "waiting 1 s" WIPE);
}
END_TEST

START_TEST(a_reply_in_a_pipe_is_not_followed_by_it)
{
	static const fake_step turn[] = { FAKE_TEXT("x\n"), TICK(900), TICK(5000), DONE, FAKE_END };

	says(HN_START_TTY_STDERR, turn, "x\n", "");
}
END_TEST

START_TEST(a_retry_is_counted_down)
{
	static const fake_step turn[] = { TICK(100), RETRY(2000, 429), TICK(200), TICK(900),
		TICK(1100), TICK(2000), TICK(2100), FAKE_TEXT("x"), DONE, FAKE_END };

	says(TERMINAL, turn, "x\n",
		WIPE "rate_limited (HTTP 429); retry 1 in 2 s (Ctrl-C stops)" WIPE
		     "rate_limited (HTTP 429); retry 1 in 1 s (Ctrl-C stops)" WIPE
		     "waiting 2 s" WIPE "hobnob: rate_limited (HTTP 429), 1 retry, 2.1 s\n");
}
END_TEST

START_TEST(a_failure_says_how_often_it_was_tried)
{
	static const fake_step turn[] = { TICK(100), RETRY(2000, 429), TICK(2100),
		{ .type = HN_ON_RETRY, .attempt = 2, .wait_ms = 9000, .kind = FAKE_STR("server") }, TICK(11600),
		{ .type = HN_ON_ERROR, .code = HN_ERR_UNAVAILABLE, .message = FAKE_STR("no luck"), .hint = FAKE_STR("later"), .cost = -1 },
		FAKE_END };
	struct fake f = { .flags = TURN, .first = "Hi", .turns = { turn } };

	ck_assert_int_eq(fake_run(&f), HN_ERR_UNAVAILABLE);
	ck_assert_str_eq(f.err, "hobnob: rate_limited (HTTP 429); retry 1 in 2.000 s\nhobnob: server; retry 2 in 9.000 s\n"
				"hobnob: no luck; given up after 3 attempts in 12 s\n  later\n");
	fake_free(&f);
}
END_TEST

START_TEST(a_retry_elsewhere_is_a_remark)
{
	static const fake_step turn[] = { RETRY(2000, 0), TICK(600), FAKE_TEXT("x"), DONE,
		FAKE_END };

	says(0, turn, "x\n", "hobnob: rate_limited; retry 1 in 2.000 s\n");
}
END_TEST

START_TEST(a_remark_comes_in_its_place)
{
	static const fake_step turn[] = { TICK(600),
		{ .type = HN_ON_NOTICE, .text = FAKE_STR("by the way") }, TICK(700), TICK(1100),
		FAKE_TEXT("x"), DONE, FAKE_END };

	says(TERMINAL, turn, "x\n", WIPE "waiting" WIPE "hobnob: by the way\n" WIPE "waiting" WIPE);
}
END_TEST

START_TEST(reasoning_that_is_not_shown_is_thinking)
{
	static const fake_step turn[] = { { .type = HN_ON_REASONING, .text = FAKE_STR("hm") },
		TICK(600), { .type = HN_ON_REASONING, .text = FAKE_STR("so") }, TICK(1200),
		FAKE_TEXT("x"), DONE, FAKE_END };

	says(TERMINAL, turn, "x\n", WIPE "thinking" WIPE "thinking 1 s" WIPE);
	says(TERMINAL | HN_START_REASONING, turn, "x\n", "  \033[2mhmso\033[0m\n");
}
END_TEST

START_TEST(an_error_and_an_end_without_text_wipe_it)
{
	static const fake_step failed[] = { TICK(600),
		{ .type = HN_ON_ERROR,
			.code = HN_ERR_AUTH,
			.kind = FAKE_STR("auth"),
			.message = FAKE_STR("no key") },
		FAKE_END };
	static const fake_step cut[] = { TICK(600),
		{ .type = HN_ON_DONE, .finish = HN_FINISH_INTERRUPTED, .cost = -1 }, FAKE_END };
	struct fake f = { .flags = TERMINAL, .in = "one\ntwo\n", .turns = { failed, cut } };

	ck_assert_int_eq(fake_run(&f), 0);
	ck_assert_str_eq(f.out, "You: You: You: \n");
	ck_assert_str_eq(f.err,
		WIPE "waiting" WIPE "hobnob: no key\n" WIPE "waiting" WIPE "(interrupted)\n");
	fake_free(&f);
}
END_TEST

UNIT_MAIN("status", it_appears_after_half_a_second_and_counts, progress_is_named, a_quick_reply_never_sees_it,
	no_terminal_never_sees_it, a_dumb_terminal_gets_a_row_once_an_attempt,
	a_stall_is_remarked_on_once, a_stall_names_the_shorter_timeout, a_stall_leaves_markdown_as_it_was,
	a_failure_says_how_often_it_was_tried, it_never_follows_text_on_its_line,
	a_reply_in_a_pipe_is_not_followed_by_it, a_retry_is_counted_down,
	a_retry_elsewhere_is_a_remark, a_remark_comes_in_its_place,
	reasoning_that_is_not_shown_is_thinking, an_error_and_an_end_without_text_wipe_it)
