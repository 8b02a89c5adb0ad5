/* SPDX-License-Identifier: MIT */
/* Tests of core/plugin/probe: what becomes of children that do what they like. */
#include "plugin/probe.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unit.h"
#include "util/buf.h"
#include "util/mem.h"

#define MOST 200000

/* What an attempt does, and what must become of it. */
struct deed {
	void (*what)(int to);
	enum probe_how how;
	int stage, number;
	const char *report;
	int seen;
};

static char big[MOST + 2];

static void report(int to)
{
	probe_stage(to, 1);
	probe_stage(to, 3);
	probe_report(to, str_of("well"));
}

static void report_nothing(int to)
{
	probe_report(to, (hn_str){ NULL, 0 });
}

static void report_much(int to)
{
	probe_report(to, (hn_str){ big, MOST });
}

static void report_too_much(int to)
{
	probe_report(to, (hn_str){ big, MOST + 1 });
}

static void crash(int to)
{
	probe_stage(to, 2);
	raise(SIGSEGV);
}

static void leave(int to)
{
	probe_stage(to, 1);
	_exit(7);
}

static void just_end(int to)
{
	(void)to;
}

static void hang(int to)
{
	probe_stage(to, 2);
	for (;;)
		pause();
}

static void spin(int to)
{
	(void)to;
	for (volatile int i = 0;; i = !i)
		;
}

static void babble(int to)
{
	(void)!write(to, "hello", 5);
	pause();
}

static void close_all(int to)
{
	for (int fd = 0; fd < 100; fd++)
		close(fd);
	probe_report(to, str_of("unheard"));
}

static void close_and_hang(int to)
{
	close(to);
	pause();
}

/* A child of its own keeps the pipe open. */
static void crash_with_child(int to)
{
	probe_stage(to, 1);
	if (!fork())
		pause();
	raise(SIGBUS);
}

static void ignore_all(int to)
{
	for (int i = 1; i < 32; i++)
		signal(i, SIG_IGN);
	hang(to);
}

static int parents; /* a descriptor of the parent's */

static void look_around(int to)
{
	int is_alone = getsid(0) == getpid() && fcntl(parents, F_GETFD) < 0 && fcntl(to, F_GETFD) >= 0;
	probe_report(to, str_of(is_alone ? "alone" : "not alone"));
}

static pid_t *left_behind; /* shared with the children */

static void leave_one(int to)
{
	pid_t pid = fork();
	if (!pid)
		for (;;)
			pause();
	*left_behind = pid;
	probe_report(to, str_of("well"));
}

static void print(int to)
{
	puts("on stdout");
	fflush(stdout);
	fputs("on stderr", stderr);
	probe_report(to, (hn_str){ "read", (size_t)(read(0, big, 1) == 0 ? 4 : 0) });
}

static void do_deed(void *ud, size_t i, int to)
{
	const struct deed *all = ud;
	all[i].what(to);
}

static void see(void *ud, size_t i, const struct probe_end *e)
{
	struct deed *d = (struct deed *)ud + i;
	d->seen++;
	ck_assert_msg(e->how == d->how, "%zu: %d", i, (int)e->how);
	ck_assert_msg(e->stage == d->stage, "%zu: stage %d", i, e->stage);
	if (e->how == PROBE_CRASHED || e->how == PROBE_EXITED)
		ck_assert_msg(e->number == d->number, "%zu: %d", i, e->number);
	if (d->report)
		ck_assert_msg(str_is(e->report, d->report), "%zu: %.*s", i, (int)e->report.n, e->report.p);
}

static void run_all(struct deed *all, size_t n, int64_t wait_ms)
{
	struct probe p = { n, wait_ms, MOST, do_deed, see, all };
	ck_assert_int_eq(probe_run(&p, NULL), 0);
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(all[i].seen == 1, "%zu: %d", i, all[i].seen);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
}

START_TEST(each_end_is_told)
{
	struct deed all[] = {
		{ report, PROBE_REPORTED, 3, 0, "well", 0 },
		{ report_nothing, PROBE_REPORTED, 0, 0, "", 0 },
		{ report_much, PROBE_REPORTED, 0, 0, NULL, 0 },
		{ report_too_much, PROBE_CONFUSED, 0, 0, NULL, 0 },
		{ crash, PROBE_CRASHED, 2, SIGSEGV, NULL, 0 },
		{ leave, PROBE_EXITED, 1, 7, NULL, 0 },
		{ just_end, PROBE_EXITED, 0, 0, NULL, 0 },
		{ babble, PROBE_CONFUSED, 0, 0, NULL, 0 },
		{ close_all, PROBE_CONFUSED, 0, 0, NULL, 0 },
		{ report, PROBE_REPORTED, 3, 0, "well", 0 },
	};
	run_all(all, sizeof all / sizeof *all, 20000);
}
END_TEST

