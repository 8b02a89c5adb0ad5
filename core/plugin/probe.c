/* SPDX-License-Identifier: MIT */
/*
 * probe: tries what may end the process, each thing in a child of its own.
 *
 * A child writes a digit for each stage, and at its end "R", the report's length and the report. When that has come
 * whole, or the time is up, the child ends with all that it has started: it leads a session, whose terminal
 * is no longer ours, so that Ctrl-C reaches the parent alone.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plugin/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "call/fatal.h"
#include "util/buf.h"
#include "util/child.h"
#include "util/eintr.h"
#include "util/mem.h"
#include "util/signals.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))
#define AT_ONCE 16   /* children, at most */
#define BUSY_MOST 4  /* of them young ones: there are as many as processors, at most */
#define YOUNG_MS 100 /* whatever runs longer waits rather than works, and makes room for another */
#define STAGES_MOST 64
#define PIPE 3       /* the child's descriptor for what it says */
#define FDS_LOOKED_AT 1024 /* where the system cannot close all of them by itself */
#define NO_PIPE 117  /* how a child ends that cannot report */
#define REAP_MS 1    /* between the end of what a child says and its own */

/* A child and what it says. */
struct child {
	pid_t pid;
	int from; /* -1: it will say no more */
	size_t i; /* what it tries */
	int64_t began;
	struct buf said;
};

struct run {
	const struct probe *probe;
	const struct cancel *cancel;
	struct child all[AT_ONCE];
	size_t n;
	size_t next; /* thing */
	size_t busy_most;
};

