/* SPDX-License-Identifier: MIT */
/*
 * pick: which provider instance and which model.
 *
 * For the provider the settings decide, then the shipped rules. For the model each level is asked
 * in turn, the nearest first: the instance's own setting before the general one. A general model
 * set farther away than the choice of the provider belongs to another provider, so it is skipped.
 */
#include "chat/pick.h"

#include <string.h>

#include "config/settings.h"
#include "plugin/registry.h"
#include "util/buf.h"
#include "util/mem.h"

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
static const char *rule_names(const struct runtime *rt, const struct ynode *rule)
{
	const struct ynode *use = yaml_get(rule, "use");
	if (!use || !use->text || !any_said(rt->settings, yaml_get(rule, "when")))
		return NULL;
	if (!prefix_holds(rt->settings, rule) || any_said(rt->settings, yaml_get(rule, "unless")))
		return NULL;
	return registry_has(rt->registry, instance_plugin(rt->settings, use->text)) ? use->text
										  : NULL;
}

/* What to say when no rule names one: what the config file has, then the lines to paste. */
static void none_chosen(const struct settings *s, const struct ynode *paste, struct fault *f)
{
	const struct instance_entry *entries;
	size_t n = settings_instances(s, &entries);
	struct buf out = BUF(BUF_NO_CAP);
	for (size_t i = 0; i < n; i++)
		buf_addf(&out, "%s%s", i ? ", " : "The config file has: ", entries[i].name);
	if (n)
		buf_adds(&out, "\n  Choose with -p NAME, or a line \"provider: NAME\" there.\n");
	buf_adds(&out, paste && paste->text ? paste->text : "");
	fault_set(f, HN_ERR_CONFIG, out.p, "no provider is chosen, and no key says which");
	buf_free(&out);
}

/* Walks the shipped rules; the first that holds names the instance. */
static char *choose(const struct runtime *rt, struct fault *f)
{
	const struct ynode *shipped = settings_shipped(rt->settings);
	const struct ynode *rules = yaml_get(shipped, "provider"),
			   *paste = yaml_get(shipped, "paste");
	for (size_t i = 0; rules && i < rules->n; i++) {
		const char *name = rule_names(rt, &rules->items[i]);
		if (name)
			return xstrdup(name);
	}
	none_chosen(rt->settings, paste, f);
	return NULL;
}

char *pick_provider(const struct runtime *rt, enum source *chosen_by, struct fault *f)
{
	const struct value *said = setting(rt->settings, S_PROVIDER);

	if (said) {
		*chosen_by = said->source;
		return xstrdup(said->text);
	}
	*chosen_by = FROM_DEFAULT;
	return choose(rt, f);
}

/* What one level says about the model: the instance's own setting, else the general one if that
 * level may set it. */
static const char *model_at(const struct runtime *rt, const struct value *own,
	enum source level, enum source chosen_by)
{
	const struct value *general = setting_from(rt->settings, S_MODEL, level);

	if (own && own->source == level && own->text && *own->text)
		return own->text;
	if (general && *general->text && level >= chosen_by)
		return general->text;
	return NULL;
}

const char *pick_model_said(const struct runtime *rt, const struct instance *provider,
	enum source chosen_by, enum source *by)
{
	const struct value *own = options_get(provider->options, "model");

	for (int level = FROM_CLI; level > FROM_DEFAULT; level--) {
		const char *said = model_at(rt, own, (enum source)level, chosen_by);
		*by = (enum source)level;
		if (said)
			return said;
	}
	*by = FROM_DEFAULT;
	return own && own->text && *own->text ? own->text : NULL;
}

char *pick_model(const struct runtime *rt, const struct instance *provider, enum source chosen_by)
{
	enum source by;
	const char *said = pick_model_said(rt, provider, chosen_by, &by), *meant;

	if (!said)
		return NULL;
	meant = setting_alias(rt->settings, said);
	return xstrdup(meant ? meant : said);
}

int pick_said_now(const struct runtime *rt, enum setting which)
{
	const struct value *said = setting(rt->settings, which);

	return said && said->source >= FROM_CLI_PROFILE;
}
