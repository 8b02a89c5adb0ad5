/* SPDX-License-Identifier: MIT */
/* silence: the remark about a reply that does not continue. */
#include "shared/silence.h"

#include <stdio.h>

#include "util/duration.h"

const char *silence_time(int64_t ms, char out[32])
{
	int64_t tenths = (ms + 50) / 100;

	if (tenths >= 100 || tenths % 10 == 0)
		snprintf(out, 32, "%lld s", (long long)((ms + 500) / 1000));
	else
		snprintf(out, 32, "%lld.%lld s", (long long)(tenths / 10), (long long)(tenths % 10));
	return out;
}

/* The timeout that comes first within a reply. 0 or less: not known. */
static int64_t patience(const struct services *services, hn_session *session)
{
	int64_t idle = duration_ms(services_setting(services, session, "timeout_idle")),
		between = duration_ms(services_setting(services, session, "timeout_first_token"));

	return between > 0 && between < idle ? between : idle;
}

void silence_make(const struct services *services, hn_session *session, int64_t ms, char out[SILENCE_ROOM])
{
	int64_t most = patience(services, session);
	char quiet[32], end[32];

	if (most > 0)
		snprintf(out, SILENCE_ROOM, "nothing for %s; hobnob gives up after %s, Ctrl-C stops", silence_time(ms, quiet),
			silence_time(most, end));
	else
		snprintf(out, SILENCE_ROOM, "nothing for %s; Ctrl-C stops", silence_time(ms, quiet));
}
