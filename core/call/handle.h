/* SPDX-License-Identifier: MIT */
/*
 * handle: how a plugin refers to a running call.
 *
 * A plugin never gets the address of a struct hn_call, since it may keep the address after the call has ended. It gets a
 * number in the form of an address, which stands for one call. Once that call has ended, the number finds nothing. A
 * thread finds only its own calls. In a process that a plugin forked, no handle works.
 */
#ifndef HOBNOB_CALL_HANDLE_H
#define HOBNOB_CALL_HANDLE_H

#include "call/call.h"

/* Makes a handle for a call: for this thread, or, if the call is shared, for any. End it before the call
 * ends. NULL: too many are in use. */
hn_call *handle_new(hn_call *);
/* Ends it, after the last other thread has left. 1 if a thread tried to use it that may not, else 0. */
int handle_end(hn_call *handle);

/* Looks up the call of a handle, and holds it until handle_leave(). NULL: this thread may not use it, or it has
 * ended. */
hn_call *handle_enter(hn_call *handle);
void handle_leave(hn_call *handle);

/* The same on any thread, also for a call that belongs to one: only to look whether it is cancelled. */
hn_call *handle_visit(hn_call *handle);
void handle_end_visit(hn_call *handle);

/* A function of a plugin. */
typedef int32_t (*handle_work)(void *ud, hn_call *handle);
/* Runs work with a handle for the call, then ends the programs that it started. Returns work's value, or what broke
 * the call if work did not unwind. */
int32_t handle_run(hn_call *, handle_work, void *ud);

#endif
