/* SPDX-License-Identifier: MIT */
/*
 * fault: why something failed. It is made where it happens; who shows it needs to parse nothing.
 *
 * Zero-initialise one. Each function takes NULL, too, where nobody wants to know.
 */
#ifndef HOBNOB_UTIL_FAULT_H
#define HOBNOB_UTIL_FAULT_H

#include <stddef.h>
#include <stdint.h>

struct fault {
	int32_t kind;  /* HN_ERR_*; 0: nothing failed */
	char *message; /* what and why, one line */
	char *hint;    /* what to do, a line or more; or NULL */
	/* bytes at the end of the message that say no more of what failed: they lead to the hint or, in
	 * parentheses, are one */
	size_t aside;
};

/* Replaces what it held; the arguments may point into that. hint may be NULL. Returns kind. */
int32_t fault_set(struct fault *, int32_t kind, const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* Puts "NAME: " in front of the message. */
void fault_name(struct fault *, const char *name);
/* Ends the message with an aside: " (did you mean ...?)". */
void fault_aside(struct fault *, const char *text);
/* Adds a line to the hint. */
void fault_hint(struct fault *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The message, and the hint below it (allocated). */
char *fault_text(const struct fault *);
/* Empties it: nothing failed. */
void fault_free(struct fault *);

#endif
