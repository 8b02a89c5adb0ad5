/* SPDX-License-Identifier: MIT */
/* settings_config: the config file's tree, section by section: all of it is checked when it is read. */
#include "config/said_private.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/nearest.h"

struct section {
	const char *key;
	const char *entry; /* what each of its entries is, a map; NULL: a text */
	int is_named; /* its keys are names */
	int (*take)(struct settings *, const struct ynode *, size_t i, struct fault *f);
};

static int refuse(const struct settings *s, const struct ynode *at, const char *what, struct fault *f)
{
	return fault_set(f, HN_ERR_CONFIG, NULL, "%s:%d: %s: %s", s->config.name, at->key_line,
		at->key, what);
}

static int refuse_kind(
	const struct settings *s, const struct ynode *at, const char *expected, struct fault *f)
{
	char *label = xasprintf("%s:%d: %s", s->config.name, at->key_line, at->key);
	int rc = value_refuse(label, NULL, expected, at, f);
	free(label);
	return rc;
}

/* FILE:LINE: unknown key "K" (did you mean "L"?); the known words were offered already. */
static int refuse_unknown(const char *file, const struct ynode *at, const char *within,
	const struct nearest *near, struct fault *f)
{
	fault_set(f, HN_ERR_CONFIG, NULL, "%s:%d: %s%sunknown key \"%s\"", file, at->key_line, within,
		*within ? ": " : "", at->key);
	nearest_aside(near, f);
	return HN_ERR_CONFIG;
}

/* Offers every setting that may stand at the top level or, within a profile, in a profile. */
static void offer_settings(struct nearest *near, unsigned but_flags, int but_id)
{
	for (int i = 0; i < S_COUNT; i++)
		if (!(setting_table[i].flags & but_flags) && i != but_id)
			nearest_offer(near, setting_table[i].key);
}

int setting_ask(struct settings *s, const struct asker *a, enum setting id, enum source source)
{
	struct value v = { .decl = &setting_table[id] };
	int rc = value_find(a, source, &v);
	if (rc == 0 && v.text && source != FROM_COUNT)
		setting_put(s, id, &v);
	else
		value_free(&v);
	return rc;
}

int profile_take(struct settings *s, const struct ynode *profile, const char *file,
	enum source level, struct fault *f)
{
	const struct asker a = { .settings = s, .node = profile, .file = file, .fault = f };
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < profile->n; i++) {
		const struct ynode *node = &profile->items[i];
		int id = setting_find(str_of(node->key));
		if (id < 0) {
			struct nearest near = NEAREST(str_of(node->key));
			offer_settings(&near, 0, S_PROFILE);
			return refuse_unknown(file, node, "", &near, f);
		}
		if (id == S_PROFILE)
			return fault_set(f, HN_ERR_CONFIG, NULL,
				"%s:%d: profile: a profile names no other profile", file,
				node->key_line);
		rc = setting_ask(s, &a, (enum setting)id, level);
	}
	return rc;
}

static int take_alias(struct settings *s, const struct ynode *section, size_t i, struct fault *f)
{
	const struct ynode *node = &section->items[i];
	return node->kind == Y_SCALAR && *node->text
		       ? 0
		       : refuse_kind(s, node, "the name of a model", f);
}

/* All of it is checked now, and applied if it is chosen. */
static int take_profile(struct settings *s, const struct ynode *section, size_t i, struct fault *f)
{
	return profile_take(s, &section->items[i], s->config.name, FROM_COUNT, f);
}

/* 1 if two names give the same environment names: - and _ are one there. */
static int same_in_environment(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (*a != *b && !(strchr("-_", *a) && strchr("-_", *b)))
			return 0;
	return *a == *b;
}

/* Sees that the environment names of an entry of `providers` or `frontends` are its own. */
static int check_instance(struct settings *s, const struct ynode *section, size_t i, struct fault *f)
{
	const struct ynode *node = &section->items[i];
	for (size_t k = 0; k < i; k++) {
		if (!same_in_environment(section->items[k].key, node->key))
			continue;
		char *what = xasprintf("has the same environment names as \"%s\" in line %d",
			section->items[k].key, section->items[k].key_line);
		int rc = refuse(s, node, what, f);
		free(what);
		return rc;
	}
	return 0;
}

static int take_provider(struct settings *s, const struct ynode *section, size_t i, struct fault *f)
{
	const struct ynode *node = &section->items[i], *plugin = yaml_get(node, "plugin");
	int rc = check_instance(s, section, i, f);
	if (rc < 0)
		return rc;
	if (plugin && (plugin->kind != Y_SCALAR || typed_name(str_of(plugin->text)) < 0))
		return refuse_kind(s, plugin, "the name of a plugin", f);
	if (!s->instances.all)
		s->instances.all = xcalloc(section->n, sizeof *s->instances.all);
	s->instances.all[s->instances.n++] =
		(struct instance_entry){ node->key, plugin ? plugin->text : node->key, node };
	return 0;
}

