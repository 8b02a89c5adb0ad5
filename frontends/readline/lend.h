/* SPDX-License-Identifier: MIT */
/*
 * lend: the terminal for another program, such as an editor or a pager, and in order again afterwards.
 *
 * The program stays in our process group, as in every program that runs one: Ctrl-C reaches it and us, and we ignore it while
 * it runs; its Ctrl-Z stops us both, which is what the shell waits for.
 */
#ifndef HOBNOB_FRONTENDS_READLINE_LEND_H
#define HOBNOB_FRONTENDS_READLINE_LEND_H

#include <sys/types.h>

#include "shared/services.h"

#define LEND_ENDING (-1)

struct lender {
	const struct services *services;
	hn_session *session;
	int escapes; /* the terminal supports escape sequences: a killed program's traces are removed */
};

/* Has start() run a program (0, or an errno) and waits for its end. 0 with *status as waitpid(2) gives it, 0 if that is unknown;
 * the errno; or LEND_ENDING: hobnob must end, and the program has. The terminal is in its own state before and after; call
 * wake_open() first. */
int lend(const struct lender *, int (*start)(void *ud, pid_t *pid), void *ud, int *status);
/* The signal that killed it, from its own status or from that of a shell around it; or 0. */
int lend_killer(int status);

#endif
