/* SPDX-License-Identifier: MIT */
/* strict: watches whether a plugin keeps the rules while it works. What it borrows is in strict_lend.c. */
#include "call/strict_private.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "call/size.h"
#include "call/traces.h"
#include "util/buf.h"
#include "util/mem.h"

#define UNTOLD_MOST 16

static atomic_int is_on;
static _Thread_local struct strict *current;
static _Thread_local char own_thread; /* its address identifies the thread */

/* Breaches that no call was told of. */
static struct untold {
	const char *plugin;   /* NULL: unknown */
	const char *function; /* "destroy" */
	enum rule_id rule;
	char *what;
} untold[UNTOLD_MOST];
static size_t n_untold;
static pthread_mutex_t untold_lock = PTHREAD_MUTEX_INITIALIZER;

void strict_enable(void)
{
	atomic_store(&is_on, 1);
}

int strict_is_on(void)
{
	return atomic_load(&is_on);
}

struct strict *strict_current(void)
{
	return current;
}

/* ---- breaches ---- */

/* Remembers a breach of the call, if it is the first; empties the fault. */
static void breach(hn_call *call, enum rule_id rule, struct fault *f)
{
	call_breach(call, rule, f);
	call->broken = HN_ERR_PLUGIN;
}

/* Tells it later. Takes what. */
static void tell_later(const char *plugin, const char *function, enum rule_id rule, char *what)
{
	pthread_mutex_lock(&untold_lock);
	if (n_untold < UNTOLD_MOST)
		untold[n_untold++] = (struct untold){ plugin, function, rule, what };
	else
		free(what);
	pthread_mutex_unlock(&untold_lock);
}

/* Takes the first one of that plugin (NULL: of any) off the list. 1, or 0: the list has no such breach. */
static int take_untold(const char *plugin, struct untold *out)
{
	int found = 0;

	pthread_mutex_lock(&untold_lock);
	for (size_t i = 0; i < n_untold && !found; i++) {
		if (plugin && untold[i].plugin && strcmp(untold[i].plugin, plugin) != 0)
			continue;
		*out = untold[i];
		memmove(&untold[i], &untold[i + 1], (--n_untold - i) * sizeof *untold);
		found = 1;
	}
	pthread_mutex_unlock(&untold_lock);
	return found;
}

/* "chat(): WHAT" for a breach of an earlier function, which the call at hand is told of. */
static void take_earlier(hn_call *call)
{
	struct untold u;
	struct fault f = { 0 };

	while (take_untold(call->whose, &u)) {
		fault_set(&f, HN_ERR_PLUGIN, NULL, "%s%s%s", u.function ? u.function : "", u.function ? "(): " : "", u.what);
		breach(call, u.rule, &f);
		free(u.what);
	}
}

static void caught_text(const struct lent_catch *c, struct fault *f)
{
	if (c->is_over)
		fault_set(f, HN_ERR_PLUGIN, NULL, "it reads or writes beyond the end of %s", c->what);
	else
		fault_set(f, HN_ERR_PLUGIN, NULL, "it uses %s of %s() after the loan has ended", c->what, c->function);
}

/* What signals have caught of the plugin's. */
static void take_caught(hn_call *call)
{
	struct lent_catch c;
	struct fault f = { 0 };

	while (lent_caught(call->whose, &c)) {
		caught_text(&c, &f);
		breach(call, RULE_BORROWED, &f);
	}
}

void strict_ended(const char *plugin, const char *function)
{
	struct strict *s = current;
	struct fault f = { 0 };

	if (!strict_is_on())
		return;
	fault_set(&f, HN_ERR_PLUGIN, NULL, "it uses the call of %s%s after that has returned",
		function ? function : "a function", function ? "()" : "");
	if (s && (!plugin || !strcmp(plugin, s->call->whose)))
		breach(s->call, RULE_CALL_ENDED, &f);
	else
		tell_later(plugin, NULL, RULE_CALL_ENDED, f.message);
}

