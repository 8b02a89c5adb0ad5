/* SPDX-License-Identifier: MIT */
/* provider: asks an instance of a provider, on this thread or, if it blocks, on one of its own. */
#include "plugin/provider.h"

#include <stdlib.h>
#include <string.h>

#include "call/fatal.h"
#include "call/guard.h"
#include "call/order.h"
#include "call/size.h"
#include "call/strict.h"
#include "plugin/blocks.h"
#include "util/mem.h"

/* One of the provider's functions. */
struct work {
	const struct instance *instance;
	const char *function;
	handle_work call;
	void *ud;
};

/* Calls it, on the thread that it gets. */
static int32_t do_work(void *ud, hn_call *handle)
{
	const struct work *w = ud;
	struct guard_frame frame;
	int32_t code;

	guard_enter(&frame, w->instance->plugin->name, w->function);
	pthread_cleanup_push(fatal_thread_ends, NULL);
	code = w->call(w->ud, handle);
	pthread_cleanup_pop(0);
	guard_leave(&frame);
	return code;
}

/* Says of each key of an instance where it comes from, or might. */
static void add_keys(const struct instance *i, struct buf *out)
{
	for (size_t k = 0; i->options && k < i->options->n; k++) {
		const struct value *v = &i->options->values[k];

		if (!(v->decl->flags & HN_OPTION_SECRET))
			continue;
		buf_addf(out, "%s%s.%s %s ", out->n ? "; " : "", i->name, v->decl->key, v->secret ? "comes from" : "is not set:");
		if (v->secret)
			buf_adds(out, secret_where(v->secret));
		else
			options_env_names(i->name, i->options->plugin, v->decl, out);
	}
}

/* A key was refused: the hint names its source, for it may be another than the user thinks of. */
static void hint_keys(const struct instance *i, hn_call *call)
{
	char *said = call->error.hint;
	size_t n = said ? strlen(said) : 0;
	struct buf keys = BUF(BUF_NO_CAP);

	add_keys(i, &keys);
	if (keys.n)
		call->error.hint = xasprintf("%s%s%s", n ? said : "", !n ? "" : said[n - 1] == '?' ? " " : "; ", keys.p);
	if (keys.n)
		free(said);
	buf_free(&keys);
}

/* Runs work, which calls that function, where the provider wants it. */
static int32_t run_anywhere(const struct instance *i, hn_call *call, enum order_function function, handle_work work, void *ud)
{
	struct work w = { i, order_function_name(function), work, ud };
	struct guard_frame frame;
	int32_t code;

	call->whose = i->plugin->name;
	call->is_provider = 1;
	call->function = (int)function;
	if (!(i->plugin->provider->flags & HN_PROVIDER_BLOCKS))
		return handle_run(call, do_work, &w);
	guard_enter_elsewhere(&frame, i->plugin->name, w.function);
	code = blocks_run(i->plugin->name, call, do_work, &w);
	guard_leave(&frame);
	return code;
}

static int32_t run(const struct instance *i, hn_call *call, enum order_function function, handle_work work, void *ud)
{
	int32_t code = run_anywhere(i, call, function, work, ud);

	if (call->error.code == HN_ERR_AUTH)
		hint_keys(i, call);
	return code;
}

/* What a listing or a credit came to, as the header has it. */
static int32_t judge(hn_call *call, const char *function, int32_t code)
{
	struct fault f = { 0 };

	if (code == 0 || call_breached(call))
		return code;
	if (cancel_is_set(call->cancel))
		return HN_ERR_INTERRUPTED;
	if (code > 0)
		fault_set(&f, HN_ERR_PLUGIN, NULL, "%s() returned %d, which means nothing there", function, code);
	else if (code == HN_ERR_INTERRUPTED)
		fault_set(&f, HN_ERR_PLUGIN, NULL, "%s() says that it was interrupted, and nobody did that", function);
	else if (!call->error.code)
		return call_failf(call, code, NULL, "%s() failed without saying why", function);
	return f.kind ? call_breach(call, RULE_RETURN_CODES, &f) : call->error.code;
}

