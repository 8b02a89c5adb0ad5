/* SPDX-License-Identifier: MIT */
/*
 * strict_signals: the handlers in front of hobnob's own.
 *
 * An access to lent memory that is over is remembered and repeated (lent.h). Everything else goes on to the handler that
 * was there before, once standard error is hobnob's own again.
 */
#include <signal.h>
#include <stdlib.h>

#include "call/strict_private.h"
#include "call/traces.h"

static const int signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL };
#define SIGNALS (sizeof signals / sizeof *signals)

static struct sigaction before[SIGNALS];

/* What would have happened without us. */
static void hand_on(const struct sigaction *to, int sig, siginfo_t *info, void *context)
{
	if (to->sa_flags & SA_SIGINFO)
		to->sa_sigaction(sig, info, context);
	else if (to->sa_handler == SIG_DFL || to->sa_handler == SIG_IGN)
		sigaction(sig, to, NULL); /* the access is repeated, or abort() raises it again */
	else
		to->sa_handler(sig);
}

static void handle(int sig, siginfo_t *info, void *context)
{
	if ((sig == SIGSEGV || sig == SIGBUS) && lent_forgive(info->si_addr))
		return;
	traces_uncover();
	for (size_t i = 0; i < SIGNALS; i++)
		if (signals[i] == sig)
			hand_on(&before[i], sig, info, context);
}

void strict_catch_signals(void)
{
	struct sigaction act = { .sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };

	for (size_t i = 0; i < SIGNALS; i++)
		if (!sigaction(signals[i], NULL, &before[i]))
			sigaction(signals[i], &act, NULL);
	atexit(traces_uncover);
}
