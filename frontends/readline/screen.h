/* SPDX-License-Identifier: MIT */
/*
 * screen: the stream that readline draws on.
 *
 * A write to a terminal that was stopped by Ctrl-S, or whose other side is stuck, blocks, and
 * SIGTERM would not end it. So the stream waits by the session's wait(), and once the program is
 * to end it drops what cannot be written. It is one for the process, as readline is.
 */
#ifndef HOBNOB_FRONTENDS_READLINE_SCREEN_H
#define HOBNOB_FRONTENDS_READLINE_SCREEN_H

#include <stdio.h>

#include "shared/services.h"

/* The stream, line-buffered, onto standard output; NULL with errno. */
FILE *screen_open(const struct services *, hn_session *);
void screen_close(void);

#endif
