/* SPDX-License-Identifier: MIT */
/* test_call: cancel, waiting under an injected clock, errors, events and memory of a call. */
#include "../guarded.h"
#include "../unit.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "call/call.h"
#include "util/buf.h"

/* A clock whose time passes only by waiting. */
struct fake {
	int64_t now;
	unsigned waits;
	unsigned interrupts; /* that many waits end in EINTR first */
};

static int64_t fake_now(void *ud)
{
	return ((struct fake *)ud)->now;
}

static int fake_wait(void *ud, void *fds, size_t n, int64_t timeout_ms)
{
	struct fake *f = ud;
	f->waits++;
	if (f->interrupts) {
		f->interrupts--;
		errno = EINTR;
		return -1;
	}
	int ready = poll(fds, (nfds_t)n, 0);
	ck_assert_msg(ready || timeout_ms >= 0, "would wait for ever");
	if (!ready)
		f->now += timeout_ms;
	return ready;
}

static struct fake fake;
static struct clock test_clock = { fake_now, fake_now, fake_wait, &fake };
static struct cancel cancel;
static struct hn_call call;
static struct attend attend;

static void setup(void)
{
	fake = (struct fake){ .now = 1000 };
	attend = (struct attend){ .fd = -1 };
	ck_assert_int_eq(cancel_open(&cancel), 0);
	call_init(&call, &cancel, &test_clock, NULL);
}

static void teardown(void)
{
	call_end(&call);
	cancel_close(&cancel);
}

START_TEST(sleeps_exactly)
{
	setup();
	ck_assert_int_eq(call_wait(&call, NULL, 0, 250), HN_WAIT_TIMEOUT);
	ck_assert_int_eq(call_now(&call), 1250);
	ck_assert_int_eq(call_wait(&call, NULL, 0, 0), HN_WAIT_TIMEOUT);
	ck_assert_int_eq(call_now(&call), 1250);
	teardown();
}
END_TEST

START_TEST(cancelled_before_waits_not_at_all)
{
	setup();
	ck_assert_int_eq(call_cancelled(&call), 0);
	cancel_set(&cancel);
	ck_assert_int_eq(call_cancelled(&call), 1);
	ck_assert_int_eq(call_wait(&call, NULL, 0, 250), HN_ERR_INTERRUPTED);
	ck_assert_uint_eq(fake.waits, 0);
	cancel_clear(&cancel);
	ck_assert_int_eq(call_wait(&call, NULL, 0, 250), HN_WAIT_TIMEOUT);
	teardown();
}
END_TEST

START_TEST(cancel_goes_before_a_ready_descriptor)
{
	int fds[2];
	setup();
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(write(fds[1], "x", 1), 1);
	hn_pollfd one = { .fd = fds[0], .events = HN_POLL_IN };
	ck_assert_int_eq(call_wait(&call, &one, 1, -1), HN_WAIT_READY);
	ck_assert_uint_eq(one.ready, HN_POLL_IN);
	cancel_set(&cancel);
	ck_assert_int_eq(call_wait(&call, &one, 1, -1), HN_ERR_INTERRUPTED);
	close(fds[0]);
	close(fds[1]);
	teardown();
}
END_TEST

START_TEST(setting_cancel_many_times_leaves_one_byte)
{
	setup();
	for (int i = 0; i < 1000; i++)
		cancel_set(&cancel);
	int waiting = 0;
	ck_assert_int_eq(ioctl(cancel.fds[0], FIONREAD, &waiting), 0);
	ck_assert_int_eq(waiting, 1);
	cancel_clear(&cancel);
	struct pollfd p = { .fd = cancel.fds[0], .events = POLLIN };
	ck_assert_int_eq(poll(&p, 1, 0), 0);
	teardown();
}
END_TEST

