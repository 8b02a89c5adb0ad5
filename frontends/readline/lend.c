/* SPDX-License-Identifier: MIT */
/* lend: runs a program on the terminal; see the header. */
#include "lend.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/regain.h"
#include "util/child.h"
#include "wake.h"

#define SHELL_KILLED 128 /* the exit status of a shell for a signal N is SHELL_KILLED + N */

/* Waits for its end. 0 and *status (0 if unknown), or -1 if hobnob must end. */
static int wait_for(const struct lender *l, pid_t pid, int *status)
{
	hn_pollfd fd = { .fd = wake_fd(), .events = HN_POLL_IN };

	while (child_look(pid, status) == CHILD_RUNS) {
		if (l->services->session->wait_for(l->session, &fd, 1, -1) == HN_WAIT_ENDING) {
			child_end(pid);
			return -1;
		}
		wake_take();
	}
	/* A Ctrl-C was meant for the program, even the last one before it ended. */
	return l->services->session->wait_for(l->session, NULL, 0, 0) == HN_WAIT_ENDING ? -1 : 0;
}

int lend_killer(int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status);
	int number = WEXITSTATUS(status) - SHELL_KILLED;
	return number > 0 && number < NSIG ? number : 0; /* 255, as from ssh, is a status */
}

int lend(const struct lender *l, int (*start)(void *ud, pid_t *pid), void *ud, int *status)
{
	struct sigaction before;
	struct regain terminal;
	pid_t pid;

	regain_note(&terminal);
	*status = 0;
	wake_catch(SIGCHLD, &before);
	int failed = start(ud, &pid);
	int ended = failed ? 0 : wait_for(l, pid, status);
	sigaction(SIGCHLD, &before, NULL);
	if (failed)
		return failed;
	regain(&terminal);
	if ((ended || lend_killer(*status)) && l->escapes)
		regain_plain();
	fflush(stdout);
	return ended ? LEND_ENDING : 0;
}
