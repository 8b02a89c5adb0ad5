/* SPDX-License-Identifier: MIT */
/*
 * probe: tries what may end the process, in a child, one thing after the other. A child that dies or does not go on
 * costs that one thing: another child begins after it.
 */
#ifndef HOBNOB_PLUGIN_PROBE_H
#define HOBNOB_PLUGIN_PROBE_H

#include <stddef.h>
#include <stdint.h>

struct probe {
	size_t n;                                /* things */
	int64_t wait_ms;                         /* for each */
	void (*attempt)(void *ud, size_t i);     /* in the child, whose input and output are /dev/null */
	/* In the parent: what became of attempt(i), in words that follow the thing's name ("crashes (SIGSEGV)"),
	 * allocated and the callee's. Not called where attempt(i) returned. */
	void (*failed)(void *ud, size_t i, char *why);
	void *ud;
};

/* For a process with one thread. Where no child can be made, nothing is tried. */
void probe_run(const struct probe *);

#endif
