/* SPDX-License-Identifier: MIT */
/*
 * child: starting programs, and waiting for their end.
 *
 * A child inherits ignored signals and the mask over exec(2), so ours would live with what our parent chose: where
 * SIGCHLD is ignored, for one, a shell's own children vanish before it can wait for them. Caught signals need nothing: exec(2)
 * makes them the default.
 */
#include "util/child.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* Starts a program. */
int child_start(pid_t *pid, char *const *argv, const posix_spawn_file_actions_t *files)
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
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	rc = posix_spawnp(pid, argv[0], files, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
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
