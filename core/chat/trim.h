/* SPDX-License-Identifier: MIT */
/*
 * trim: which messages of a view are sent. A pure function, which reads a view from its end and only
 * as far as the budget goes: planning costs what is sent, not what there is.
 *
 * The system prompt is not among the messages; its tokens are the caller's `fixed`. Pinned messages
 * are always sent. Otherwise whole turns are kept, newest first, beginning with a user message. The
 * newest turn is always sent, fits or not: `fits` tells. The token budget already has the
 * reply's room taken off.
 */
#ifndef HOBNOB_CHAT_TRIM_H
#define HOBNOB_CHAT_TRIM_H

#include <stddef.h>
#include <stdint.h>

/* skip: never sent, not counted (a failed turn); tokens: less than 0 counts nothing */
struct trim_message { uint32_t role; int pinned; int skip; int64_t tokens; };
/* What may be sent; all of it borrowed. */
struct trim_view {
	const void *ud;
	size_t n;                    /* messages, the newest last */
	/* message i; and how many of those before place i (at most n) are not skipped */
	struct trim_message (*at)(const void *ud, size_t i);
	size_t (*sendable)(const void *ud, size_t i);
	size_t begin;                /* where the oldest turn that is sent begins; n: no turn */
	const size_t *pins;          /* places of pinned messages, ascending */
	size_t n_pins;
};
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

struct trim_plan trim_plan(const struct trim_view *, struct trim_budget);
/* The places of all that is sent under that plan, ascending, into out, which has room for plan.sent. */
void trim_list(const struct trim_view *, const struct trim_plan *, size_t *out);

#endif
