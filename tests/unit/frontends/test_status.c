/* SPDX-License-Identifier: MIT */
/* test_status: the line that says what is waited for, by the plain frontend and a scripted session's
 * ticks: what exactly is written, when, and how it is wiped. */
#include "../fake_session.h"
#include "../unit.h"

#define TERMINAL (HN_START_TTY_STDIN | HN_START_TTY_STDOUT | HN_START_TTY_STDERR)
#define TURN (HN_START_ONE_TURN | HN_START_FIRST)
#define WIPE "\r\033[K"

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
	struct fake f = { .flags = flags | TURN, .first = "Hi", .turns = { turn } };

	ck_assert_int_eq(fake_run(&f), 0);
	ck_assert_str_eq(f.out, out);
	ck_assert_str_eq(f.err, err);
	ck_assert_uint_eq(f.inputs[0].flags,
		flags & HN_START_TTY_STDERR && !(flags & HN_START_DUMB) ? HN_SUBMIT_TICKS : 0);
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

	says(TERMINAL, turn, "x\n",
		WIPE "loading llama 25 %" WIPE "warming up 1 s" WIPE "warming up 2 s" WIPE);
	says(0, turn, "x\n", "");
}
END_TEST

START_TEST(a_quick_reply_never_sees_it)
{
	static const fake_step turn[] = { TICK(100), TICK(400), FAKE_TEXT("x"), DONE, FAKE_END };

	says(TERMINAL, turn, "x\n", "");
}
END_TEST

START_TEST(no_terminal_or_a_dumb_one_never_sees_it)
{
	static const fake_step turn[] = { TICK(600), TICK(5000), FAKE_TEXT("x"), DONE, FAKE_END };

	says(0, turn, "x\n", "");
	says(HN_START_TTY_STDOUT, turn, "x\n", "");
	says(TERMINAL | HN_START_DUMB, turn, "x\n", "");
	says(HN_START_TTY_STDERR, turn, "x\n", WIPE "waiting" WIPE "waiting 5 s" WIPE);
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
		     "waiting 2 s" WIPE);
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
	says(TERMINAL | HN_START_REASONING, turn, "x\n", "  hmso\n");
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
	no_terminal_or_a_dumb_one_never_sees_it, it_never_follows_text_on_its_line,
	a_reply_in_a_pipe_is_not_followed_by_it, a_retry_is_counted_down,
	a_retry_elsewhere_is_a_remark, a_remark_comes_in_its_place,
	reasoning_that_is_not_shown_is_thinking, an_error_and_an_end_without_text_wipe_it)
