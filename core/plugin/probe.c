/* SPDX-License-Identifier: MIT */
/* probe: tries what may end the process, in a child. The child writes one byte for each thing that it has behind it. */
#include "plugin/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/eintr.h"
#include "util/mem.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

/* A child and where its bytes come. */
struct child {
	pid_t pid;
	int from;
};

/* How a crash is called. */
static const struct { int number; const char *name; } crashes[] = {
	{ SIGSEGV, "SIGSEGV" }, { SIGBUS, "SIGBUS" }, { SIGFPE, "SIGFPE" }, { SIGILL, "SIGILL" },
	{ SIGABRT, "SIGABRT" }, { SIGSYS, "SIGSYS" }, { SIGTRAP, "SIGTRAP" }, { SIGKILL, "SIGKILL" },
};

/* Makes what the attempts do invisible: they write nowhere, and leave no core file. A crash ends the child, whoever
 * else wants to hear of it. */
static void be_quiet(void)
{
	struct rlimit none = { 0, 0 };
	int null = eintr_open("/dev/null", O_RDWR, 0);
	for (int fd = 0; fd <= 2 && null >= 0; fd++)
		dup2(null, fd);
	setrlimit(RLIMIT_CORE, &none);
	for (size_t i = 0; i < ARRAY_LEN(crashes); i++)
		signal(crashes[i].number, SIG_DFL);
}

static _Noreturn void be_child(const struct probe *p, size_t from, int to)
{
	be_quiet();
	for (size_t i = from; i < p->n; i++) {
		p->attempt(p->ud, i);
		if (eintr_write(to, "", 1) != 1)
			break;
	}
	_exit(0);
}

/* Makes a child that begins at a thing; 0 if that is not possible. */
static int begin(const struct probe *p, size_t from, struct child *out)
{
	int ends[2];
	if (pipe(ends))
		return 0;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	pid_t pid = fork();
	if (!pid) {
		close(ends[0]);
		be_child(p, from, ends[1]);
	}
	close(ends[1]);
	*out = (struct child){ pid, ends[0] };
	if (pid < 0)
		close(ends[0]);
	return pid > 0;
}

/* Waits for the next byte: 1; 0 if the child has ended; -1 if the time has. */
static int next(const struct child *c, int64_t wait_ms)
{
	struct pollfd fd = { .fd = c->from, .events = POLLIN };
	char byte;
	int n;
	do
		n = poll(&fd, 1, (int)wait_ms);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return -1;
	ssize_t got;
	do
		got = read(c->from, &byte, 1);
	while (got < 0 && errno == EINTR);
	return got == 1;
}

/* Ends a child; what it ended with, as waitpid() has it. */
static int end(const struct child *c, int hangs)
{
	int status = 0;
	close(c->from);
	if (hangs)
		kill(c->pid, SIGKILL);
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static const char *signal_name(int number)
{
	for (size_t i = 0; i < ARRAY_LEN(crashes); i++)
		if (crashes[i].number == number)
			return crashes[i].name;
	return "a signal";
}

/* What became of the attempt that a child was at. */
static char *why(const struct probe *p, int status, int hangs)
{
	if (hangs)
		return xasprintf("does not return within %" PRId64 " ms", p->wait_ms);
	return WIFSIGNALED(status) ? xasprintf("crashes (%s)", signal_name(WTERMSIG(status)))
				   : xasprintf("calls exit(%d)", WEXITSTATUS(status));
}

void probe_run(const struct probe *p)
{
	struct child c;
	for (size_t i = 0; i < p->n && begin(p, i, &c); i++) {
		int went = 1;
		while (i < p->n && (went = next(&c, p->wait_ms)) == 1)
			i++;
		int status = end(&c, went < 0);
		if (i < p->n)
			p->failed(p->ud, i, why(p, status, went < 0));
	}
}
