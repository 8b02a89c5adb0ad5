/* SPDX-License-Identifier: MIT */
/*
 * children: the programs that a call has started.
 *
 * Each leads a process group of its own, which ends with it: the terminal's Ctrl-C does not reach it, and no
 * program that it started in turn is left behind. None outlives the call.
 */
#ifndef HOBNOB_CALL_CHILDREN_H
#define HOBNOB_CALL_CHILDREN_H

#include "call/call.h"

#define CHILD_GRACE_MS 1000      /* between SIGTERM and SIGKILL, where nobody says how long */
#define CHILD_GRACE_MOST_MS 5000 /* no plugin gets more */

struct child_run;

/* Starts a program. secret: "NAME=value", which goes into its environment; or NULL. names: of variables that it
 * gets, too. NULL after the call failed. The strings are borrowed. */
struct child_run *children_start(hn_call *, char *const *argv, char *const *names, char *secret);
/* What of it the plugin sees. */
void children_show(const struct child_run *, hn_child *out);
/* The one with that id, or NULL. */
struct child_run *children_find(const hn_call *, int32_t id);
void children_close_input(struct child_run *);
/* Ends it as hn_process.finish says, and fills *out. It is gone then. */
void children_finish(hn_call *, struct child_run *, int64_t wait_ms, int64_t grace_ms, hn_child *out);
/* The call ends: so does each that was not finished. */
void children_end(hn_call *);

/* The process ends at once: kills all groups of all calls. Async-signal-safe. */
void children_abandon(void);

#endif
