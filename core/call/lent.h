/* SPDX-License-Identifier: MIT */
/*
 * lent: memory that a debugged plugin borrows: it ends where a page ends that nobody may touch, and is gone when it was
 * given back.
 *
 * Who reads or writes where it may not gets a page of zeros instead of a crash, and the place is remembered: the call
 * ends with the rule, and the plugin's author reads which text it was. Of what was given back the last LENT_MOST pieces
 * are watched.
 */
#ifndef HOBNOB_CALL_LENT_H
#define HOBNOB_CALL_LENT_H

#include <stddef.h>

#define LENT_MOST 256

struct lent;

/* n bytes of zeros that end at the page, aligned as their size lets them. what: "the request", lives on. NULL: the system
 * has no memory for it, or too many are out. Any thread. */
struct lent *lent_new(const char *what, const char *plugin, const char *function, size_t n);
void *lent_memory(const struct lent *);
const char *lent_what(const struct lent *);
/* It is filled: what changes from now on the plugin has written. */
void lent_seal(struct lent *);
/* Takes it back: whoever reads it later is caught. 1 if it was written to since lent_seal(), else 0. Accepts NULL. */
int lent_end(struct lent *);

/* For the handler of SIGSEGV and SIGBUS; async-signal-safe. 1 if the address is in such memory: the access may be
 * repeated, and succeeds. */
int lent_forgive(const void *address);

/* What was caught, and not asked for yet. */
struct lent_catch {
	const char *what, *plugin, *function;
	int is_over; /* beyond its end; else after it was given back */
};
/* 1 and the next one, or 0. plugin NULL: of any. Any thread. */
int lent_caught(const char *plugin, struct lent_catch *);

#endif
