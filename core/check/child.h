/* SPDX-License-Identifier: MIT */
/* child: runs a part of the check in a process of its own, for a bounded time. */
#ifndef HOBNOB_CHECK_CHILD_H
#define HOBNOB_CHECK_CHILD_H

#include "check/findings.h"

struct errand_of_child {
	enum rule_id rule; /* a crash, or a function that does not return, breaks this one */
	int seconds;
	void (*go)(void *ud);
	void *ud;
};

/* What it found; to be freed. in_process: in this process, for a debugger. */
struct findings *child_run(const struct errand_of_child *, int in_process);

/* By how much every limit of time is longer: sanitizers make everything slower. HOBNOB_TEST_PATIENCE, or 1. */
int child_patience(void);

#endif
