/* SPDX-License-Identifier: MIT */
/* crash: turns a signal that ends the process into a breach, by what was touched. */
#ifndef HOBNOB_CHECK_CRASH_H
#define HOBNOB_CHECK_CRASH_H

#include <stddef.h>

/* Handles SIGSEGV and its like from here on, on this thread's own stack for that. */
void crash_catch(void);
/* The same stack for another thread of ours, and its end with the thread. */
void crash_stack(void);
void crash_unstack(void);
/* A page below a small stack: who touches it needs more stack than there is. */
void crash_guard(const void *page, size_t n);

#endif
