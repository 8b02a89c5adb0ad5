/* SPDX-License-Identifier: MIT */
/* said: what the sources say of one option of one instance, the nearest first. */
#include "config/options_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/nearest.h"

const char *const how_suffix[HOW_COUNT] = { "", "_command", "_file" };
static const char *const how_env_suffix[HOW_COUNT] = { "", "_COMMAND", "_FILE" };

/* Environment names that serve an option, in order. */
struct names {
	struct {
		char *name;
		const char *prefix;
	} * of;
	size_t n, cap;
};

/* How many forms an option has: a secret may also be had from a command or a file. */
static int forms(const hn_option *decl)
{
	return decl->flags & HN_OPT_SECRET ? HOW_COUNT : HOW_PLAIN + 1;
}

/* Adds a name, which is then the list's. */
static void add_name(struct names *names, char *name, const char *prefix)
{
	names->of = xgrow(names->of, names->n, &names->cap, sizeof *names->of);
	names->of[names->n].name = name;
	names->of[names->n++].prefix = prefix;
}

/* HOBNOB_<INSTANCE>_<KEY>. */
static char *instance_name(const char *instance, const char *key)
{
	char *name = xasprintf("HOBNOB_%s_%s", instance, key);
	for (char *c = name; *c; c++)
		*c = *c == '-' ? '_' : *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
	return name;
}

/* All names but the one that KEY_env gives. */
static void gather_names(
	const char *instance, const char *plugin, const hn_option *decl, struct names *out)
{
	add_name(out, instance_name(instance, decl->key), NULL);
	for (uint32_t i = 0; i < decl->n_env && !strcmp(instance, plugin); i++)
		add_name(out, xstrdup(decl->env[i].name), decl->env[i].prefix);
}

/* Frees the list. */
static void free_names(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->of[i].name);
	free(names->of);
}

/* The environment names of an option, for people. */
void options_env_names(
	const char *instance, const char *plugin, const hn_option *decl, struct buf *out)
{
	struct names names = { .n = 0 };
	gather_names(instance, plugin, decl, &names);
	for (size_t i = 0; i < names.n; i++) {
		buf_addf(out, "%s%s", i ? ", " : "", names.of[i].name);
		if (names.of[i].prefix)
			buf_addf(out, " (if it begins with %s)", names.of[i].prefix);
	}
	free_names(&names);
}

/* The declared option that a key belongs to, as it is or with a suffix; NULL if there is none. */
static const hn_option *declared(const char *key, const hn_option *decls, size_t n, size_t stride)
{
	for (size_t i = 0; i < n; i++) {
		const hn_option *decl = HN_AT(hn_option, decls, stride, i);
		size_t k = strlen(decl->key);
		if (strncmp(key, decl->key, k))
			continue;
		for (int how = 0; how < forms(decl); how++)
			if (!strcmp(key + k, how_suffix[how]))
				return decl;
		if ((decl->flags & HN_OPT_SECRET) && !strcmp(key + k, "_env"))
			return decl;
	}
	return NULL;
}

/* Says that a key is unknown; -1. */
static int refuse_key(const struct resolving *r, const char *at, const char *key,
	const hn_option *decls, size_t n, size_t stride)
{
	struct nearest near = NEAREST(str_of(key));
	struct buf out = BUF(BUF_NO_CAP);
	for (size_t i = 0; i < n; i++)
		nearest_offer(&near, HN_AT(hn_option, decls, stride, i)->key);
	buf_addf(&out, "%s: unknown key \"%s\" for the plugin %s", at, key, r->plugin);
	nearest_add(&near, "", &out);
	*r->error = buf_take(&out);
	return -1;
}

/* Sees that every key that was said is declared. */
int keys_check(const struct resolving *r, const hn_option *decls, size_t n, size_t stride)
{
	const struct cli_option *cli;
	size_t n_cli = settings_cli_options(r->settings, &cli);
	int providers = !strcmp(r->kind, "providers"), rc = 0;
	for (size_t i = 0; rc == 0 && i < n_cli; i++) {
		if (strcmp(cli[i].instance, r->instance) || declared(cli[i].key, decls, n, stride))
			continue;
		char *at = xasprintf("-o %s.%s", r->instance, cli[i].key);
		rc = refuse_key(r, at, cli[i].key, decls, n, stride);
		free(at);
	}
	for (size_t i = 0; rc == 0 && r->node && i < r->node->n; i++) {
		const struct ynode *node = &r->node->items[i];
		if (declared(node->key, decls, n, stride) ||
			(providers && !strcmp(node->key, "plugin")))
			continue;
		char *at = xasprintf("%s:%d: %s", settings_config_name(r->settings), node->key_line,
			r->instance);
		rc = refuse_key(r, at, node->key, decls, n, stride);
		free(at);
	}
	return rc;
}

/* What -o says of KEY plus a suffix: the last one, or NULL. */
static const char *cli_says(const struct resolving *r, const char *key, const char *suffix)
{
	const struct cli_option *cli;
	const char *value = NULL;
	size_t n = settings_cli_options(r->settings, &cli), k = strlen(key);
	for (size_t i = 0; i < n; i++)
		if (!strcmp(cli[i].instance, r->instance) && !strncmp(cli[i].key, key, k) &&
			!strcmp(cli[i].key + k, suffix))
			value = cli[i].value;
	return value;
}

