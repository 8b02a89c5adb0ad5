/* SPDX-License-Identifier: MIT */
/*
 * screen: the stream that readline draws on.
 *
 * A write to a terminal that Ctrl-S stopped, or whose other side is stuck, blocks, and SIGTERM
 * would not end it. So the stream waits through the session's wait(), and once the program must end
 * it drops what it cannot write. There is one per process, as with readline.
 */
#ifndef HOBNOB_FRONTENDS_READLINE_SCREEN_H
#define HOBNOB_FRONTENDS_READLINE_SCREEN_H

#include <stdio.h>

#include "shared/services.h"

/* The stream, line-buffered, onto standard output; NULL with errno. */
FILE *screen_open(const struct services *, hn_session *);
void screen_close(void);

#endif
