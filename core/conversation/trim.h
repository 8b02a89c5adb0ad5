/* SPDX-License-Identifier: MIT */
/*
 * trim: chooses the part of a conversation to send. A pure function, which reads the view from its end
 * and only as far as the budget goes: planning costs what is sent, not what exists.
 *
 * Its result alternates: user, assistant, user. The unit is an exchange: a question and its answer.
 * Exchanges are sent whole, newest first; one that holds a pinned message is always sent. Messages of
 * one side that stand side by side in an exchange go as one message. The newest exchange is always
 * sent; `fits` says whether it fits.
 *
 * The system prompt is not among the messages; its tokens are the caller's `fixed`. The token
 * budget already excludes the reply's room.
 */
#ifndef HOBNOB_CONVERSATION_TRIM_H
#define HOBNOB_CONVERSATION_TRIM_H

#include "conversation/history.h"

/* What may be sent; all borrowed. */
struct trim_view {
	const struct history *history;
	/* a message sent after the view, with the exchange before it, which it refers to; or NULL */
	struct message *aside;
	int asks;                    /* the view ends in the question to answer; 0: another one follows */
	/* tokens of a message; less than 0 counts nothing */
	int64_t (*tokens)(const void *ud, struct message *);
	const void *ud;
};
/* tokens -1: unknown; messages 0: no limit; fixed: tokens that every request has */
struct trim_budget { int64_t tokens; size_t messages; int64_t fixed; };
struct trim_plan {
	/* the oldest exchange that fits; earlier ones are sent only if pinned */
	size_t first;
	size_t places;      /* messages of the view that are sent, and the one aside */
	size_t sent;        /* messages that they are sent as */
	size_t left_out;    /* messages that would have been sent without a budget */
	int64_t tokens;     /* of all that is sent, fixed included */
	int fits;           /* 0: what is always sent exceeds the token budget */
};

struct trim_plan trim_plan(const struct trim_view *, struct trim_budget);
/* Writes the places in the view of all that the plan sends, ascending, to out, which has room for
 * plan.places; the message aside counts as the view's end. Neighbours of one side are one message. */
void trim_list(const struct trim_view *, const struct trim_plan *, size_t *out);
/* Tokens of what the plan leaves out; takes time in proportion to that. */
int64_t trim_left_out(const struct trim_view *, const struct trim_plan *);

#endif
