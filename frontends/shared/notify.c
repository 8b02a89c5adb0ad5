/* SPDX-License-Identifier: MIT */
/* notify: tells that a reply that took long has ended. */
#include "shared/notify.h"

#include <stdio.h>

#include "shared/silence.h"
#include "util/buf.h"

#define TEXT_ROOM 120 /* bytes of what is said */

/* Each form ends the sequence in BEL: an ESC in it would end what the multiplexer passes. tmux wants each ESC twice. */
static const struct { const char *before, *after; } forms[] = {
	[NOTIFY_DIRECT] = { "\033]9;", "\a" },
	[NOTIFY_TMUX] = { "\033Ptmux;\033\033]9;", "\a\033\\" },
	[NOTIFY_SCREEN] = { "\033P\033]9;", "\a\033\\" },
};

enum notify_through notify_through(const char *tmux, const char *sty)
{
	return tmux && *tmux ? NOTIFY_TMUX : sty && *sty ? NOTIFY_SCREEN : NOTIFY_DIRECT;
}

/* Makes "?" of what could end the sequence, or begin another one. */
static void defuse(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || (unsigned char)*text >= 0x7F)
			*text = '?';
}

void notify_make(hn_str how, const char *what, int64_t ms, int dumb, enum notify_through through, char out[NOTIFY_ROOM])
{
	char text[TEXT_ROOM], time[32];

	out[0] = '\0';
	if (str_is(how, "bell")) {
		snprintf(out, NOTIFY_ROOM, "\a");
	} else if (str_is(how, "osc9") && !dumb) {
		snprintf(text, sizeof text, "hobnob: %s, %s", what, silence_time(ms, time));
		defuse(text);
		snprintf(out, NOTIFY_ROOM, "%s%s%s", forms[through].before, text, forms[through].after);
	}
}