START_TEST(draining_forgets_no_cancel)
{
	setup();
	cancel_set(&cancel);
	cancel_drain(&cancel);
	struct pollfd p = { .fd = cancel.fds[0], .events = POLLIN };
	ck_assert_int_eq(poll(&p, 1, 0), 0);
	ck_assert_int_eq(call_cancelled(&call), 1);
	ck_assert_int_eq(call_wait(&call, NULL, 0, -1), HN_ERR_INTERRUPTED);
	cancel_clear(&cancel);
	ck_assert_int_eq(call_wait(&call, NULL, 0, 70), HN_WAIT_TIMEOUT);
	teardown();
}
END_TEST

START_TEST(a_byte_without_a_cancel_does_not_spin)
{
	setup();
	ck_assert_int_eq(write(cancel.fds[1], "!", 1), 1);
	ck_assert_int_eq(call_wait(&call, NULL, 0, 70), HN_WAIT_TIMEOUT);
	ck_assert_uint_eq(fake.waits, 2);
	teardown();
}
END_TEST

START_TEST(a_signal_does_not_shorten_the_wait)
{
	setup();
	fake.interrupts = 3;
	ck_assert_int_eq(call_wait(&call, NULL, 0, 90), HN_WAIT_TIMEOUT);
	ck_assert_uint_eq(fake.waits, 4);
	ck_assert_int_eq(call_now(&call), 1090);
	teardown();
}
END_TEST

START_TEST(all_of_many_descriptors_are_reported)
{
	enum { MANY = 40 };
	int fds[MANY][2];
	hn_pollfd polled[MANY];
	setup();
	for (int i = 0; i < MANY; i++) {
		ck_assert_int_eq(pipe(fds[i]), 0);
		polled[i] = (hn_pollfd){ .fd = fds[i][0], .events = HN_POLL_IN, .ready = 7 };
	}
	ck_assert_int_eq(call_wait(&call, polled, MANY, 5), HN_WAIT_TIMEOUT);
	ck_assert_uint_eq(polled[0].ready, 0);
	ck_assert_int_eq(write(fds[3][1], "x", 1), 1);
	close(fds[39][1]);
	ck_assert_int_eq(call_wait(&call, polled, MANY, 5), HN_WAIT_READY);
	for (int i = 0; i < MANY; i++)
		ck_assert_uint_eq(polled[i].ready, i == 3    ? HN_POLL_IN
						   : i == 39 ? HN_POLL_IN | HN_POLL_ERR
							     : 0);
	for (int i = 0; i < MANY; i++) {
		close(fds[i][0]);
		if (i != 39)
			close(fds[i][1]);
	}
	teardown();
}
END_TEST

/* ---- what is served meanwhile ---- */

static unsigned ticks;
static int64_t tick_times[32];

static void on_tick(void *ud)
{
	(void)ud;
	if (ticks < 32)
		tick_times[ticks] = fake.now;
	ticks++;
}

START_TEST(ticks_come_on_time_across_waits)
{
	setup();
	ticks = 0;
	attend.on_tick = on_tick;
	attend.tick_ms = 100;
	call.attend = &attend;
	ck_assert_int_eq(call_wait(&call, NULL, 0, 150), HN_WAIT_TIMEOUT);
	ck_assert_int_eq(call_wait(&call, NULL, 0, 160), HN_WAIT_TIMEOUT);
	ck_assert_uint_eq(ticks, 3);
	ck_assert_int_eq(tick_times[0], 1100);
	ck_assert_int_eq(tick_times[1], 1200);
	ck_assert_int_eq(tick_times[2], 1300);
	fake.now += 1000; /* the caller was busy: missed ticks are not made up for */
	ck_assert_int_eq(call_wait(&call, NULL, 0, 10), HN_WAIT_TIMEOUT);
	ck_assert_uint_eq(ticks, 4);
	ck_assert_int_eq(attend.next_tick, 2410);
	teardown();
}
END_TEST

static void on_due(void *ud)
{
	*(int64_t *)ud = fake.now;
}

