/* SPDX-License-Identifier: MIT */
/*
 * traces: what a debugged plugin does to the process while it has the thread: what it prints, opens, starts, and sets in
 * the environment.
 *
 * A stretch is the time from hobnob's jump into the plugin to the plugin's next step back: its return, or its call of a
 * host function. During a stretch standard output and standard error go to a memory file, so that what comes there is
 * the plugin's. All of this is seen only where hobnob itself has one thread, because other threads of hobnob print and
 * open files, too; elsewhere a stretch sees nothing.
 */
#ifndef HOBNOB_CALL_TRACES_H
#define HOBNOB_CALL_TRACES_H

#include "call/rules.h"
#include "util/fault.h"

/* A stretch of that plugin begins (its name lives as long as the program), and ends. At its end: the rule that it broke,
 * with a fault, or RULES_N. They come in pairs on one thread, and do not nest. */
void traces_begin(const char *plugin);
enum rule_id traces_end(struct fault *);

/* An instance of the plugin was made, and one is gone; after the last one is gone: what the plugin has left open or
 * running, as traces_end(). */
void traces_made(const char *plugin);
enum rule_id traces_gone(const char *plugin, struct fault *);

/* For handlers of signals and of exit: standard output and standard error are hobnob's own again. Async-signal-safe. */
void traces_uncover(void);

#endif
