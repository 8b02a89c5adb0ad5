/* SPDX-License-Identifier: MIT */
/* test_retry: which failures are tried again, and how long is waited. */
#include "../unit.h"

#include "chat/retry.h"

static const struct retry_rules rules = { .retries = 2, .max_wait_ms = 60000 };

/* A failure of that kind, without a Retry-After. */
static struct call_error failure(int32_t code, uint32_t flags)
{
	return (struct call_error){ .code = code, .flags = flags, .retry_after_ms = -1 };
}

/* Compares a whole plan. */
static void expect(struct retry_plan plan, int again, int too_long, int64_t wait_ms)
{
	ck_assert_int_eq(plan.again, again);
	ck_assert_int_eq(plan.too_long, too_long);
	ck_assert_int_eq(plan.wait_ms, wait_ms);
}

/* By kind: what may pass by itself is tried again, nothing else. */
START_TEST(by_kind)
{
	static const int32_t yes[] = { HN_ERR_RATE_LIMITED, HN_ERR_UNAVAILABLE, HN_ERR_NETWORK };
	static const int32_t no[] = { HN_ERR_PLUGIN, HN_ERR_USAGE, HN_ERR_CONFIG, HN_ERR_AUTH,
		HN_ERR_PERMISSION, HN_ERR_QUOTA, HN_ERR_BAD_REQUEST, HN_ERR_NOT_FOUND,
		HN_ERR_CONTEXT_TOO_LONG, HN_ERR_OVER_LIMIT, HN_ERR_TRUNCATED, HN_ERR_PROTOCOL,
		HN_ERR_CONTENT_FILTER, HN_ERR_OUTPUT, HN_ERR_INTERRUPTED, HN_OK };
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		struct call_error e = failure(yes[i], 0);
		expect(retry_plan(&rules, &e, 0, 0), 1, 0, 0);
	}
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		struct call_error e = failure(no[i], 0);
		expect(retry_plan(&rules, &e, 0, UINT32_MAX), 0, 0, 0);
	}
}
END_TEST

/* What the provider says about it outranks the kind; "final" outranks "retry"; a cancel
 * outranks all. */
START_TEST(by_flag)
{
	struct call_error e = failure(HN_ERR_RATE_LIMITED, HN_FAIL_FINAL);
	expect(retry_plan(&rules, &e, 0, 0), 0, 0, 0);
	e = failure(HN_ERR_BAD_REQUEST, HN_FAIL_RETRY);
	expect(retry_plan(&rules, &e, 0, 0), 1, 0, 0);
	e = failure(HN_ERR_BAD_REQUEST, HN_FAIL_RETRY | HN_FAIL_FINAL);
	expect(retry_plan(&rules, &e, 0, 0), 0, 0, 0);
	e = failure(HN_ERR_INTERRUPTED, HN_FAIL_RETRY);
	expect(retry_plan(&rules, &e, 0, 0), 0, 0, 0);
}
END_TEST

/* Every 5xx is tried again but those that say that the server cannot. */
START_TEST(by_status)
{
	static const int32_t no[] = { 501, 505 };
	struct call_error e = failure(HN_ERR_UNAVAILABLE, 0);
	e.status = 503;
	expect(retry_plan(&rules, &e, 0, 0), 1, 0, 0);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		e.status = no[i];
		expect(retry_plan(&rules, &e, 0, 0), 0, 0, 0);
	}
}
END_TEST

/* So many retries and no more. */
START_TEST(counts)
{
	struct call_error e = failure(HN_ERR_UNAVAILABLE, 0);
	for (int64_t done = 0; done < 5; done++)
		ck_assert_int_eq(retry_plan(&rules, &e, done, 0).again, done < 2);
	struct retry_rules never = { .retries = 0, .max_wait_ms = 60000 };
	expect(retry_plan(&never, &e, 0, 0), 0, 0, 0);
}
END_TEST

/* A Retry-After is waited exactly, up to the limit; beyond it that is said, unless no retry
 * was due. */
START_TEST(retry_after)
{
	static const int64_t asked[] = { 0, 1, 50, 59999, 60000 };
	struct call_error e = failure(HN_ERR_RATE_LIMITED, 0);
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		e.retry_after_ms = asked[i];
		expect(retry_plan(&rules, &e, 1, UINT32_MAX / 3), 1, 0, asked[i]);
	}
	e.retry_after_ms = 60001;
	expect(retry_plan(&rules, &e, 0, 0), 0, 1, 0);
	expect(retry_plan(&rules, &e, 2, 0), 0, 0, 0);
	e.code = HN_ERR_QUOTA;
	expect(retry_plan(&rules, &e, 0, 0), 0, 0, 0);
}
END_TEST

/* The ceiling doubles from half a second to eight, and the limit cuts it. Both ends are reached. */
START_TEST(ceilings)
{
	static const int64_t top[] = { 500, 1000, 2000, 4000, 8000, 8000, 8000 };
	struct retry_rules many = { .retries = INT64_MAX, .max_wait_ms = 60000 };
	struct retry_rules brief = { .retries = 9, .max_wait_ms = 700 };
	struct call_error e = failure(HN_ERR_NETWORK, 0);
	for (int64_t done = 0; done < 7; done++) {
		expect(retry_plan(&many, &e, done, UINT32_MAX), 1, 0, top[done]);
		expect(retry_plan(&many, &e, done, 0), 1, 0, 0);
	}
	expect(retry_plan(&many, &e, INT64_MAX - 1, UINT32_MAX), 1, 0, 8000);
	expect(retry_plan(&brief, &e, 0, UINT32_MAX), 1, 0, 500);
	expect(retry_plan(&brief, &e, 1, UINT32_MAX), 1, 0, 700);
}
END_TEST

/* Full jitter: evenly spread random bits give evenly spread waits over the whole range. */
START_TEST(full_jitter)
{
	struct call_error e = failure(HN_ERR_NETWORK, 0);
	unsigned seen[501] = { 0 };
	for (uint32_t i = 0; i < 501u * 64; i++) {
		uint32_t random = (uint32_t)(((uint64_t)i << 32) / (501u * 64));
		int64_t wait = retry_plan(&rules, &e, 0, random).wait_ms;
		ck_assert_int_ge(wait, 0);
		ck_assert_int_le(wait, 500);
		seen[wait]++;
	}
	for (size_t i = 0; i < 501; i++) {
		ck_assert_uint_ge(seen[i], 63);
		ck_assert_uint_le(seen[i], 65);
	}
}
END_TEST

UNIT_MAIN("retry", by_kind, by_flag, by_status, counts, retry_after, ceilings, full_jitter)