/* What is due is done once, in time, though the caller's time-out is later or never comes. */
START_TEST(what_is_due_is_done)
{
	int64_t done = 0;
	setup();
	attend.on_due = on_due;
	attend.due_ud = &done;
	attend.due = fake.now + 500;
	call.attend = &attend;
	ck_assert_int_eq(call_wait(&call, NULL, 0, 400), HN_WAIT_TIMEOUT);
	ck_assert_int_eq(done, 0);
	ck_assert_int_eq(call_serve_due(&call), 100);
	ck_assert_int_eq(call_wait(&call, NULL, 0, 4000), HN_WAIT_TIMEOUT);
	ck_assert_int_eq(done, 1500);
	ck_assert_int_eq(attend.due, 0);
	ck_assert_int_eq(call_serve_due(&call), -1);
	attend.due = fake.now;
	ck_assert_int_eq(call_serve_due(&call), -1);
	ck_assert_int_eq(done, fake.now);
	teardown();
}
END_TEST

START_TEST(ticks_come_though_a_descriptor_is_always_ready)
{
	int fds[2];
	setup();
	ticks = 0;
	attend.on_tick = on_tick;
	attend.tick_ms = 100;
	call.attend = &attend;
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(write(fds[1], "x", 1), 1);
	hn_pollfd one = { .fd = fds[0], .events = HN_POLL_IN };
	for (int i = 0; i < 50; i++, fake.now += 10)
		ck_assert_int_eq(call_wait(&call, &one, 1, -1), HN_WAIT_READY);
	ck_assert_uint_eq(ticks, 4);
	close(fds[0]);
	close(fds[1]);
	teardown();
}
END_TEST

static unsigned reads;

static void read_and_cancel(void *ud)
{
	char c;
	(void)ud;
	reads++;
	if (read(attend.fd, &c, 1) <= 0)
		attend.fd = -1;
	else if (c == 'c')
		cancel_set(&cancel);
}

START_TEST(the_watched_descriptor_is_served_and_may_cancel)
{
	int fds[2];
	setup();
	reads = 0;
	ck_assert_int_eq(pipe(fds), 0);
	attend = (struct attend){ .fd = fds[0], .on_readable = read_and_cancel };
	call.attend = &attend;
	ck_assert_int_eq(write(fds[1], "x", 1), 1);
	ck_assert_int_eq(call_wait(&call, NULL, 0, 100), HN_WAIT_TIMEOUT);
	ck_assert_uint_eq(reads, 1);
	ck_assert_int_eq(write(fds[1], "c", 1), 1);
	ck_assert_int_eq(call_wait(&call, NULL, 0, -1), HN_ERR_INTERRUPTED);
	ck_assert_uint_eq(reads, 2);
	cancel_clear(&cancel);
	close(fds[1]); /* end of file: read once, then no more */
	ck_assert_int_eq(call_wait(&call, NULL, 0, 100), HN_WAIT_TIMEOUT);
	ck_assert_uint_eq(reads, 3);
	attend.fd = fds[0];
	close(fds[0]);
	ck_assert_int_eq(call_wait(&call, NULL, 0, 100), HN_WAIT_TIMEOUT);
	ck_assert_int_eq(attend.fd, -1);
	ck_assert_uint_eq(reads, 3);
	teardown();
}
END_TEST

/* ---- errors, events, memory ---- */

