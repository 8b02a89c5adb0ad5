/* SPDX-License-Identifier: MIT */
/*
 * test_typing: no key is lost where the terminal turns from lines to quiet and back.
 *
 * The test stands in front of tcsetattr(), so that a key can come in the very moment of the change.
 */
#include "shared/typing.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "../unit.h"

static struct {
	int master;
	const char *before, *after; /* what is typed around the next change to lines, or NULL */
	int front;                  /* 0: the program is in the background */
} desk;

/* 1 if the terminal has something to read within ms. */
static int has_some(int ms)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&p, 1, ms) > 0;
}

/* Types, and waits until it has arrived. */
static void type(const char *keys)
{
	size_t n = strlen(keys);

	ck_assert_int_eq(write(desk.master, keys, n), (ssize_t)n);
	ck_assert(has_some(10000));
}

/* The real one, with what is typed around it. */
int tcsetattr(int fd, int when, const struct termios *modes)
{
	int (*real)(int, int, const struct termios *);

	*(void **)&real = dlsym(RTLD_NEXT, "tcsetattr"); /* POSIX's own way round ISO C */
	int lines = (modes->c_lflag & ICANON) != 0;
	if (lines && desk.before)
		type(desk.before);
	int rc = real(fd, when, modes);
	if (lines && desk.after)
		type(desk.after);
	if (lines)
		desk.before = desk.after = NULL;
	return rc;
}

/* In front as the test wants it: its terminal is not that of the session. */
pid_t tcgetpgrp(int fd)
{
	(void)fd;
	return desk.front ? getpgrp() : getpgrp() + 1;
}

static void watch_nothing(hn_session *session, int32_t fd, void (*on_readable)(void *ud), void *ud)
{
	(void)session;
	(void)fd;
	(void)on_readable;
	(void)ud;
}

static const hn_session_api api = { .struct_size = sizeof api, .watch = watch_nothing };
static const struct services services = { .session = &api };

/* Makes a new terminal the standard input. */
static void setup(void)
{
	desk.front = 1;
	desk.master = posix_openpt(O_RDWR | O_NOCTTY);
	ck_assert_int_ge(desk.master, 0);
	ck_assert_int_eq(grantpt(desk.master) || unlockpt(desk.master), 0);
	int slave = open(ptsname(desk.master), O_RDWR | O_NOCTTY);
	ck_assert_int_ge(slave, 0);
	ck_assert_int_eq(dup2(slave, STDIN_FILENO), STDIN_FILENO);
	close(slave);
}

static void teardown(void)
{
	typing_close();
	close(desk.master);
}

/* Exactly these bytes. */
static void same(hn_str got, const char *expected)
{
	ck_assert_uint_eq(got.n, strlen(expected));
	ck_assert(!got.n || !memcmp(got.p, expected, got.n));
}

START_TEST(what_was_typed_while_it_was_quiet_is_taken_whole)
{
	setup();
	typing_open(&services, NULL);
	type("one\n");
	same(typing_take(), "one\n");
	type("two\n\004");
	same(typing_finish(), "two\n\004");
	ck_assert(!has_some(0));
	same(typing_finish(), "");
	teardown();
}
END_TEST

START_TEST(keys_between_the_last_look_and_the_change_are_keys)
{
	setup();
	typing_open(&services, NULL);
	type("one");
	desk.before = "\177\004two\025\nend\n\004";
	same(typing_finish(), "one\177\004two\025\nend\n\004");
	ck_assert(!has_some(0));
	teardown();
}
END_TEST

START_TEST(keys_right_after_the_change_are_kept)
{
	setup();
	typing_open(&services, NULL);
	desk.after = "\004";
	same(typing_finish(), "\004");
	typing_resume();
	desk.after = "a line\n";
	same(typing_finish(), "a line\n");
	ck_assert(!has_some(0));
	teardown();
}
END_TEST

START_TEST(what_was_typed_as_lines_keeps_its_meaning)
{
	setup();
	type("no\025one\ntwo\004\n\004");
	typing_open(&services, NULL);
	same(typing_take(), "one\ntwo\004\n\004");
	same(typing_finish(), "");
	type("three\n\004");
	typing_resume();
	same(typing_take(), "three\n\004");
	teardown();
}
END_TEST

START_TEST(a_nul_that_is_typed_while_it_is_quiet_is_one)
{
	setup();
	typing_open(&services, NULL);
	ck_assert_int_eq(write(desk.master, "\0", 1), 1);
	ck_assert(has_some(10000));
	hn_str got = typing_finish();
	ck_assert_uint_eq(got.n, 1);
	ck_assert_int_eq(got.p[0], '\0');
	teardown();
}
END_TEST

START_TEST(in_the_background_the_terminal_is_another_programs)
{
	setup();
	desk.front = 0;
	type("ls\n");
	typing_open(&services, NULL);
	same(typing_finish(), "");
	typing_resume();
	same(typing_take(), "");
	ck_assert(has_some(0));
	teardown();
}
END_TEST

UNIT_MAIN("typing", what_was_typed_while_it_was_quiet_is_taken_whole,
	keys_between_the_last_look_and_the_change_are_keys, keys_right_after_the_change_are_kept,
	what_was_typed_as_lines_keeps_its_meaning, a_nul_that_is_typed_while_it_is_quiet_is_one,
	in_the_background_the_terminal_is_another_programs)