/* The command line. A secret itself is refused there. */
static int find_cli(const struct resolving *r, const hn_option *decl, struct said *out)
{
	for (int how = 0; how < forms(decl); how++) {
		const char *value = cli_says(r, decl->key, how_suffix[how]);
		if (!value)
			continue;
		char *where = xasprintf("-o %s.%s%s", r->instance, decl->key, how_suffix[how]);
		if (how == HOW_PLAIN && (decl->flags & HN_OPT_SECRET)) {
			struct buf names = BUF(BUF_NO_CAP);
			options_env_names(r->instance, r->plugin, decl, &names);
			*r->error =
				xasprintf("%s: a secret is never taken from the command line, "
					  "where every user of this "
					  "machine can read it; use %s in the environment or .env",
					where, names.p);
			buf_free(&names);
			free(where);
			return -1;
		}
		*out = (struct said){ (enum how)how, FROM_CLI, value, NULL, where, xstrdup(where) };
		return 1;
	}
	return 0;
}

/* What the environment or .env says of a name. */
static const char *source_says(const struct resolving *r, enum source source, const char *name)
{
	return source == FROM_ENV ? settings_env(r->settings, name)
				  : settings_dotenv(r->settings, name);
}

/* 1 if a found .env may not say it: a command or a file to be read, and all of a frontend's, which
 * runs programs on the user's terminal. */
static int is_users_own(const struct resolving *r, int how)
{
	return how != HOW_PLAIN || !strcmp(r->kind, "frontends");
}

/* One name in the environment or .env; with a prefix, a value without it is passed over. */
static int find_name(const struct resolving *r, const hn_option *decl, enum source source,
	const char *base, const char *prefix, struct said *out)
{
	for (int how = 0; how < forms(decl); how++) {
		char *name = xasprintf("%s%s", base, how_env_suffix[how]);
		const char *value = source_says(r, source, name),
			   *dotenv = settings_dotenv_name(r->settings);
		int passed_over =
			!value ||
			(prefix && (how != HOW_PLAIN || !str_begins(str_of(value), prefix)));
		if (!passed_over && source == FROM_DOTENV && is_users_own(r, how) &&
			settings_dotenv_found(r->settings)) {
			log_warn(settings_log(r->settings),
				"%s: %s is ignored: a .env that was found may not set it "
				"(--env-file may)",
				dotenv, name);
			passed_over = 1;
		}
		if (!passed_over) {
			char *where = source == FROM_ENV ? xstrdup(name)
							 : xasprintf("%s in %s", name, dotenv);
			*out = (struct said){ (enum how)how, source, value, NULL, where,
				xstrdup(where) };
		}
		free(name);
		if (!passed_over)
			return 1;
	}
	return 0;
}

/* The name that KEY_env gives, or NULL. */
static const char *key_env(const struct resolving *r, const hn_option *decl)
{
	if (!(decl->flags & HN_OPT_SECRET))
		return NULL;
	const char *cli = cli_says(r, decl->key, "_env");
	char *key = xasprintf("%s_env", decl->key);
	const struct ynode *node = yaml_get(r->node, key);
	free(key);
	return cli ? cli : node && node->kind == Y_SCALAR && *node->text ? node->text : NULL;
}

/* The environment or .env. */
static int find_names(
	const struct resolving *r, const hn_option *decl, enum source source, struct said *out)
{
	struct names names = { .n = 0 };
	int found = 0;
	if (key_env(r, decl))
		add_name(&names, xstrdup(key_env(r, decl)), NULL);
	gather_names(r->instance, r->plugin, decl, &names);
	for (size_t i = 0; !found && i < names.n; i++)
		found = find_name(r, decl, source, names.of[i].name, names.of[i].prefix, out);
	free_names(&names);
	return found;
}

/* The config file; of KEY, KEY_command and KEY_file only one may stand there. */
static int find_file(const struct resolving *r, const hn_option *decl, struct said *out)
{
	const struct ynode *first = NULL;
	for (int how = 0; how < forms(decl); how++) {
		char *key = xasprintf("%s%s", decl->key, how_suffix[how]);
		const struct ynode *node = yaml_get(r->node, key);
		free(key);
		if (!node || yaml_is_null(node))
			continue;
		if (first) {
			*r->error = xasprintf("%s:%d: %s: only one of %s and %s may be there",
				settings_config_name(r->settings), node->key_line, r->instance,
				first->key, node->key);
			said_free(out);
			return -1;
		}
		first = node;
		char *where = xasprintf("%s:%d", settings_config_name(r->settings), node->key_line);
		*out = (struct said){ (enum how)how, FROM_FILE, NULL, node, where,
			xasprintf("%s: %s: %s", where, r->instance, node->key) };
	}
	return first != NULL;
}

/* Sees that no line of a found .env that was skipped begins with a name of an option that it may set:
 * whoever wrote it meant us, and would wonder. 0, or -1 with *error. */
static int check_faults(const struct resolving *r, const hn_option *decl)
{
	struct names names = { .n = 0 };
	char *fault = NULL;
	if (is_users_own(r, HOW_PLAIN))
		return 0;
	gather_names(r->instance, r->plugin, decl, &names);
	for (size_t i = 0; i < names.n && !fault; i++)
		fault = settings_dotenv_fault(r->settings, names.of[i].name);
	free_names(&names);
	if (fault)
		*r->error = fault;
	return fault ? -1 : 0;
}

/* The nearest source that says something. */
int said_find(const struct resolving *r, const hn_option *decl, struct said *out)
{
	*out = (struct said){ .where = NULL };
	int found = check_faults(r, decl);
	if (!found)
		found = find_cli(r, decl, out);
	if (!found)
		found = find_names(r, decl, FROM_ENV, out);
	if (!found)
		found = find_names(r, decl, FROM_DOTENV, out);
	return found ? found : find_file(r, decl, out);
}

/* Frees what was found. */
void said_free(struct said *s)
{
	free((void *)(uintptr_t)s->where);
	free((void *)(uintptr_t)s->label);
	*s = (struct said){ .where = NULL };
}
