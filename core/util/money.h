/* SPDX-License-Identifier: MIT */
/* money: exact decimal text to int64 pico-dollars (10^-12 USD) and back. No floating point. */
#ifndef HOBNOB_UTIL_MONEY_H
#define HOBNOB_UTIL_MONEY_H

#include <stdint.h>

#include "util/buf.h"

#define MONEY_UNKNOWN (-1)
#define PICO_PER_USD 1000000000000
/* 1 USD a million tokens is this many pico-dollars a token */
#define PICO_PER_TOKEN_USD_MTOK 1000000

/* Parses plain decimals and exponents ("0.05", "1e-05") as USD; digits beyond 10^-12 are rounded
 * half to even. 0, or -1 (with *out MONEY_UNKNOWN) if it is not a number, negative or too large. */
int money_parse(hn_str text, int64_t *out);
/* The same for USD per million tokens: *out is pico-dollars per token, digits beyond 10^-6
 * USD/Mtok refused (-1). */
int money_parse_price(hn_str text, int64_t *out);
/* Exact USD text without exponent or trailing zeros ("0.000012", "0", "3"); out holds at least
 * 32 bytes. */
const char *money_text(int64_t pico, char out[32]);
/* As money is read: four decimals; all of them where four would say nothing. */
const char *money_short(int64_t pico, char out[32]);
/* a * tokens, or a + b; MONEY_UNKNOWN if either is unknown (negative) or the result passes
 * int64. */
int64_t money_mul(int64_t pico, int64_t tokens);
int64_t money_add(int64_t a, int64_t b);

#endif
