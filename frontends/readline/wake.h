/* SPDX-License-Identifier: MIT */
/*
 * wake: signals that concern this frontend alone, as a descriptor that the session can wait for.
 *
 * A handler can reach only a global, so there is one per process, in use between wake_open() and
 * wake_close(). SIGINT, SIGTERM and SIGHUP are not handled here: they end a wait by themselves.
 */
#ifndef HOBNOB_FRONTENDS_READLINE_WAKE_H
#define HOBNOB_FRONTENDS_READLINE_WAKE_H

#include <signal.h>
#include <stdint.h>

/* Makes the pipe. 0, or -1 with errno. */
int wake_open(void);
/* Readable after a caught signal arrived. */
int wake_fd(void);
/* From now on the signal only wakes; *before is its former action, for sigaction(2) to restore. If
 * SIGTSTP was ignored from outside nobody could continue us, so it stays ignored. */
void wake_catch(int number, struct sigaction *before);
/* The signals that arrived since the last call: bit 1 << number. */
uint64_t wake_take(void);
void wake_close(void);

#endif
