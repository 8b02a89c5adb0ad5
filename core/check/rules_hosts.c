/* SPDX-License-Identifier: MIT */
/* rules_hosts: a later hobnob, one that lacks things, and calls on threads and inside each other. */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "check/ask.h"
#include "check/crash.h"
#include "check/scenario.h"
#include "check/where.h"
#include "util/mem.h"

#define AT_ONCE 8
#define STACK (256u * 1024u)

/* A conversation of several messages and parts, with tools where it takes them, so that strides matter. */
static hn_request wide(const struct run *r)
{
	static const hn_part parts[] = { { .type = HN_PART_TEXT, .data = { "one ", 4 } }, { .type = HN_PART_TEXT, .data = { "two ", 4 } },
		{ .type = HN_PART_TEXT, .data = { "three", 5 } } };
	static const hn_message all[] = {
		{ .role = HN_ROLE_USER, .id = 1, .n_parts = 3, .part_stride = sizeof *parts, .text = { "one two three", 13 }, .parts = parts },
		{ .role = HN_ROLE_ASSISTANT, .id = 2, .n_parts = 3, .part_stride = sizeof *parts, .text = { "one two three", 13 }, .parts = parts },
		{ .role = HN_ROLE_USER, .id = 3, .n_parts = 3, .part_stride = sizeof *parts, .text = { "one two three", 13 }, .parts = parts },
	};
	static const hn_tool tools[] = { { { "a", 1 }, { "first", 5 }, { "{\"type\":\"object\"}", 17 } }, { { "b", 1 }, { "second", 6 }, { "{\"type\":\"object\"}", 17 } } };
	hn_request q = ask_plain();
	q.messages = all;
	q.n_messages = 3;
	q.set = r->subject->provider->heeds & HN_SET_TOOLS;
	q.n_tools = q.set ? 2 : 0;
	q.tools = tools;
	q.tool_stride = sizeof *tools;
	return q;
}

/* The same conversation in another world gives the same. */
static void compare_worlds(const struct run *r, struct world *other, enum rule_id rule, const char *what)
{
	struct world *w = scenario_world(r);
	void *self = scenario_instance(w), *again = ask_create(other, NULL);
	hn_request q = wide(r);
	if (self && again) {
		struct call *a = ask_chat(w, self, &q), *b = ask_chat(w, self, &q), *c = ask_chat(other, again, &q);
		if (a->returned != c->returned)
			breach(rule, "chat() returned %d %s, and else %d", (int)c->returned, what, (int)a->returned);
		else if (!same_bytes(&a->trace, &c->trace))
			breach(rule, "the reply is another one %s", what);
		else if (same_bytes(&a->sent, &b->sent) && !same_bytes(&a->sent, &c->sent))
			breach(rule, "it sends something else %s", what);
		call_free(a);
		call_free(b);
		call_free(c);
	}
	if (self && !again)
		breach(rule, "create() fails %s", what);
}

void try_growth_host(const struct run *r)
{
	struct world *later = xcalloc(1, sizeof *later);
	struct buf ids = BUF(BUF_NO_CAP);
	later->subject = r->subject;
	later->answers = r->answers;
	later->grown = GROWN;
	world_host(later);
	compare_worlds(r, later, RULE_GROWTH_HOST, "under a later hobnob");
	void *self = ask_create(later, NULL);
	if (self) {
		call_free(ask_models(later, self, &ids, 0));
		call_free(ask_credit(later, self));
		ask_destroy(later, self);
	}
	buf_free(&ids);
}

/* Each service is absent once: it fails with a word, or lives without. */
void try_growth_plugin(const struct run *r)
{
	static const char *const services[] = { HN_ID_HTTP, HN_ID_IO, HN_ID_TEXT, HN_ID_LOG, HN_ID_PROCESS };
	for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
		struct world *w = scenario_world(r);
		w->absent = services[i];
		void *self = ask_create(w, NULL);
		if (self && r->subject->provider)
			call_free(ask(w, self));
		if (self)
			ask_destroy(w, self);
		scenario_end(w);
	}
}

/* A message of a role that nobody has yet: it may be sent, skipped or refused. */
static void ask_unknown_role(struct world *w, void *self)
{
	static const hn_part part = { .type = HN_PART_TEXT, .data = { "Hello", 5 } };
	const hn_message all[] = {
		{ .role = 99, .id = 1, .n_parts = 1, .part_stride = sizeof part, .text = { "Hello", 5 }, .parts = &part },
		{ .role = HN_ROLE_USER, .id = 2, .n_parts = 1, .part_stride = sizeof part, .text = { "Hello", 5 }, .parts = &part },
	};
	hn_request q = ask_plain();
	q.messages = all;
	q.n_messages = 2;
	call_free(ask_chat(w, self, &q));
}

void try_unknown(const struct run *r)
{
	struct world *w = scenario_world(r);
	w->unknown = 1;
	compare_worlds(r, w, RULE_UNKNOWN_SKIPPED, "with flags and data of a later hobnob");
	void *self = scenario_begin(r, &w);
	if (!self)
		return;
	ask_unknown_role(w, self);
	scenario_close(w, self);
}