START_TEST(the_last_error_counts)
{
	setup();
	ck_assert_int_eq(
		call_failf(&call, HN_ERR_NETWORK, "try later", "no %s", "way"), HN_ERR_NETWORK);
	ck_assert_str_eq(call.error.message, "no way");
	ck_assert_str_eq(call.error.hint, "try later");
	ck_assert_int_eq(call.error.retry_after_ms, -1);
	hn_error again = {
		.struct_size = sizeof again,
		.code = HN_ERR_RATE_LIMITED,
		.status = 429,
		.flags = HN_FAIL_RETRY,
		.retry_after_ms = 50,
		.message = { call.error.message, 2 }, /* the slot's own text */
	};
	ck_assert_int_eq(call_fail(&call, &again), HN_ERR_RATE_LIMITED);
	ck_assert_str_eq(call.error.message, "no");
	ck_assert_ptr_null(call.error.hint);
	ck_assert_int_eq(call.error.status, 429);
	ck_assert_uint_eq(call.error.flags, HN_FAIL_RETRY);
	ck_assert_int_eq(call.error.retry_after_ms, 50);
	call_error_clear(&call);
	ck_assert_int_eq(call.error.code, 0);
	ck_assert_ptr_null(call.error.message);
	teardown();
}
END_TEST

/* Numbers of an error that nobody could add to: a wait is long, a number of tokens was not said. */
START_TEST(numbers_of_an_error_are_bounded)
{
	static const struct {
		int64_t said, wait, tokens;
	} all[] = {
		{ INT64_MAX, INT64_C(366) * 86400000, 0 },
		{ INT64_MAX / 4, INT64_C(366) * 86400000, 0 },
		{ INT64_C(366) * 86400000, INT64_C(366) * 86400000, INT64_C(366) * 86400000 },
		{ 200000, 200000, 200000 },
		{ 0, -1, 0 },
		{ -1, -1, 0 },
		{ INT64_MIN, -1, 0 },
	};
	setup();
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		hn_error e = { .struct_size = sizeof e,
			.code = HN_ERR_RATE_LIMITED,
			.retry_after_ms = all[i].said,
			.window = all[i].said,
			.prompt = all[i].said,
			.max_output = all[i].said };
		call_fail(&call, &e);
		ck_assert_int_eq(call.error.retry_after_ms, all[i].wait);
		ck_assert_int_eq(call.error.window, all[i].tokens);
		ck_assert_int_eq(call.error.prompt, all[i].tokens);
		ck_assert_int_eq(call.error.max_output, all[i].tokens);
	}
	teardown();
}
END_TEST

/* An unknown code is the plugin's fault; what it says of the failure stays. */
START_TEST(an_unknown_code_keeps_its_message)
{
	static const int32_t codes[] = { 3, 0, HN_ERR_INTERRUPTED - 1, HN_WAIT_FAILED, -999, INT32_MIN };
	char wanted[80];
	setup();
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		hn_error bad = { .struct_size = sizeof bad, .code = codes[i], .message = str_of("it rained") };
		ck_assert_int_eq(call_fail(&call, &bad), HN_ERR_PLUGIN);
		ck_assert_int_eq(call.error.code, HN_ERR_PLUGIN);
		ck_assert_str_eq(call.error.message, "it rained");
		bad.message.n = 0;
		ck_assert_int_eq(call_fail(&call, &bad), HN_ERR_PLUGIN);
		snprintf(wanted, sizeof wanted, "the plugin failed with an unknown error code: %d", codes[i]);
		ck_assert_str_eq(call.error.message, wanted);
	}
	teardown();
}
END_TEST

/* The error slot holds a breach of that rule, by the plugin's name. */
static void check_breach(int32_t code, const char *message)
{
	char wanted[160];
	snprintf(wanted, sizeof wanted, "thing: %s", message);
	ck_assert_int_eq(code, HN_ERR_PLUGIN);
	ck_assert_int_eq(call.error.code, HN_ERR_PLUGIN);
	ck_assert_str_eq(call.error.message, wanted);
	call_error_clear(&call);
}

