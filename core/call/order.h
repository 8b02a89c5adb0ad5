/* SPDX-License-Identifier: MIT */
/*
 * order: what one run of a plugin's function says to hobnob, one thing after another, and which rule that breaks. Pure.
 *
 * Whoever stands between the two reports each step. The first breach is in the fault, as a clause after a colon:
 * "it emits TEXT after FINISH".
 */
#ifndef HOBNOB_CALL_ORDER_H
#define HOBNOB_CALL_ORDER_H

#include "call/rules.h"
#include "hobnob/plugin.h"
#include "util/fault.h"

enum order_function { ORDER_CREATE, ORDER_CHAT, ORDER_MODELS, ORDER_CREDIT };

/* Zero-initialise it, with the function and whether the request is a dry run. */
struct order {
	enum order_function function;
	int is_dry;
	unsigned finishes;
	unsigned after;      /* events after the first FINISH */
	int32_t refused;     /* the first value other than 0 that emit() or put() returned */
	int32_t unserved;    /* the first failure of a service in a row of calls that led to it */
	const char *service; /* the one that failed */
	uint32_t given;      /* bits 1 << -code: what host functions returned, and what fail() took */
};

/* "chat" */
const char *order_function_name(enum order_function);
/* "TEXT" for HN_EV_TEXT; NULL for an unknown type. */
const char *order_event_name(uint32_t type);

/* Each returns the rule that the step breaks, with a fault, or RULES_N. */

/* It emits an event, of full size and with a usage of full size. */
enum rule_id order_emits(struct order *, const hn_event *, struct fault *);
/* It passes a model to put(). */
enum rule_id order_lists(struct order *, struct fault *);
/* It returns. was_cancelled: the call was cancelled at some time. */
enum rule_id order_returns(const struct order *, int32_t code, int was_cancelled, struct fault *);

/* What it was told. */
void order_emitted(struct order *, int32_t returned);                   /* emit() or put() */
void order_failed(struct order *, int32_t returned);                    /* fail() */
void order_served(struct order *, const char *service, int32_t returned); /* "request", "wait_for"; not on_data()'s own value */

#endif
