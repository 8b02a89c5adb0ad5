/* SPDX-License-Identifier: MIT */
/* silence: the remark about a reply that does not continue, and times in words. */
#ifndef HOBNOB_FRONTENDS_SILENCE_H
#define HOBNOB_FRONTENDS_SILENCE_H

#include "shared/services.h"

#define SILENCE_ROOM 120

/* "nothing for 15 s; hobnob gives up after 120 s, Ctrl-C stops", by the timeouts that the session goes by. */
void silence_make(const struct services *, hn_session *, int64_t ms, char out[SILENCE_ROOM]);
/* "12 s"; below ten seconds "1.2 s". Returns out. */
const char *silence_time(int64_t ms, char out[32]);

#endif
