/* SPDX-License-Identifier: MIT */
/* test_handle: a handle stands for one call, on its thread, in its process, until it ends. */
#include "../unit.h"

#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "call/door.h"
#include "call/guard.h"
#include "call/handle.h"
#include "host.h"
#include "util/buf.h"

static struct cancel cancel;
static struct buf heard;

static int32_t hear(void *ud, const hn_event *e)
{
	(void)ud;
	buf_addstr(&heard, e->text);
	return 0;
}

/* A call of a plugin "thing". */
static void begin(struct hn_call *call)
{
	call_init(call, &cancel, &clock_real, NULL);
	call->sink = hear;
	call->plugin = "thing";
}

static void setup(struct hn_call *call)
{
	heard = BUF(BUF_NO_CAP);
	ck_assert_int_eq(cancel_open(&cancel), 0);
	begin(call);
}

static int32_t say(hn_call *handle, const char *text)
{
	const hn_event e = { .struct_size = sizeof e, .type = HN_EV_TEXT, .text = str_of(text) };
	return hobnob_host.emit(handle, &e);
}

/* Nothing that a plugin says with it is heard. */
static void check_mute(hn_call *handle)
{
	const hn_error e = { .struct_size = sizeof e, .code = HN_ERR_AUTH };
	hn_value v = { .struct_size = sizeof v };
	size_t before = heard.n;
	char *memory;

	ck_assert_int_eq(say(handle, "x"), HN_ERR_PLUGIN);
	ck_assert_int_eq((hobnob_host.fail)(handle, &e), HN_ERR_PLUGIN);
	ck_assert_int_eq(hobnob_host.option(handle, "k", &v), HN_ERR_PLUGIN);
	ck_assert_int_eq(io_service.wait_for(handle, NULL, 0, 100000), HN_ERR_INTERRUPTED);
	ck_assert_int_gt(io_service.now(handle), 0);
	log_service.line(handle, 1, str_of("x"));
	memory = hobnob_host.alloc(handle, 64);
	for (int i = 0; i < 64; i++)
		ck_assert_int_eq(memory[i], 0);
	ck_assert_uint_eq(heard.n, before);
}

/* Nothing that a plugin can call does anything with it. */
static void check_dead(hn_call *handle)
{
	check_mute(handle);
	ck_assert_int_eq(hobnob_host.cancelled(handle), 1);
}

START_TEST(a_handle_ends_with_its_call)
{
	struct hn_call first, second;
	setup(&first);
	hn_call *old = handle_new(&first);
	ck_assert_ptr_ne(old, &first);
	ck_assert_int_eq(say(old, "a"), 0);
	ck_assert_int_eq(handle_end(old), 0);
	call_end(&first);
	check_dead(old);
	for (int i = 0; i < 20000; i++) { /* many more than there are slots */
		begin(&second);
		hn_call *now = handle_new(&second);
		ck_assert_ptr_ne(now, old);
		ck_assert_int_eq(say(old, "x"), HN_ERR_PLUGIN);
		ck_assert_int_eq(handle_end(now), 0);
		call_end(&second);
	}
	begin(&second);
	hn_call *now = handle_new(&second);
	check_dead(old);
	ck_assert_int_eq(say(now, "b"), 0);
	ck_assert_int_eq(second.error.code, 0);
	ck_assert_str_eq(heard.p, "ab");
	handle_end(now);
	call_end(&second);
}
END_TEST

START_TEST(what_is_no_handle_finds_nothing)
{
	struct hn_call call;
	setup(&call);
	hn_call *handle = handle_new(&call);
	check_dead(NULL);
	check_dead(&call);
	check_dead((hn_call *)(void *)((char *)handle + 1));
	check_dead((hn_call *)(void *)((char *)handle + (1 << 15)));
	check_dead((hn_call *)UINTPTR_MAX);
	ck_assert_int_eq(say(handle, "a"), 0);
	handle_end(handle);
	call_end(&call);
}
END_TEST

START_TEST(calls_nest_and_their_number_has_an_end)
{
	enum { MOST = 4096 };
	static hn_call *handles[MOST];
	static struct hn_call calls[MOST];
	heard = BUF(BUF_NO_CAP);
	ck_assert_int_eq(cancel_open(&cancel), 0);
	for (int i = 0; i < MOST; i++) {
		begin(&calls[i]);
		handles[i] = handle_new(&calls[i]);
		ck_assert_ptr_nonnull(handles[i]);
	}
	ck_assert_ptr_null(handle_new(&calls[0]));
	ck_assert_int_eq(say(handles[0], "a"), 0);
	ck_assert_int_eq(say(handles[MOST - 1], "b"), 0);
	handle_end(handles[7]);
	handles[7] = handle_new(&calls[7]);
	ck_assert_int_eq(say(handles[7], "c"), 0);
	for (int i = 0; i < MOST; i++)
		handle_end(handles[i]);
	ck_assert_str_eq(heard.p, "abc");
}
END_TEST

/* ---- other threads ---- */

/* Another thread may only look whether the call is cancelled. */
static void *use(void *handle)
{
	check_mute(handle);
	ck_assert_int_eq(hobnob_host.cancelled(handle), 0);
	return NULL;
}

static void on_thread(void *(*what)(void *), void *ud)
{
	pthread_t thread;
	ck_assert_int_eq(pthread_create(&thread, NULL, what, ud), 0);
	pthread_join(thread, NULL);
}

