/* SPDX-License-Identifier: MIT */
/* usage_line: tokens, cost and time of a turn in one line. Pure. */
#ifndef HOBNOB_FRONTENDS_USAGE_LINE_H
#define HOBNOB_FRONTENDS_USAGE_LINE_H

#include "hobnob/plugin.h"

#define USAGE_ROOM 700 /* bytes of the longest line */

/* The line of a closing event, NUL-ended; "~" marks an estimate. */
void usage_make(const hn_session_event *, char line[USAGE_ROOM]);
/* "1.250 s" in out, which it returns. */
const char *usage_seconds(int64_t ms, char out[32]);

#endif
