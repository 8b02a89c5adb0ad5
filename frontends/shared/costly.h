/* SPDX-License-Identifier: MIT */
/* costly: an input that costs more than confirm_cost, from hobnob's word of it to the user's. */
#ifndef HOBNOB_FRONTENDS_COSTLY_H
#define HOBNOB_FRONTENDS_COSTLY_H

#include "shared/services.h"

/* All 0: none waits. */
struct costly {
	char *why;      /* hobnob has refused the present input, for that; owned. NULL: it has not */
	hn_input input; /* what waits; its parts are borrowed */
	char *text;     /* its text, owned; NULL: none waits */
};

/* 1 if the event refuses an input whose cost the user can confirm. */
int costly_refuses(const hn_session_event *);
/* The present input was refused with that message. */
void costly_refused(struct costly *, hn_str message);
/* Keeps a copy of an input until it is confirmed, and forgets why; without memory it is lost. */
void costly_keep(struct costly *, const hn_input *);
/* 1 if one waits. */
int costly_waits(const struct costly *);
/* Forgets it. */
void costly_drop(struct costly *);
/* One turn, before the user is asked: drops what was typed, which is no answer. */
void costly_forget_typed(void);
/* One turn: reads the answer from the terminal. 0: an empty line, so the turn is to be sent; HN_ERR_OVER_LIMIT: it
 * says something, or the input ended; HN_ERR_INTERRUPTED. */
int32_t costly_read(const struct services *, hn_session *);

#endif
