/* SPDX-License-Identifier: MIT */
/*
 * plan: what a turn sends, how large that is, and what a token of it costs.
 *
 * It cuts only on a window that is known; where nothing is known the request is sent and the server
 * judges.
 */
#ifndef HOBNOB_CHAT_PLAN_H
#define HOBNOB_CHAT_PLAN_H

#include "chat/chat.h"
#include "conversation/trim.h"

struct plan {
	struct chat *chat;
	struct trim_plan trim;       /* its tokens are by the prior alone */
	size_t *sends;               /* places of what it sends: plan_message() */
	int is_preview;              /* nothing is asked: the next turn's, without its question */
	struct anchor anchor;        /* what the server has counted of this conversation */
	int64_t window;              /* tokens, -1 unknown */
	int64_t prompt;              /* tokens of the request, as far as is known */
	int64_t reply_limit;         /* tokens, 0: none is sent */
	const char *lowered;         /* the setting that lowered it (static), or NULL */
	int64_t most;                /* tokens of the prompt, having been too long; 0: no limit */
	int64_t max_output;          /* tokens: what the server took as the reply's limit; 0: not said */
	int unlimited;               /* the reply's limit is left out */
	struct price price;
};

/* Fills trim, sends, anchor, prompt, window, reply_limit and price for the view as it stands; an anchor that is
 * there already stays. plan_free() afterwards. A provider is there. */
void plan_make(struct plan *);
void plan_free(struct plan *);
/* The context window in tokens: the user's word, else what is known of the model; -1 unknown. A provider is there. */
int64_t plan_window(const struct chat *);
/* Tokens of a reply in a window (-1 unknown) beside a prompt; 0: send no limit. */
int64_t plan_reply(const struct chat *, int64_t window, int64_t prompt);
/* The limit of a reply that the user, or a relayed request, says; -1: none. */
int64_t plan_limit_said(const struct chat *);
/* 1 if one of the user's limits needs to know how long a reply may be. */
int plan_is_limited(const struct chat *);
/* What was learnt of the present model, made when first asked for. */
struct learnt *plan_learnt(struct chat *);
/* Message i of those that a request may hold: the view's, and after them the one aside. */
struct message *plan_message(const struct chat *, size_t i);
/* By the prior: the system prompt; all that is sent because it is pinned (*n: how many messages), the same
 * with what goes with it, its question or its answer; all that is left out. */
int64_t plan_system(const struct chat *);
int64_t plan_pinned(const struct plan *, size_t *n);
int64_t plan_pinned_with(const struct plan *);
int64_t plan_left_out(const struct plan *);
/* By the prior: images and files of what it sends. No server's count says anything of another's there. */
int64_t plan_shown(const struct plan *);

#endif
