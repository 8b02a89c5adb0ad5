/* SPDX-License-Identifier: MIT */
/*
 * secret_command: runs the program that prints a secret.
 *
 * No shell: a list of words cannot be misquoted. The program stays in our process group, so that one which asks for a passphrase
 * may use the terminal. It is killed when the call is cancelled, the time is up, or it prints too much.
 */
#include "config/secret_command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util/child.h"
#include "util/mem.h"

#define LINGER_MS 1000 /* between the end of its output and its own */
#define LOOK_MS 10

struct run {
	char *const *argv;
	const char *where;
	const struct secret_wait *wait;
	pid_t pid;
	int fd; /* its output, non-blocking */
	int64_t deadline;
	struct buf *out;
	struct fault *fault;
};

static int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int32_t refuse(const struct run *r, const char *what)
{
	return fault_set(r->fault, HN_ERR_CONFIG, NULL, "%s: the command \"%s\" %s", r->where,
		r->argv[0], what);
}

/* Spawns the program: stdin empty, stdout to `out`. An errno. */
static int spawn(struct run *r, int out)
{
	posix_spawn_file_actions_t files;
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, 1);
	int rc = child_start(&r->pid, r->argv, &files);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

static int32_t start(struct run *r)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) < 0)
		return refuse(r, strerror(errno));
	int rc = spawn(r, fds[1]);
	close(fds[1]);
	if (rc) {
		close(fds[0]);
		char *why = xasprintf("cannot be run: %s", strerror(rc));
		int32_t code = refuse(r, why);
		free(why);
		return code;
	}
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	r->fd = fds[0];
	return 0;
}

/* Waits for output, or with fd -1 for the time alone, as the caller waits for things, or by poll(2) where it has no way of its own. */
static int32_t wait_for(const struct run *r, int fd, int64_t timeout_ms)
{
	if (r->wait && r->wait->wait)
		return r->wait->wait(r->wait->ud, fd, timeout_ms);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int n = poll(&p, 1, (int)timeout_ms);
	return n > 0 || (n < 0 && errno == EINTR) ? HN_WAIT_READY : HN_WAIT_TIMEOUT;
}

/* Reads what is there: 1 more may come, 0 the end, negative an error. */
static int32_t read_some(const struct run *r)
{
	char piece[4096];
	ssize_t n = read(r->fd, piece, sizeof piece);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 1 : refuse(r, strerror(errno));
	if (n == 0)
		return 0;
	int full = r->out->n + (size_t)n > SECRET_MAX;
	if (!full)
		buf_add(r->out, piece, (size_t)n);
	explicit_bzero(piece, sizeof piece);
	return full ? refuse(r, "printed more than 64 KiB") : 1;
}

static int32_t read_all(const struct run *r)
{
	int32_t rc = 1;
	while (rc > 0) {
		int64_t left = r->deadline - now_ms();
		int32_t ready = left > 0 ? wait_for(r, r->fd, left) : HN_WAIT_TIMEOUT;
		if (ready == HN_WAIT_TIMEOUT)
			return refuse(r, "took longer than 30 s");
		if (ready < 0)
			return HN_ERR_INTERRUPTED;
		rc = read_some(r);
	}
	return rc;
}

/* Collects its exit status, giving it a moment after the end of its output. */
static int32_t collect(const struct run *r, int *status)
{
	int64_t end = now_ms() + LINGER_MS;
	for (;;) {
		enum child_state state = child_look(r->pid, status);
		if (state == CHILD_ENDED)
			return 0;
		if (state == CHILD_LOST)
			return refuse(r, "ended, but whether well is not known: a plugin ignores "
					 "SIGCHLD in this process");
		if (now_ms() >= end)
			return refuse(r, "closed its output but did not end");
		if (wait_for(r, -1, LOOK_MS) < 0)
			return HN_ERR_INTERRUPTED;
	}
}

static int32_t judge(const struct run *r, int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	/* a terminal's Ctrl-C ends it as well as our call */
	if (WIFSIGNALED(status) && wait_for(r, -1, 0) < 0)
		return HN_ERR_INTERRUPTED;
	char *why = WIFEXITED(status) ? xasprintf("ended with exit status %d", WEXITSTATUS(status))
				      : xasprintf("was ended by signal %d", WTERMSIG(status));
	int32_t rc = refuse(r, why);
	free(why);
	return rc;
}

int32_t secret_command(char *const *argv, const char *where, const struct secret_wait *wait,
	struct buf *out, struct fault *f)
{
	struct run r = { .argv = argv, .where = where, .wait = wait, .out = out, .fault = f };
	r.deadline = now_ms() + SECRET_COMMAND_MS;
	if (wait && wait->log)
		log_line(wait->log, LOG_STEP, "%s: running \"%s\"", where, argv[0]);
	int32_t rc = start(&r);
	if (rc < 0)
		return rc;
	int status = 0;
	rc = read_all(&r);
	close(r.fd);
	if (!rc)
		rc = collect(&r, &status);
	if (!rc)
		return judge(&r, status);
	child_kill(r.pid);
	return rc;
}
