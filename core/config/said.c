/* SPDX-License-Identifier: MIT */
/* said: what a source says of one setting, or of one option of an instance. */
#include "config/said_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/nearest.h"

static const char *const how_suffix[HOW_COUNT] = { "", "_command", "_file" };
static const char *const how_env_suffix[HOW_COUNT] = { "", "_COMMAND", "_FILE" };

/* How many forms an option has: a secret may also be had from a command or a file. */
static int forms(const hn_option *decl)
{
	return decl->flags & HN_OPTION_SECRET ? HOW_COUNT : HOW_PLAIN + 1;
}

/* HOBNOB_<INSTANCE>_<KEY>, or HOBNOB_<KEY> of a setting. */
static char *own_name(const char *instance, const char *key)
{
	char *name = xasprintf("HOBNOB_%s%s%s", instance ? instance : "", instance ? "_" : "", key);
	for (char *c = name; *c; c++)
		*c = *c == '-' ? '_' : *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
	return name;
}

/* The i-th name of the environment that serves a row (allocated), but for the one that KEY_env gives;
 * NULL: there are no more. *prefix: what its value has to begin with, or NULL. */
static char *nth_name(const char *instance, const char *plugin, const hn_option *decl, size_t i,
	const char **prefix)
{
	*prefix = NULL;
	if (i == 0)
		return own_name(instance, decl->key);
	if (i > decl->n_env || strcmp(instance, plugin) != 0)
		return NULL;
	*prefix = decl->env[i - 1].prefix;
	return xstrdup(decl->env[i - 1].name);
}

void options_env_names(
	const char *instance, const char *plugin, const hn_option *decl, struct buf *out)
{
	const char *prefix;
	char *name;
	for (size_t i = 0; (name = nth_name(instance, plugin, decl, i, &prefix)); i++) {
		buf_addf(out, "%s%s", i ? ", " : "", name);
		if (prefix)
			buf_addf(out, " (if it begins with %s)", prefix);
		free(name);
	}
}

/* The declared option that a key belongs to, as it is or with a suffix; NULL if it is unknown. */
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
		if ((decl->flags & HN_OPTION_SECRET) && !strcmp(key + k, "_env"))
			return decl;
	}
	return NULL;
}

static int refuse_key(const struct asker *a, const char *at, const char *key,
	const hn_option *decls, size_t n, size_t stride)
{
	struct nearest near = NEAREST(str_of(key));
	for (size_t i = 0; i < n; i++)
		nearest_offer(&near, HN_AT(hn_option, decls, stride, i)->key);
	fault_set(a->fault, HN_ERR_CONFIG, NULL, "%s: unknown key \"%s\" for the plugin %s", at, key,
		a->plugin);
	nearest_aside(&near, a->fault);
	return HN_ERR_CONFIG;
}

int keys_check(const struct asker *a, const hn_option *decls, size_t n, size_t stride)
{
	const struct cli_option *cli;
	size_t n_cli = settings_cli_options(a->settings, &cli);
	int providers = !strcmp(a->kind, "providers"), rc = 0;
	for (size_t i = 0; rc == 0 && i < n_cli; i++) {
		if (strcmp(cli[i].instance, a->instance) || declared(cli[i].key, decls, n, stride))
			continue;
		char *at = xasprintf("-o %s.%s", a->instance, cli[i].key);
		rc = refuse_key(a, at, cli[i].key, decls, n, stride);
		free(at);
	}
	for (size_t i = 0; rc == 0 && a->node && i < a->node->n; i++) {
		const struct ynode *node = &a->node->items[i];
		if (declared(node->key, decls, n, stride) ||
			(providers && !strcmp(node->key, "plugin")))
			continue;
		char *at = xasprintf("%s:%d: %s", a->file, node->key_line, a->instance);
		rc = refuse_key(a, at, node->key, decls, n, stride);
		free(at);
	}
	return rc;
}

