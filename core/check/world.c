/* SPDX-License-Identifier: MIT */
/* world: calls, their handles, and what holds for every function of the host. */
#include "check/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "check/findings.h"
#include "check/lend.h"
#include "check/where.h"
#include "util/mem.h"

/* ---- handles: addresses that nobody can read; each names one call, once ---- */

#define HANDLES 65536u
#define HANDLE_STEP 16u

static struct call *calls[HANDLES];
static atomic_uint n_calls;
static char *handles;
static pthread_once_t handles_once = PTHREAD_ONCE_INIT;

static void reserve_handles(void)
{
	handles = mmap(NULL, (size_t)HANDLES * HANDLE_STEP, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (handles == MAP_FAILED)
		abort();
}

/* The call of a handle; NULL: there was never one. */
static struct call *find(hn_call *handle)
{
	size_t at = (size_t)((char *)handle - handles);
	if (!handles || (char *)handle < handles || at >= (size_t)HANDLES * HANDLE_STEP || at % HANDLE_STEP)
		return NULL;
	return calls[at / HANDLE_STEP];
}

/* An ended call: its handle still names it. */
static struct call ended = { .over = 1, .function = "a function" };

static enum order_function order_of(const char *function)
{
	return !strcmp(function, "chat()") ? ORDER_CHAT : !strcmp(function, "models()") ? ORDER_MODELS : !strcmp(function, "credit()") ? ORDER_CREDIT
																			  : ORDER_CREATE;
}

struct call *call_new(struct world *w, const char *function)
{
	struct call *c = xcalloc(1, sizeof *c);
	pthread_once(&handles_once, reserve_handles);
	unsigned i = atomic_fetch_add(&n_calls, 1) % HANDLES;
	c->world = w;
	c->function = function;
	c->order.function = order_of(function);
	c->owner = pthread_self();
	c->handle = (hn_call *)(void *)(handles + (size_t)i * HANDLE_STEP);
	c->text = c->trace = c->sent = c->asked = BUF(BUF_NO_CAP);
	calls[i] = c;
	return c;
}

void call_free(struct call *c)
{
	if (!c)
		return;
	calls[((char *)c->handle - handles) / HANDLE_STEP] = &ended;
	struct buf *bufs[] = { &c->text, &c->trace, &c->sent, &c->asked };
	for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++)
		buf_free(bufs[i]);
	for (size_t i = 0; i < c->n_opaques; i++) {
		free(c->opaques[i].name);
		free(c->opaques[i].data);
	}
	for (struct block *b = c->memory, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(c->message);
	free(c->missing);
	free(c);
}

/* ---- functions of the host ---- */

int64_t host_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static int may_be_elsewhere(const struct call *c)
{
	const hn_provider *p = c->world->subject->provider;
	return p && (p->flags & HN_PROVIDER_BLOCKS) && strcmp(c->function, "create()") != 0;
}

struct call *host_enter(hn_call *handle, const char *function)
{
	struct call *c = find(handle);
	if (!c || c->over) {
		breach(RULE_CALL_ENDED, c ? "it used the call of %s in %s, after that had returned" : "it used a call that hobnob never made (%s%s)",
			c ? c->function : function, c ? function : "");
		return NULL;
	}
	where.host++;
	if (!may_be_elsewhere(c)) {
		if (!pthread_equal(c->owner, pthread_self()))
			breach(RULE_CALL_THREAD, "%s came on another thread than the call", function);
	} else if (strcmp(function, "cancelled()") != 0 && atomic_load(&c->inside)) {
		breach(RULE_CALL_THREAD, "%s came while another thread was in a host function of the same call", function);
	}
	atomic_fetch_add(&c->inside, 1);
	return c;
}

void host_leave(struct call *c)
{
	atomic_fetch_sub(&c->inside, 1);
	where.host--;
}

void host_hit(struct call *c, const char *function)
{
	if (++c->hits == c->world->cancel_at) {
		c->cancelled = 1;
		c->cancelled_at = host_us();
	}
	if (c->world->inside)
		c->world->inside(c, function);
}

int32_t host_refuse(struct call *c, const char *function, int32_t value)
{
	if (!strcmp(function, "emit") || !strcmp(function, "put"))
		order_emitted(&c->order, value);
	else if (!c->finishes) /* after FINISH the reply stands */
		order_served(&c->order, function, value);
	if (!c->refused) {
		c->refused = value;
		c->refused_by = function;
	}
	return value;
}

int32_t host_fail(struct call *c, int32_t code, const char *message)
{
	free(c->message);
	c->message = xstrdup(message);
	c->failed = 1;
	order_failed(&c->order, code);
	c->error = (hn_error){ .struct_size = sizeof c->error, .code = code, .message = str_of(c->message) };
	return code;
}

int host_sized(const struct sized *s, const void *theirs)
{
	uint32_t size;
	if (!theirs) {
		breach(RULE_STRUCT_SIZES, "it passed NULL as %s", s->name);
		return 0;
	}
	memcpy(&size, theirs, sizeof size);
	if (size >= s->least && size < 65536)
		return 1;
	breach(RULE_STRUCT_SIZES, "%s says struct_size %u, at least %zu are needed", s->name, size, s->least);
	return 0;
}

/* ---- the end of a call ---- */

/* 0 without FINISH is a truncated reply, which is right where the answer was one. */
static int may_lack_finish(const struct call *c)
{
	const struct world *w = c->world;
	return w->broken_with || w->ends_after || w->only || c->cancelled || c->missing;
}

static void check_return(const struct call *c, int32_t code)
{
	struct fault f = { 0 };
	enum rule_id rule = order_returns(&c->order, code, c->cancelled, &f);
	if (rule != RULES_N && !(rule == RULE_FINISH_ONCE && may_lack_finish(c)))
		breach(rule, "%s", f.message);
	fault_free(&f);
	if (code < 0 && c->failed && !c->refused && code != c->error.code)
		breach(RULE_RETURN_CODES, "%s returned %d, and its last fail() had said %d", c->function, (int)code, (int)c->error.code);
}

void call_over(struct call *c, int32_t code)
{
	char outer[sizeof findings->now];
	memcpy(outer, findings->now, sizeof outer);
	snprintf(findings->now, sizeof findings->now, "%s", c->function);
	where.host++;
	c->returned = code;
	c->returned_at = host_us();
	c->over = 1;
	if (c->end_programs)
		c->end_programs(c);
	lend_take_back(c);
	check_return(c, code);
	where.host--;
	memcpy(findings->now, outer, sizeof outer);
}

/* ---- structs of the host's ---- */

const void *world_lend(const struct world *w, const void *owner, const char *what, const void *from, size_t n)
{
	void *poison[GROWN];
	memset(poison, 0xA5, sizeof poison);
	size_t more = w->grown * sizeof *poison;
	char *longer = xmalloc(n + more + 1);
	memcpy(longer, from, n);
	if (more)
		memcpy(longer + n, poison, more);
	const void *lent = lend(owner, what, longer, n + more);
	free(longer);
	return lent;
}
