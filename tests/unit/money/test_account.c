/* SPDX-License-Identifier: MIT */
/* test_account: running totals against sums made in another way, and what /stats says of a turn. */
#include "../unit.h"

#include <stdio.h>

#include "money/account.h"
#include "util/json.h"
#include "util/mem.h"

#define TURNS 400
#define ROUNDS 50

static uint32_t seed;

/* A number that looks random, the same in each run. */
static uint32_t next(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

/* What a server may report: nothing, zero, something, or what cannot be. */
static int64_t count(int absurd)
{
	switch (next() % (absurd ? 8 : 6)) {
	case 0:
		return -1;
	case 1:
		return 0;
	case 6:
		return INT64_MAX;
	case 7:
		return INT64_MAX / 3;
	default:
		return next();
	}
}

/* Fills a turn. */
static void fill(struct account_turn *t, int absurd)
{
	static const char *const sources[] = { "provider", "user", "models", "table", "estimate" };

	t->usage.prompt = count(absurd);
	t->usage.completion = count(absurd);
	t->usage.cached = count(absurd);
	t->usage.reasoning = count(absurd);
	t->usage.flags = next() % 4 ? 0 : HN_USAGE_ESTIMATED;
	t->cost.pico = count(absurd);
	t->cost.source = t->cost.pico < 0 ? "" : sources[next() % 5];
	t->ended = next() % 3 ? 0 : HN_ERR_RATE_LIMITED;
	if (next() % 5 == 0)
		t->usage.prompt = t->usage.completion = t->cost.pico = -1;
}

/* The sum of one member over all turns, exactly, then cut. */
static int64_t exactly(const struct account *a, size_t at)
{
	__int128 sum = 0;

	for (size_t i = 0; i < a->n; i++) {
		int64_t v;

		memcpy(&v, (const char *)&a->turns[i] + at, sizeof v);
		sum += v < 0 ? 0 : v;
	}
	return sum > INT64_MAX ? INT64_MAX : (int64_t)sum;
}
#define SUM(a, member) exactly(a, offsetof(struct account_turn, member))

/* How many turns are so. */
static size_t many(const struct account *a, int (*is)(const struct account_turn *))
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++)
		n += is(&a->turns[i]) ? 1 : 0;
	return n;
}

static int priced(const struct account_turn *t)
{
	return t->cost.pico >= 0;
}

static int unpriced(const struct account_turn *t)
{
	int nothing = t->usage.prompt < 0 && t->usage.completion < 0;

	return t->cost.pico < 0 && !(t->ended && nothing);
}

static int estimated(const struct account_turn *t)
{
	return t->usage.flags == HN_USAGE_ESTIMATED;
}

static int guessed(const struct account_turn *t)
{
	return priced(t) && t->cost.source[0] == 'e';
}

/* After each turn the totals are what a sum over all of them is, whatever was reported. */
START_TEST(test_totals)
{
	for (seed = 1; seed <= ROUNDS; seed++) {
		struct account a = { 0 };
		uint32_t was = seed;
		int absurd = seed % 2 == 0;

		for (size_t i = 0; i < TURNS; i++) {
			fill(account_add(&a), absurd);
			account_close(&a);
			struct totals t = account_totals(&a);

			ck_assert_uint_eq(t.turns, i + 1);
			ck_assert_int_eq(t.prompt, SUM(&a, usage.prompt));
			ck_assert_int_eq(t.completion, SUM(&a, usage.completion));
			ck_assert_int_eq(t.cached, SUM(&a, usage.cached));
			ck_assert_int_eq(t.reasoning, SUM(&a, usage.reasoning));
			ck_assert_uint_eq(t.priced, many(&a, priced));
			ck_assert_uint_eq(t.unpriced, many(&a, unpriced));
			ck_assert_uint_eq(t.estimated, many(&a, estimated));
			ck_assert_uint_eq(t.guessed, many(&a, guessed));
			ck_assert_int_eq(t.cost, t.priced ? SUM(&a, cost.pico) : -1);
		}
		account_free(&a);
		seed = was;
	}
}
END_TEST

/* One turn of the mock's, 1000 tokens in and 90 out. */
static struct account_turn *one(struct account *a, int64_t ttft_ms, int64_t total_ms)
{
	struct account_turn *t = account_add(a);

	t->instance = xstrdup("p");
	t->model = xstrdup("m");
	t->usage.prompt = 1000;
	t->usage.completion = 90;
	t->cost = (struct cost){ 50000000, "table" };
	t->ttft_ms = ttft_ms;
	t->total_ms = total_ms;
	return t;
}

/* Closes the turn and compares what /stats says. */
static void says(struct account *a, const char *expected)
{
	struct buf out = BUF(BUF_NO_CAP);

	account_close(a);
	account_text(a, &out);
	ck_assert_str_eq(out.p, expected);
	buf_free(&out);
	account_free(a);
}

