/* SPDX-License-Identifier: MIT */
/* thought: the line about reasoning that is not shown. */
#include "shared/thought.h"

#include <stdio.h>

#include "shared/silence.h"

void thought_begin(struct thought *t, int64_t now)
{
	*t = (struct thought){ .since = now };
}

/* Four letters make a token, or two of another alphabet, or one sign of Chinese and the like: it is as good as a number with "~" has
 * to be. Bytes within a character count nothing, so a piece may be cut anywhere. */
void thought_add(struct thought *t, hn_str piece)
{
	for (size_t i = 0; i < piece.n; i++) {
		unsigned char c = (unsigned char)piece.p[i];

		t->quarters += c < 0x80 ? 1 : c < 0xC0 ? 0 : c < 0xE0 ? 2 : 4;
	}
}

int thought_line(struct thought *t, int64_t now, int64_t tokens, char out[THOUGHT_ROOM])
{
	int counted = tokens > 0;
	long long n = counted ? tokens : (long long)((t->quarters + 3) / 4);
	int64_t ms = now - t->since;
	char room[32];
	const char *time = ms >= 1000 ? silence_time(ms, room) : "";

	if (t->told || !t->quarters)
		return 0;
	t->told = 1;
	snprintf(out, THOUGHT_ROOM, "(thought %s%s%s%lld token%s: /reasoning)", time, *time ? ", " : "", counted ? "" : "~", n, n == 1 ? "" : "s");
	return 1;
}
