/* SPDX-License-Identifier: MIT */
/* test_notify: what a terminal gets when a reply that took long has ended; and times as settings have them. */
#include "../unit.h"

#include "shared/notify.h"

static const char *made(const char *how, const char *what, int dumb, enum notify_through through)
{
	static char out[NOTIFY_ROOM];

	notify_make((hn_str){ how, strlen(how) }, what, 34200, dumb, through, out);
	return out;
}

START_TEST(forms)
{
	ck_assert_str_eq(made("off", "the reply is here", 0, NOTIFY_DIRECT), "");
	ck_assert_str_eq(made("", "the reply is here", 0, NOTIFY_DIRECT), "");
	ck_assert_str_eq(made("bell", "the reply is here", 0, NOTIFY_TMUX), "\a");
	ck_assert_str_eq(made("bell", "the reply is here", 1, NOTIFY_DIRECT), "\a");
	ck_assert_str_eq(made("osc9", "the reply is here", 1, NOTIFY_DIRECT), "");
	ck_assert_str_eq(made("osc9", "the reply is here", 0, NOTIFY_DIRECT), "\033]9;hobnob: the reply is here, 34 s\a");
	ck_assert_str_eq(made("osc9", "the reply failed", 0, NOTIFY_TMUX), "\033Ptmux;\033\033]9;hobnob: the reply failed, 34 s\a\033\\");
	ck_assert_str_eq(made("osc9", "the reply failed", 0, NOTIFY_SCREEN), "\033P\033]9;hobnob: the reply failed, 34 s\a\033\\");
}
END_TEST

/* Nothing that is said ends the sequence or begins another one, however long it is. */
START_TEST(safe)
{
	char long_one[400];

	ck_assert_str_eq(made("osc9", "a\a\033\\\x9C\n", 0, NOTIFY_DIRECT), "\033]9;hobnob: a??\\??, 34 s\a");
	memset(long_one, 'x', sizeof long_one - 1);
	long_one[sizeof long_one - 1] = '\0';
	const char *out = made("osc9", long_one, 0, NOTIFY_TMUX);
	ck_assert_str_eq(out + strlen(out) - 3, "\a\033\\");
}
END_TEST

START_TEST(multiplexers)
{
	ck_assert_int_eq(notify_through(NULL, NULL), NOTIFY_DIRECT);
	ck_assert_int_eq(notify_through("", ""), NOTIFY_DIRECT);
	ck_assert_int_eq(notify_through("/tmp/tmux,1,0", "1.pts"), NOTIFY_TMUX);
	ck_assert_int_eq(notify_through("", "1.pts"), NOTIFY_SCREEN);
}
END_TEST

UNIT_MAIN("notify", forms, safe, multiplexers)