/* ---- chat ---- */

struct asking {
	const struct instance *instance;
	const hn_request *request;
};

static int32_t do_chat(void *ud, hn_call *call)
{
	const struct asking *a = ud;
	const hn_request *lent = strict_request(a->request);

	return a->instance->plugin->provider->chat(a->instance->self, call, lent ? lent : a->request);
}

int32_t provider_chat(const struct instance *i, hn_call *call, const hn_request *request)
{
	struct asking a = { i, request };

	return run(i, call, ORDER_CHAT, do_chat, &a);
}

/* ---- models ---- */

struct listing {
	const struct instance *instance;
	const struct cancel *cancel;
	int32_t (*put)(void *ud, const hn_model *);
	void *ud;
	uint32_t n;
	int32_t stopped; /* what put() returned */
	struct fault fault;
};

/* 0 if a name of a model is one that people and files can hold. */
static int32_t check_name(const char *what, hn_str name, struct fault *f)
{
	int32_t code = size_text(what, name, f);

	if (code || name.n <= MODEL_NAME_MOST)
		return code;
	return fault_set(f, HN_ERR_PLUGIN, NULL, "models() lists a model whose %s has %zu bytes, at most %u may be",
		what + strlen("hn_model."), name.n, MODEL_NAME_MOST);
}

/* Reads a model that the plugin lists. 0, or HN_ERR_PLUGIN: it cannot be read, or has no id. */
static int32_t read_model(const hn_model *said, hn_model *m, struct fault *f)
{
	int32_t code = size_in(&sized_model, m, said, f);

	if (!code && !(code = check_name("hn_model.id", m->id, f)))
		code = check_name("hn_model.name", m->name, f);
	if (!code && !m->id.n)
		code = fault_set(f, HN_ERR_PLUGIN, NULL, "models() lists a model without an id");
	return code;
}

/* The put() that the provider gets. After a refusal it refuses all that follow. */
static int32_t put_model(void *ud, const hn_model *said)
{
	struct listing *l = ud;
	hn_model m;

	strict_put_begins();
	if (l->stopped)
		;
	else if (cancel_is_set(l->cancel))
		l->stopped = HN_ERR_INTERRUPTED;
	else if (l->n++ == MODELS_MOST)
		l->stopped = fault_set(&l->fault, HN_ERR_PLUGIN, NULL, "models() lists more than %u models", MODELS_MOST);
	else if (!(l->stopped = read_model(said, &m, &l->fault)))
		l->stopped = l->put(l->ud, &m);
	strict_put_ends(l->stopped);
	return l->stopped;
}

static int32_t do_models(void *ud, hn_call *call)
{
	struct listing *l = ud;

	return l->instance->plugin->provider->models(l->instance->self, call, put_model, l);
}

int32_t provider_models(const struct instance *i, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	struct listing l = { .instance = i, .cancel = call->cancel, .put = put, .ud = ud };
	int32_t code = run(i, call, ORDER_MODELS, do_models, &l);

	if (l.fault.kind) {
		code = call_breach(call, RULE_MODELS, &l.fault);
		return call_breached(call) ? call_tell_breach(call) : code;
	}
	if (call_breached(call))
		return HN_ERR_PLUGIN;
	return l.stopped ? l.stopped : judge(call, "models", code);
}

/* ---- credit ---- */

struct crediting {
	const struct instance *instance;
	hn_credit *out;
};

static int32_t do_credit(void *ud, hn_call *call)
{
	const struct crediting *c = ud;
	void *out;
	struct lent *lent = strict_fills("hn_credit", c->out, sizeof *c->out, &out);
	int32_t code = c->instance->plugin->provider->credit(c->instance->self, call, out);

	strict_filled(lent, c->out, sizeof *c->out);
	return code;
}

int32_t provider_credit(const struct instance *i, hn_call *call, hn_credit *out)
{
	struct crediting c = { i, out };

	return judge(call, "credit", run(i, call, ORDER_CREDIT, do_credit, &c));
}
