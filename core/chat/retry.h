/* SPDX-License-Identifier: MIT */
/* retry: whether a failed attempt is tried again, and after how long. Pure: randomness comes in. */
#ifndef HOBNOB_CHAT_RETRY_H
#define HOBNOB_CHAT_RETRY_H

#include <stdint.h>

#include "call/call.h"

struct retry_rules { int64_t retries, max_wait_ms; };
struct retry_plan {
	int again;          /* 1: ask again after wait_ms */
	int too_long;       /* the server asked for more than max_wait_ms: not tried, said so */
	int64_t wait_ms;
};
/* done: retries already made. random: any 32 random bits. A Retry-After is waited exactly; else
 * random between 0 and min(500 * 2^done, 8000, max_wait_ms) ms, both included. */
struct retry_plan retry_plan(const struct retry_rules *, const struct call_error *, int64_t done, uint32_t random);

#endif
