/* SPDX-License-Identifier: MIT */
/*
 * handle: how a plugin refers to a running call.
 *
 * Handles are addresses of an array that nobody reads or writes; each stands for the next serial, and
 * they come round again after a million calls. A serial has its place in the table of slots.
 */
#include "call/handle.h"

#include <pthread.h>
#include <stdlib.h>

#include "call/children.h"
#include "call/guard.h"
#include "call/order.h"
#include "call/strict.h"

#define SERIALS (1u << 20) /* 0 is not used */
#define SLOTS (1u << 12)   /* calls at one time */
#define BUSY UINT32_MAX    /* the slot is being filled or emptied */

struct slot {
	_Atomic uint32_t serial;      /* 0: free; BUSY */
	_Atomic(const void *) thread; /* whose it is; NULL: it is shared */
	_Atomic(hn_call *) call;
	atomic_int inside;            /* threads that use a shared one */
	atomic_int strange;           /* another thread tried */
	/* Who used it last, for strict_ended(). */
	_Atomic uint32_t last;
	_Atomic(const char *) whose;
	atomic_int function;
};

static _Alignas(8) char addresses[SERIALS][8];
static struct slot slots[SLOTS];
static _Atomic uint32_t last_serial;

/* Whoever empties a slot waits here for the last one inside. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t left = PTHREAD_COND_INITIALIZER;

/* Its address identifies the thread. */
static _Thread_local char own_thread;

static hn_call *handle_of(uint32_t serial)
{
	return (hn_call *)(void *)addresses[serial];
}

/* The serial of a handle; 0: not a handle. */
static uint32_t serial_of(const hn_call *handle)
{
	uintptr_t at = (uintptr_t)handle - (uintptr_t)addresses;

	return at < sizeof addresses && at % sizeof *addresses == 0 ? (uint32_t)(at / sizeof *addresses) : 0;
}

static struct slot *slot_of(uint32_t serial)
{
	return &slots[serial % SLOTS];
}

/* Takes the next serial whose slot is free, and marks the slot busy. 0: all slots are taken. */
static uint32_t take_serial(void)
{
	for (uint32_t i = 0; i < SLOTS; i++) {
		uint32_t serial = (atomic_fetch_add(&last_serial, 1) + 1) % SERIALS, unused = 0;

		if (serial && atomic_compare_exchange_strong(&slot_of(serial)->serial, &unused, BUSY))
			return serial;
	}
	return 0;
}

hn_call *handle_new(hn_call *call)
{
	uint32_t serial = take_serial();
	struct slot *s = slot_of(serial);

	if (!serial)
		return NULL;
	atomic_store(&s->thread, call->shared ? NULL : &own_thread);
	atomic_store(&s->call, call);
	atomic_store(&s->strange, 0);
	atomic_store(&s->last, serial);
	atomic_store(&s->whose, call->whose);
	atomic_store(&s->function, call->function);
	atomic_store(&s->serial, serial);
	return handle_of(serial);
}

/* Leaves a shared one, and wakes whoever waits to empty the slot. */
static void leave(struct slot *s)
{
	if (atomic_fetch_sub(&s->inside, 1) > 1 || atomic_load(&s->serial) != BUSY)
		return;
	pthread_mutex_lock(&lock);
	pthread_cond_broadcast(&left);
	pthread_mutex_unlock(&lock);
}

/* The call of a handle that other threads may use, too: it is there until this thread leaves. */
static hn_call *enter_shared(struct slot *s, uint32_t serial)
{
	atomic_fetch_add(&s->inside, 1);
	if (atomic_load(&s->serial) == serial)
		return atomic_load(&s->call);
	leave(s);
	return NULL;
}

/* Another thread used a call that is not shared: what it wanted to say is lost, so the call fails. */
static void break_call(hn_call *call)
{
	struct fault f = { 0 };

	if (call->broken)
		return;
	fault_set(&f, HN_ERR_PLUGIN, NULL,
		"another thread used the call: only a provider with HN_PROVIDER_BLOCKS may do that");
	call->broken = call_breach(call, RULE_CALL_THREAD, &f);
}

/* The call of a handle that is this thread's own. */
static hn_call *enter_own(const struct slot *s)
{
	hn_call *call = atomic_load(&s->call);

	if (atomic_load(&s->strange))
		break_call(call);
	return call;
}

/* The call of that handle has ended, or there never was one. */
static hn_call *not_found(const struct slot *s, uint32_t serial)
{
	int is_known = serial && atomic_load(&s->last) == serial;

	strict_ended(is_known ? atomic_load(&s->whose) : NULL,
		is_known ? order_function_name((enum order_function)atomic_load(&s->function)) : NULL);
	return NULL;
}

static hn_call *find(uint32_t serial)
{
	struct slot *s = slot_of(serial);
	const void *thread;

	if (!serial || atomic_load(&s->serial) != serial)
		return not_found(s, serial);
	thread = atomic_load(&s->thread);
	if (!thread)
		return enter_shared(s, serial);
	if (thread == &own_thread)
		return enter_own(s);
	atomic_store(&s->strange, 1);
	return NULL;
}

hn_call *handle_enter(hn_call *handle)
{
	hn_call *call = guard_is_child() ? NULL : find(serial_of(handle));

	if (call)
		strict_enter(call);
	return call;
}

void handle_leave(hn_call *handle)
{
	struct slot *s = slot_of(serial_of(handle));

	strict_leave(atomic_load(&s->call));
	if (!atomic_load(&s->thread))
		leave(s);
}

hn_call *handle_visit(hn_call *handle)
{
	uint32_t serial = serial_of(handle);
	struct slot *s = slot_of(serial);
	hn_call *call = serial && !guard_is_child() ? enter_shared(s, serial) : NULL;

	return call || guard_is_child() ? call : not_found(s, serial);
}

void handle_end_visit(hn_call *handle)
{
	leave(slot_of(serial_of(handle)));
}

int handle_end(hn_call *handle)
{
	struct slot *s = slot_of(serial_of(handle));
	int strange;

	atomic_store(&s->serial, BUSY);
	pthread_mutex_lock(&lock);
	while (atomic_load(&s->inside))
		pthread_cond_wait(&left, &lock);
	pthread_mutex_unlock(&lock);
	strange = atomic_load(&s->strange);
	atomic_store(&s->serial, 0);
	return strange;
}

int32_t handle_run(hn_call *call, handle_work work, void *ud)
{
	hn_call *handle = handle_new(call);
	int32_t code;

	if (!handle)
		return call_failf(call, HN_ERR_PLUGIN, NULL, "too many calls of plugins run at once");
	strict_begin(call);
	code = work(ud, handle);
	strict_returned(call);
	children_end(call);
	if (handle_end(handle) && (code >= 0 || call->strict))
		break_call(call);
	if (call->strict)
		return strict_end(call, code);
	return code >= 0 && call->broken < 0 ? call->broken : code;
}
