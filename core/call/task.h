/* SPDX-License-Identifier: MIT */
/*
 * task: who works and can be interrupted: a session, or the program before it has one.
 *
 * Each has a cancel of its own. Ctrl-C cancels all that work; where none does, the program's own, so
 * that the next wait ends. A task is never freed before the program ends, but used again: the signal
 * handler walks the list at any time.
 */
#ifndef HOBNOB_CALL_TASK_H
#define HOBNOB_CALL_TASK_H

#include <pthread.h>

#include "call/call.h"
#include "call/guard.h"

struct task {
	struct cancel cancel;
	atomic_int works;            /* how deep it is in task_begin() */
	atomic_int owes;             /* 1: Ctrl-C cancelled it, and it has not reacted yet */
	struct guard_seen seen;      /* the plugin that it runs at the moment, and the function */
	struct guard_seen *shown;    /* where its thread showed that before it worked on this task */
	struct task *next;           /* never changes once it is on the list */
	int is_free;                 /* by the lock */
};

struct tasks {
	struct task own;             /* the program's; the run's own session takes it over */
	_Atomic(struct task *) first;
	pthread_mutex_t lock;        /* for task_new() and task_free() */
	atomic_int ending;           /* the signal that ends the program (SIGTERM, SIGHUP), or 0 */
	atomic_int was_cancelled;    /* by Ctrl-C, by such a signal, or by a frontend */
};

/* This thread, which runs main(), works on the program's own. 0, or -1 with errno */
int tasks_open(struct tasks *);
void tasks_close(struct tasks *);    /* no signal handler uses them any more */

/* A task beside the program's own; any thread. NULL with errno. */
struct task *task_new(struct tasks *);
void task_free(struct tasks *, struct task *); /* accepts NULL; and the own one, which stays */

/* What comes between these, on this thread, is interrupted by Ctrl-C. They nest. */
void task_begin(struct task *);
void task_end(struct task *);
/* It has reacted to its cancel, which is forgotten; the end of the program is not. */
void task_took(struct task *);
/* For the signal handler; async-signal-safe. */
/* Ctrl-C. 1 if a task that it cancels has not reacted to an earlier one, or the program ends; else 0. */
int tasks_interrupt(struct tasks *);
/* The program ends by that signal: cancels all for good. 1 if it was ending already, else 0. */
int tasks_end(struct tasks *, int sig);
/* 1 if a plugin keeps a cancelled task from reacting: which, and in which of its functions. */
int tasks_stuck(const struct tasks *, const char **plugin, const char **function);

#endif
