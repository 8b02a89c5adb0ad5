/* SPDX-License-Identifier: MIT */
/* account: what each turn used, and the sums. */
#ifndef HOBNOB_MONEY_ACCOUNT_H
#define HOBNOB_MONEY_ACCOUNT_H

#include "conversation/history.h"
#include "money/cost.h"
#include "util/buf.h"
#include "util/json.h"

/* Sums over the turns, none larger than INT64_MAX. cost and risk are in pico-dollars. Turns that
 * were priced; that may have been billed at a price that is not known; whose usage, whose cost is an
 * estimate. */
struct totals { int64_t prompt, completion, cached, reasoning, cost, risk; size_t turns, priced, unpriced, estimated, guessed; };

/* Each turn is represented by its reply. */
struct account {
	const struct message **turns; /* replies, each borrowed */
	size_t n, cap;
	struct totals totals;        /* cost is 0 while nothing is priced */
	const char *table_date;      /* of the shipped prices, borrowed; NULL or empty: not used */
};

/* One more turn, by its reply, which is as it will stay. */
void account_add(struct account *, const struct message *reply);
/* The same for a reply that is not kept: it is in the sums alone. */
void account_count(struct account *, const struct message *reply);
/* cost is -1 while nothing is priced, INT64_MAX if it is that or more */
struct totals account_totals(const struct account *);
/* The turns of a history, in the order of their replies, as if they had been taken now. */
void account_resume(struct account *, const struct history *);
void account_free(struct account *);
void account_text(const struct account *, struct buf *out);                /* /stats */
struct json_object *account_json(const struct account *);

#endif
