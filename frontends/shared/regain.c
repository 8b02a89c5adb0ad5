/* SPDX-License-Identifier: MIT */
/* regain: takes the terminal back from another program; see the header. */
#include "shared/regain.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

void regain_note(struct regain *r)
{
	r->known = tcgetattr(STDIN_FILENO, &r->modes) == 0;
}

void regain(const struct regain *r)
{
	sigset_t set, before;
	pid_t front = tcgetpgrp(STDIN_FILENO);

	if (!r->known)
		return;
	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	sigprocmask(SIG_BLOCK, &set, &before);
	if (front > 0 && kill(-front, 0) && errno == ESRCH)
		tcsetpgrp(STDIN_FILENO, getpgrp());
	tcsetattr(STDIN_FILENO, TCSADRAIN, &r->modes);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

void regain_plain(void)
{
	fputs("\033[?1047l\033[?1000l\033[?1002l\033[?1006l\033[?1l\033>\033[?2004l\033[?25h\033[m", stdout);
	fflush(stdout);
}
