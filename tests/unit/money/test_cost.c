/* SPDX-License-Identifier: MIT */
/* test_cost: what a turn costs, to the pico-dollar, and what cannot be said. */
#include "../unit.h"

#include "money/cost.h"
#include "util/money.h"

/* 5 cents and 40 cents a million tokens, half a cent from the cache. */
static const struct price nano = { 50000, 400000, 5000, -1, -1, "table" };

/* A usage of prompt, completion, cached, cache_write; the server named no cost. */
static hn_usage used(int64_t prompt, int64_t completion, int64_t cached, int64_t written)
{
	return (hn_usage){ .struct_size = sizeof(hn_usage),
		.prompt = prompt,
		.completion = completion,
		.cached = cached,
		.cache_write = written,
		.reasoning = -1,
		.cost = -1 };
}

/* Compares a whole cost. */
static void expect(struct cost cost, int64_t pico, const char *source)
{
	ck_assert_int_eq(cost.pico, pico);
	ck_assert_str_eq(cost.source, source);
}

/* Each part by its own price; what was not reported is none of it. */
START_TEST(by_price)
{
	hn_usage u = used(1000, 500, 400, -1);
	expect(cost_of(&u, &nano, 0), 600 * 50000 + 400 * 5000 + 500 * 400000, "table");
	u = used(19, 10, -1, -1);
	expect(cost_of(&u, &nano, 0), 19 * 50000 + 10 * 400000, "table");
	u = used(0, 0, 0, 0);
	expect(cost_of(&u, &nano, 0), 0, "table");
	struct price full = { 3000000, 15000000, 300000, 3750000, -1, "user" };
	u = used(100, 7, 20, 30);
	expect(cost_of(&u, &full, 0), 50 * 3000000 + 20 * 300000 + 30 * 3750000 + 7 * 15000000,
		"user");
}
END_TEST

/* A cached or written token costs what any does where no price of its own is known; 0 is a
 * price. */
START_TEST(special_prices)
{
	struct price plain = { 10, 100, -1, -1, -1, "models" },
		     gift = { 10, 100, 0, 0, -1, "models" };
	hn_usage u = used(50, 1, 20, 10);
	expect(cost_of(&u, &plain, 0), 600, "models");
	expect(cost_of(&u, &gift, 0), 300, "models");
	struct price nothing = { 0, 0, -1, -1, -1, "user" };
	expect(cost_of(&u, &nothing, 0), 0, "user");
}
END_TEST

/* Reasoning costs what output does, unless it has a price of its own; then it has to be told how much
 * of the reply it was. */
START_TEST(reasoning)
{
	struct price apart = { 2000000, 8000000, -1, -1, 3000000, "table" };
	struct price gift = { 10, 100, -1, -1, 0, "table" },
		     same = { 10, 100, -1, -1, 100, "user" };
	hn_usage u = used(10, 50, -1, -1);
	expect(cost_of(&u, &apart, 0), MONEY_UNKNOWN, "");
	expect(cost_of(&u, &same, 0), 10 * 10 + 50 * 100, "user");
	u.reasoning = 30;
	expect(cost_of(&u, &apart, 0), 10 * 2000000 + 20 * 8000000 + 30 * 3000000, "table");
	expect(cost_of(&u, &nano, 0), 10 * 50000 + 50 * 400000, "table");
	expect(cost_of(&u, &gift, 0), 10 * 10 + 20 * 100, "table");
	u.reasoning = 50;
	expect(cost_of(&u, &apart, 0), 10 * 2000000 + 50 * 3000000, "table");
	u.reasoning = 0;
	expect(cost_of(&u, &apart, 0), 10 * 2000000 + 50 * 8000000, "table");
	u = used(10, 0, -1, -1);
	expect(cost_of(&u, &apart, 0), 10 * 2000000, "table");
	for (u.reasoning = 51, u.completion = 50; u.reasoning > -3; u.reasoning -= 53) {
		expect(cost_of(&u, &apart, 0), MONEY_UNKNOWN, "");
		expect(cost_of(&u, &nano, 0), MONEY_UNKNOWN, "");
	}
}
END_TEST

