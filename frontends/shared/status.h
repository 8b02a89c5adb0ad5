/* SPDX-License-Identifier: MIT */
/*
 * status: the one line that says, while nothing else comes, what is waited for and for how long.
 *
 * It stands on standard error where that is a terminal that obeys escapes, appears after half a
 * second of silence (at once during a wait for a retry), and is wiped before anything else is
 * written. It lives from the TICK events of a turn: its times are theirs.
 */
#ifndef HOBNOB_FRONTENDS_STATUS_H
#define HOBNOB_FRONTENDS_STATUS_H

#include "shared/out.h"

struct status {
	int wanted;         /* there is a terminal for it */
	int shown;          /* it is on the screen */
	int thinking;       /* reasoning came that is not shown */
	int64_t now;        /* ms since the turn began, as of the last tick */
	int64_t quiet_from; /* when something was last written, on the same clock */
	int64_t retry_at;   /* when the next attempt begins; 0: no retry is pending */
	char progress[120]; /* what the provider says it waits for; empty: nothing */
	char retry[100];    /* what failed, and which attempt comes */
	char text[160];     /* what is on the screen */
};

/* Whether flags (HN_TTY_*, HN_START_*) allow for one at all. */
int status_possible(uint32_t flags);
/* A turn begins; nothing is on the screen. */
void status_begin(struct status *, int wanted);
/* Time has passed; may_show: standard error is at the beginning of an empty line. */
void status_tick(struct status *, struct out *err, int64_t total_ms, int may_show);
/* The RETRY event: what failed is counted down from now on. */
void status_retry(struct status *, const hn_session_event *);
/* The PROGRESS event: what the provider waits for, until something comes. */
void status_progress(struct status *, const hn_session_event *);
/* Reasoning that is not shown came, or text did. */
void status_thinking(struct status *, int thinking);
/* Something else is going to be written. 1 if there was a line to be wiped. */
int status_wipe(struct status *, struct out *err);

#endif
