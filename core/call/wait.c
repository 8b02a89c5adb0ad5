/* SPDX-License-Identifier: MIT */
/*
 * wait: the one place where a call waits.
 *
 * Each round polls the caller's descriptors, the cancel pipe and the frontend's watched descriptor, until the nearest
 * of the caller's time-out, the next tick and what is due. It checks cancel before and after every poll, ahead of all
 * else, and serves the frontend in every round, even when the caller's descriptors are always ready.
 */
#include "call/call.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "call/guard.h"
#include "util/mem.h"

#define ON_STACK 8
#define FDS_MOST 65536

/* One wait: the caller's descriptors first, then cancel, then the watched one. */
struct wait {
	hn_call *call;
	hn_pollfd *fds;
	struct pollfd *polled;
	uint32_t n;
	int64_t deadline; /* -1: none */
	int failed; /* errno of the poll that failed, or 0 */
};

/* The descriptor that the frontend wants watched now, or -1, which poll(2) skips. */
static int watched_fd(const hn_call *call)
{
	return call->attend && call->attend->on_readable ? call->attend->fd : -1;
}

/* ms until the next tick is due, -1 without ticks. */
static int64_t until_tick(const hn_call *call, int64_t now)
{
	struct attend *a = call->attend;
	if (!a || !a->on_tick || a->tick_ms <= 0)
		return -1;
	if (!a->next_tick)
		a->next_tick = now + a->tick_ms;
	return a->next_tick > now ? a->next_tick - now : 0;
}

/* ms until a time; -1 if it is 0 (never). */
static int64_t until(int64_t time, int64_t now)
{
	if (time == 0)
		return -1;
	return time > now ? time - now : 0;
}

/* The shorter of two times to sleep, of which -1 is for ever. */
static int64_t sooner(int64_t a, int64_t b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a < b ? a : b;
}

/* How long this round may sleep: -1 for ever. */
static int64_t round_timeout(const struct wait *w)
{
	int64_t now = call_now(w->call);
	int64_t sleep = until_tick(w->call, now);
	if (w->call->attend)
		sleep = sooner(sleep, until(w->call->attend->due, now));
	if (w->deadline >= 0)
		sleep = sooner(sleep, w->deadline > now ? w->deadline - now : 0);
	return sleep;
}

/* Fills the set that is polled. */
static void prepare(struct wait *w)
{
	for (uint32_t i = 0; i < w->n; i++) {
		short events = (short)((w->fds[i].events & HN_POLL_IN ? POLLIN : 0) |
				       (w->fds[i].events & HN_POLL_OUT ? POLLOUT : 0));
		w->polled[i] = (struct pollfd){ .fd = w->fds[i].fd, .events = events };
		w->fds[i].ready = 0;
	}
	w->polled[w->n] = (struct pollfd){ .fd = w->call->cancel->fds[0], .events = POLLIN };
	w->polled[w->n + 1] = (struct pollfd){ .fd = watched_fd(w->call), .events = POLLIN };
}

/* Marks the caller's ready descriptors and counts them. A hang-up counts as readable, as end of file. */
static uint32_t report(struct wait *w)
{
	uint32_t ready = 0;
	for (uint32_t i = 0; i < w->n; i++) {
		short r = w->polled[i].revents;
		w->fds[i].ready = (r & (POLLIN | POLLHUP) ? HN_POLL_IN : 0) |
				  (r & POLLOUT ? HN_POLL_OUT : 0) |
				  (r & (POLLERR | POLLHUP | POLLNVAL) ? HN_POLL_ERR : 0);
		ready += w->fds[i].ready != 0;
	}
	return ready;
}

/* Lets the frontend read its watched descriptor; stops watching a closed one. */
static void serve_watched(struct wait *w)
{
	struct attend *a = w->call->attend;
	struct guard_frame frame;
	short r = w->polled[w->n + 1].revents;
	if (r & POLLNVAL)
		a->fd = -1;
	if (!r || r & POLLNVAL)
		return;
	guard_enter_inside(&frame, a->plugin, "on_readable");
	a->on_readable(a->readable_ud);
	guard_leave(&frame);
}

