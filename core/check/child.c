/* SPDX-License-Identifier: MIT */
/* child: see the header. The child holds one end of a pipe, so its end wakes the parent. */
#include "check/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check/crash.h"
#include "check/watch.h"
#include "check/where.h"
#include "check/world.h"

#define LEFT_MS 1 /* between two looks at a child that closed its pipe and lives on */

int child_patience(void)
{
	const char *said = getenv("HOBNOB_TEST_PATIENCE");
	long n = said ? strtol(said, NULL, 10) : 1;
	return n > 1 && n < 1000 ? (int)n : 1;
}

static _Noreturn void be_child(const struct errand_of_child *e)
{
	struct rlimit none = { 0, 0 };
	int null = open("/dev/null", O_RDONLY);
	if (null >= 0) {
		dup2(null, 0);
		close(null);
	}
	watch_output();
	setrlimit(RLIMIT_CORE, &none);
	signal(SIGPIPE, SIG_IGN);
	crash_catch();
	e->go(e->ud);
	findings->done = 1;
	syscall(SYS_exit_group, 0); /* no destructors: their rule is not this one's */
	abort();
}

/* Waits for its end: 1, or 0: the time is up. */
static int wait_end(pid_t pid, int pipe_end, int64_t until_us, int *status)
{
	struct pollfd p = { .fd = pipe_end, .events = POLLIN };
	for (;;) {
		int64_t left = (until_us - host_us()) / 1000;
		if (waitpid(pid, status, WNOHANG) == pid)
			return 1;
		if (left <= 0)
			return 0;
		if (poll(&p, 1, (int)left) > 0) {
			if (waitpid(pid, status, WNOHANG) == pid)
				return 1;
			poll(NULL, 0, LEFT_MS);
		}
	}
}

/* It was killed, or ended in a way that nobody saw. */
static void explain(const struct errand_of_child *e, int ended, int status)
{
	const char *now = findings->now[0] ? findings->now : "it";
	if (!ended)
		breach(e->rule, "%s did not return within %d s", now, e->seconds * child_patience());
	else if (findings->done || findings->ended_by)
		return;
	else if (WIFSIGNALED(status))
		breach(e->rule, "the process was ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		breach(e->rule, "the process ended with status %d", WEXITSTATUS(status));
	findings->ended_by = (int)e->rule + 1;
}

struct findings *child_run(const struct errand_of_child *e, int in_process)
{
	struct findings *mine = findings_new(), *before = findings;
	int ends[2], status = 0;
	findings = mine;
	findings->rule = e->rule;
	if (in_process) {
		e->go(e->ud);
		findings = before;
		return mine;
	}
	fflush(NULL);
	if (pipe2(ends, O_CLOEXEC))
		abort();
	pid_t pid = fork();
	if (pid < 0)
		abort();
	if (pid == 0) {
		close(ends[0]);
		be_child(e);
	}
	close(ends[1]);
	int ended = wait_end(pid, ends[0], host_us() + e->seconds * child_patience() * INT64_C(1000000), &status);
	if (!ended) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	close(ends[0]);
	explain(e, ended, status);
	findings = before;
	return mine;
}