#define USED "1. p m: 1000 prompt + 90 completion tokens, $0.00005 (table), "
#define TOTAL "\ntotal: 1 turn, 1000 prompt + 90 completion tokens, $0.00005"

/* Times and tokens a second, where they say something. */
START_TEST(test_times)
{
	struct account a = { 0 };

	one(&a, 480, 2480);
	says(&a, USED "2.4 s (first 0.4), 45.0 tokens/s" TOTAL);
	one(&a, 99, 1098);
	says(&a, USED "1.0 s" TOTAL);
	one(&a, 100, 1100);
	says(&a, USED "1.1 s (first 0.1), 90.0 tokens/s" TOTAL);
	one(&a, 0, 7000);
	says(&a, USED "7.0 s, 12.8 tokens/s" TOTAL);
	one(&a, -1, 7000);
	says(&a, USED "7.0 s" TOTAL);
	one(&a, 7000, 7000);
	says(&a, USED "7.0 s (first 7.0)" TOTAL);
	one(&a, -1, -1);
	says(&a, "1. p m: 1000 prompt + 90 completion tokens, $0.00005 (table)" TOTAL);
	one(&a, 0, 7000)->usage.completion = INT64_MAX;
	says(&a, "1. p m: 1000 prompt + 9223372036854775807 completion tokens, $0.00005 (table), "
		 "7.0 s\ntotal: 1 turn, 1000 prompt + 9223372036854775807 completion tokens, "
		 "$0.00005");
}
END_TEST

/* What is an estimate bears a mark; what cannot be counted is said to. */
START_TEST(test_marks)
{
	struct account a = { 0 };
	struct account_turn *t = one(&a, 0, 2000);

	t->usage.flags = HN_USAGE_ESTIMATED;
	t->cost.source = "estimate";
	t->ended = HN_ERR_INTERRUPTED;
	t->retries = 1;
	says(&a, "1. p m: ~1000 prompt + ~90 completion tokens, ~$0.00005 (estimate), 2.0 s, "
		 "~45.0 tokens/s, 1 retry, interrupted\n"
		 "total: 1 turn, ~1000 prompt + ~90 completion tokens, ~$0.00005");
	one(&a, 0, 0)->cost.source = "estimate"; /* reported, but not the last word */
	says(&a, "1. p m: 1000 prompt + 90 completion tokens, ~$0.00005 (estimate), 0.0 s\n"
		 "total: 1 turn, 1000 prompt + 90 completion tokens, ~$0.00005");
	one(&a, 0, 0);
	account_close(&a);
	one(&a, 0, 0)->cost.pico = INT64_MAX - 1;
	account_close(&a);
	ck_assert_int_eq(account_totals(&a).cost, INT64_MAX);
	struct json_object *o = account_json(&a);
	ck_assert_ptr_null(json_object_object_get(o, "cost"));
	json_object_put(o);
	account_free(&a);
}
END_TEST

/* Each turn as programs see it. */
START_TEST(test_json)
{
	struct account a = { 0 };
	struct json_object *o, *each;

	one(&a, 480, 2480)->retries = 2;
	account_close(&a);
	one(&a, -1, -1)->cost = (struct cost){ -1, "" };
	account_close(&a);
	o = account_json(&a);
	each = json_object_object_get(o, "each");
	ck_assert_str_eq(json_object_to_json_string_ext(json_object_array_get_idx(each, 0), 0),
		"{\"provider\":\"p\",\"model\":\"m\",\"upstream\":null,\"usage\":{\"prompt_"
		"tokens\":1000,"
		"\"completion_tokens\":90,\"cached_tokens\":null,\"reasoning_tokens\":null},"
		"\"estimated\":false,\"cost\":\"0.00005\",\"cost_source\":\"table\",\"ttft_ms\":"
		"480,"
		"\"total_ms\":2480,\"retries\":2,\"ended\":\"ok\"}");
	ck_assert_str_eq(json_object_to_json_string_ext(json_object_array_get_idx(each, 1), 0),
		"{\"provider\":\"p\",\"model\":\"m\",\"upstream\":null,\"usage\":{\"prompt_"
		"tokens\":1000,"
		"\"completion_tokens\":90,\"cached_tokens\":null,\"reasoning_tokens\":null},"
		"\"estimated\":false,\"cost\":null,\"cost_source\":null,\"ttft_ms\":null,"
		"\"total_ms\":null,\"retries\":0,\"ended\":\"ok\"}");
	json_object_put(o);
	account_free(&a);
}
END_TEST

UNIT_MAIN("account", test_totals, test_times, test_marks, test_json)
