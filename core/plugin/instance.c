/* SPDX-License-Identifier: MIT */
/* instance: a provider or a frontend, made from its plugin and its options. */
#include "plugin/instance.h"

#include <stdlib.h>
#include <string.h>

#include "call/kind.h"
#include "util/buf.h"
#include "util/mem.h"
#include "util/nearest.h"

/* ---- making one ---- */

/* The plugin that an instance name stands for. */
const char *instance_plugin(const struct settings *settings, const char *name)
{
	const struct instance_entry *entry = settings_instance(settings, name);
	return entry ? entry->plugin : name;
}

/* A call on this instance. */
void instance_call(const struct instance *i, struct runtime *rt, hn_call *out)
{
	call_init(out, &rt->cancel, rt->clock, &rt->log);
	out->endpoint = &i->endpoint;
}

/* What a failed create() said, with its hint on a line of its own (allocated). */
static char *create_error(const struct instance *i, int32_t code, const struct call_error *e)
{
	if (!e->message)
		return xasprintf("%s: create() of %s failed (%s) and did not say why", i->name,
			i->plugin->path, kind_name(code));
	return xasprintf(
		"%s: %s%s%s", i->name, e->message, e->hint ? "\n" : "", e->hint ? e->hint : "");
}

/* Runs the plugin's create() with the options at hand. 0, or the code it failed with and *error. */
static int32_t create(struct instance *i, struct runtime *rt, char **error)
{
	hn_call call;
	instance_call(i, rt, &call);
	call.options = i->options;
	const struct plugin *p = i->plugin;
	int32_t code = p->provider ? p->provider->create(rt->host, &call, &i->self)
				   : p->frontend->create(rt->host, &call, &i->self);
	if (code > 0)
		code = HN_ERR_PLUGIN;
	if (code)
		*error = create_error(i, code, &call.error);
	call_end(&call);
	return code;
}

/* Resolves the declared options against all sources. 0, or HN_ERR_CONFIG with *error. */
static int32_t resolve(struct instance *i, struct runtime *rt, char **error)
{
	const hn_plugin *d = i->plugin->desc;
	i->options = options_resolve(rt->settings, rt->secrets,
		d->kind == HN_PROVIDER ? "providers" : "frontends", i->name, i->plugin->name,
		d->options, d->n_options, d->option_stride, 0, error);
	if (!i->options)
		return HN_ERR_CONFIG;
	i->endpoint = (struct endpoint){ .url = i->options->endpoint, .instance = i->name };
	return 0;
}

/* Frees what was made around self. */
static void instance_drop(struct instance *i)
{
	options_free(i->options);
	free(i->name);
	free(i);
}

/* Appends a line to a message. */
static void add_line(char **message, char *line)
{
	char *more = xasprintf("%s\n%s", *message, line);
	free(*message);
	free(line);
	*message = more;
}

/* The plugin of an instance. NULL with *error, which tells what its entry lacks, or names the
 * nearest configured instance if there is one. */
static const struct plugin *plugin_of(
	struct runtime *rt, const char *name, uint32_t kind, char **error)
{
	const char *stem = kind == HN_PROVIDER ? instance_plugin(rt->settings, name) : name;
	const struct plugin *p = registry_load(rt->registry, stem, kind, error);
	if (p || kind != HN_PROVIDER)
		return p;
	const struct instance_entry *entries;
	size_t n = settings_instances(rt->settings, &entries);
	struct nearest near = NEAREST(str_of(name));
	for (size_t i = 0; i < n; i++)
		nearest_offer(&near, entries[i].name);
	const char *best = nearest_best(&near);
	if (!strcmp(stem, name) && settings_instance(rt->settings, name))
		add_line(
			error, xasprintf("its entry under `providers` needs a line `plugin: NAME`, "
					 "such as openai"));
	else if (best && strcmp(best, name) != 0)
		add_line(error, xasprintf("the config file has a provider \"%s\"", best));
	return NULL;
}

/* Loads, resolves, creates. */
struct instance *instance_new(struct runtime *rt, const char *name, uint32_t kind,
	int32_t *code, char **error)
{
	const struct plugin *p = plugin_of(rt, name, kind, error);
	*code = HN_ERR_CONFIG;
	if (!p)
		return NULL;
	struct instance *i = xcalloc(1, sizeof *i);
	i->name = xstrdup(name);
	i->plugin = p;
	*code = resolve(i, rt, error);
	if (!*code)
		*code = create(i, rt, error);
	if (!*code)
		return i;
	instance_drop(i);
	return NULL;
}

/* Ends the instance; no call is running. */
void instance_free(struct instance *i)
{
	if (!i)
		return;
	if (i->plugin->provider)
		i->plugin->provider->destroy(i->self);
	else
		i->plugin->frontend->destroy(i->self);
	instance_drop(i);
}