/* What the server counted outranks every price; an estimate is called one. */
START_TEST(sources)
{
	hn_usage u = used(10, 10, -1, -1);
	expect(cost_of(&u, &nano, 1), 4500000, "estimate");
	u.cost = 0;
	expect(cost_of(&u, &nano, 0), 0, "provider");
	u = used(-1, -1, -1, -1);
	u.cost = 123;
	expect(cost_of(&u, &PRICE_NONE, 1), 123, "provider");
}
END_TEST

/* Unpriced is not free. */
START_TEST(unpriced)
{
	hn_usage u = used(10, 10, -1, -1);
	struct price half = { 10, -1, -1, -1, -1, "user" }, other = { -1, 10, -1, -1, -1, "user" };
	expect(cost_of(&u, &PRICE_NONE, 0), MONEY_UNKNOWN, "");
	expect(cost_of(&u, &PRICE_NONE, 1), MONEY_UNKNOWN, "");
	expect(cost_of(&u, &half, 0), MONEY_UNKNOWN, "");
	expect(cost_of(&u, &other, 0), MONEY_UNKNOWN, "");
}
END_TEST

/* Counts that cannot be true, and sums beyond int64, have no price. */
START_TEST(impossible)
{
	static const int64_t bad[][4] = { { -1, 10, -1, -1 }, { 10, -1, -1, -1 },
		{ -2, 10, -1, -1 }, { 10, -7, -1, -1 }, { 10, 10, 11, -1 }, { 10, 10, -1, 11 },
		{ 10, 10, 6, 5 }, { 10, 10, -2, -1 }, { 10, 10, -1, -2 },
		{ 10, 10, INT64_MAX, INT64_MAX }, { 10, 10, INT64_MIN, -1 },
		{ 10, 10, -1, INT64_MIN }, { INT64_MAX, 0, -1, -1 }, { 0, INT64_MAX, -1, -1 },
		{ INT64_MAX / 50000, INT64_MAX / 400000, -1, -1 } };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		hn_usage u = used(bad[i][0], bad[i][1], bad[i][2], bad[i][3]);
		expect(cost_of(&u, &nano, 0), MONEY_UNKNOWN, "");
	}
	hn_usage edge = used(10, 0, 5, 5), most = used(INT64_MAX / 50000, 0, -1, -1);
	expect(cost_of(&edge, &nano, 0), 5 * 5000 + 5 * 50000, "table");
	expect(cost_of(&most, &nano, 0), INT64_MAX / 50000 * 50000, "table");
}
END_TEST

/* One number of a fixed sequence, of up to 40 bits, now and then -1. */
static int64_t next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	uint64_t bits = *seed >> 20, size = *seed >> 58;
	return bits % 16 == 0 ? -1 : (int64_t)(bits >> (size > 40 ? 40 : size));
}

/* The reference: the formula in 128 bits. */
static int64_t reference(const hn_usage *u, const struct price *p)
{
	__int128 cached = u->cached < 0 ? 0 : u->cached,
		 written = u->cache_write < 0 ? 0 : u->cache_write;
	__int128 plain = u->prompt - cached - written,
		 thought = u->reasoning < 0 ? 0 : u->reasoning;
	if (p->input < 0 || p->output < 0 || u->prompt < 0 || u->completion < 0 || plain < 0 ||
		thought > u->completion)
		return MONEY_UNKNOWN;
	if (u->reasoning < 0 && u->completion > 0 && p->reasoning >= 0 && p->reasoning != p->output)
		return MONEY_UNKNOWN;
	__int128 sum = plain * p->input + (u->completion - thought) * (__int128)p->output;
	sum += thought * (p->reasoning < 0 ? p->output : p->reasoning);
	sum += cached * (p->cached < 0 ? p->input : p->cached);
	sum += written * (p->cache_write < 0 ? p->input : p->cache_write);
	return sum > INT64_MAX ? MONEY_UNKNOWN : (int64_t)sum;
}

