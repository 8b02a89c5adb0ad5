/* SPDX-License-Identifier: MIT */
/* silence: the remark about a reply that does not continue. */
#include "shared/silence.h"

#include <stdio.h>
#include <string.h>

#include "util/buf.h"

const char *silence_time(int64_t ms, char out[32])
{
	int64_t tenths = (ms + 50) / 100;

	if (tenths >= 100 || tenths % 10 == 0)
		snprintf(out, 32, "%lld s", (long long)((ms + 500) / 1000));
	else
		snprintf(out, 32, "%lld.%lld s", (long long)(tenths / 10), (long long)(tenths % 10));
	return out;
}

/* A setting's time ("120s") in ms; 0: it has none that can be told. */
static int64_t time_of(hn_str text)
{
	static const struct { const char *unit; int64_t ms; } units[] = {
		{ "ms", 1 }, { "s", 1000 }, { "m", 60 * 1000 }, { "h", 60 * 60 * 1000 },
	};
	int64_t n = 0;
	size_t i = 0;

	for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9' && n < INT32_MAX; i++)
		n = n * 10 + (text.p[i] - '0');
	for (size_t k = 0; i > 0 && k < sizeof units / sizeof *units; k++)
		if (str_is((hn_str){ text.p + i, text.n - i }, units[k].unit))
			return n * units[k].ms;
	return 0;
}

/* The timeout that comes first within a reply. 0: not known. */
static int64_t patience(const struct services *services, hn_session *session)
{
	int64_t idle = time_of(services_setting(services, session, "timeout_idle")),
		between = time_of(services_setting(services, session, "timeout_first_token"));

	return between && between < idle ? between : idle;
}

void silence_make(const struct services *services, hn_session *session, int64_t ms, char out[SILENCE_ROOM])
{
	int64_t most = patience(services, session);
	char quiet[32], end[32];

	if (most)
		snprintf(out, SILENCE_ROOM, "nothing for %s; it is given up after %s, Ctrl-C stops", silence_time(ms, quiet),
			silence_time(most, end));
	else
		snprintf(out, SILENCE_ROOM, "nothing for %s; Ctrl-C stops", silence_time(ms, quiet));
}