/* What may be said of a model. */
static const struct {
	hn_option row;
	size_t at;
} model_keys[] = {
	{ { .key = "context", .type = HN_OPT_INT, .flags = SET_BOUNDED, .values = "1" },
		offsetof(struct model_says, context) },
	{ { .key = "max_output", .type = HN_OPT_INT, .flags = SET_BOUNDED, .values = "1" },
		offsetof(struct model_says, max_output) },
	{ { .key = "price_input", .type = SET_PRICE }, offsetof(struct model_says, price_input) },
	{ { .key = "price_output", .type = SET_PRICE }, offsetof(struct model_says, price_output) },
	{ { .key = "price_cached", .type = SET_PRICE }, offsetof(struct model_says, price_cached) },
};
#define MODEL_KEYS (sizeof model_keys / sizeof *model_keys)

static int take_model_key(
	const struct asker *a, const struct ynode *node, struct model_entry *entry)
{
	struct nearest near = NEAREST(str_of(node->key));
	for (size_t k = 0; k < MODEL_KEYS; k++) {
		nearest_offer(&near, model_keys[k].row.key);
		if (strcmp(node->key, model_keys[k].row.key))
			continue;
		struct value v = { .decl = &model_keys[k].row };
		int rc = value_find(a, FROM_FILE, &v);
		if (rc == 0 && v.text)
			memcpy((char *)&entry->says + model_keys[k].at, &v.i, sizeof v.i);
		value_free(&v);
		return rc;
	}
	return refuse_unknown(a->file, node, entry->name, &near, a->fault);
}

static int take_model(struct settings *s, const struct ynode *section, size_t i, struct fault *f)
{
	const struct ynode *node = &section->items[i];
	const struct asker a = {
		.settings = s, .node = node, .file = s->config.name, .fault = f
	};
	if (!s->models.all)
		s->models.all = xcalloc(section->n, sizeof *s->models.all);
	struct model_entry *entry = &s->models.all[s->models.n++];
	*entry = (struct model_entry){ node->key, { -1, -1, -1, -1, -1 } };
	for (size_t k = 0; k < node->n; k++)
		if (take_model_key(&a, &node->items[k], entry) < 0)
			return HN_ERR_CONFIG;
	if ((entry->says.price_input < 0) != (entry->says.price_output < 0))
		return refuse(s, node, "price_input and price_output come together", f);
	if (entry->says.price_cached >= 0 && entry->says.price_input < 0)
		return refuse(s, node, "price_cached needs price_input and price_output beside it",
			f);
	return 0;
}

static const struct section sections[] = {
	{ "aliases", NULL, 1, take_alias },
	{ "providers", "a map of options", 1, take_provider },
	{ "frontends", "a map of options", 1, check_instance },
	{ "models", "a map", 0, take_model },
	{ "profiles", "a map of settings", 1, take_profile },
};
#define SECTIONS (sizeof sections / sizeof *sections)

static int take_entries(
	struct settings *s, const struct section *about, const struct ynode *section, struct fault *f)
{
	if (section->kind != Y_MAP && !yaml_is_null(section))
		return refuse_kind(s, section, "a map", f);
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < section->n; i++) {
		const struct ynode *node = &section->items[i];
		if (about->is_named && typed_name(str_of(node->key)) < 0)
			return refuse(s, node,
				"not a name (a-z, 0-9, - and _; the first a letter or a digit)",
				f);
		if (about->entry && !yaml_is_null(node) && node->kind != Y_MAP)
			return refuse_kind(s, node, about->entry, f);
		rc = about->take(s, section, i, f);
	}
	return rc;
}

static int take_section(struct settings *s, const struct ynode *node, struct fault *f)
{
	struct nearest near = NEAREST(str_of(node->key));
	for (size_t i = 0; i < SECTIONS; i++) {
		nearest_offer(&near, sections[i].key);
		if (!strcmp(node->key, sections[i].key))
			return take_entries(s, &sections[i], node, f);
	}
	offer_settings(&near, SET_NO_FILE, -1);
	return refuse_unknown(s->config.name, node, "", &near, f);
}

int config_take(struct settings *s, struct fault *f)
{
	const struct ynode *root = s->config.tree;
	const struct asker a = {
		.settings = s, .node = root, .file = s->config.name, .fault = f
	};
	if (root->kind != Y_MAP)
		return fault_set(f, HN_ERR_CONFIG, NULL, "%s:%d: expected a map of settings",
			s->config.name, root->line);
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < root->n; i++) {
		const struct ynode *node = &root->items[i];
		int id = setting_find(str_of(node->key));
		if (id < 0)
			rc = take_section(s, node, f);
		else if (setting_table[id].flags & SET_NO_FILE)
			rc = refuse(s, node,
				"only on the command line, in the environment or in a profile; "
				"what a model costs stands under `models`",
				f);
		else
			rc = setting_ask(s, &a, (enum setting)id, FROM_FILE);
	}
	return rc;
}