/* ---- threads ---- */

struct errand { struct world *w; void *self; struct call *c; int is_create; };

static void *on_errand(void *ud)
{
	struct errand *e = ud;
	where_ours();
	crash_stack();
	if (e->is_create)
		e->self = ask_create(e->w, NULL);
	else
		e->c = ask(e->w, e->self);
	crash_unstack();
	return NULL;
}

static void *on_end(void *ud)
{
	struct errand *e = ud;
	where_ours();
	crash_stack();
	ask_destroy(e->w, e->self);
	crash_unstack();
	return NULL;
}

static void elsewhere(void *(*go)(void *), struct errand *e)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, go, e))
		abort();
	pthread_join(thread, NULL);
}

static void expect_text(const struct call *c, const char *right, enum rule_id rule, const char *what)
{
	if (c->returned)
		breach(rule, "chat() returned %d %s: %s", (int)c->returned, what, c->message ? c->message : "");
	else if (c->text.n != strlen(right) || memcmp(c->text.p, right, c->text.n) != 0)
		breach(rule, "the reply is \"%.*s\" %s, and should be \"%s\"", (int)(c->text.n > 100 ? 100 : c->text.n), c->text.n ? c->text.p : "", what, right);
}

/* The text of the plain question, to be compared with (allocated). */
static char *right_text(struct world *w, void *self)
{
	struct call *c = ask(w, self);
	char *text = xmemdup0(c->text.n ? c->text.p : "", c->text.n);
	call_free(c);
	return text;
}

void try_any_thread(const struct run *r)
{
	struct world *w = scenario_world(r);
	struct errand made = { .w = w, .is_create = 1 };
	w->no_watch = 1;
	elsewhere(on_errand, &made);
	if (!made.self) {
		breach(RULE_ANY_THREAD, "create() failed on a thread of its own");
		return;
	}
	char *right = right_text(w, made.self);
	struct errand asked = { .w = w, .self = made.self };
	elsewhere(on_errand, &asked);
	expect_text(asked.c, right, RULE_ANY_THREAD, "on a thread of its own");
	call_free(asked.c);
	elsewhere(on_end, &asked);
	free(right);
}

#define TOGETHER_US 200000 /* longest wait for the others */

/* The first host function of each call waits until all calls are in one. */
static void wait_for_all(struct call *c, const char *function)
{
	atomic_int *arrived = c->world->ud;
	(void)function;
	if (c->hits > 1)
		return;
	atomic_fetch_add(arrived, 1);
	for (int64_t until = host_us() + TOGETHER_US; atomic_load(arrived) < AT_ONCE && host_us() < until;)
		sched_yield();
}

void try_at_once(const struct run *r)
{
	struct world *w = scenario_world(r);
	struct errand all[AT_ONCE];
	pthread_t threads[AT_ONCE];
	void *self = scenario_instance(w);
	if (!self)
		return;
	char *right = right_text(w, self);
	atomic_int arrived = 0;
	w->no_watch = 1;
	w->inside = wait_for_all;
	w->ud = &arrived;
	for (int i = 0; i < AT_ONCE; i++) {
		all[i] = (struct errand){ .w = w, .self = self };
		if (pthread_create(&threads[i], NULL, on_errand, &all[i]))
			abort();
	}
	for (int i = 0; i < AT_ONCE; i++) {
		pthread_join(threads[i], NULL);
		expect_text(all[i].c, right, RULE_CALLS_AT_ONCE, "while seven other calls ran");
		call_free(all[i].c);
	}
	ask_destroy(w, self);
	free(right);
}

/* ---- one inside the other ---- */

struct nested { void *self; const char *right; int depth, times; };

/* In each host function of the outer call, another one begins and ends. */
static void ask_inside(struct call *outer, const char *function)
{
	struct nested *n = outer->world->ud;
	if (n->depth || n->times >= 30)
		return;
	n->depth++;
	n->times++;
	char *what = xasprintf("inside %s of another call", function);
	struct call *c = ask(outer->world, n->self);
	expect_text(c, n->right, RULE_INTERLEAVED, what);
	call_free(c);
	free(what);
	n->depth--;
}

void try_interleaved(const struct run *r)
{
	struct world *w = scenario_world(r);
	void *self = scenario_instance(w);
	if (!self)
		return;
	char *right = right_text(w, self);
	struct nested n = { .self = self, .right = right };
	w->inside = ask_inside;
	w->ud = &n;
	w->no_watch = 1;
	struct call *c = ask(w, self);
	w->inside = NULL;
	expect_text(c, right, RULE_INTERLEAVED, "while another call ran inside each host function");
	call_free(c);
	ask_destroy(w, self);
	free(right);
}

void try_stack(const struct run *r)
{
	struct world *w = scenario_world(r);
	void *self = scenario_instance(w);
	if (!self)
		return;
	char *right = right_text(w, self);
	w->stack = STACK;
	struct call *c = ask(w, self);
	w->stack = 0;
	expect_text(c, right, RULE_STACK_256K, "on a stack of 256 KiB");
	call_free(c);
	ask_destroy(w, self);
	free(right);
}