/* What -o says of KEY plus a suffix: the last one, or NULL. */
static const char *cli_says(const struct asker *a, const char *key, const char *suffix)
{
	const struct cli_option *cli;
	const char *value = NULL;
	size_t n = settings_cli_options(a->settings, &cli), k = strlen(key);
	for (size_t i = 0; i < n; i++)
		if (!strcmp(cli[i].instance, a->instance) && !strncmp(cli[i].key, key, k) &&
			!strcmp(cli[i].key + k, suffix))
			value = cli[i].value;
	return value;
}

static int refuse_secret(const struct asker *a, const hn_option *decl, const char *where)
{
	struct buf names = BUF(BUF_NO_CAP);
	options_env_names(a->instance, a->plugin, decl, &names);
	fault_set(a->fault, HN_ERR_CONFIG, NULL,
		"%s: a secret is never taken from the command line, where every user "
		"of this machine can read it; use %s in the environment or .env",
		where, names.p);
	buf_free(&names);
	return HN_ERR_CONFIG;
}

static int find_cli(const struct asker *a, const hn_option *decl, struct said *out)
{
	for (int how = 0; how < forms(decl); how++) {
		const char *value = cli_says(a, decl->key, how_suffix[how]);
		if (!value)
			continue;
		char *where = xasprintf("-o %s.%s%s", a->instance, decl->key, how_suffix[how]);
		*out = (struct said){ .how = (enum how)how,
			.source = FROM_CLI,
			.text = value,
			.where = where,
			.label = xstrdup(where) };
		return how == HOW_PLAIN && (decl->flags & HN_OPTION_SECRET)
			       ? refuse_secret(a, decl, where)
			       : 1;
	}
	return 0;
}

/* 1 if an option names a program, a file or a socket, or may: a list, a map or JSON can hold a command,
 * and a plugin without a secret has no key that its author would have guarded. */
static int is_own(const struct asker *a, const hn_option *decl)
{
	return (decl->flags & HN_OPTION_OWN) || decl->type == HN_OPT_PATH ||
	       (!a->keyed && (decl->type == HN_OPT_LIST || decl->type == HN_OPT_MAP || decl->type == HN_OPT_JSON));
}

/* 1 if a found .env may not say it of an instance: a command or a file to be read, and all of a
 * frontend's, which runs programs on the user's terminal. (Settings are checked once all
 * sources are read.) */
static int is_users_own(const struct asker *a, const hn_option *decl, int how)
{
	return a->instance && (how != HOW_PLAIN || !strcmp(a->kind, "frontends") || is_own(a, decl));
}

/* 1 if what a name says is not for the one who asks: a key of another kind, by its prefix, or what a
 * found .env may not set. */
static int is_passed_over(const struct asker *a, const hn_option *decl, int how, enum source source,
	hn_str value, const char *name, const char *prefix)
{
	if (prefix && (how != HOW_PLAIN || !str_begins(value, prefix)))
		return 1;
	if (source != FROM_DOTENV || !is_users_own(a, decl, how) || !settings_dotenv_found(a->settings))
		return 0;
	log_warn_hint(settings_log(a->settings), "(--env-file, the config file and the environment may)",
		"%s: %s is ignored: a .env that was found may not set it",
		settings_dotenv_name(a->settings), name);
	return 1;
}

static void place_name(const struct asker *a, const char *name, struct said *out)
{
	const char *dotenv = settings_dotenv_name(a->settings);
	if (out->source == FROM_ENV) {
		out->where = xstrdup(name);
	} else if (a->instance) {
		out->where = xasprintf("%s in %s", name, dotenv);
	} else {
		out->where = xasprintf(
			"%s:%d", dotenv, dotenv_get(&a->settings->dotenv.lines, name)->line);
		out->label = xasprintf("%s: %s", out->where, name);
	}
	if (!out->label)
		out->label = xstrdup(out->where);
}

/* One name in the environment or .env; with a prefix, a value without it is passed over. */
static int find_name(const struct asker *a, const hn_option *decl, enum source source,
	const char *base, const char *prefix, struct said *out)
{
	for (int how = 0; how < forms(decl) && !out->where; how++) {
		char *name = xasprintf("%s%s", base, how_env_suffix[how]);
		const char *value = source == FROM_ENV ? settings_env(a->settings, name)
						       : settings_dotenv(a->settings, name);
		if (value && !is_passed_over(a, decl, how, source, str_of(value), name, prefix)) {
			*out = (struct said){
				.how = (enum how)how, .source = source, .text = value
			};
			place_name(a, name, out);
		}
		free(name);
	}
	return out->where != NULL;
}

