/* SPDX-License-Identifier: MIT */
/* children: the programs that a call has started; their environment, their descriptors and their end. */
#include "call/children.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/child.h"
#include "util/log.h"
#include "util/mem.h"

#define GROUPS 256     /* that a second Ctrl-C ends as well */
#define LOOK_MOST_MS 8 /* between two looks whether one has ended */

struct child_run {
	struct child_run *next;
	pid_t pid;
	int fds[3]; /* our ends; -1: closed */
	char *name;
};

/* The groups that run, for the signal handler. */
static _Atomic pid_t groups[GROUPS];

static void swap_group(pid_t from, pid_t to)
{
	for (size_t i = 0; i < GROUPS; i++) {
		pid_t was = from;
		if (atomic_compare_exchange_strong(&groups[i], &was, to))
			return;
	}
}

void children_abandon(void)
{
	for (size_t i = 0; i < GROUPS; i++) {
		pid_t group = atomic_load(&groups[i]);
		if (group)
			kill(-group, SIGKILL);
	}
}

/* ---- the environment ---- */

/* 1 if a variable "NAME=value" has that name. */
static int is_named(const char *variable, const char *name)
{
	size_t n = strlen(name);
	return !strncmp(variable, name, n) && variable[n] == '=';
}

/* 1 if the child gets a variable. */
static int is_passed(const char *variable, char *const *names, const char *secret)
{
	static const char *const usual[] = { "PATH", "HOME", "LANG", "TMPDIR", "TERM", "USER" };
	int passes = !strncmp(variable, "LC_", 3);
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		passes |= is_named(variable, usual[i]);
	for (; *names; names++)
		passes |= is_named(variable, *names);
	return passes && !(secret && !strncmp(variable, secret, strcspn(secret, "=") + 1));
}

/* The child's environment: its strings are borrowed, the list is the caller's. */
static char **environment(char *const *names, char *secret)
{
	size_t n = 0, kept = 0;
	while (environ && environ[n])
		n++;
	char **env = xcalloc(n + 2, sizeof *env);
	for (size_t i = 0; i < n; i++)
		if (is_passed(environ[i], names, secret))
			env[kept++] = environ[i];
	env[kept] = secret;
	return env;
}

/* ---- the start ---- */

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void close_fds(int fds[3])
{
	for (int i = 0; i < 3; i++)
		close_fd(&fds[i]);
}

/* Three pipes: our ends, which do not block, and the child's. An errno. */
static int open_pipes(int ours[3], int theirs[3])
{
	for (int i = 0; i < 3; i++) {
		int ends[2];
		if (pipe2(ends, O_CLOEXEC) < 0)
			return errno;
		ours[i] = ends[i == 0];
		theirs[i] = ends[i != 0];
		fcntl(ours[i], F_SETFL, O_NONBLOCK);
	}
	return 0;
}

/* Why a program did not start, and what to do about it. */
static void cannot_start(hn_call *call, const char *program, int error)
{
	int is_path = strchr(program, '/') != NULL;
	if (error == ENOENT && is_path && !access(program, F_OK))
		call_failf(call, HN_ERR_CONFIG, "its first line names an interpreter that is not there",
			"the program \"%s\" cannot be run", program);
	else if (error == ENOENT)
		call_failf(call, HN_ERR_CONFIG, is_path ? "check the path" :
			"hobnob looks in PATH for this whole name; give its path, and list its arguments separately",
			"the program \"%s\" was not found", program);
	else if (error == EACCES)
		call_failf(call, HN_ERR_CONFIG,
			"make it executable with chmod +x, or run it by its interpreter: [python3, FILE]",
			"the program \"%s\" cannot be run: %s", program, strerror(error));
	else if (error == ENOEXEC)
		call_failf(call, HN_ERR_CONFIG, "a script begins with a line such as #!/bin/sh",
			"the program \"%s\" cannot be run: %s", program, strerror(error));
	else
		call_failf(call, HN_ERR_CONFIG, NULL, "the program \"%s\" cannot be run: %s", program, strerror(error));
}