START_TEST(what_does_not_end_is_ended)
{
	struct deed all[] = {
		{ hang, PROBE_HANGS, 2, 0, NULL, 0 },
		{ spin, PROBE_HANGS, 0, 0, NULL, 0 },
		{ ignore_all, PROBE_HANGS, 2, 0, NULL, 0 },
		{ close_and_hang, PROBE_HANGS, 0, 0, NULL, 0 },
		{ crash_with_child, PROBE_CRASHED, 1, SIGBUS, NULL, 0 },
	};
	run_all(all, sizeof all / sizeof *all, 500);
}
END_TEST

START_TEST(those_that_wait_make_room)
{
	struct deed all[40];
	int64_t began = clock_real.now(clock_real.ud);
	for (size_t i = 0; i < 40; i++)
		all[i] = i < 10 ? (struct deed){ hang, PROBE_HANGS, 2, 0, NULL, 0 }
				: (struct deed){ report, PROBE_REPORTED, 3, 0, "well", 0 };
	run_all(all, 40, 2000);
	ck_assert_int_lt(clock_real.now(clock_real.ud) - began, 6000); /* one after the other they take 20 s */
}
END_TEST

START_TEST(a_child_is_alone)
{
	struct deed all[] = { { look_around, PROBE_REPORTED, 0, 0, "alone", 0 } };
	parents = fcntl(0, F_DUPFD, 50);
	run_all(all, 1, 20000);
	close(parents);
}
END_TEST

START_TEST(what_a_child_started_ends_with_it)
{
	struct deed all[] = { { leave_one, PROBE_REPORTED, 0, 0, "well", 0 } };
	struct probe p = { 1, 20000, MOST, do_deed, see, all };
	int status;
	left_behind = mmap(NULL, sizeof *left_behind, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(left_behind, MAP_FAILED);
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	ck_assert_int_eq(probe_run(&p, NULL), 0);
	ck_assert_int_gt(*left_behind, 0);
	ck_assert_int_eq(waitpid(*left_behind, &status, 0), *left_behind);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	munmap(left_behind, sizeof *left_behind);
}
END_TEST

START_TEST(what_is_printed_goes_nowhere)
{
	struct deed all[] = { { print, PROBE_REPORTED, 0, 0, "read", 0 } };
	int ends[2], kept[2] = { dup(1), dup(2) };
	char got[64];
	ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
	fflush(stdout);
	dup2(ends[1], 1);
	dup2(ends[1], 2);
	run_all(all, 1, 20000);
	ssize_t n = read(ends[0], got, sizeof got);
	dup2(kept[0], 1);
	dup2(kept[1], 2);
	ck_assert_int_eq(n, -1);
}
END_TEST

static struct cancel cancel;

static void on_alarm(int sig)
{
	(void)sig;
	cancel_set(&cancel);
}

START_TEST(a_cancel_ends_all)
{
	struct deed all[] = { { hang, PROBE_HANGS, 2, 0, NULL, 0 }, { hang, PROBE_HANGS, 2, 0, NULL, 0 } };
	struct probe p = { 2, 60000, MOST, do_deed, see, all };
	struct itimerval soon = { .it_value.tv_usec = 50000 };
	ck_assert_int_eq(cancel_open(&cancel), 0);
	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &soon, NULL);
	ck_assert_int_eq(probe_run(&p, &cancel), HN_ERR_INTERRUPTED);
	ck_assert_int_eq(all[0].seen + all[1].seen, 0);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	cancel_close(&cancel);
}
END_TEST

START_TEST(signals_have_names)
{
	char room[32];
	ck_assert_str_eq(probe_signal(SIGSEGV, room), "SIGSEGV");
	ck_assert_str_eq(probe_signal(SIGKILL, room), "SIGKILL");
	ck_assert_str_eq(probe_signal(60, room), "signal 60");
}
END_TEST

UNIT_MAIN("probe", each_end_is_told, what_does_not_end_is_ended, those_that_wait_make_room, a_child_is_alone,
	what_a_child_started_ends_with_it, what_is_printed_goes_nowhere,
	a_cancel_ends_all, signals_have_names)
