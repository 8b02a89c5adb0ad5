/* SPDX-License-Identifier: MIT */
/* cost: what a turn costs, in exact integers. What cannot be priced is unpriced, never 0. */
#include "money/cost.h"

#include "util/money.h"

static const struct cost unpriced = { MONEY_UNKNOWN, "" };

/* 1 if both prices that every turn needs are known. */
static int is_priced(const struct price *price)
{
	return price && price->input >= 0 && price->output >= 0;
}

/* A price that may be unknown, else the one that holds instead. */
static int64_t or_else(int64_t special, int64_t plain)
{
	return special >= 0 ? special : plain;
}

/* The most that a token of the prompt can cost, whatever a cache does with it. */
static int64_t dearest_input(const struct price *price)
{
	int64_t most = price->input;
	if (price->cached > most)
		most = price->cached;
	if (price->cache_write > most)
		most = price->cache_write;
	return most;
}

/* The most that a token of the reply can cost, reasoning or text. */
static int64_t dearest_output(const struct price *price)
{
	return price->reasoning > price->output ? price->reasoning : price->output;
}

/* A count of tokens of which "not reported" means none. */
static int64_t or_none(int64_t tokens)
{
	return tokens == -1 ? 0 : tokens;
}

/* 1 if the counts can be true: both sums reported, no part negative or larger than its whole. */
static int is_possible(const hn_usage *usage)
{
	int64_t cached = or_none(usage->cached), written = or_none(usage->cache_write);
	int64_t reasoning = or_none(usage->reasoning);
	return usage->prompt >= 0 && usage->completion >= 0 && cached >= 0 && written >= 0 &&
	       reasoning >= 0 && cached <= usage->prompt && written <= usage->prompt - cached &&
	       reasoning <= usage->completion;
}

/* 1 if every token that the usage counts has one price. */
static int is_told_apart(const hn_usage *usage, const struct price *price)
{
	return price->reasoning < 0 || price->reasoning == price->output || usage->reasoning >= 0 ||
	       usage->completion == 0;
}

/* Prices a possible usage by a known price. */
static int64_t total(const hn_usage *usage, const struct price *price)
{
	int64_t cached = or_none(usage->cached), written = or_none(usage->cache_write);
	int64_t thought = or_none(usage->reasoning);
	int64_t sum = money_mul(price->input, usage->prompt - cached - written);
	sum = money_add(sum, money_mul(or_else(price->cached, price->input), cached));
	sum = money_add(sum, money_mul(or_else(price->cache_write, price->input), written));
	sum = money_add(sum, money_mul(price->output, usage->completion - thought));
	return money_add(sum, money_mul(or_else(price->reasoning, price->output), thought));
}

/* What the usage costs, and who says so. */
struct cost cost_of(const hn_usage *usage, const struct price *price, int estimated)
{
	if (usage->cost >= 0)
		return (struct cost){ usage->cost, "provider" };
	if (!is_priced(price) || !is_possible(usage) || !is_told_apart(usage, price))
		return unpriced;
	int64_t pico = total(usage, price);
	if (pico < 0)
		return unpriced;
	return (struct cost){ pico, estimated ? "estimate" : price->source };
}

/* Whether a reply can be free. */
int cost_is_paid(const struct price *price)
{
	return is_priced(price) && (dearest_input(price) > 0 || dearest_output(price) > 0);
}

/* The most that such a turn can cost. */
int64_t cost_worst(const struct price *price, int64_t prompt, int64_t reply)
{
	if (!is_priced(price))
		return MONEY_UNKNOWN;
	return money_add(
		money_mul(dearest_input(price), prompt), money_mul(dearest_output(price), reply));
}

/* The longest reply that the money surely pays. */
int64_t cost_affords(const struct price *price, int64_t prompt, int64_t money)
{
	int64_t before = cost_worst(price, prompt, 0);
	if (before < 0 || before > money)
		return 0;
	int64_t token = dearest_output(price);
	return token == 0 ? INT64_MAX : (money - before) / token;
}
