/* SPDX-License-Identifier: MIT */
/* diff_view: what /diff found, on a terminal: its words are wrapped, and what is gone and what came look different. */
#ifndef HOBNOB_FRONTENDS_DIFF_VIEW_H
#define HOBNOB_FRONTENDS_DIFF_VIEW_H

#include "shared/rendered.h"

/* Writes the result of a command, if it is one of /diff and the output is a terminal that obeys escapes. 1 if it has;
 * 0: it is shown as any other. flags: HN_START_*. */
int diff_view(struct out *, const struct services *, uint32_t flags, const hn_session_event *);

#endif
