/* SPDX-License-Identifier: MIT */
/* rules_life: create() and destroy() with options of all kinds, again and again, and without memory. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check/ask.h"
#include "check/frontend.h"
#include "check/load.h"
#include "check/options.h"
#include "check/scenario.h"
#include "check/watch.h"
#include "check/where.h"

#define WARM 20      /* instances until what is made once is there */
#define MANY 100
#define CALLS 50
#define FAILURES 120 /* allocations that fail, one in each run */

void try_creates(const struct run *r)
{
	const char *lacks = options_lack(r->subject, r->answers);
	if (lacks) {
		skip_rule("the option %s is REQUIRED: give it in `options` of NAME.answers.json, or --answers FILE", lacks);
		return;
	}
	struct world *w = scenario_world(r);
	void *self = scenario_instance(w);
	if (self)
		ask_destroy(w, self);
	scenario_end(w);
}

/* One attempt in a host that lacks something; 1 if it failed. */
static int fails_well(const struct run *r, const char *absent)
{
	struct world *w = scenario_world(r);
	struct call *c;
	w->absent = absent;
	void *self = ask_create(w, &c);
	int failed = !self;
	if (self)
		ask_destroy(w, self);
	else if (!c->failed)
		breach(RULE_CREATE_FAILS, "create() returned %d without fail(), where there was no %s", (int)c->returned, absent);
	else if (c->returned != c->error.code)
		breach(RULE_CREATE_FAILS, "create() returned %d, and fail() had said %d", (int)c->returned, (int)c->error.code);
	else if (!c->error.message.n)
		breach(RULE_CREATE_FAILS, "create() failed without a message");
	call_free(c);
	scenario_end(w);
	return failed;
}

void try_create_fails(const struct run *r)
{
	static const char *const services[] = { HN_ID_HTTP, HN_ID_IO, HN_ID_TEXT, HN_ID_LOG, HN_ID_PROCESS };
	int any = 0;
	for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
		int failed = fails_well(r, services[i]);
		any |= failed;
		if (!failed || !memory_seen())
			continue;
		for (int k = 0; k < 3; k++)
			fails_well(r, services[i]);
		long before = memory_live();
		for (int k = 0; k < 10; k++)
			fails_well(r, services[i]);
		if (memory_live() - before >= 10)
			breach(RULE_CREATE_FAILS, "ten times create() failed, and %ld allocations are left", memory_live() - before);
	}
	if (!any)
		skip_rule("create() does not fail, whatever the host lacks");
}

static void make_and_free(struct world *w, int n)
{
	for (int i = 0; i < n; i++) {
		void *self = ask_create(w, NULL);
		if (self)
			ask_destroy(w, self);
	}
}

void try_create_destroy(const struct run *r)
{
	struct watch_fds fds;
	struct world *w = scenario_world(r);
	make_and_free(w, WARM);
	watch_fds(&fds);
	unsigned threads = watch_threads();
	long before = memory_live();
	make_and_free(w, MANY);
	long more = memory_live() - before;
	if (more >= MANY / 2)
		breach(RULE_CREATE_DESTROY, "%d instances were made and destroyed, and %ld allocations are left", MANY, more);
	for (int i = 0; i < 10 && watch_threads() > threads; i++)
		usleep(20000);
	if (watch_threads() > threads + MANY / 2)
		breach(RULE_CREATE_DESTROY, "%d instances were made and destroyed, and %u threads are left", MANY, watch_threads() - threads);
	watch_fds_compare(&fds);
	if (breached(RULE_FDS))
		breach(RULE_CREATE_DESTROY, "%s", findings->of[RULE_FDS].what);
	scenario_end(w);
}

/* An instance with odd options lives, or is refused with a reason. */
static void live_oddly(const struct run *r, enum rule_id rule, int hostile)
{
	struct world *w = scenario_world(r);
	struct call *c;
	w->hostile = hostile;
	w->unset = !hostile;
	void *self = ask_create(w, &c);
	if (!self && !c->failed)
		breach(rule, "create() returned %d without fail()", (int)c->returned);
	call_free(c);
	if (self && r->subject->provider) {
		c = ask(w, self);
		if (c->returned < 0 && !c->failed && c->returned != HN_ERR_INTERRUPTED)
			breach(rule, "chat() returned %d without fail()", (int)c->returned);
		call_free(c);
	}
	if (self)
		ask_destroy(w, self);
	scenario_end(w);
}

void try_options_hostile(const struct run *r)
{
	for (int kind = 1; kind <= HOSTILE_KINDS; kind++)
		live_oddly(r, RULE_OPTIONS_HOSTILE, kind);
}

void try_options_unset(const struct run *r)
{
	live_oddly(r, RULE_OPTIONS_UNSET, 0);
}

/* ---- memory ---- */

static void ask_often(struct world *w, void *self, int n)
{
	static size_t end;
	static const char body[] = "{\"error\":{\"message\":\"it says no\"}}";
	end = sizeof body - 1;
	const struct answer no = { .status = 500, .body = { body, end }, .ends = &end, .n_ends = 1 };
	for (int i = 0; i < n; i++) {
		w->only = i % 2 ? &no : NULL;
		call_free(ask(w, self));
	}
	w->only = NULL;
}

void try_chat_growth(const struct run *r)
{
	if (!memory_seen()) {
		skip_rule("allocations cannot be counted in this build");
		return;
	}
	struct world *w = scenario_world(r);
	void *self = scenario_instance(w);
	if (!self)
		return;
	ask_often(w, self, WARM);
	long before = memory_live();
	ask_often(w, self, CALLS);
	long more = memory_live() - before;
	if (more >= CALLS / 2)
		breach(RULE_CHAT_GROWTH, "after %d calls %ld allocations are left", CALLS, more);
	ask_destroy(w, self);
	scenario_end(w);
}

/* A short life, in which an allocation may fail. */
static void live_shortly(const struct run *r)
{
	if (r->subject->frontend) {
		frontend_shortly(r);
		return;
	}
	struct world *w = scenario_world(r);
	w->no_watch = 1;
	void *self = ask_create(w, NULL);
	if (self && r->subject->provider)
		call_free(ask(w, self));
	if (self)
		ask_destroy(w, self);
}

/* One life in a process of its own. */
static void live_without(const struct run *r, long at)
{
	int status = 0;
	where.host++;
	pid_t pid = fork();
	if (pid == 0) {
		where.host--;
		watched.fail_at = memory_plugin() + at;
		live_shortly(r);
		_exit(0);
	}
	if (pid > 0 && waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) != SIGABRT)
		breach(RULE_MALLOC_FAILS, "it crashed (%s)", strsignal(WTERMSIG(status))); /* where nobody handles signals */
	where.host--;
	struct finding *f = &findings->of[RULE_MALLOC_FAILS];
	findings->ended_by = 0; /* to end the program is one of the two right ways */
	if (f->found && !strstr(f->what, "when")) {
		size_t n = strlen(f->what);
		snprintf(f->what + n, sizeof f->what - n, " when the %ld. allocation had failed", at);
	}
}

void try_malloc_fails(const struct run *r)
{
	if (!memory_seen()) {
		skip_rule("allocations cannot be made to fail in this build");
		return;
	}
	if (subject_is_go(r->subject->path)) {
		skip_rule("the runtime of Go ends the program by itself where there is no memory");
		return;
	}
	long before = memory_plugin();
	live_shortly(r);
	long all = memory_plugin() - before, step = all / FAILURES + 1;
	if (!all)
		skip_rule("it allocates nothing");
	for (long at = 1; at <= all && !breached(RULE_MALLOC_FAILS); at += step)
		live_without(r, at);
}
