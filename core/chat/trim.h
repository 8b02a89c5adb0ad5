/* SPDX-License-Identifier: MIT */
/*
 * trim: which messages of a view are sent. A pure function.
 *
 * The system prompt is not among the messages; its tokens are the caller's `fixed`. Pinned messages
 * are always sent. Otherwise whole turns are kept, newest first, beginning with a user message. The
 * newest message is always sent, fits or not: `fits` tells. The token budget already has the
 * reply's room taken off.
 */
#ifndef HOBNOB_CHAT_TRIM_H
#define HOBNOB_CHAT_TRIM_H

#include <stddef.h>
#include <stdint.h>

/* skip: never sent, not counted (a failed turn) */
struct trim_message { uint32_t role; int pinned; int skip; int64_t tokens; };
/* tokens -1: none known; messages 0: no limit; fixed: tokens of what is always there */
struct trim_budget { int64_t tokens; size_t messages; int64_t fixed; };
struct trim_plan {
	/* index of the first message that is sent for its place; earlier ones only if pinned */
	size_t first;
	size_t sent;        /* messages sent, pinned included */
	size_t left_out;    /* messages that would have been sent without a budget */
	int64_t tokens;     /* of all that is sent, fixed included */
	int fits;           /* 0: even the newest turn alone passes the token budget */
};

struct trim_plan trim_plan(const struct trim_message *, size_t n, struct trim_budget);
/* 1 if message i is sent under that plan. */
int trim_sends(const struct trim_message *, size_t i, const struct trim_plan *);

#endif
