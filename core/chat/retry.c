/* SPDX-License-Identifier: MIT */
/*
 * retry: whether a failed attempt is tried again, and after how long.
 *
 * The pause is drawn from the whole range between nothing and the ceiling (full jitter): clients
 * that were refused together must not come back together. Whether anything was emitted already,
 * and whether the request may have been billed, is the caller's to know: it says so with
 * HN_FAIL_FINAL.
 */
#include "chat/retry.h"

#include "call/kind.h"

#define FIRST_MS 500 /* ceiling of the first pause; it doubles with each */
#define LAST_MS 8000

static int worth_it(const struct call_error *error)
{
	if (error->code == HN_ERR_INTERRUPTED || error->flags & HN_FAIL_FINAL)
		return 0;
	/* "I cannot do that": nor will the server be able to in a second */
	if ((error->status == 501 || error->status == 505) && !(error->flags & HN_FAIL_RETRY))
		return 0;
	return error->flags & HN_FAIL_RETRY || kind_retryable(error->code);
}

/* The longest pause before retry number done + 1. */
static int64_t ceiling_ms(int64_t done, int64_t max_wait_ms)
{
	int64_t ms = FIRST_MS;
	while (done-- > 0 && ms < LAST_MS)
		ms *= 2;
	if (ms > LAST_MS)
		ms = LAST_MS;
	return ms < max_wait_ms ? ms : max_wait_ms;
}

struct retry_plan retry_plan(const struct retry_rules *rules, const struct call_error *error,
	int64_t done, uint32_t random)
{
	if (!worth_it(error) || done >= rules->retries)
		return (struct retry_plan){ 0 };
	if (error->retry_after_ms > rules->max_wait_ms)
		return (struct retry_plan){ .too_long = 1 };
	if (error->retry_after_ms >= 0)
		return (struct retry_plan){ .again = 1, .wait_ms = error->retry_after_ms };
	uint64_t choices = (uint64_t)ceiling_ms(done, rules->max_wait_ms) + 1;
	/* Scaling 32 bits by multiplication reaches both ends, without the bias of a remainder. */
	return (struct retry_plan){ .again = 1, .wait_ms = (int64_t)(random * choices >> 32) };
}