struct child_run *children_start(hn_call *call, char *const *argv, char *const *names, char *secret)
{
	struct child_run *run = xmalloc(sizeof *run);
	int theirs[3] = { -1, -1, -1 };
	*run = (struct child_run){ .next = call->children, .fds = { -1, -1, -1 } };
	int error = open_pipes(run->fds, theirs);
	char **env = environment(names, secret);
	if (!error)
		error = child_start_group(&run->pid, argv, env, theirs);
	free(env);
	close_fds(theirs);
	if (error) {
		cannot_start(call, argv[0], error);
		close_fds(run->fds);
		free(run);
		return NULL;
	}
	swap_group(0, run->pid);
	run->name = xstrdup(argv[0]);
	call->children = run;
	log_line(call->log, LOG_STEP, "runs %s, process %d", run->name, (int)run->pid);
	return run;
}

void children_show(const struct child_run *run, hn_child *out)
{
	*out = (hn_child){
		.struct_size = sizeof *out,
		.id = run->pid,
		.input = run->fds[0],
		.output = run->fds[1],
		.errors = run->fds[2],
		.status = -1,
	};
}

struct child_run *children_find(const hn_call *call, int32_t id)
{
	struct child_run *run = call->children;
	while (run && run->pid != id)
		run = run->next;
	return run;
}

void children_close_input(struct child_run *run)
{
	close_fd(&run->fds[0]);
}

/* ---- the end ---- */

/* Sleeps, whether the call is cancelled or not. */
static void sleep_for(hn_call *call, int64_t ms)
{
	int64_t due;
	if (call_wait(call, NULL, 0, ms) == HN_WAIT_TIMEOUT)
		return;
	due = call_serve_due(call);
	poll(NULL, 0, (int)(due >= 0 && due < ms ? due : ms));
}

/* 1 once it has ended, though it is not reaped yet: until then its group's id stays its own. 0: the time is up, or, if
 * `heeds`, the call was cancelled. */
static int await(hn_call *call, const struct child_run *run, int64_t ms, int heeds)
{
	int64_t end = call_now(call) + ms, step = 1;
	while (child_peek(run->pid) == CHILD_RUNS) {
		int64_t left = end - call_now(call);
		if (left <= 0 || (heeds && call_cancelled(call)))
			return 0;
		sleep_for(call, step < left ? step : left);
		step = step < LOOK_MOST_MS ? step * 2 : step;
	}
	return 1;
}

/* Reaps it after its end. */
static void reap(const struct child_run *run, hn_child *out)
{
	int status = 0;
	pid_t got;
	do
		got = waitpid(run->pid, &status, 0);
	while (got < 0 && errno == EINTR);
	if (got == run->pid && WIFEXITED(status))
		out->status = WEXITSTATUS(status);
	if (got == run->pid && WIFSIGNALED(status))
		out->killed_by = WTERMSIG(status);
}

static void forget(hn_call *call, struct child_run *run)
{
	struct child_run **at = &call->children;
	while (*at != run)
		at = &(*at)->next;
	*at = run->next;
	free(run->name);
	free(run);
}

/* A time that a plugin says, within bounds. */
static int64_t within(int64_t ms, int64_t most)
{
	return ms < 0 ? 0 : ms < most ? ms : most;
}

void children_finish(hn_call *call, struct child_run *run, int64_t wait_ms, int64_t grace_ms, hn_child *out)
{
	close_fds(run->fds);
	children_show(run, out);
	if (!await(call, run, within(wait_ms, CALL_WAIT_MOST_MS), 1)) {
		out->flags |= HN_CHILD_STOPPED;
		kill(-run->pid, SIGTERM);
		await(call, run, within(grace_ms, CHILD_GRACE_MOST_MS), 0);
	}
	if (child_peek(run->pid) != CHILD_LOST)
		kill(-run->pid, SIGKILL);
	swap_group(run->pid, 0);
	reap(run, out);
	log_line(call->log, LOG_STEP, "%s ended: %s %d%s", run->name, out->killed_by ? "signal" : "exit status",
		out->killed_by ? out->killed_by : out->status, out->flags & HN_CHILD_STOPPED ? ", stopped by hobnob" : "");
	forget(call, run);
}

void children_end(hn_call *call)
{
	hn_child gone;
	while (call->children)
		children_finish(call, call->children, 0, CHILD_GRACE_MS, &gone);
}
