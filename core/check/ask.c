/* SPDX-License-Identifier: MIT */
/* ask: see the header. */
#include "check/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check/crash.h"
#include "check/findings.h"
#include "check/lend.h"
#include "check/options.h"
#include "check/watch.h"
#include "check/where.h"
#include "util/mem.h"

#define S(text) { text, sizeof(text) - 1 }

/* ---- one function ---- */

struct job { void (*go)(void *ud); void *ud; };

static void *on_thread(void *ud)
{
	const struct job *job = ud;
	where_ours();
	crash_stack();
	struct where before = where_enter();
	job->go(job->ud);
	where_leave(before);
	crash_unstack();
	return NULL;
}

/* On a thread; stack: its bytes, with a page below that ends it, or 0. */
static void run_on_thread(struct job *job, size_t stack)
{
	pthread_attr_t how;
	pthread_t thread;
	size_t page = (size_t)sysconf(_SC_PAGESIZE), guard = 64 * page;
	char *base = NULL;
	pthread_attr_init(&how);
	if (stack) {
		base = mmap(NULL, guard + stack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (base == MAP_FAILED || mprotect(base, guard, PROT_NONE))
			abort();
		crash_guard(base, guard);
		pthread_attr_setstack(&how, base + guard, stack);
	}
	if (pthread_create(&thread, &how, on_thread, job))
		abort();
	pthread_join(thread, NULL);
	pthread_attr_destroy(&how);
	crash_guard(NULL, 0);
	if (base)
		munmap(base, guard + stack);
}

static int blocks(const struct world *w, const char *function)
{
	const hn_provider *p = w->subject->provider;
	return p && (p->flags & HN_PROVIDER_BLOCKS) && (!strcmp(function, "chat()") || !strcmp(function, "models()") || !strcmp(function, "credit()"));
}

void ask_run(struct world *w, const char *function, void (*go)(void *ud), void *ud)
{
	struct job job = { go, ud };
	struct watch before;
	char outer[sizeof findings->now];
	memcpy(outer, findings->now, sizeof outer);
	if (!w->no_watch)
		watch_take(&before);
	snprintf(findings->now, sizeof findings->now, "%s", function);
	if (blocks(w, function) || w->stack) {
		run_on_thread(&job, w->stack);
	} else {
		struct where was = where_enter();
		go(ud);
		where_leave(was);
	}
	if (!w->no_watch)
		watch_compare(&before);
	memcpy(findings->now, outer, sizeof outer);
}

/* ---- create, destroy ---- */

/* Stands for an instance that is NULL, which a plugin may make; any other value is the plugin's own word. */
static char null_instance;

void *ask_self(void *self)
{
	return self == &null_instance ? NULL : self;
}

struct creation { struct world *w; struct call *c; void *self; int32_t code; };

static void do_create(void *ud)
{
	struct creation *k = ud;
	const struct subject *s = k->w->subject;
	k->code = s->provider ? s->provider->create(k->w->host, k->c->handle, &k->self) : s->frontend->create(k->w->host, k->c->handle, &k->self);
}

void *ask_create(struct world *w, struct call **out)
{
	struct creation k = { .w = w, .c = call_new(w, "create()") };
	k.c->takes_options = 1;
	ask_run(w, "create()", do_create, &k);
	if (k.code > 0)
		breach(RULE_CREATES, "create() returned %d, which is neither 0 nor an error", (int)k.code);
	call_over(k.c, k.code);
	if (out)
		*out = k.c;
	else
		call_free(k.c);
	return k.code ? NULL : k.self ? k.self : &null_instance;
}

struct life { const struct subject *s; void *self; };

static void do_destroy(void *ud)
{
	const struct life *l = ud;
	void *self = ask_self(l->self);
	if (l->s->provider)
		l->s->provider->destroy(self);
	else
		l->s->frontend->destroy(self);
}

void ask_destroy(struct world *w, void *self)
{
	struct life l = { w->subject, self };
	ask_run(w, "destroy()", do_destroy, &l);
}

/* ---- a request ---- */

static const hn_part system_parts[] = { { .type = HN_PART_TEXT, .data = S("Answer briefly.") } };
static const hn_part user_parts[] = { { .type = HN_PART_TEXT, .data = S("Hello") } };
static const hn_message plain[] = {
	{ .role = HN_ROLE_SYSTEM, .n_parts = 1, .part_stride = sizeof(hn_part), .id = 1, .text = S("Answer briefly."), .parts = system_parts },
	{ .role = HN_ROLE_USER, .n_parts = 1, .part_stride = sizeof(hn_part), .id = 2, .text = S("Hello"), .parts = user_parts },
};

hn_request ask_plain(void)
{
	return (hn_request){ .struct_size = sizeof(hn_request), .flags = HN_REQUEST_STREAM, .n_messages = 2,
		.message_stride = sizeof(hn_message), .conversation = S("c-1"), .messages = plain };
}

/* An array with wider elements where the host has grown, lent. */
static const void *lend_array(const struct call *c, const char *what, const void *from, uint32_t n, size_t size, uint32_t *stride)
{
	const struct world *w = c->world;
	size_t wide = size + w->grown * sizeof(void *);
	char *all = xcalloc(n + 1u, wide);
	memset(all, 0xA5, n * wide);
	for (uint32_t i = 0; i < n; i++)
		memcpy(all + i * wide, (const char *)from + i * size, size);
	const void *lent = n ? lend(c, what, all, n * wide) : NULL;
	free(all);
	*stride = (uint32_t)wide;
	return lent;
}

static void lend_parts(const struct call *c, hn_message *m)
{
	hn_part *parts = xcalloc(m->n_parts + 1u, sizeof *parts);
	for (uint32_t i = 0; i < m->n_parts; i++) {
		parts[i] = m->parts[i];
		parts[i].id = lend_str(c, "hn_part.id", parts[i].id);
		parts[i].name = lend_str(c, "hn_part.name", parts[i].name);
		parts[i].mime = lend_str(c, "hn_part.mime", parts[i].mime);
		parts[i].data = lend_str(c, "hn_part.data", parts[i].data);
	}
	m->parts = lend_array(c, "hn_message.parts", parts, m->n_parts, sizeof *parts, &m->part_stride);
	free(parts);
}

static void lend_messages(const struct call *c, hn_request *r)
{
	hn_message *all = xcalloc(r->n_messages + 1u, sizeof *all);
	for (uint32_t i = 0; i < r->n_messages; i++) {
		all[i] = r->messages[i];
		all[i].flags = c->world->unknown ? 1u << 31 : 0;
		all[i].text = lend_str(c, "hn_message.text", all[i].text);
		lend_parts(c, &all[i]);
	}
	r->messages = lend_array(c, "hn_request.messages", all, r->n_messages, sizeof *all, &r->message_stride);
	free(all);
}

static void lend_lists(const struct call *c, hn_request *r)
{
	hn_str stop[16];
	hn_tool tools[16];
	for (uint32_t i = 0; i < r->n_stop && i < 16; i++)
		stop[i] = lend_str(c, "an element of hn_request.stop", r->stop[i]);
	for (uint32_t i = 0; i < r->n_tools && i < 16; i++) {
		tools[i].name = lend_str(c, "hn_tool.name", r->tools[i].name);
		tools[i].description = lend_str(c, "hn_tool.description", r->tools[i].description);
		tools[i].schema = lend_str(c, "hn_tool.schema", r->tools[i].schema);
	}
	r->stop = r->n_stop ? lend(c, "hn_request.stop", stop, r->n_stop * sizeof *stop) : NULL;
	r->tools = lend_array(c, "hn_request.tools", tools, r->n_tools, sizeof *tools, &r->tool_stride);
}

/* A deep copy, each piece of it by itself. */
static const hn_request *lend_request(struct call *c, const hn_request *from)
{
	hn_request r = *from;
	char *model = options_model(c->world);
	hn_str *texts[] = { &r.conversation, &r.reasoning_effort, &r.tool_name, &r.schema_name, &r.schema, &r.extra };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i] = lend_str(c, "a text of hn_request", *texts[i]);
	r.struct_size = (uint32_t)(sizeof r + c->world->grown * sizeof(void *));
	r.flags |= c->world->unknown ? 1u << 31 : 0;
	r.model = lend_str(c, "hn_request.model", r.model.n ? r.model : str_of(model));
	lend_messages(c, &r);
	lend_lists(c, &r);
	free(model);
	return world_lend(c->world, c, "hn_request", &r, sizeof r);
}