/* Ticks if a tick is due; skips missed ones. */
static void serve_tick(hn_call *call)
{
	int64_t now = call_now(call);
	if (until_tick(call, now) != 0)
		return;
	struct attend *a = call->attend;
	a->next_tick += a->tick_ms;
	if (a->next_tick <= now)
		a->next_tick = now + a->tick_ms;
	a->on_tick(a->tick_ud);
}

/* Serves what is due. */
int64_t call_serve_due(hn_call *call)
{
	struct attend *a = call->attend;
	if (!a || until(a->due, call_now(call)) != 0)
		return a ? until(a->due, call_now(call)) : -1;
	a->due = 0;
	a->on_due(a->due_ud);
	return until(a->due, call_now(call));
}

/* Judges a round: 0 and *result if the wait is over, 1 to continue. */
static int judge(struct wait *w, int32_t *result)
{
	if (cancel_is_set(w->call->cancel))
		*result = HN_ERR_INTERRUPTED;
	else if (w->failed)
		*result = call_failf(w->call, HN_ERR_PLUGIN, NULL, "waiting failed: %s",
			strerror(w->failed));
	else if (report(w))
		*result = HN_WAIT_READY;
	else if (w->deadline >= 0 && call_now(w->call) >= w->deadline)
		*result = HN_WAIT_TIMEOUT;
	else
		return 1;
	return 0;
}

/* Polls once and serves what is ready; returns as judge(). */
static int wait_round(struct wait *w, int32_t *result)
{
	const struct clock *clock = w->call->clock;
	prepare(w);
	int rc = clock->wait(clock->ud, w->polled, (size_t)w->n + 2, round_timeout(w));
	w->failed = rc < 0 && errno != EINTR && errno != EAGAIN ? errno : 0;
	if (rc <= 0)
		for (uint32_t i = 0; i < w->n + 2; i++)
			w->polled[i].revents = 0;
	/* An alarm without a cancel was cleared while it was being raised. A cancel that comes meanwhile counts. */
	if (w->polled[w->n].revents && !cancel_is_set(w->call->cancel))
		cancel_drain(w->call->cancel);
	serve_watched(w);
	serve_tick(w->call);
	call_serve_due(w->call);
	return judge(w, result);
}

/* The time when a time-out ends, -1 if never. */
static int64_t deadline_of(hn_call *call, int64_t timeout_ms)
{
	int64_t now = call_now(call);
	if (timeout_ms < 0)
		return -1;
	return timeout_ms > INT64_MAX - now ? INT64_MAX : now + timeout_ms;
}

/* 0 if the descriptors can be read, else HN_ERR_PLUGIN. */
static int32_t check(hn_call *call, const hn_pollfd *fds, uint32_t n)
{
	struct fault f = { 0 };
	if (n && !fds)
		fault_set(&f, HN_ERR_PLUGIN, NULL, "wait_for() was called with %u descriptors, and fds is NULL", n);
	else if (n > FDS_MOST)
		fault_set(&f, HN_ERR_PLUGIN, NULL, "wait_for() was called with %u descriptors, at most %d are taken",
			n, FDS_MOST);
	return f.kind ? call_breach(call, RULE_STRUCT_SIZES, &f) : 0;
}

/* Waits for descriptors, time or cancel. */
int32_t call_wait(hn_call *call, hn_pollfd *fds, uint32_t n, int64_t timeout_ms)
{
	struct pollfd few[ON_STACK + 2];
	struct wait w = { call, fds, few, n, deadline_of(call, timeout_ms), 0 };
	int32_t result = HN_ERR_INTERRUPTED;
	if (check(call, fds, n)) {
		errno = EINVAL;
		return HN_ERR_PLUGIN;
	}
	if (cancel_is_set(call->cancel))
		return result;
	if (w.n > ON_STACK)
		w.polled = xcalloc((size_t)w.n + 2, sizeof *w.polled);
	while (wait_round(&w, &result))
		;
	if (w.polled != few)
		free(w.polled);
	if (result < 0 && result != HN_ERR_INTERRUPTED)
		errno = w.failed;
	return result;
}

/* Monotonic ms. */
int64_t call_now(hn_call *call)
{
	return call->clock->now(call->clock->ud);
}