START_TEST(an_error_that_cannot_be_read_is_refused_by_name)
{
	hn_error bad = { .code = HN_ERR_AUTH, .message = str_of("it rained") };
	setup();
	call.plugin = "thing";
	check_breach(call_fail(&call, NULL), "hn_error is NULL");
	check_breach(call_fail(&call, &bad), "hn_error says struct_size 0, at least 80 are needed");
	bad.struct_size = 79;
	check_breach(call_fail(&call, guarded_copy(&bad, 79)),
		"hn_error says struct_size 79, at least 80 are needed");
	bad.struct_size = sizeof bad;
	bad.message = (hn_str){ NULL, 5 };
	check_breach(call_fail(&call, &bad), "hn_error.message is NULL and 5 bytes long");
	bad.message = (hn_str){ "x", SIZE_MAX };
	check_breach(call_fail(&call, &bad),
		"hn_error.message is 18446744073709551615 bytes long, at most 67108864 are taken");
	bad.message = bad.hint = (hn_str){ NULL, 0 };
	bad.hint.n = 1;
	check_breach(call_fail(&call, &bad), "hn_error.hint is NULL and 1 bytes long");
	bad.hint.n = 0;
	ck_assert_int_eq(call_fail(&call, guarded_copy(&bad, sizeof bad)), HN_ERR_AUTH);
	ck_assert_str_eq(call.error.message, "the plugin failed without saying why");
	teardown();
}
END_TEST

static int32_t sink_says;
static unsigned sunk;

static int32_t sink(void *ud, const hn_event *event)
{
	(void)ud;
	(void)event;
	sunk++;
	return sink_says;
}

START_TEST(emit_stops_where_the_sink_or_the_user_says_so)
{
	hn_event event = { .struct_size = sizeof event, .type = HN_EV_TEXT };
	setup();
	ck_assert_int_eq(call_emit(&call, &event), HN_ERR_PLUGIN);
	sunk = 0;
	sink_says = 0;
	call.sink = sink;
	ck_assert_int_eq(call_emit(&call, &event), 0);
	cancel_set(&cancel);
	ck_assert_int_eq(call_emit(&call, &event), HN_ERR_INTERRUPTED);
	ck_assert_uint_eq(sunk, 1);
	cancel_clear(&cancel);
	sink_says = HN_ERR_OUTPUT;
	ck_assert_int_eq(call_emit(&call, &event), HN_ERR_OUTPUT);
	sink_says = 0;
	ck_assert_int_eq(call_emit(&call, &event), HN_ERR_OUTPUT);
	ck_assert_uint_eq(sunk, 2);
	teardown();
}
END_TEST

static hn_event seen;
static hn_usage seen_usage;

static int32_t see(void *ud, const hn_event *event)
{
	(void)ud;
	seen = *event;
	if (event->usage)
		seen_usage = *event->usage;
	return 0;
}

/* What lies behind an event and its usage is nobody's. */
START_TEST(an_event_is_read_to_its_end_only)
{
	hn_usage usage = { .struct_size = sizeof usage, .set = HN_USAGE_PROMPT, .prompt = 7 };
	hn_event event = { .struct_size = sizeof event,
		.type = HN_EV_USAGE,
		.text = str_of("t"),
		.usage = guarded_copy(&usage, sizeof usage) };
	setup();
	call.sink = see;
	ck_assert_int_eq(call_emit(&call, guarded_copy(&event, sizeof event)), 0);
	ck_assert_uint_eq(seen.struct_size, sizeof seen);
	ck_assert_ptr_ne(seen.usage, event.usage);
	ck_assert_int_eq(seen_usage.prompt, 7);
	ck_assert_str_eq(seen.text.p, "t");
	teardown();
}
END_TEST