/* What changes as a file is loaded ("its constructor") does not count: the runtime of a language has to change it. */
void strict_changed(const char *plugin, const char *function, enum rule_id rule, const char *what, const char *more)
{
	struct fault f = { 0 };

	if (!strict_is_on() || strchr(function, ' '))
		return;
	fault_set(&f, HN_ERR_PLUGIN, NULL, "it changes %s%s", what, more);
	if (current && !strcmp(plugin, current->call->whose))
		breach(current->call, rule, &f);
	else
		tell_later(plugin, function, rule, f.message);
}

void strict_misuse(const char *plugin, enum rule_id rule, const char *fmt, ...)
{
	va_list ap;

	if (!strict_is_on() || !plugin)
		return;
	va_start(ap, fmt);
	tell_later(plugin, "run", rule, xvasprintf(fmt, ap));
	va_end(ap);
}

int strict_untold(struct fault *f)
{
	struct untold u;
	struct lent_catch c;
	struct fault what = { 0 };

	if (take_untold(NULL, &u)) {
		breach_text(f, u.function, u.rule, u.what);
		free(u.what);
	} else if (lent_caught(NULL, &c)) {
		caught_text(&c, &what);
		u = (struct untold){ .plugin = c.plugin };
		breach_text(f, NULL, RULE_BORROWED, what.message);
		fault_free(&what);
	} else {
		return 0;
	}
	fault_name(f, u.plugin ? u.plugin : "a plugin");
	return 1;
}

/* ---- loans ---- */

struct lent *strict_lend(struct strict *s, const char *what, size_t n)
{
	struct lent *l = lent_new(what, s->call->whose, order_function_name(s->order.function), n);

	if (!l)
		return NULL;
	pthread_mutex_lock(&s->lock);
	s->lents = xgrow(s->lents, s->n_lents, &s->lents_cap, sizeof *s->lents);
	s->lents[s->n_lents++] = l;
	pthread_mutex_unlock(&s->lock);
	return l;
}

void strict_end_loan(hn_call *call, struct lent *l, const char *what)
{
	struct fault f = { 0 };

	if (!lent_end(l))
		return;
	fault_set(&f, HN_ERR_PLUGIN, NULL, "it writes to %s", what);
	breach(call, RULE_BORROWED, &f);
}

static void take_back(struct strict *s)
{
	for (size_t i = 0; i < s->n_lents; i++)
		strict_end_loan(s->call, s->lents[i], lent_what(s->lents[i]));
	s->n_lents = 0;
}

/* ---- stretches: the time that the plugin has the thread ---- */

/* Only a provider is watched so: a frontend prints, and keeps what it opens. A shared call is used on several threads. */
static int has_stretches(const hn_call *call)
{
	return call->is_provider && !call->shared;
}

static void begin_stretch(const struct strict *s)
{
	if (has_stretches(s->call))
		traces_begin(s->call->whose);
}

static void end_stretch(struct strict *s)
{
	struct fault f = { 0 };
	enum rule_id rule = has_stretches(s->call) ? traces_end(&f) : RULES_N;

	if (rule != RULES_N)
		breach(s->call, rule, &f);
}

int strict_calls_back(struct strict *s)
{
	int base = s->base;

	s->base = s->depth;
	begin_stretch(s);
	return base;
}

void strict_called_back(struct strict *s, int base)
{
	end_stretch(s);
	s->base = base;
}

static void enter_at_once(const struct strict *s)
{
	struct fault f = { 0 };

	fault_set(&f, HN_ERR_PLUGIN, NULL, "two threads use the call at the same time");
	breach(s->call, RULE_CALL_THREAD, &f);
}

void strict_enter(hn_call *call)
{
	struct strict *s = call->strict;
	const void *nobody = NULL;

	if (!s)
		return;
	if (atomic_load(&s->inside) != &own_thread && !atomic_compare_exchange_strong(&s->inside, &nobody, &own_thread)) {
		enter_at_once(s);
		return;
	}
	if (s->depth++ == s->base)
		end_stretch(s);
}

