/* SPDX-License-Identifier: MIT */
/* instance: a provider or a frontend, made from its plugin and its options; and which provider
 * answers when none is named. */
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
void instance_call(const struct instance *i, const struct instance_maker *m, hn_call *out)
{
	call_init(out, m->cancel, m->clock, m->log);
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
static int32_t create(struct instance *i, const struct instance_maker *m, char **error)
{
	hn_call call;
	instance_call(i, m, &call);
	call.options = i->options;
	const struct plugin *p = i->plugin;
	int32_t code = p->provider ? p->provider->create(m->host, &call, &i->self)
				   : p->frontend->create(m->host, &call, &i->self);
	if (code > 0)
		code = HN_ERR_PLUGIN;
	if (code)
		*error = create_error(i, code, &call.error);
	call_end(&call);
	return code;
}

/* Resolves the declared options against all sources. 0, or HN_ERR_CONFIG with *error. */
static int32_t resolve(struct instance *i, const struct instance_maker *m, char **error)
{
	const hn_plugin *d = i->plugin->desc;
	i->options = options_resolve(m->settings, m->secrets,
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
	const struct instance_maker *m, const char *name, uint32_t kind, char **error)
{
	const char *stem = kind == HN_PROVIDER ? instance_plugin(m->settings, name) : name;
	const struct plugin *p = registry_load(m->registry, stem, kind, error);
	if (p || kind != HN_PROVIDER)
		return p;
	const struct instance_entry *entries;
	size_t n = settings_instances(m->settings, &entries);
	struct nearest near = NEAREST(str_of(name));
	for (size_t i = 0; i < n; i++)
		nearest_offer(&near, entries[i].name);
	const char *best = nearest_best(&near);
	if (!strcmp(stem, name) && settings_instance(m->settings, name))
		add_line(
			error, xasprintf("its entry under `providers` needs a line `plugin: NAME`, "
					 "such as openai"));
	else if (best && strcmp(best, name) != 0)
		add_line(error, xasprintf("the config file has a provider \"%s\"", best));
	return NULL;
}

/* Loads, resolves, creates. */
struct instance *instance_new(const struct instance_maker *m, const char *name, uint32_t kind,
	int32_t *code, char **error)
{
	const struct plugin *p = plugin_of(m, name, kind, error);
	*code = HN_ERR_CONFIG;
	if (!p)
		return NULL;
	struct instance *i = xcalloc(1, sizeof *i);
	i->name = xstrdup(name);
	i->plugin = p;
	*code = resolve(i, m, error);
	if (!*code)
		*code = create(i, m, error);
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

/* ---- which one answers when none is named ---- */

/* The value of a name in the environment, else in .env; NULL if neither says it. */
static const char *said(const struct settings *s, const char *name)
{
	const char *value = settings_env(s, name);
	return value ? value : settings_dotenv(s, name);
}

/* Name i of a node that is one name or a list of them; NULL past its end. */
static const char *name_at(const struct ynode *node, size_t i)
{
	if (!node)
		return NULL;
	if (node->kind == Y_SCALAR)
		return i ? NULL : node->text;
	return i < node->n ? node->items[i].text : NULL;
}

/* 1 if any of the node's names is set. */
static int any_said(const struct settings *s, const struct ynode *names)
{
	const char *name;
	for (size_t i = 0; (name = name_at(names, i)); i++)
		if (said(s, name))
			return 1;
	return 0;
}

/* 1 if the value of the rule's first name begins as the rule wants it, or it wants nothing. */
static int prefix_holds(const struct settings *s, const struct ynode *rule)
{
	const struct ynode *prefix = yaml_get(rule, "prefix");
	const char *name = name_at(yaml_get(rule, "when"), 0);
	const char *value = name ? said(s, name) : NULL;
	return !prefix || !prefix->text || (value && str_begins(str_of(value), prefix->text));
}

/* The instance that a rule names, if the rule holds and its plugin can be tried; else NULL. */
static const char *rule_names(const struct instance_maker *m, const struct ynode *rule)
{
	const struct ynode *use = yaml_get(rule, "use");
	if (!use || !use->text || !any_said(m->settings, yaml_get(rule, "when")))
		return NULL;
	if (!prefix_holds(m->settings, rule) || any_said(m->settings, yaml_get(rule, "unless")))
		return NULL;
	return registry_has(m->registry, instance_plugin(m->settings, use->text)) ? use->text
										  : NULL;
}

/* What to say when no rule names one: what the config file has, then the lines to paste. */
static char *none_chosen(const struct settings *s, const struct ynode *paste)
{
	const struct instance_entry *entries;
	size_t n = settings_instances(s, &entries);
	struct buf out = BUF(BUF_NO_CAP);
	buf_adds(&out, "no provider is chosen, and no key says which\n");
	for (size_t i = 0; i < n; i++)
		buf_addf(&out, "%s%s", i ? ", " : "The config file has: ", entries[i].name);
	if (n)
		buf_adds(&out, "\n  Choose with -p NAME, or a line \"provider: NAME\" there.\n");
	buf_adds(&out, paste && paste->text ? paste->text : "");
	return buf_take(&out);
}

/* Walks the shipped rules; the first that holds names the instance. */
char *instance_choose(const struct instance_maker *m, char **error)
{
	const struct ynode *shipped = settings_shipped(m->settings);
	const struct ynode *rules = yaml_get(shipped, "provider"),
			   *paste = yaml_get(shipped, "paste");
	for (size_t i = 0; rules && i < rules->n; i++) {
		const char *name = rule_names(m, &rules->items[i]);
		if (name)
			return xstrdup(name);
	}
	*error = none_chosen(m->settings, paste);
	return NULL;
}
