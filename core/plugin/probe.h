/* SPDX-License-Identifier: MIT */
/*
 * probe: tries what may end the process, each thing in a child of its own, several at once. What becomes of a child
 * concerns no other.
 */
#ifndef HOBNOB_PLUGIN_PROBE_H
#define HOBNOB_PLUGIN_PROBE_H

#include <stddef.h>
#include <stdint.h>

#include "call/call.h"

enum probe_how {
	PROBE_REPORTED, /* it said what there is to say */
	PROBE_CRASHED,
	PROBE_EXITED,
	PROBE_HANGS,    /* it was ended when its time was up */
	PROBE_CONFUSED, /* something else came than a report */
	PROBE_NO_CHILD  /* no child could be made: errno is in number */
};

/* What became of an attempt. */
struct probe_end {
	enum probe_how how;
	int stage;      /* the last one that it reached, 0: none */
	int number;     /* CRASHED: the signal. EXITED: the status */
	hn_str report;  /* REPORTED: borrowed until done() returns */
};

struct probe {
	size_t n;                /* things */
	int64_t wait_ms;         /* for each, from its beginning */
	size_t most;             /* bytes of a report; more is PROBE_CONFUSED */
	/* In the child, whose input and output are /dev/null: probe_stage() as it goes on, then probe_report(). */
	void (*attempt)(void *ud, size_t i, int to);
	void (*done)(void *ud, size_t i, const struct probe_end *); /* in the parent, in any order */
	void *ud;
};

/* In the child: it reaches a stage, 1 to 9; it ends, with a report. */
void probe_stage(int to, int stage);
void probe_report(int to, hn_str report);

/* For a process with one thread. 0; HN_ERR_INTERRUPTED if it was cancelled before each was tried: done() was not
 * called for the rest. */
int32_t probe_run(const struct probe *, const struct cancel *);
/* "SIGSEGV", or "signal 42". Static text, or *room's. */
const char *probe_signal(int number, char room[32]);

#endif
