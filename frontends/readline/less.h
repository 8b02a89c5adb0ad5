/* SPDX-License-Identifier: MIT */
/* less: /less: a message in the user's pager, a reply rendered as wide as the terminal is now. */
#ifndef HOBNOB_FRONTENDS_READLINE_LESS_H
#define HOBNOB_FRONTENDS_READLINE_LESS_H

#include "shared/show.h"

struct less {
	struct show *show; /* borrowed */
	char said[600];    /* what the last /less said */
	hn_command entry;
};

/* Adds /less to the session's commands; wake_open() has been called. The struct lives as long as the session. */
void less_add(struct less *, const hn_commands *);

#endif
