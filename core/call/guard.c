/* SPDX-License-Identifier: MIT */
/*
 * guard: who is at work on a thread.
 *
 * The thread's own note is a copy, not a pointer into the stack: after pthread_exit() in a plugin's function there is no
 * stack left, but the note is. A thread that works on something shows its note to the signal handler, too, in a place that
 * is never freed (struct task).
 */
#include "call/guard.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/mem.h"
#include "util/quit.h"

#define STACK_SIZE 65536 /* of the handler of a crash; the processor's registers alone may take 11 KiB */

static _Thread_local struct {
	struct guard_now now;
	struct guard_seen *seen;
	struct talk *talk;
	int is_ours;
	int has_stack;
} here;

static atomic_int is_child; /* a plugin forked this process */
static pthread_key_t stacks; /* the stacks that threads handle a crash on */
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* ---- the stack for a crash: the thread's own may be what is used up ---- */

static void drop_stack(void *stack)
{
	const stack_t none = { .ss_flags = SS_DISABLE };

	sigaltstack(&none, NULL);
	free(stack);
}

/* Gives the thread a stack for handlers, unless somebody else did. */
static void take_stack(void)
{
	stack_t was, own = { .ss_size = STACK_SIZE };

	if (sigaltstack(NULL, &was) || !(was.ss_flags & SS_DISABLE))
		return;
	own.ss_sp = xmalloc(STACK_SIZE);
	sigaltstack(&own, NULL);
	pthread_setspecific(stacks, own.ss_sp);
}

/* ---- forked processes ---- */

/* hobnob itself forks while no plugin runs. */
static void in_child(void)
{
	if (here.now.part != GUARD_CORE || !here.is_ours)
		atomic_store(&is_child, 1);
}

int guard_is_child(void)
{
	return atomic_load(&is_child);
}

/* A forked process that continued as hobnob would answer, and save, a second time. */
static void end_child(void)
{
	if (!guard_is_child())
		return;
	dprintf(STDERR_FILENO, "hobnob: a process that the plugin %s forked came back from %s%s, and ends here\n",
		here.now.plugin, here.now.function, guard_parens(here.now.function));
	quit(1);
}

/* ---- frames ---- */

static void begin(void)
{
	pthread_key_create(&stacks, drop_stack);
	pthread_atfork(NULL, NULL, in_child);
}

/* The thread calls a plugin. */
static void be_ours(void)
{
	if (here.has_stack)
		return;
	pthread_once(&once, begin);
	take_stack();
	here.has_stack = here.is_ours = 1;
}

static void show(void)
{
	if (!here.seen)
		return;
	atomic_store_explicit(&here.seen->function, here.now.function, memory_order_relaxed);
	atomic_store_explicit(&here.seen->plugin, here.now.plugin, memory_order_relaxed);
}

static void note(struct guard_frame *f, struct guard_now now)
{
	be_ours();
	f->outer = here.now;
	f->is_whole = 0;
	here.now = now;
	show();
}

void guard_enter(struct guard_frame *f, const char *plugin, const char *function)
{
	ambient_enter(&f->ambient, 0);
	note(f, (struct guard_now){ plugin, function, GUARD_RUNS });
	f->is_whole = 1;
}

void guard_enter_run(struct guard_frame *f, const char *plugin)
{
	ambient_enter(&f->ambient, 1);
	note(f, (struct guard_now){ plugin, "run", GUARD_RUNS });
	f->is_whole = 1;
}

void guard_enter_core(struct guard_frame *f)
{
	note(f, (struct guard_now){ NULL, NULL, GUARD_CORE });
}

void guard_enter_inside(struct guard_frame *f, const char *plugin, const char *function)
{
	if (plugin)
		note(f, (struct guard_now){ plugin, function, GUARD_RUNS });
	else
		guard_enter_core(f);
}

void guard_enter_elsewhere(struct guard_frame *f, const char *plugin, const char *function)
{
	note(f, (struct guard_now){ plugin, function, GUARD_WAITS });
}

void guard_enter_service(struct guard_frame *f)
{
	struct guard_now now = here.now;

	now.part = now.plugin ? GUARD_WAITS : GUARD_CORE;
	note(f, now);
}

void guard_leave(struct guard_frame *f)
{
	struct guard_now left = here.now;

	end_child();
	here.now = f->outer;
	show();
	if (f->is_whole)
		ambient_leave(&f->ambient, left.plugin, left.function);
}

void guard_before_wait(void)
{
	if (here.now.plugin)
		ambient_look(here.now.plugin, here.now.function);
}

const char *guard_parens(const char *function)
{
	return strchr(function, ' ') ? "" : "()";
}

const struct guard_now *guard_now(void)
{
	return &here.now;
}

int guard_is_ours(void)
{
	return here.is_ours;
}

struct guard_seen *guard_show(struct guard_seen *seen)
{
	struct guard_seen *was = here.seen;

	if (was) {
		atomic_store(&was->plugin, NULL);
		atomic_store(&was->function, NULL);
	}
	here.is_ours = 1;
	here.seen = seen;
	show();
	return was;
}

struct talk *guard_set_talk(struct talk *talk)
{
	struct talk *was = here.talk;

	here.talk = talk;
	return was;
}

struct talk *guard_talk(void)
{
	return here.talk;
}
