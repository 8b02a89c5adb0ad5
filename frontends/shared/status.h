/* SPDX-License-Identifier: MIT */
/*
 * status: the one line that says, while nothing else comes, what is waited for and for how long.
 *
 * It stands on standard error where that is a terminal that obeys escapes, appears after half a
 * second of silence (at once during a wait for a retry), and is wiped before anything else is
 * written. On any other terminal one row says after two seconds, once an attempt, that hobnob waits.
 * It lives from the TICK events of a turn: its times are theirs.
 */
#ifndef HOBNOB_FRONTENDS_STATUS_H
#define HOBNOB_FRONTENDS_STATUS_H

#include "shared/out.h"

#define STATUS_STALL_MS 15000

struct status {
	int wanted;         /* there is a terminal for it */
	int rewrites;       /* and that obeys escapes: the line is renewed; else a row says once that hobnob waits */
	int shown;          /* it is on the screen */
	int said;           /* the row is */
	int stalled;        /* the remark about silence in the middle of a reply was made */
	int thinking;       /* reasoning came that is not shown */
	int64_t now;        /* ms since the turn began, as of the last tick */
	int64_t quiet_from; /* when something was last written, on the same clock */
	int64_t retry_at;   /* when the next attempt begins; 0: no retry is pending */
	char progress[120]; /* what the provider says it waits for; empty: nothing */
	int counted;        /* a wait for a retry was on the screen */
	unsigned retries;   /* so many attempts were repeated */
	char failure[80];   /* what failed the last time */
	char text[160];     /* what is on the screen */
};

/* A turn begins; nothing is on the screen. flags (HN_START_*) say what there is room for. 1 if TICK events are needed. */
int status_begin(struct status *, uint32_t flags);
/* Time has passed; may_show: standard error is at the beginning of an empty line. */
void status_tick(struct status *, struct out *err, int64_t total_ms, int may_show);
/* 1 once a turn: nothing has come for STATUS_STALL_MS, and no line says so. begun: some of the reply is on the screen. */
int status_stalls(struct status *, int begun);
/* The RETRY event: what failed is counted down from now on. */
void status_retry(struct status *, const hn_session_event *);
/* The PROGRESS event: what the provider waits for, until something comes. */
void status_progress(struct status *, const hn_session_event *);
/* Reasoning that is not shown came, or text did. */
void status_thinking(struct status *, int thinking);
/* Something else is going to be written. 1 if there was a line to be wiped. */
int status_wipe(struct status *, struct out *err);

#endif
