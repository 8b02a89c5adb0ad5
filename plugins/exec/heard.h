/* SPDX-License-Identifier: MIT */
/* heard: the lines that the program prints, as events (docs/exec.md). */
#ifndef HOBNOB_PLUGINS_EXEC_HEARD_H
#define HOBNOB_PLUGINS_EXEC_HEARD_H

#include "exec.h"

/* Set exec and call; the rest is zero. */
struct heard {
	const struct exec *exec;
	hn_call *call;
	size_t line;    /* the number of the last one */
	uint32_t calls; /* of tools */
	int finished;
};

/* Passes on what a line says. 0, or negative: the call failed or has to end. */
int32_t heard_line(struct heard *, hn_str line);
/* Fails the call: what was printed is no reply. why: "line 3 is not JSON". */
int32_t heard_refuse(const struct heard *, const char *why, ...) __attribute__((format(printf, 2, 3)));

#endif
