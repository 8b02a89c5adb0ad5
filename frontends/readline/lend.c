/* SPDX-License-Identifier: MIT */
/* lend: runs a program on the terminal; see the header. */
#include "lend.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "util/child.h"
#include "wake.h"

#define SHELL_KILLED 128 /* the exit status of a shell for a signal N is SHELL_KILLED + N */
/* The main screen, no mouse, plain keys, no paste marks, a cursor, no colour. */
#define PLAIN_TERMINAL \
	"\033[?1047l\033[?1000l\033[?1002l\033[?1006l\033[?1l\033>\033[?2004l\033[?25h\033[m"

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

/* Restores the terminal. The foreground is ours again if the program's group died with it. */
static void take_terminal(const struct termios *modes)
{
	sigset_t set, before;
	pid_t front = tcgetpgrp(STDIN_FILENO);

	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	sigprocmask(SIG_BLOCK, &set, &before);
	if (front > 0 && kill(-front, 0) && errno == ESRCH)
		tcsetpgrp(STDIN_FILENO, getpgrp());
	tcsetattr(STDIN_FILENO, TCSADRAIN, modes);
	sigprocmask(SIG_SETMASK, &before, NULL);
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
	struct termios modes;
	pid_t pid;
	int known = tcgetattr(STDIN_FILENO, &modes) == 0;

	*status = 0;
	wake_catch(SIGCHLD, &before);
	int failed = start(ud, &pid);
	int ended = failed ? 0 : wait_for(l, pid, status);
	sigaction(SIGCHLD, &before, NULL);
	if (failed)
		return failed;
	if (known)
		take_terminal(&modes);
	if ((ended || lend_killer(*status)) && l->escapes)
		fputs(PLAIN_TERMINAL, stdout);
	fflush(stdout);
	return ended ? LEND_ENDING : 0;
}
