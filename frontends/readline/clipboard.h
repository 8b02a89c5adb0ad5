/* SPDX-License-Identifier: MIT */
/*
 * clipboard: /copy: a reply, or a block of its code, into the clipboard: as its source, not as the screen shows it.
 *
 * Without a command for it the text travels in an escape sequence, OSC 52, which the terminal takes for its clipboard,
 * over ssh as well. Nobody answers whether it did.
 */
#ifndef HOBNOB_FRONTENDS_READLINE_CLIPBOARD_H
#define HOBNOB_FRONTENDS_READLINE_CLIPBOARD_H

#include "shared/show.h"

/* Bytes that terminals take at most: 100,000 of base64. */
#define CLIPBOARD_MOST ((size_t)74994)

struct clipboard {
	struct show *show;   /* borrowed */
	const char *command; /* a piece of shell that reads the text; empty: OSC 52 */
	char said[600];      /* what the last /copy said */
	hn_command entry;
};

/* Adds /copy to the session's commands; wake_open() has been called. The clipboard lives as long as the session. */
void clipboard_add(struct clipboard *, const hn_commands *);

#endif
