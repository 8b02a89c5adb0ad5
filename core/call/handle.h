/* SPDX-License-Identifier: MIT */
/*
 * handle: by what a plugin names a running call.
 *
 * It never gets the address of a struct hn_call, which ends while the plugin may still hold it. It gets
 * a number in the form of an address, which stands for one call: after that call has ended nothing is
 * found by it, whatever runs then. Nor does a thread find a call that is not its own, nor a process
 * that a plugin forked.
 */
#ifndef HOBNOB_CALL_HANDLE_H
#define HOBNOB_CALL_HANDLE_H

#include "call/call.h"

/* The handle of a call: for this thread, or, if the call is shared, for any. It ends before the call
 * does. NULL: too many are in use. */
hn_call *handle_new(hn_call *);
/* Ends it, after the last other thread has left. 1 if a thread tried to use it that may not, else 0.
 * In a process that the plugin forked it ends that process. */
int handle_end(hn_call *handle);

/* What each function does that a plugin calls: the call, until handle_leave(); NULL: there is none that
 * this thread may use. */
hn_call *handle_enter(hn_call *handle);
void handle_leave(hn_call *handle);

/* A function of a plugin. */
typedef int32_t (*handle_work)(void *ud, hn_call *handle);
/* Runs work with a handle for the call. Programs that it started end with it. Returns work's value, or what broke the call if work did not
 * unwind. */
int32_t handle_run(hn_call *, handle_work, void *ud);

#endif
