/* SPDX-License-Identifier: MIT */
/*
 * door: the functions that a plugin calls with its handle. Each looks up the call. If the handle names no call of this
 * thread, it changes nothing and returns what makes the plugin unwind.
 */
#include "call/door.h"

#include <pthread.h>

#include "call/guard.h"
#include "call/handle.h"
#include "call/size.h"
#include "call/strict.h"
#include "util/log.h"

/* Threads of one shared call take turns. */
static void hold(hn_call *call)
{
	if (call->shared)
		pthread_mutex_lock(call->shared);
}

static void let_go(hn_call *call, hn_call *handle)
{
	if (call->shared)
		pthread_mutex_unlock(call->shared);
	handle_leave(handle);
}

int32_t door_emit(hn_call *handle, const hn_event *event)
{
	hn_call *call = handle_enter(handle);
	int32_t code;

	if (!call)
		return HN_ERR_PLUGIN;
	hold(call);
	code = strict_emits(call, event);
	if (!code)
		code = call_emit(call, event);
	strict_emitted(call, code);
	let_go(call, handle);
	return code;
}

int32_t door_fail(hn_call *handle, const hn_error *error)
{
	hn_call *call = handle_enter(handle);
	int32_t code;

	if (!call)
		return HN_ERR_PLUGIN;
	hold(call);
	code = call_fail(call, error);
	strict_failed(call, code);
	let_go(call, handle);
	return code;
}

int32_t door_cancelled(hn_call *handle)
{
	hn_call *call = handle_visit(handle);
	int32_t cancelled;

	if (!call)
		return 1;
	cancelled = call_cancelled(call);
	handle_end_visit(handle);
	return cancelled;
}

/* Memory for a handle without a call. alloc() must not return NULL, so this memory is never freed. */
static void *stray(size_t n)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static hn_call nobody;
	void *memory;

	pthread_mutex_lock(&lock);
	memory = call_alloc(&nobody, n);
	pthread_mutex_unlock(&lock);
	return memory;
}

void *door_alloc(hn_call *handle, size_t n)
{
	hn_call *call = handle_enter(handle);
	void *memory;

	if (!call)
		return stray(n);
	hold(call);
	memory = call_alloc(call, n);
	let_go(call, handle);
	return memory;
}

/* ---- hobnob.io/1 and hobnob.log/1 ---- */

static int32_t door_wait(hn_call *handle, hn_pollfd *fds, uint32_t n, int64_t timeout_ms)
{
	hn_call *call = handle_enter(handle);
	int32_t code;

	if (!call)
		return HN_ERR_INTERRUPTED;
	guard_before_wait();
	code = call_wait(call, fds, n, timeout_ms);
	strict_served(call, "wait_for", code);
	handle_leave(handle);
	return code;
}

static int64_t door_now(hn_call *handle)
{
	hn_call *call = handle_enter(handle);
	int64_t now;

	if (!call)
		return clock_real.now(NULL);
	now = call_now(call);
	handle_leave(handle);
	return now;
}

static void door_line(hn_call *handle, uint32_t level, hn_str text)
{
	hn_call *call = handle_enter(handle);

	if (!call)
		return;
	if (text.p && text.n <= TEXT_MOST)
		log_text(call->log, level >= LOG_WIRE ? LOG_WIRE : LOG_STEP, text);
	handle_leave(handle);
}

const hn_io io_service = { .struct_size = sizeof(hn_io), .wait_for = door_wait, .now = door_now };
const hn_log log_service = { .struct_size = sizeof(hn_log), .line = door_line };
