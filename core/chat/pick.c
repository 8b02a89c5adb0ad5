/* SPDX-License-Identifier: MIT */
/*
 * pick: which provider instance and which model.
 *
 * For the provider the settings decide, then the shipped rules. For the model each level is asked
 * in turn, the nearest first: the instance's own word before the general one. A general model that
 * was said farther away than the provider was chosen belongs to another provider, so it is passed
 * over.
 */
#include "chat/pick.h"

#include <string.h>

#include "util/mem.h"

/* The provider's instance name, and the level that chose it. */
char *pick_provider(struct runtime *rt, enum source *chosen_by, char **error)
{
	const struct value *said = setting(rt->settings, S_PROVIDER);
	struct instance_maker maker;

	if (said) {
		*chosen_by = said->source;
		return xstrdup(said->text);
	}
	*chosen_by = FROM_DEFAULT;
	runtime_maker(rt, &maker);
	return instance_choose(&maker, error);
}

/* What one level says of the model: the instance's own word, else the general one if that level
 * may speak. */
static const char *model_at(const struct runtime *rt, const struct option_value *own,
	enum source level, enum source chosen_by)
{
	const struct value *general = setting_from(rt->settings, S_MODEL, level);

	if (own && own->source == level && own->text && *own->text)
		return own->text;
	if (general && *general->text && level >= chosen_by)
		return general->text;
	return NULL;
}

/* The model that was said, and by which level; NULL if nothing says one. */
const char *pick_model_said(const struct runtime *rt, const struct instance *provider,
	enum source chosen_by, enum source *by)
{
	const struct option_value *own = options_get(provider->options, "model");

	for (int level = FROM_CLI; level > FROM_DEFAULT; level--) {
		const char *said = model_at(rt, own, (enum source)level, chosen_by);
		*by = (enum source)level;
		if (said)
			return said;
	}
	*by = FROM_DEFAULT;
	return own && own->text && *own->text ? own->text : NULL;
}

/* The same, an alias resolved. */
char *pick_model(const struct runtime *rt, const struct instance *provider, enum source chosen_by)
{
	enum source by;
	const char *said = pick_model_said(rt, provider, chosen_by, &by), *meant;

	if (!said)
		return NULL;
	meant = setting_alias(rt->settings, said);
	return xstrdup(meant ? meant : said);
}
