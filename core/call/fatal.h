/* SPDX-License-Identifier: MIT */
/*
 * fatal: a plugin that ends the process: by a crash, by exit() or _exit(), by a C++ exception that it lets out, or by a
 * function that does not return.
 *
 * hobnob then writes one line that names the plugin and its function, restores the terminal, has the journal get what was
 * shown, and ends. A crash while no plugin's function runs is hobnob's own, and ends it as a crash does.
 */
#ifndef HOBNOB_CALL_FATAL_H
#define HOBNOB_CALL_FATAL_H

#include "call/task.h"

/* From here on, in this process, plugins are named. Remembers the modes of a terminal on standard input. */
void fatal_start(void);
/* Takes that back, in a child that hobnob has made to try what may crash, once it has set the signals to their defaults. */
void fatal_stop(void);
/* Before a plugin's file is loaded: the first time, takes over the signals of a crash. */
void fatal_prepare(void);
/* It is loaded, as dlopen() has it: whose its code is, and what its C++ runtime does with an exception. */
void fatal_loaded(const char *name, void *dl);

/* The program has done what it was asked for: that exit status stands, whatever a plugin does in the last calls. */
void fatal_status(int status);
/* main() returns that: what comes now are destructors and exit handlers. */
void fatal_over(int status);

/* Somebody calls _exit() or _Exit(), which is named by `how`: returns if it is not a plugin in this process. */
void fatal_exits(const char *how, int status);
/* A plugin's function calls pthread_exit(): its thread does not come back. For pthread_cleanup_push(). */
void fatal_thread_ends(void *unused);
/* Async-signal-safe, as the next. Gives the terminal on standard input the modes back that it had, if it is ours at the moment. */
void fatal_restore_terminal(void);
/* The process is about to end since nothing reacts to its end: restores the terminal, names the plugin that keeps a task from
 * reacting, if one does, keeps what was shown, and ends the programs that plugins started. */
void fatal_stuck(const struct tasks *);

#endif
