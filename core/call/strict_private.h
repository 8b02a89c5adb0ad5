/* SPDX-License-Identifier: MIT */
/* strict_private: what the files of strict share. */
#ifndef HOBNOB_CALL_STRICT_PRIVATE_H
#define HOBNOB_CALL_STRICT_PRIVATE_H

#include "call/lent.h"
#include "call/order.h"
#include "call/strict.h"

struct strict {
	hn_call *call;
	struct strict *outer;         /* of the same thread */
	struct order order;
	pthread_mutex_t lock;         /* of order and lents: a shared call is used on several threads */
	struct lent **lents;          /* what the function borrows until it returns */
	size_t n_lents, lents_cap;
	/* Who is inside host functions, how deep, and how deep it was when the plugin got control. */
	_Atomic(const void *) inside;
	int depth, base;
};

/* What runs on this thread, or NULL. */
struct strict *strict_current(void);
/* n bytes that the function borrows until it returns, to be filled and sealed; NULL: there is no memory for it. */
struct lent *strict_lend(struct strict *, const char *what, size_t n);
/* A loan of the call's ends; what names it. Written to, it is a breach. */
void strict_end_loan(hn_call *, struct lent *, const char *what);
/* The plugin gets control inside a host function, and gives it back. */
int strict_calls_back(struct strict *);
void strict_called_back(struct strict *, int base);

#endif
