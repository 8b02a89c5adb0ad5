/* SPDX-License-Identifier: MIT */
/* task: who works and can be interrupted. */
#include "call/task.h"

#include <stdlib.h>

#include "util/mem.h"

int tasks_open(struct tasks *all)
{
	*all = (struct tasks){ .ending = 0 };
	pthread_mutex_init(&all->lock, NULL);
	atomic_store(&all->first, &all->own);
	guard_show(&all->own.seen);
	return cancel_open(&all->own.cancel);
}

void tasks_close(struct tasks *all)
{
	struct task *next;

	guard_show(NULL);
	for (struct task *t = atomic_load(&all->first); t; t = next) {
		next = t->next;
		cancel_close(&t->cancel);
		if (t != &all->own)
			free(t);
	}
	atomic_store(&all->first, NULL);
	pthread_mutex_destroy(&all->lock);
}

/* A task that a session has left, or NULL. */
static struct task *find_free(const struct tasks *all)
{
	for (struct task *t = atomic_load(&all->first); t; t = t->next)
		if (t->is_free)
			return t;
	return NULL;
}

/* One more on the list. NULL with errno. */
static struct task *add(struct tasks *all)
{
	struct task *t = xcalloc(1, sizeof *t);

	if (cancel_open(&t->cancel)) {
		free(t);
		return NULL;
	}
	t->next = atomic_load(&all->first);
	atomic_store(&all->first, t);
	return t;
}

struct task *task_new(struct tasks *all)
{
	struct task *t;

	pthread_mutex_lock(&all->lock);
	t = find_free(all);
	if (!t)
		t = add(all);
	if (t)
		t->is_free = 0;
	pthread_mutex_unlock(&all->lock);
	if (t && atomic_load(&all->ending))
		cancel_end(&t->cancel);
	return t;
}

void task_free(struct tasks *all, struct task *t)
{
	if (!t)
		return;
	task_took(t);
	if (t == &all->own)
		return;
	pthread_mutex_lock(&all->lock);
	t->is_free = 1;
	pthread_mutex_unlock(&all->lock);
}

void task_begin(struct task *t)
{
	if (atomic_fetch_add(&t->works, 1) == 0)
		t->shown = guard_show(&t->seen);
}

void task_end(struct task *t)
{
	if (atomic_fetch_sub(&t->works, 1) == 1)
		guard_show(t->shown);
}

void task_took(struct task *t)
{
	atomic_store(&t->owes, 0);
	cancel_clear(&t->cancel);
}

/* ---- for the signal handler ---- */

static int interrupt(struct task *t)
{
	int again = atomic_exchange(&t->owes, 1);

	cancel_set(&t->cancel);
	return again;
}

int tasks_interrupt(struct tasks *all)
{
	int again = atomic_load(&all->ending) != 0, any = 0;

	atomic_store(&all->was_cancelled, 1);
	for (struct task *t = atomic_load(&all->first); t; t = t->next) {
		if (!atomic_load(&t->works))
			continue;
		any = 1;
		again |= interrupt(t);
	}
	if (!any)
		again |= interrupt(&all->own);
	return again;
}

int tasks_end(struct tasks *all, int sig)
{
	int again = atomic_exchange(&all->ending, sig) != 0;

	atomic_store(&all->was_cancelled, 1);
	for (struct task *t = atomic_load(&all->first); t; t = t->next)
		cancel_end(&t->cancel);
	return again;
}

/* The program ends: a task that works has to react, too. */
int tasks_stuck(const struct tasks *all, const char **plugin, const char **function)
{
	int ending = atomic_load(&all->ending);

	for (struct task *t = atomic_load(&all->first); t; t = t->next) {
		*plugin = atomic_load(&t->seen.plugin);
		*function = atomic_load(&t->seen.function);
		if (*plugin && *function && (ending || atomic_load(&t->owes)))
			return 1;
	}
	return 0;
}