void strict_leave(hn_call *call)
{
	struct strict *s = call->strict;

	if (!s || atomic_load(&s->inside) != &own_thread)
		return;
	if (--s->depth == s->base)
		begin_stretch(s);
	if (s->depth == 0)
		atomic_store(&s->inside, NULL);
}

/* ---- one run of a function ---- */

void strict_begin(hn_call *call)
{
	struct strict *s;

	if (!strict_is_on() || !call->whose)
		return;
	s = xcalloc(1, sizeof *s);
	s->call = call;
	s->order.function = call->function;
	s->outer = current;
	pthread_mutex_init(&s->lock, NULL);
	current = call->strict = s;
	call->breach.is_watched = 1;
	take_earlier(call);
	begin_stretch(s);
}

void strict_returned(hn_call *call)
{
	if (call->strict)
		end_stretch(call->strict);
}

int32_t strict_end(hn_call *call, int32_t code)
{
	struct strict *s = call->strict;
	struct fault f = { 0 };
	enum rule_id rule;

	if (!s)
		return code;
	take_back(s);
	rule = order_returns(&s->order, code, cancel_is_set(call->cancel), &f);
	if (rule != RULES_N)
		breach(call, rule, &f);
	take_caught(call);
	take_earlier(call);
	current = s->outer;
	call->strict = NULL;
	pthread_mutex_destroy(&s->lock);
	free(s->lents);
	free(s);
	return call_breached(call) ? call_tell_breach(call) : code;
}

/* ---- create() and destroy() ---- */

void strict_made(const char *plugin)
{
	if (strict_is_on())
		traces_made(plugin);
}

void strict_destroying(const char *plugin)
{
	if (strict_is_on())
		traces_begin(plugin);
}

void strict_destroyed(const char *plugin)
{
	struct fault f = { 0 };
	enum rule_id rule;

	if (!strict_is_on())
		return;
	rule = traces_end(&f);
	if (rule == RULES_N)
		rule = traces_gone(plugin, &f);
	if (rule != RULES_N)
		tell_later(plugin, "destroy", rule, f.message);
}

/* ---- what it says ---- */

/* What can be read of an event; 0 if it cannot: emit() says why. */
static int read_event(const hn_event *said, hn_event *event, hn_usage *usage)
{
	if (size_in(&sized_event, event, said, NULL))
		return 0;
	if (event->usage && size_in(&sized_usage, usage, event->usage, NULL))
		return 0;
	event->usage = event->usage ? usage : NULL;
	return 1;
}

int32_t strict_emits(hn_call *call, const hn_event *said)
{
	struct strict *s = call->strict;
	struct fault f = { 0 };
	enum rule_id rule = RULES_N;
	hn_event event;
	hn_usage usage;

	if (!s || !read_event(said, &event, &usage))
		return 0;
	if (call->function == ORDER_CHAT)
		rule = order_emits(&s->order, &event, &f);
	if (rule != RULES_N)
		breach(call, rule, &f);
	return call_breached(call) ? HN_ERR_PLUGIN : 0;
}

void strict_emitted(hn_call *call, int32_t code)
{
	if (call->strict)
		order_emitted(&call->strict->order, code);
}

void strict_failed(hn_call *call, int32_t code)
{
	if (call->strict)
		order_failed(&call->strict->order, code);
}

void strict_served(hn_call *call, const char *service, int32_t code)
{
	if (!call->strict)
		return;
	if (service)
		order_served(&call->strict->order, service, code);
	else
		order_failed(&call->strict->order, code);
}

void strict_put_begins(void)
{
	struct fault f = { 0 };
	enum rule_id rule;

	if (!current)
		return;
	strict_enter(current->call);
	rule = order_lists(&current->order, &f);
	if (rule != RULES_N)
		breach(current->call, rule, &f);
}

void strict_put_ends(int32_t code)
{
	if (!current)
		return;
	order_emitted(&current->order, code);
	strict_leave(current->call);
}
