/* SPDX-License-Identifier: MIT */
/*
 * thought: what a terminal says of reasoning that it does not show: one line, once a reply, when the reply begins or the turn
 * ends: "(thought 12 s, ~340 tokens: /reasoning)". Pure.
 *
 * Servers count tokens at the end of a reply only, so the line has an estimate, marked by "~", unless that end has come.
 */
#ifndef HOBNOB_FRONTENDS_THOUGHT_H
#define HOBNOB_FRONTENDS_THOUGHT_H

#include <stdint.h>

#include "hobnob/plugin.h"

#define THOUGHT_ROOM 100 /* bytes of the line */

struct thought {
	int64_t since;     /* when thinking began, ms on the clock of the turn's TICK events */
	uint64_t quarters; /* of a token: the estimate of what came */
	int told;          /* the line of this reply was made */
};

/* A reply begins, or what came of it was repeated, at that time. */
void thought_begin(struct thought *, int64_t now);
/* A piece of reasoning came that is not shown. */
void thought_add(struct thought *, hn_str piece);
/* The reply begins, or the turn ends. tokens: the server's count of them, or -1. 1 with the line, NUL-ended; 0: there is nothing to
 * say, or it was said. Less than a second is not mentioned. */
int thought_line(struct thought *, int64_t now, int64_t tokens, char out[THOUGHT_ROOM]);

#endif