/* ---- chat, models, credit ---- */

struct chat { struct call *c; void *self; const hn_request *r; int32_t code; };

static void do_chat(void *ud)
{
	struct chat *k = ud;
	k->c->owner = pthread_self();
	k->code = k->c->world->subject->provider->chat(ask_self(k->self), k->c->handle, k->r);
}

struct call *ask_chat(struct world *w, void *self, const hn_request *r)
{
	struct chat k = { .c = call_new(w, "chat()"), .self = self };
	k.c->takes_events = 1;
	k.c->dry = k.c->order.is_dry = (r->flags & HN_REQUEST_DRY) != 0;
	k.r = lend_request(k.c, r);
	ask_run(w, "chat()", do_chat, &k);
	call_over(k.c, k.code);
	return k.c;
}

struct call *ask(struct world *w, void *self)
{
	hn_request r = ask_plain();
	return ask_chat(w, self, &r);
}

struct listing { struct call *c; void *self; struct buf *ids; int32_t put, code; unsigned n; };

static const struct { uint32_t bit; const char *name; size_t at; int is_price; } numbers[] = {
	{ HN_MODEL_CONTEXT, "context", offsetof(hn_model, context), 0 },
	{ HN_MODEL_MAX_OUTPUT, "max_output", offsetof(hn_model, max_output), 0 },
	{ HN_MODEL_PRICE_INPUT, "price_input", offsetof(hn_model, price_input), 1 },
	{ HN_MODEL_PRICE_OUTPUT, "price_output", offsetof(hn_model, price_output), 1 },
	{ HN_MODEL_PRICE_CACHED, "price_cached", offsetof(hn_model, price_cached), 1 },
	{ HN_MODEL_PRICE_CACHE_WRITE, "price_cache_write", offsetof(hn_model, price_cache_write), 1 },
};