/* Each ends the right to emit: what follows would be half a reply. */
START_TEST(an_event_that_cannot_be_read_is_refused_by_name)
{
	static const hn_usage zeroed;
	static const hn_event whole = { .struct_size = sizeof whole, .type = HN_EV_TEXT };
	static const struct {
		hn_event event;
		const char *why;
	} cases[] = {
		{ { .type = HN_EV_TEXT }, "hn_event says struct_size 0, at least 96 are needed" },
		{ { .struct_size = 95 }, "hn_event says struct_size 95, at least 96 are needed" },
		{ { .struct_size = sizeof whole, .usage = &zeroed },
			"hn_usage says struct_size 0, at least 56 are needed" },
		{ { .struct_size = sizeof whole, .text = { NULL, 100 } }, "hn_event.text is NULL and 100 bytes long" },
		{ { .struct_size = sizeof whole, .name = { NULL, 1 } }, "hn_event.name is NULL and 1 bytes long" },
		{ { .struct_size = sizeof whole, .id = { NULL, 2 } }, "hn_event.id is NULL and 2 bytes long" },
		{ { .struct_size = sizeof whole, .mime = { NULL, 3 } }, "hn_event.mime is NULL and 3 bytes long" },
		{ { .struct_size = sizeof whole, .text = { "x", 67108865 } },
			"hn_event.text is 67108865 bytes long, at most 67108864 are taken" },
	};
	setup();
	call.sink = sink;
	call.plugin = "thing";
	sunk = 0;
	sink_says = 0;
	check_breach(call_emit(&call, NULL), "hn_event is NULL");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		call.broken = 0;
		check_breach(call_emit(&call, &cases[i].event), cases[i].why);
		ck_assert_int_eq(call_emit(&call, &whole), HN_ERR_PLUGIN);
	}
	ck_assert_uint_eq(sunk, 0);
	teardown();
}
END_TEST

START_TEST(descriptors_that_cannot_be_read_are_refused)
{
	static hn_pollfd one = { .fd = -1 };
	setup();
	call.plugin = "thing";
	check_breach(call_wait(&call, NULL, 2, 10), "wait_for() was called with 2 descriptors, and fds is NULL");
	ck_assert_int_eq(errno, EINVAL);
	check_breach(call_wait(&call, &one, UINT32_MAX, 10),
		"wait_for() was called with 4294967295 descriptors, at most 65536 are taken");
	ck_assert_uint_eq(fake.waits, 0);
	teardown();
}
END_TEST

START_TEST(memory_is_zeroed_and_aligned)
{
	setup();
	for (size_t n = 0; n < 300; n++) {
		unsigned char *p = call_alloc(&call, n);
		ck_assert_uint_eq((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			ck_assert_uint_eq(p[i], 0);
		memset(p, 0xAA, n);
	}
	teardown();
}
END_TEST

START_TEST(the_real_clock_waits)
{
	int fds[2];
	ck_assert_int_eq(pipe(fds), 0);
	struct pollfd p = { .fd = fds[0], .events = POLLIN };
	int64_t before = clock_real.now(NULL);
	ck_assert_int_eq(clock_real.wait(NULL, &p, 1, 20), 0);
	ck_assert_int_ge(clock_real.now(NULL) - before, 19);
	ck_assert_int_eq(write(fds[1], "x", 1), 1);
	ck_assert_int_eq(clock_real.wait(NULL, &p, 1, INT64_MAX), 1);
	ck_assert_int_gt(clock_real.wall(NULL), INT64_C(1700000000000));
	close(fds[0]);
	close(fds[1]);
}
END_TEST

UNIT_MAIN("call", sleeps_exactly, cancelled_before_waits_not_at_all,
	cancel_goes_before_a_ready_descriptor, setting_cancel_many_times_leaves_one_byte, draining_forgets_no_cancel,
	a_byte_without_a_cancel_does_not_spin, a_signal_does_not_shorten_the_wait,
	all_of_many_descriptors_are_reported, ticks_come_on_time_across_waits, what_is_due_is_done,
	ticks_come_though_a_descriptor_is_always_ready,
	the_watched_descriptor_is_served_and_may_cancel, the_last_error_counts, numbers_of_an_error_are_bounded,
	an_unknown_code_keeps_its_message, an_error_that_cannot_be_read_is_refused_by_name,
	an_event_is_read_to_its_end_only, an_event_that_cannot_be_read_is_refused_by_name,
	descriptors_that_cannot_be_read_are_refused, emit_stops_where_the_sink_or_the_user_says_so,
	memory_is_zeroed_and_aligned, the_real_clock_waits)