/* What the plugin returns, and what it says once another thread has spoken. */
static struct {
	int32_t returns;
	const char *says;
} another;

static int32_t let_another(void *ud, hn_call *handle)
{
	(void)ud;
	ck_assert_int_eq(say(handle, "a"), 0);
	on_thread(use, handle);
	if (another.says)
		ck_assert_int_eq(say(handle, another.says), HN_ERR_PLUGIN);
	return another.returns;
}

START_TEST(another_thread_finds_nothing_and_the_call_fails)
{
	static const struct {
		int32_t returns;
		const char *says;
		int32_t code;
	} cases[] = {
		{ 0, "b", HN_ERR_PLUGIN },
		{ 0, NULL, HN_ERR_PLUGIN },
		{ HN_ERR_NETWORK, "b", HN_ERR_NETWORK },
	};
	struct hn_call call;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		setup(&call);
		another.returns = cases[i].returns;
		another.says = cases[i].says;
		ck_assert_int_eq(handle_run(&call, let_another, NULL), cases[i].code);
		ck_assert_str_eq(call.error.message,
			"thing: another thread used the call: only a provider with HN_PROVIDER_BLOCKS may do that");
		ck_assert_str_eq(heard.p, "a");
		call_end(&call);
		cancel_close(&cancel);
		buf_free(&heard);
	}
}
END_TEST

static pthread_mutex_t turns = PTHREAD_MUTEX_INITIALIZER;

static void *say_much(void *handle)
{
	for (int i = 0; i < 5000; i++) {
		const hn_error e = { .struct_size = sizeof e, .code = HN_ERR_AUTH, .message = str_of("no") };
		ck_assert_int_eq(say(handle, "a"), 0);
		ck_assert_int_eq((hobnob_host.fail)(handle, &e), HN_ERR_AUTH);
		hobnob_host.alloc(handle, 8);
	}
	return NULL;
}

static int32_t say_at_once(void *ud, hn_call *handle)
{
	pthread_t threads[4];
	(void)ud;
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, say_much, handle), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

START_TEST(a_shared_call_takes_all_threads_in_turn)
{
	struct hn_call call;
	setup(&call);
	call.shared = &turns;
	ck_assert_int_eq(handle_run(&call, say_at_once, NULL), 0);
	ck_assert_uint_eq(heard.n, 20000);
	ck_assert_str_eq(call.error.message, "no");
	call_end(&call);
}
END_TEST

static sem_t inside;
static pthread_t late;
static int came_out;

/* The sink: the plugin may return now, while this thread is in emit(). */
static int32_t dawdle(void *ud, const hn_event *e)
{
	(void)ud;
	(void)e;
	sem_post(&inside);
	poll(NULL, 0, 50);
	came_out = 1;
	return 0;
}

static void *say_late(void *handle)
{
	ck_assert_int_eq(say(handle, "a"), 0);
	while (say(handle, "a") == 0) /* until it is refused */
		;
	check_dead(handle);
	return NULL;
}

static int32_t leave_a_thread(void *ud, hn_call *handle)
{
	(void)ud;
	ck_assert_int_eq(pthread_create(&late, NULL, say_late, handle), 0);
	while (sem_wait(&inside))
		;
	return 0;
}

/* The plugin returned, and a thread of it goes on: the call waits for it to come out, then it is refused. */
START_TEST(a_shared_call_ends_after_the_last_thread_left)
{
	struct hn_call call;
	setup(&call);
	ck_assert_int_eq(sem_init(&inside, 0, 0), 0);
	call.shared = &turns;
	call.sink = dawdle;
	ck_assert_int_eq(handle_run(&call, leave_a_thread, NULL), 0);
	ck_assert_int_eq(came_out, 1);
	call_end(&call);
	memset(&call, 0xA5, sizeof call);
	pthread_join(late, NULL);
}
END_TEST

/* ---- a process that a plugin forked ---- */

static int32_t fork_and_return(void *ud, hn_call *handle)
{
	pid_t *child = ud;
	struct guard_frame frame;
	guard_enter(&frame, "mumble", "chat");
	*child = fork();
	ck_assert_int_ge(*child, 0);
	if (*child == 0)
		check_dead(handle);
	guard_leave(&frame);
	return 0;
}

START_TEST(a_forked_child_finds_nothing_and_does_not_come_back)
{
	struct hn_call call;
	pid_t child = -1, parent = getpid();
	int status, ends[2];
	char said[200];
	setup(&call);
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	ck_assert_int_eq(handle_run(&call, fork_and_return, &child), 0);
	if (getpid() != parent)
		_exit(9);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 1);
	ssize_t n = read(ends[0], said, sizeof said - 1);
	ck_assert_int_gt(n, 0);
	said[n] = '\0';
	ck_assert_str_eq(said, "hobnob: a process that the plugin mumble forked came back from chat(), and ends here\n");
	hn_call *handle = handle_new(&call); /* the parent goes on */
	ck_assert_int_eq(say(handle, "a"), 0);
	handle_end(handle);
	call_end(&call);
}
END_TEST

UNIT_MAIN("handle", a_handle_ends_with_its_call, what_is_no_handle_finds_nothing,
	calls_nest_and_their_number_has_an_end, another_thread_finds_nothing_and_the_call_fails,
	a_shared_call_takes_all_threads_in_turn, a_shared_call_ends_after_the_last_thread_left,
	a_forked_child_finds_nothing_and_does_not_come_back)