static int64_t now_ms(void)
{
	struct timespec t = { 0 };
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- in the child ---- */

/* Leaves the child the standard descriptors and PIPE: what it inherits beside them is the parent's, such as the pipe that
 * cancels. */
static void close_others(int to)
{
	dup2(to, PIPE);
#ifdef HAVE_CLOSE_RANGE
	if (close_range(PIPE + 1, ~0u, 0) == 0)
		return;
#endif
	for (int fd = PIPE + 1; fd < FDS_LOOKED_AT; fd++)
		close(fd);
}

/* Makes what the attempt does invisible: it writes nowhere, and leaves no core file. A crash ends the child, whoever
 * else wants to hear of it; and so does the end of the parent. */
static void be_quiet(void)
{
	struct rlimit none = { 0, 0 };
	sigset_t set;
	int null = eintr_open("/dev/null", O_RDWR, 0);
	for (int fd = 0; fd <= 2 && null >= 0; fd++)
		dup2(null, fd);
	if (null > 2)
		close(null);
	setrlimit(RLIMIT_CORE, &none);
	for (size_t i = 0; signal_at(i); i++)
		signal(signal_at(i), SIG_DFL);
	fatal_stop();
	sigemptyset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void say(int to, const void *bytes, size_t n)
{
	if (eintr_write(to, bytes, n) != n)
		_exit(NO_PIPE);
}

void probe_stage(int to, int stage)
{
	char digit = (char)('0' + stage);
	say(to, &digit, 1);
}

void probe_report(int to, hn_str report)
{
	uint32_t n = (uint32_t)report.n;
	say(to, "R", 1);
	say(to, &n, sizeof n);
	say(to, report.p, report.n);
	_exit(0);
}

/* ---- beginning ---- */

/* Makes the child that tries the next thing. 0, or an errno. */
static int begin(struct run *r)
{
	int ends[2];
	if (pipe(ends))
		return errno;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	pid_t pid = fork();
	int error = pid < 0 ? errno : 0;
	if (!pid) {
		be_quiet();
		close_others(ends[1]);
		r->probe->attempt(r->probe->ud, r->next, PIPE);
		_exit(0);
	}
	close(ends[1]);
	if (error) {
		close(ends[0]);
		return error;
	}
	r->all[r->n++] = (struct child){ .pid = pid, .from = ends[0], .i = r->next++, .began = now_ms(),
		.said = BUF(r->probe->most + STAGES_MOST) };
	return 0;
}

/* How many children are likely to be at work. */
static size_t busy(const struct run *r)
{
	size_t n = 0;
	for (size_t k = 0; k < r->n; k++)
		n += now_ms() - r->all[k].began < YOUNG_MS;
	return n;
}

/* Begins as many as there is room for. Where no child can be made and none runs, gives that thing up. */
static void begin_some(struct run *r)
{
	while (r->next < r->probe->n && r->n < AT_ONCE && busy(r) < r->busy_most) {
		int error = begin(r);
		if (error && r->n)
			return;
		if (error)
			r->probe->done(r->probe->ud, r->next++, &(struct probe_end){ .how = PROBE_NO_CHILD, .number = error });
	}
}

/* ---- ending ---- */

/* Reads what a child has said. 1 if the report is whole, 0 if it is not yet, -1 if it will never be. */
static int read_said(const struct probe *p, const struct buf *said, struct probe_end *out)
{
	size_t at = 0;
	uint32_t n;
	while (at < said->n && at < STAGES_MOST && said->p[at] >= '1' && said->p[at] <= '9')
		out->stage = said->p[at++] - '0';
	if (at == said->n)
		return 0;
	if (said->p[at++] != 'R')
		return -1;
	if (said->n - at < sizeof n)
		return 0;
	memcpy(&n, said->p + at, sizeof n);
	at += sizeof n;
	if (n > p->most || said->n - at > n)
		return -1;
	out->report = (hn_str){ said->p + at, n };
	return said->n - at == n;
}

/* Ends a child, with what it has started. 1 if it had ended by itself: *status is as waitpid() has it. */
static int end_child(const struct child *c, int *status)
{
	int ended = child_peek(c->pid) == CHILD_ENDED;
	if (c->from >= 0)
		close(c->from);
	kill(-c->pid, SIGKILL);
	kill(c->pid, SIGKILL);
	while (waitpid(c->pid, status, 0) < 0 && errno == EINTR)
		;
	return ended;
}

static void drop(struct run *r, size_t k)
{
	buf_free(&r->all[k].said);
	r->all[k] = r->all[--r->n];
}

/* A child has ended, has said all, or its time is up: tells what became of it. */
static void finish(struct run *r, size_t k)
{
	struct child *c = &r->all[k];
	struct probe_end e = { .how = PROBE_HANGS };
	int status = 0, failed = buf_failed(&c->said), whole = failed ? -1 : read_said(r->probe, &c->said, &e);
	int ended = end_child(c, &status);
	if (whole > 0)
		e.how = PROBE_REPORTED;
	else if (whole < 0 || (ended && WIFEXITED(status) && WEXITSTATUS(status) == NO_PIPE))
		e.how = PROBE_CONFUSED;
	else if (ended)
		e.how = WIFSIGNALED(status) ? PROBE_CRASHED : PROBE_EXITED;
	e.number = e.how == PROBE_CRASHED ? WTERMSIG(status) : WEXITSTATUS(status);
	r->probe->done(r->probe->ud, c->i, &e);
	drop(r, k);
}

/* Takes what a child has written. 1 if nothing more is to be expected of it. */
static int take(const struct probe *p, struct child *c)
{
	struct probe_end e = { .stage = 0 };
	char bytes[8192];
	ssize_t n = read(c->from, bytes, sizeof bytes);
	if (n < 0)
		return 0;
	if (!n) {
		close(c->from);
		c->from = -1;
		return child_peek(c->pid) != CHILD_RUNS;
	}
	return buf_add(&c->said, bytes, (size_t)n) || read_said(p, &c->said, &e);
}

/* 1 if a child is done, by what poll() has seen of it. */
static int is_done(const struct run *r, struct child *c, const struct pollfd *fd)
{
	if (fd->revents && take(r->probe, c))
		return 1;
	if (c->from < 0 && child_peek(c->pid) != CHILD_RUNS)
		return 1;
	return now_ms() - c->began >= r->probe->wait_ms;
}

/* ---- the loop ---- */

/* How long nothing happens if no child says anything, ms. */
static int idle_ms(const struct run *r)
{
	int64_t now = now_ms(), least = r->probe->wait_ms;
	for (size_t k = 0; k < r->n; k++) {
		int64_t age = now - r->all[k].began, left = r->probe->wait_ms - age;
		if (r->next < r->probe->n && age < YOUNG_MS && YOUNG_MS - age < left)
			left = YOUNG_MS - age;
		if (r->all[k].from < 0 && left > REAP_MS)
			left = REAP_MS;
		least = left < least ? left : least;
	}
	return least < 0 ? 0 : (int)least;
}

/* Waits for something to happen, and deals with it. */
static void step(struct run *r)
{
	struct pollfd fds[AT_ONCE + 1];
	size_t n = r->n;
	for (size_t k = 0; k < n; k++)
		fds[k] = (struct pollfd){ .fd = r->all[k].from, .events = POLLIN };
	fds[n] = (struct pollfd){ .fd = r->cancel ? r->cancel->fds[0] : -1, .events = POLLIN };
	if (poll(fds, n + 1, idle_ms(r)) < 0)
		return;
	for (size_t k = n; k-- > 0;) /* what is dropped is replaced by one that was dealt with */
		if (is_done(r, &r->all[k], &fds[k]))
			finish(r, k);
}

int32_t probe_run(const struct probe *p, const struct cancel *cancel)
{
	struct run r = { .probe = p, .cancel = cancel };
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	r.busy_most = processors < 1 ? 1 : processors > BUSY_MOST ? BUSY_MOST : (size_t)processors;
	while (!(cancel && cancel_is_set(cancel))) {
		begin_some(&r);
		if (!r.n)
			return 0;
		step(&r);
	}
	int all = r.next == p->n && !r.n;
	while (r.n) {
		int status;
		end_child(&r.all[0], &status);
		drop(&r, 0);
	}
	return all ? 0 : HN_ERR_INTERRUPTED;
}

const char *probe_signal(int number, char room[32])
{
	snprintf(room, 32, "signal %d", number);
	return signal_name(number) ? signal_name(number) : room;
}
