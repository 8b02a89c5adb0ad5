/* SPDX-License-Identifier: MIT */
/*
 * cost: what a turn costs: as the provider reported it; else by a price. Pure; int64 pico-dollars,
 * MONEY_UNKNOWN where unpriced.
 */
#ifndef HOBNOB_CHAT_COST_H
#define HOBNOB_CHAT_COST_H

#include <stdint.h>

#include "hobnob/plugin.h"

/* pico-dollars a token; -1 unknown; source "user", "models", "table", or "" */
struct price { int64_t input, output, cached, cache_write; const char *source; };
#define PRICE_NONE ((struct price){ -1, -1, -1, -1, "" })

/* source: "provider", price's, "estimate", or "" when unpriced */
struct cost { int64_t pico; const char *source; };

/* usage: as reported (members -1 where not). estimated: the usage is the core's own estimate:
 * the source becomes "estimate". (prompt - cached - cache_write) * input + cached * cached +
 * cache_write * cache_write + completion * output; cached and cache_write cost input where their
 * price is unknown. Impossible usage (negative, cached > prompt) is unpriced. */
struct cost cost_of(const hn_usage *usage, const struct price *, int estimated);
/* Prompt of that many tokens, at the dearest of the prices for input, and a reply of at most so
 * many, in pico-dollars: for limits. MONEY_UNKNOWN if unpriced. */
int64_t cost_worst(const struct price *, int64_t prompt, int64_t reply);
/* How many reply tokens the money allows after the prompt; 0 if not even the prompt, or
 * unpriced; INT64_MAX if output is free. */
int64_t cost_affords(const struct price *, int64_t prompt, int64_t money);

#endif
