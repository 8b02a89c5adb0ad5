/* SPDX-License-Identifier: MIT */
/* test_account: running totals against sums made in another way, and what /stats says of a turn. */
#include "../unit.h"

#include <stdio.h>

#include "money/account.h"
#include "util/json.h"
#include "util/mem.h"
#include "util/said.h"

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

/* A reply with such numbers. */
static struct message *fill(int absurd)
{
	struct message *t = message_new();
	static const char *const sources[] = { "provider", "user", "models", "table", "estimate" };

	t->instance = xstrdup("p");
	t->usage.prompt = count(absurd);
	t->usage.completion = count(absurd);
	t->usage.cached = count(absurd);
	t->usage.reasoning = count(absurd);
	t->usage.set = next() % 4 ? 0 : USAGE_ESTIMATED;
	t->cost = count(absurd);
	t->cost_source = t->cost < 0 ? "" : sources[next() % 5];
	t->error = next() % 3 ? 0 : HN_ERR_RATE_LIMITED;
	if (next() % 5 == 0)
		t->usage.prompt = t->usage.completion = t->cost = -1;
	return t;
}

/* Frees the account with its replies, which are the test's. */
static void forget(struct account *a)
{
	for (size_t i = 0; i < a->n; i++)
		message_free((struct message *)(uintptr_t)a->turns[i]);
	account_free(a);
}

/* The sum of one member over all turns, exactly, then cut. */
static int64_t exactly(const struct account *a, size_t at)
{
	__int128 sum = 0;

	for (size_t i = 0; i < a->n; i++) {
		int64_t v;

		memcpy(&v, (const char *)a->turns[i] + at, sizeof v);
		sum += v < 0 ? 0 : v;
	}
	return sum > INT64_MAX ? INT64_MAX : (int64_t)sum;
}
#define SUM(a, member) exactly(a, offsetof(struct message, member))

/* How many turns are so. */
static size_t many(const struct account *a, int (*is)(const struct message *))
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++)
		n += is(a->turns[i]) ? 1 : 0;
	return n;
}

static int priced(const struct message *t)
{
	return t->cost >= 0;
}

static int unpriced(const struct message *t)
{
	int nothing = t->usage.prompt < 0 && t->usage.completion < 0;

	return t->cost < 0 && !(t->error && nothing);
}

static int estimated(const struct message *t)
{
	return t->usage.set == USAGE_ESTIMATED;
}

static int guessed(const struct message *t)
{
	return priced(t) && t->cost_source[0] == 'e';
}

/* After each turn the totals are what a sum over all of them is, whatever was reported. */
START_TEST(test_totals)
{
	for (seed = 1; seed <= ROUNDS; seed++) {
		struct account a = { 0 };
		uint32_t was = seed;
		int absurd = seed % 2 == 0;

		for (size_t i = 0; i < TURNS; i++) {
			account_add(&a, fill(absurd));
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
			ck_assert_int_eq(t.cost, t.priced ? SUM(&a, cost) : -1);
		}
		forget(&a);
		seed = was;
	}
}
END_TEST

/* A reply of the mock's, 1000 tokens in and 90 out. */
static struct message *one(int64_t ttft_ms, int64_t total_ms)
{
	struct message *t = message_new();

	t->instance = xstrdup("p");
	t->model = xstrdup("m");
	t->usage.prompt = 1000;
	t->usage.completion = 90;
	t->cost = 50000000;
	t->cost_source = "table";
	t->ttft_ms = ttft_ms;
	t->total_ms = total_ms;
	return t;
}

/* Compares what /stats says of a reply, which is freed. */
static void says(struct message *m, const char *expected)
{
	struct account a = { 0 };
	struct buf out = BUF(BUF_NO_CAP);

	account_add(&a, m);
	account_text(&a, &out);
	ck_assert_str_eq(out.p, expected);
	buf_free(&out);
	forget(&a);
}

#define USED "1. p m: 1000 prompt + 90 completion tokens, $0.00005 (table), "
#define TOTAL "\ntotal: 1 turn, 1000 prompt + 90 completion tokens, $0.00005"

/* Times and tokens a second, where they say something. */
START_TEST(test_times)
{
	struct message *m;

	says(one(480, 2480), USED "2.4 s (first 0.4), 45.0 tokens/s" TOTAL);
	says(one(99, 1098), USED "1.0 s" TOTAL);
	says(one(100, 1100), USED "1.1 s (first 0.1), 90.0 tokens/s" TOTAL);
	says(one(0, 7000), USED "7.0 s, 12.8 tokens/s" TOTAL);
	says(one(-1, 7000), USED "7.0 s" TOTAL);
	says(one(7000, 7000), USED "7.0 s (first 7.0)" TOTAL);
	says(one(-1, -1), "1. p m: 1000 prompt + 90 completion tokens, $0.00005 (table)" TOTAL);
	m = one(0, 7000);
	m->usage.completion = INT64_MAX;
	says(m, "1. p m: 1000 prompt + 9223372036854775807 completion tokens, $0.00005 (table), "
		 "7.0 s\ntotal: 1 turn, 1000 prompt + 9223372036854775807 completion tokens, "
		 "$0.00005");
}
END_TEST

/* What is an estimate bears a mark; what cannot be counted is said to. */
START_TEST(test_marks)
{
	struct account a = { 0 };
	struct message *t = one(0, 2000);

	t->usage.set = USAGE_ESTIMATED;
	t->cost_source = "estimate";
	t->error = HN_ERR_INTERRUPTED;
	t->retries = 1;
	says(t, "1. p m: ~1000 prompt + ~90 completion tokens, ~$0.00005 (estimate), 2.0 s, "
		 "~45.0 tokens/s, 1 retry, interrupted\n"
		 "total: 1 turn, ~1000 prompt + ~90 completion tokens, ~$0.00005");
	t = one(0, 0);
	t->cost_source = "estimate"; /* reported, but not the last word */
	says(t, "1. p m: 1000 prompt + 90 completion tokens, ~$0.00005 (estimate), 0.0 s\n"
		 "total: 1 turn, 1000 prompt + 90 completion tokens, ~$0.00005");
	account_add(&a, one(0, 0));
	t = one(0, 0);
	t->cost = INT64_MAX - 1;
	account_add(&a, t);
	ck_assert_int_eq(account_totals(&a).cost, INT64_MAX);
	struct json_object *o = account_json(&a);
	ck_assert_ptr_null(json_object_object_get(o, "cost"));
	json_object_put(o);
	forget(&a);
}
END_TEST

/* Each turn as programs see it. */
START_TEST(test_json)
{
	struct account a = { 0 };
	struct message *t = one(480, 2480);
	struct json_object *o, *each;

	t->retries = 2;
	account_add(&a, t);
	t = one(-1, -1);
	t->cost = -1;
	t->cost_source = "";
	account_add(&a, t);
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
	forget(&a);
}
END_TEST

UNIT_MAIN("account", test_totals, test_times, test_marks, test_json)
