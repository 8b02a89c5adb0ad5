/* SPDX-License-Identifier: MIT */
/* instance: a provider or a frontend, made from its plugin and its options. */
#include "plugin/instance.h"

#include <stdlib.h>
#include <string.h>

#include "call/guard.h"
#include "call/handle.h"
#include "call/kind.h"
#include "call/order.h"
#include "call/strict.h"
#include "util/buf.h"
#include "util/mem.h"
#include "util/nearest.h"

/* ---- making one ---- */

const char *instance_plugin(const struct settings *settings, const char *name)
{
	const struct instance_entry *entry = settings_instance(settings, name);
	return entry ? entry->plugin : name;
}

void instance_call(const struct instance *i, struct runtime *rt, hn_call *out)
{
	call_init(out, &rt->task->cancel, rt->clock, rt->log);
	out->endpoint = &i->endpoint;
}

static int32_t create_fault(
	const struct instance *i, int32_t code, const struct call_error *e, struct fault *f)
{
	if (!e->message)
		return fault_set(f, code, NULL, "%s: create() of %s failed (%s) and did not say why",
			i->name, i->plugin->path, kind_name(code));
	return fault_set(f, code, e->hint, "%s: %s", i->name, e->message);
}

static void hold(const struct plugin *p)
{
	if (p->making)
		pthread_mutex_lock(p->making);
}

static void let_go(const struct plugin *p)
{
	if (p->making)
		pthread_mutex_unlock(p->making);
}

struct making {
	struct instance *instance;
	const hn_host *host;
	int is_made;
};

static int32_t do_create(void *ud, hn_call *call)
{
	struct making *m = ud;
	const struct plugin *p = m->instance->plugin;
	struct guard_frame frame;
	int32_t code;

	guard_enter(&frame, p->name, order_function_name(ORDER_CREATE));
	code = p->provider ? p->provider->create(m->host, call, &m->instance->self)
			   : p->frontend->create(m->host, call, &m->instance->self);
	guard_leave(&frame);
	m->is_made = code == 0;
	return code;
}

/* No call is running; the plugin is held. */
static void destroy(struct instance *i)
{
	const struct plugin *p = i->plugin;

	struct guard_frame frame;

	if (p->provider)
		strict_destroying(p->name);
	guard_enter(&frame, p->name, "destroy");
	if (p->provider)
		p->provider->destroy(i->self);
	else
		p->frontend->destroy(i->self);
	guard_leave(&frame);
	if (p->provider)
		strict_destroyed(p->name);
}

/* Runs the plugin's create() with the options at hand. 0, or the code it failed with. */
static int32_t create(struct instance *i, struct runtime *rt, struct fault *f)
{
	hn_call call;
	instance_call(i, rt, &call);
	call.options = i->options;
	call.whose = i->plugin->name;
	call.is_provider = i->plugin->provider != NULL;
	call.function = ORDER_CREATE;
	struct making m = { .instance = i, .host = rt->host };
	hold(i->plugin);
	int32_t code = handle_run(&call, do_create, &m);
	if (m.is_made && i->plugin->provider)
		strict_made(i->plugin->name);
	if (m.is_made && code)
		destroy(i);
	let_go(i->plugin);
	if (code)
		code = create_fault(i, code > 0 || code < HN_ERR_INTERRUPTED ? HN_ERR_PLUGIN : code, &call.error, f);
	call_end(&call);
	return code;
}

/* Resolves the declared options against all sources. 0, or HN_ERR_CONFIG. */
static int32_t resolve(struct instance *i, struct runtime *rt, struct fault *f)
{
	const hn_plugin *d = i->plugin->desc;
	i->options = options_resolve(rt->settings, rt->secrets,
		d->type == HN_TYPE_PROVIDER ? "providers" : "frontends", i->name, i->plugin->name,
		d->options, d->n_options, d->option_stride, 0, f);
	if (!i->options)
		return HN_ERR_CONFIG;
	i->endpoint = (struct endpoint){ .url = i->options->endpoint, .instance = i->name };
	return 0;
}

struct options *options_of(
	struct runtime *rt, const char *instance, uint32_t kind, struct fault *f)
{
	const char *name = kind == HN_TYPE_FRONTEND ? instance : instance_plugin(rt->settings, instance);
	const hn_plugin *d = registry_describe(rt->registry, name, kind, f);
	if (!d)
		return NULL;
	return options_resolve(rt->settings, rt->secrets,
		d->type == HN_TYPE_PROVIDER ? "providers" : "frontends", instance, name, d->options,
		d->n_options, d->option_stride, 1, f);
}

int32_t options_check(struct runtime *rt, struct fault *f)
{
	const struct cli_option *said;
	size_t n = settings_cli_options(rt->settings, &said);
	for (size_t i = 0; i < n; i++) {
		struct options *o = options_of(rt, said[i].instance, 0, f);
		if (!o)
			return HN_ERR_CONFIG;
		options_free(o);
	}
	return 0;
}

/* Frees what was made around self. */
static void instance_drop(struct instance *i)
{
	options_free(i->options);
	free(i->name);
	free(i);
}

/* The plugin of an instance. NULL with a fault, which says what its entry lacks, or names the
 * nearest configured instance if there is one. */
static const struct plugin *plugin_of(
	struct runtime *rt, const char *name, uint32_t kind, struct fault *f)
{
	const char *stem = kind == HN_TYPE_PROVIDER ? instance_plugin(rt->settings, name) : name;
	const struct plugin *p = registry_load(rt->registry, stem, kind, f);
	if (p || kind != HN_TYPE_PROVIDER)
		return p;
	const struct instance_entry *entries;
	size_t n = settings_instances(rt->settings, &entries);
	struct nearest near = NEAREST(str_of(name));
	for (size_t i = 0; i < n; i++)
		nearest_offer(&near, entries[i].name);
	const char *best = nearest_best(&near);
	if (!strcmp(stem, name) && settings_instance(rt->settings, name))
		fault_hint(f, "its entry under `providers` needs a line `plugin: NAME`, such as openai");
	else if (best && strcmp(best, name) != 0)
		fault_hint(f, "the config file has a provider \"%s\"", best);
	return NULL;
}

struct instance *instance_new(
	struct runtime *rt, const char *name, uint32_t kind, struct fault *f)
{
	const struct plugin *p = plugin_of(rt, name, kind, f);
	if (!p)
		return NULL;
	struct instance *i = xcalloc(1, sizeof *i);
	i->name = xstrdup(name);
	i->plugin = p;
	if (!resolve(i, rt, f) && !create(i, rt, f))
		return i;
	instance_drop(i);
	return NULL;
}

/* No call is running. */
void instance_free(struct instance *i)
{
	if (!i)
		return;
	hold(i->plugin);
	destroy(i);
	let_go(i->plugin);
	instance_drop(i);
}
