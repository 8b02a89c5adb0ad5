/* SPDX-License-Identifier: MIT */
/* clock: the real one: the system's monotonic and wall clocks, and poll(2). */
#include "call/call.h"

#include <limits.h>
#include <poll.h>
#include <time.h>

/* A clock of the system in ms. */
static int64_t read_ms(clockid_t id)
{
	struct timespec t = { 0 };
	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Monotonic ms. */
static int64_t real_now(void *ud)
{
	(void)ud;
	return read_ms(CLOCK_MONOTONIC);
}

/* ms since 1970. */
static int64_t real_wall(void *ud)
{
	(void)ud;
	return read_ms(CLOCK_REALTIME);
}

/* poll(2); a signal ends it early, so that the caller looks at its cancel token. */
static int real_wait(void *ud, void *pollfds, size_t n, int64_t timeout_ms)
{
	(void)ud;
	if (timeout_ms > INT_MAX)
		timeout_ms = INT_MAX;
	return poll(pollfds, (nfds_t)n, timeout_ms < 0 ? -1 : (int)timeout_ms);
}

const struct clock clock_real = { .now = real_now, .wall = real_wall, .wait = real_wait };