/* The name that KEY_env gives, or NULL. */
static const char *key_env(const struct asker *a, const hn_option *decl)
{
	if (!(decl->flags & HN_OPTION_SECRET))
		return NULL;
	const char *cli = cli_says(a, decl->key, "_env");
	char *key = xasprintf("%s_env", decl->key);
	const struct ynode *node = yaml_get(a->node, key);
	free(key);
	return cli ? cli : node && node->kind == Y_SCALAR && *node->text ? node->text : NULL;
}

static int find_names(
	const struct asker *a, const hn_option *decl, enum source source, struct said *out)
{
	const char *prefix, *other = key_env(a, decl);
	int found = other ? find_name(a, decl, source, other, NULL, out) : 0;
	char *name;
	for (size_t i = 0; !found && (name = nth_name(a->instance, a->plugin, decl, i, &prefix));
		i++) {
		found = find_name(a, decl, source, name, prefix, out);
		free(name);
	}
	return found;
}

/* A file; of KEY, KEY_command and KEY_file only one may stand there. */
static int find_node(
	const struct asker *a, const hn_option *decl, enum source source, struct said *out)
{
	for (int how = 0; how < forms(decl); how++) {
		char *key = xasprintf("%s%s", decl->key, how_suffix[how]);
		const struct ynode *node = yaml_get(a->node, key), *first = out->node;
		free(key);
		if (!node || yaml_is_null(node))
			continue;
		char *where = xasprintf("%s:%d", a->file, node->key_line);
		if (first) {
			fault_set(a->fault, HN_ERR_CONFIG, NULL,
				"%s: %s: only one of %s and %s may be there", where, a->instance,
				first->key, node->key);
			free(where);
			return HN_ERR_CONFIG;
		}
		*out = (struct said){
			.how = (enum how)how, .source = source, .node = node, .where = where
		};
		out->label = a->instance ? xasprintf("%s: %s: %s", where, a->instance, node->key)
					 : xasprintf("%s: %s", where, node->key);
	}
	return out->node != NULL;
}

int said_by(const struct asker *a, const hn_option *decl, enum source source, struct said *out)
{
	*out = (struct said){ .where = NULL };
	int rc = source == FROM_CLI                            ? find_cli(a, decl, out)
		 : source == FROM_ENV || source == FROM_DOTENV ? find_names(a, decl, source, out)
							       : find_node(a, decl, source, out);
	if (rc < 0)
		said_free(out);
	return rc;
}

/* Sees that no line of a found .env that was skipped begins with a name of an option that it may set:
 * whoever wrote it meant us, and would wonder. 0, or HN_ERR_CONFIG with a fault. */
static int check_faults(const struct asker *a, const hn_option *decl)
{
	const char *prefix;
	char *name;
	int rc = 0;
	for (size_t i = 0; !is_users_own(a, decl, HOW_PLAIN) && !rc &&
			   (name = nth_name(a->instance, a->plugin, decl, i, &prefix));
		i++) {
		rc = settings_dotenv_fault(a->settings, name, a->fault);
		free(name);
	}
	return rc;
}

int said_nearest(const struct asker *a, const hn_option *decl, struct said *out)
{
	static const enum source walk[] = { FROM_CLI, FROM_ENV, FROM_DOTENV, FROM_FILE };
	*out = (struct said){ .where = NULL };
	int found = check_faults(a, decl);
	for (size_t i = 0; !found && i < sizeof walk / sizeof *walk; i++)
		found = said_by(a, decl, walk[i], out);
	return found;
}

int value_find(const struct asker *a, enum source source, struct value *v)
{
	struct said said;
	int rc = said_by(a, v->decl, source, &said);
	if (rc > 0)
		rc = value_read(v, &said, a->fault);
	said_free(&said);
	return rc;
}

void said_free(struct said *s)
{
	free((void *)(uintptr_t)s->where);
	free((void *)(uintptr_t)s->label);
	*s = (struct said){ .where = NULL };
}
