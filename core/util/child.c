/* SPDX-License-Identifier: MIT */
/*
 * child: starting programs, and waiting for their end.
 *
 * A child inherits ignored signals and the mask over exec(2), so ours would live with what our parent chose: where
 * SIGCHLD is ignored, for one, a shell's own children vanish before it can wait for them. Caught signals need nothing: exec(2)
 * makes them the default.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "util/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define FDS_LOOKED_AT 1024 /* where the system cannot close all of them by itself */

#define GRACE_MS 1000 /* how long a program may take to end */
#define LOOK_MS 20

/* A program that ignores one of these would break, or could not be ended. */
static const int usual[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD, SIGXFSZ };

/* Sees to it that children can be waited for. */
void child_prepare(void)
{
	sigset_t set;
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* Starts a program. flags: POSIX_SPAWN_SETPGROUP or 0. */
static int start(pid_t *pid, char *const *argv, char *const *env, const posix_spawn_file_actions_t *files, short flags)
{
	posix_spawnattr_t attr;
	sigset_t none, defaults;
	int rc = posix_spawnattr_init(&attr);
	if (rc)
		return rc;
	sigemptyset(&none);
	sigemptyset(&defaults);
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		sigaddset(&defaults, usual[i]);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setflags(&attr, (short)(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | flags));
	rc = posix_spawnp(pid, argv[0], files, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	return rc;
}

int child_start(pid_t *pid, char *const *argv, const posix_spawn_file_actions_t *files)
{
	return start(pid, argv, environ, files, 0);
}

void child_become(char *const *argv)
{
	sigset_t none;
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		signal(usual[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(argv[0], argv);
}

/* Keeps from the child what it has no business with: our own descriptors are closed by exec(2), but not those that our
 * parent left open. */
static void close_others(posix_spawn_file_actions_t *files)
{
#ifdef HAVE_POSIX_SPAWN_FILE_ACTIONS_ADDCLOSEFROM_NP
	posix_spawn_file_actions_addclosefrom_np(files, 3);
#else
	(void)files;
	for (int fd = 3; fd < FDS_LOOKED_AT; fd++) {
		int flags = fcntl(fd, F_GETFD);
		if (flags >= 0)
			fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
	}
#endif
}

int child_start_group(pid_t *pid, char *const *argv, char *const *env, const int fds[3])
{
	posix_spawn_file_actions_t files;
	int rc = posix_spawn_file_actions_init(&files);
	if (rc)
		return rc;
	for (int i = 0; i < 3; i++)
		posix_spawn_file_actions_adddup2(&files, fds[i], i);
	close_others(&files);
	rc = start(pid, argv, env, &files, POSIX_SPAWN_SETPGROUP);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

/* Looks whether it has ended. */
enum child_state child_look(pid_t pid, int *status)
{
	pid_t got;
	do
		got = waitpid(pid, status, WNOHANG);
	while (got < 0 && errno == EINTR);
	return got == pid ? CHILD_ENDED : got == 0 ? CHILD_RUNS : CHILD_LOST;
}

enum child_state child_peek(pid_t pid)
{
	siginfo_t info = { 0 };
	int rc;
	do
		rc = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT);
	while (rc < 0 && errno == EINTR);
	return rc < 0 ? CHILD_LOST : info.si_pid == pid ? CHILD_ENDED : CHILD_RUNS;
}

/* Signals it while its id is still its own. */
enum child_state child_signal(pid_t pid, int sig, int *status)
{
	enum child_state state = child_look(pid, status);
	if (state == CHILD_RUNS)
		kill(pid, sig);
	return state;
}

/* Ends it for certain. */
void child_kill(pid_t pid)
{
	int status;
	if (child_signal(pid, SIGKILL, &status) != CHILD_RUNS)
		return;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
}

void child_end(pid_t pid)
{
	int status;
	child_signal(pid, SIGTERM, &status);
	for (int ms = 0; ms < GRACE_MS; ms += LOOK_MS) {
		if (child_signal(pid, SIGCONT, &status) != CHILD_RUNS)
			return;
		poll(NULL, 0, LOOK_MS);
	}
	child_kill(pid);
}
