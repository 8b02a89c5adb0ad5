/* SPDX-License-Identifier: MIT */
/* ask: calls the functions of a plugin, each with its guard; and the requests that they get. */
#ifndef HOBNOB_CHECK_ASK_H
#define HOBNOB_CHECK_ASK_H

#include "check/world.h"

/* Calls go(ud) as a function of the plugin's: named, the process compared before and after, on a thread of its own where it
 * blocks, or on a small stack where the world has one. */
void ask_run(struct world *, const char *function, void (*go)(void *ud), void *ud);

/* create(): NULL if it failed; *out (or NULL): the call, to be freed. */
void *ask_create(struct world *, struct call **out);
void ask_destroy(struct world *, void *self);
/* What the plugin calls the instance. */
void *ask_self(void *self);

/* The plain question: a system prompt and "Hello". messages and n may be replaced. */
hn_request ask_plain(void);
/* One call of chat() with a lent copy of the request. To be freed. */
struct call *ask_chat(struct world *, void *self, const hn_request *);
/* The same with the plain question. */
struct call *ask(struct world *, void *self);
/* models(), credit(); NULL if the plugin has no such function. models: where it is not NULL, each id on a line; put() returns `put`. */
struct call *ask_models(struct world *, void *self, struct buf *models, int32_t put);
struct call *ask_credit(struct world *, void *self);

#endif
