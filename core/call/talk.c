/* SPDX-License-Identifier: MIT */
/*
 * talk: the conversations of the process.
 *
 * Who ends the process and the threads at work agree by two atomics. A thread first says that it holds, then looks whether
 * the process is ending; who ends it first says so, then waits for those that hold. So no text is shown that is neither in
 * the journal nor seen by save().
 */
#include "call/talk.h"

#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "call/guard.h"

#define ROUNDS 200 /* of a ms each, for others to let go */

static struct {
	pthread_mutex_t lock; /* to add and to remove */
	_Atomic(struct talk *) first;
	atomic_int held;      /* by all threads */
	atomic_int frozen;
} all = { .lock = PTHREAD_MUTEX_INITIALIZER };

static _Thread_local int own_holds;

void talk_hold(void)
{
	atomic_fetch_add(&all.held, 1);
	own_holds++;
	while (own_holds == 1 && atomic_load(&all.frozen)) {
		atomic_fetch_sub(&all.held, 1);
		for (;;)
			pause();
	}
}

void talk_release(void)
{
	own_holds--;
	atomic_fetch_sub(&all.held, 1);
}

void talk_open(struct talk *t)
{
	*t = (struct talk){ .id = "" };
	pthread_mutex_lock(&all.lock);
	t->next = atomic_load(&all.first);
	atomic_store(&all.first, t);
	pthread_mutex_unlock(&all.lock);
}

void talk_close(struct talk *t)
{
	talk_hold();
	pthread_mutex_lock(&all.lock);
	if (atomic_load(&all.first) == t) {
		atomic_store(&all.first, t->next);
	} else {
		struct talk *before = atomic_load(&all.first);

		while (before && before->next != t)
			before = before->next;
		if (before)
			before->next = t->next;
	}
	pthread_mutex_unlock(&all.lock);
	talk_release();
	if (guard_talk() == t)
		guard_set_talk(NULL);
}

void talk_name(struct talk *t, const char *id)
{
	if (!strcmp(t->id, id))
		return;
	talk_hold();
	strncpy(t->id, id, sizeof t->id - 1);
	talk_release();
}

/* ---- for who ends the process ---- */

void talk_freeze(void)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	atomic_store(&all.frozen, 1);
	for (int i = 0; i < ROUNDS && atomic_load(&all.held) > own_holds; i++)
		nanosleep(&ms, NULL);
}

const char *talk_id(void)
{
	struct talk *own = guard_talk();

	if (!own && (own = atomic_load(&all.first)) && own->next)
		return NULL;
	return own && *own->id ? own->id : NULL;
}

int talk_is_on(void)
{
	for (struct talk *t = atomic_load(&all.first); t; t = t->next)
		if (t->save)
			return 1;
	return 0;
}

void talk_save(void)
{
	for (struct talk *t = atomic_load(&all.first); t; t = t->next) {
		void (*save)(void *) = t->save;

		t->save = NULL; /* once: it may crash */
		if (save)
			save(t->ud);
	}
}
