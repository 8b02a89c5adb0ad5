/* SPDX-License-Identifier: MIT */
/*
 * ambient: what a plugin's function may change of the process, and hobnob puts back after it: what happens at the signals
 * that hobnob heeds, the thread's signal mask, the locale of the program and of the thread, the working directory, the
 * umask.
 *
 * The state before is taken when the first of several calls at once begins, and holds until the last has returned: else
 * one call would put back what another one changed.
 */
#ifndef HOBNOB_CALL_AMBIENT_H
#define HOBNOB_CALL_AMBIENT_H

#include <locale.h>
#include <signal.h>

#include "util/log.h"

/* What a call found on its thread. */
struct ambient_call {
	sigset_t mask;
	locale_t locale;
	int is_run;
};

/* From here on hobnob puts back what plugins change, and tells the log. Before, and in a process that never calls this,
 * it looks at nothing. The log is borrowed. */
void ambient_start(struct log *);
/* A plugin's function begins. is_run: a frontend's run(), of which there is one: while it runs, the process is as it likes. */
void ambient_enter(struct ambient_call *, int is_run);
/* It has returned, on the same thread: puts back what it changed. */
void ambient_leave(struct ambient_call *, const char *plugin, const char *function);
/* It is still at work, and hobnob is going to wait for something: as ambient_leave(), and the call continues. */
void ambient_look(const char *plugin, const char *function);

#endif