/* 1 if what the server said names a price. */
static int names_a_price(const struct call *c)
{
	static const char *const words[] = { "pric", "cost" };
	const struct answers *as = c->world->answers;
	for (size_t i = 0; as && i < as->n; i++)
		for (size_t k = 0; k < sizeof words / sizeof *words; k++)
			if (memmem(as->all[i].body.p, as->all[i].body.n, words[k], 4))
				return 1;
	return 0;
}

static void check_model(const struct listing *l, const hn_model *m)
{
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		int64_t v = *(const int64_t *)((const char *)m + numbers[i].at);
		if (!(m->set & numbers[i].bit))
			continue;
		if (v < 0)
			breach(RULE_MODELS, "hn_model.%s is set and %lld", numbers[i].name, (long long)v);
		if (!v && numbers[i].is_price && l->c->asked_http && !names_a_price(l->c))
			breach(RULE_MODELS_UNPRICED, "hn_model.%s is set and 0, and the server has named no price", numbers[i].name);
	}
	if (!m->id.n || !m->id.p)
		breach(RULE_MODELS, "a model has no id");
	else if (m->id.n > 1024)
		breach(RULE_MODELS, "the id of a model has %zu bytes", m->id.n);
}

static int32_t take_model(struct listing *l, const hn_model *m)
{
	struct call *c = l->c;
	if (c->refused) {
		breach(RULE_EMIT_RETURN, "models() called put() after that had returned %d", (int)c->refused);
		return c->refused;
	}
	if (!host_sized(&sized_model, m))
		return 0;
	check_model(l, m);
	if (l->ids && m->id.p) {
		char *line = xasprintf("\n%.*s\n", (int)m->id.n, m->id.p);
		if (l->ids->n && strstr(l->ids->p, line))
			breach(RULE_MODELS, "two models have the id %.*s", (int)m->id.n, m->id.p);
		buf_addf(l->ids, "%s%s", l->ids->n ? "" : "\n", line + 1);
		free(line);
	}
	if (++l->n > 100000)
		breach_end(RULE_MODELS, "it lists more than 100000 models");
	return l->put ? host_refuse(c, "put", l->put) : 0;
}

static int32_t put(void *ud, const hn_model *m)
{
	where.host++;
	int32_t code = take_model(ud, m);
	where.host--;
	return code;
}

static void do_models(void *ud)
{
	struct listing *l = ud;
	l->c->owner = pthread_self();
	l->code = l->c->world->subject->provider->models(ask_self(l->self), l->c->handle, put, l);
}

struct call *ask_models(struct world *w, void *self, struct buf *ids, int32_t code)
{
	const hn_provider *p = w->subject->provider;
	if (!p || !p->models)
		return NULL;
	struct listing l = { .c = call_new(w, "models()"), .self = self, .ids = ids, .put = code };
	ask_run(w, "models()", do_models, &l);
	if (l.code > 0 && l.code != l.put)
		breach(RULE_RETURN_CODES, "models() returned %d", (int)l.code);
	call_over(l.c, l.code);
	return l.c;
}

struct account { struct call *c; void *self; hn_credit *out; int32_t code; };

static void do_credit(void *ud)
{
	struct account *a = ud;
	a->c->owner = pthread_self();
	a->code = a->c->world->subject->provider->credit(ask_self(a->self), a->c->handle, a->out);
}

struct call *ask_credit(struct world *w, void *self)
{
	const hn_provider *p = w->subject->provider;
	hn_credit plain_credit = { .struct_size = sizeof plain_credit, .left = -1, .limit = -1, .used = -1 };
	if (!p || !p->credit)
		return NULL;
	struct account a = { .c = call_new(w, "credit()"), .self = self };
	a.out = lend_out(a.c, "hn_credit", &plain_credit, sizeof plain_credit);
	ask_run(w, "credit()", do_credit, &a);
	if (a.out->left < -1 || a.out->limit < -1 || a.out->used < -1)
		breach(RULE_CREDIT, "a number of hn_credit is below -1");
	if (a.out->flags & ~HN_CREDIT_UNLIMITED && !w->subject->desc->need_minor)
		breach(RULE_CREDIT, "hn_credit.flags is 0x%x", a.out->flags);
	if (a.out->struct_size != sizeof plain_credit)
		breach(RULE_CREDIT, "it changed hn_credit.struct_size, which is the host's");
	if (a.code > 0)
		breach(RULE_RETURN_CODES, "credit() returned %d", (int)a.code);
	call_over(a.c, a.code);
	return a.c;
}
