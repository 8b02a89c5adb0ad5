/* SPDX-License-Identifier: MIT */
/* account: what each turn used, and the sums. */
#ifndef HOBNOB_MONEY_ACCOUNT_H
#define HOBNOB_MONEY_ACCOUNT_H

#include "conversation/history.h"
#include "money/cost.h"
#include "util/buf.h"
#include "util/json.h"

/* What one turn used. */
struct account_turn {
	char *instance, *model, *upstream; /* that really answered; upstream NULL: not said */
	hn_usage usage;              /* as reported, or estimated (HN_USAGE_ESTIMATED) */
	struct cost cost;
	int64_t risk;                /* pico-dollars: the most it can have cost, if it is unpriced at a known price */
	int64_t ttft_ms, total_ms;
	int64_t retries;
	int32_t ended;               /* 0, or HN_ERR_* */
};

/* Sums over the turns that are closed, none larger than INT64_MAX. cost and risk are in pico-dollars. Turns that
 * were priced; that may have been billed at a price that is not known; whose usage, whose cost is an
 * estimate. */
struct totals { int64_t prompt, completion, cached, reasoning, cost, risk; size_t turns, priced, unpriced, estimated, guessed; };

struct account {
	struct account_turn *turns;
	size_t n, cap;
	struct totals totals;        /* cost is 0 while nothing is priced */
	const char *table_date;      /* of the shipped prices, borrowed; NULL or empty: not used */
};

/* a new turn, all unknown, to be filled and closed before the next one is added */
struct account_turn *account_add(struct account *);
/* the newest turn is filled and will not change: the totals get it */
void account_close(struct account *);
/* cost is -1 while nothing is priced, INT64_MAX if it is that or more */
struct totals account_totals(const struct account *);
/* The turns of a history, in the order of their replies, as if they had been taken now. */
void account_resume(struct account *, const struct history *);
void account_free(struct account *);
void account_text(const struct account *, struct buf *out);                /* /stats */
struct json_object *account_json(const struct account *);

#endif
