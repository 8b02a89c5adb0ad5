/* SPDX-License-Identifier: MIT */
/*
 * mention: files that a person names in a message, as @src/main.c. Only what is a file counts: all else that begins
 * with @ stays what it is, a name or an address.
 */
#ifndef HOBNOB_FRONTENDS_MENTION_H
#define HOBNOB_FRONTENDS_MENTION_H

#include "hobnob/plugin.h"

#define MENTIONS_MOST 20                 /* files that one message may name */
#define MENTION_TEXT_MOST ((size_t)16384) /* bytes: what is longer was pasted, and names nothing */

struct mentions {
	hn_str paths[MENTIONS_MOST]; /* each once, borrowed from the text */
	size_t n;
};

/* The files that a text names. */
void mentions_find(struct mentions *, hn_str text);

#endif