/* Random usages and prices cost what the reference says, and never more than the worst that
 * was expected. */
START_TEST(agrees_with_reference)
{
	uint64_t seed = 42;
	int priced = 0, unknown = 0;
	for (int i = 0; i < 200000; i++) {
		struct price p = { next(&seed), next(&seed), next(&seed), next(&seed), next(&seed),
			"table" };
		int64_t prompt = next(&seed);
		hn_usage u = used(prompt, next(&seed), next(&seed) % (prompt + 2),
			next(&seed) % (prompt + 2));
		u.reasoning = next(&seed) % (u.completion + 2);
		int64_t want = reference(&u, &p);
		expect(cost_of(&u, &p, 0), want, want < 0 ? "" : "table");
		priced += want >= 0;
		unknown += want < 0;
		int64_t worst = cost_worst(&p, u.prompt, u.completion);
		if (want >= 0 && worst >= 0)
			ck_assert_int_le(want, worst);
	}
	ck_assert_int_gt(priced, 20000);
	ck_assert_int_gt(unknown, 20000);
}
END_TEST

/* The limits' arithmetic, at its edges. */
START_TEST(limits)
{
	struct price free_output = { 10, 0, -1, -1, -1, "user" },
		     writes = { 10, 100, 1, 12, -1, "table" },
		     thinks = { 10, 100, -1, -1, 300, "table" },
		     muses = { 10, 100, -1, -1, 0, "table" };
	ck_assert_int_eq(cost_worst(&nano, 100, 10), 100 * 50000 + 10 * 400000);
	ck_assert_int_eq(cost_worst(&writes, 100, 10), 100 * 12 + 10 * 100);
	ck_assert_int_eq(cost_worst(&PRICE_NONE, 1, 1), MONEY_UNKNOWN);
	ck_assert_int_eq(cost_worst(&nano, INT64_MAX, 1), MONEY_UNKNOWN);
	ck_assert_int_eq(cost_affords(&nano, 100, 100 * 50000), 0);
	ck_assert_int_eq(cost_affords(&nano, 100, 100 * 50000 - 1), 0);
	ck_assert_int_eq(cost_affords(&nano, 100, 100 * 50000 + 399999), 0);
	ck_assert_int_eq(cost_affords(&nano, 100, 100 * 50000 + 400000), 1);
	ck_assert_int_eq(cost_affords(&free_output, 10, 100), INT64_MAX);
	ck_assert_int_eq(cost_affords(&free_output, 10, 99), 0);
	ck_assert_int_eq(cost_affords(&PRICE_NONE, 1, INT64_MAX), 0);
	ck_assert_int_eq(cost_worst(&thinks, 5, 2), 5 * 10 + 2 * 300);
	ck_assert_int_eq(cost_affords(&thinks, 5, 5 * 10 + 899), 2);
	ck_assert_int_eq(cost_worst(&muses, 5, 2), 5 * 10 + 2 * 100);
	ck_assert_int_eq(cost_affords(&muses, 5, 5 * 10 + 200), 2);
	ck_assert_int_eq(cost_affords(&nano, 0, -5), 0);
}
END_TEST

/* What is afforded costs no more than the money, and one token more would. */
START_TEST(affords_exactly)
{
	uint64_t seed = 9;
	for (int i = 0; i < 20000; i++) {
		struct price p = { next(&seed) % 100000, next(&seed) % 100000, -1, -1,
			next(&seed) % 100000, "table" };
		int64_t prompt = next(&seed) % 1000000, money = next(&seed);
		int64_t reply = cost_affords(&p, prompt, money);
		if (p.input < 0 || p.output < 0 || (p.output == 0 && p.reasoning <= 0) ||
			prompt < 0 || money < 0)
			continue;
		ck_assert(reply == 0 || cost_worst(&p, prompt, reply) <= money);
		ck_assert_int_gt(cost_worst(&p, prompt, reply + 1), money);
	}
}
END_TEST

UNIT_MAIN("cost", by_price, special_prices, reasoning, sources, unpriced, impossible,
	agrees_with_reference, limits, affords_exactly)
