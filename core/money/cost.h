/* SPDX-License-Identifier: MIT */
/*
 * cost: what a turn costs: as the provider reported it; else by a price. Pure; int64 pico-dollars,
 * MONEY_UNKNOWN where unpriced.
 *
 * Nothing is rounded here: tokens and pico-dollars a token are whole numbers, so a sum of their
 * products is exact, and one that passes int64 is unpriced. A digit can only be lost where text
 * becomes a number: a cost that the provider reports, and a price in its list, are rounded to 10^-12
 * USD (a turn, or a token), half to even, once; a price of the user's or of the shipped table that is
 * finer than that is refused.
 */
#ifndef HOBNOB_MONEY_COST_H
#define HOBNOB_MONEY_COST_H

#include <stdint.h>

#include "hobnob/plugin.h"

/* pico-dollars a token; -1 unknown (of reasoning: as output); source "user", "models", "table", or "" */
struct price { int64_t input, output, cached, cache_write, reasoning; const char *source; };
#define PRICE_NONE ((struct price){ -1, -1, -1, -1, -1, "" })

/* source: "provider", price's, "estimate", or "" when unpriced */
struct cost { int64_t pico; const char *source; };

/* usage: as reported (members -1 where not). estimated: the usage is the core's own estimate:
 * the source becomes "estimate". (prompt - cached - cache_write) * input + cached * cached +
 * cache_write * cache_write + (completion - reasoning) * output + reasoning * reasoning; cached and
 * cache_write cost input where their price is unknown, and reasoning costs output. Impossible usage
 * (negative, a part larger than its whole) is unpriced; so is one without its reasoning tokens
 * where reasoning has a price of its own. */
struct cost cost_of(const hn_usage *usage, const struct price *, int estimated);
/* 1 if a price is known and says that tokens cost something. */
int cost_is_paid(const struct price *);
/* Prompt of that many tokens, at the dearest of the prices for input, and a reply of at most so
 * many, at the dearer of output and reasoning, in pico-dollars: for limits. MONEY_UNKNOWN if
 * unpriced. */
int64_t cost_worst(const struct price *, int64_t prompt, int64_t reply);
/* How many reply tokens the money allows after the prompt; 0 if not even the prompt, or
 * unpriced; INT64_MAX if a reply is free. */
int64_t cost_affords(const struct price *, int64_t prompt, int64_t money);

#endif
