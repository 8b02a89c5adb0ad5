/* SPDX-License-Identifier: MIT */
/* signals: those of a program that does something impossible, and the names of those and others. */
#ifndef HOBNOB_UTIL_SIGNALS_H
#define HOBNOB_UTIL_SIGNALS_H

#include <stddef.h>

#define CRASHES 7
extern const int crash_signals[CRASHES];

/* "SIGSEGV"; NULL: none that a plugin is likely to end by. Async-signal-safe. */
const char *signal_name(int number);
/* The i-th signal that has a name; 0 past the last one. */
int signal_at(size_t i);

#endif
