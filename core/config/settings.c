/* SPDX-License-Identifier: MIT */
/* settings: reading the values, and showing them. */
#include "config/settings_private.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/url.h"

/* ---- reading ---- */

const struct value *setting_from(const struct settings *s, enum setting id, enum source source)
{
	const struct value *v = &s->values[source][id];
	return v->text ? v : NULL;
}

const struct value *setting(const struct settings *s, enum setting id)
{
	if (s->values[FROM_TURN][id].text)
		return &s->values[FROM_TURN][id];
	for (int from = s->is_unset[id] ? FROM_DEFAULT : FROM_COUNT - 1; from >= 0; from--)
		if (s->values[from][id].text)
			return &s->values[from][id];
	return NULL;
}

hn_str setting_text(const struct settings *s, enum setting id)
{
	const struct value *v = setting(s, id);
	return str_of(v ? v->text : NULL);
}

int64_t setting_int(const struct settings *s, enum setting id, int64_t unset)
{
	const struct value *v = setting(s, id);
	return v ? v->i : unset;
}

double setting_number(const struct settings *s, enum setting id, double unset)
{
	const struct value *v = setting(s, id);
	return v ? v->d : unset;
}

int setting_bool(const struct settings *s, enum setting id)
{
	return setting_int(s, id, 0) != 0;
}

const hn_str *setting_list(const struct settings *s, enum setting id, size_t *n)
{
	const struct value *v = setting(s, id);
	*n = v ? v->items.n : 0;
	return v ? v->items.items : NULL;
}

const char *setting_alias(const struct settings *s, const char *name)
{
	const struct ynode *node = yaml_get(yaml_get(s->config.tree, "aliases"), name);
	return node ? node->text : NULL;
}

const char *settings_env(const struct settings *s, const char *name)
{
	size_t n = strlen(name);
	for (char *const *e = s->environ; *e; e++)
		if (!strncmp(*e, name, n) && (*e)[n] == '=')
			return (*e)[n + 1] ? *e + n + 1 : NULL;
	return NULL;
}

int settings_dumb(const struct settings *s)
{
	const char *term = settings_env(s, "TERM");
	return !term || !strcmp(term, "dumb") || setting_bool(s, S_PLAIN);
}

void settings_trusted(const struct settings *s, struct trusted *out)
{
	static const char bundle[] = "CURL_CA_BUNDLE", file[] = "SSL_CERT_FILE",
			  dir[] = "SSL_CERT_DIR";
	const struct value *set = setting(s, S_CA_FILE);
	*out = (struct trusted){ .file = NULL };
	if (set && *set->text)
		*out = (struct trusted){ .file = set->text,
			.file_by = setting_table[S_CA_FILE].key };
	else if (!set && settings_env(s, bundle))
		*out = (struct trusted){ .file = settings_env(s, bundle), .file_by = bundle };
	else if (!set)
		*out = (struct trusted){ settings_env(s, file), file, settings_env(s, dir), dir };
}

const char *settings_dotenv(const struct settings *s, const char *name)
{
	const struct dotenv_pair *pair = dotenv_get(&s->dotenv.lines, name);
	if (!pair || !*pair->value || (s->dotenv.found && name_is_users_own(name)))
		return NULL;
	return pair->value;
}

int32_t settings_dotenv_fault(const struct settings *s, const char *name, struct fault *f)
{
	const struct dotenv_pair *pair = dotenv_get(&s->dotenv.lines, name);
	if (!pair || !pair->fault)
		return 0;
	return fault_set(f, HN_ERR_CONFIG,
		"correct that line, or skip the whole file with --no-env-file", "%s:%d: %s: %s",
		s->dotenv.name, pair->line, name, pair->fault);
}

int settings_dotenv_found(const struct settings *s)
{
	return s->dotenv.found;
}

const char *settings_dotenv_skipped(const struct settings *s)
{
	return s->dotenv.skipped;
}

const char *settings_dotenv_name(const struct settings *s)
{
	return s->dotenv.name;
}

/* 1 if an entry of models: is for that model: by its name, or by an alias for it. */
static int is_for(const struct settings *s, const char *entry, const char *model, int by_alias)
{
	const char *meant = by_alias ? setting_alias(s, entry) : entry;
	return meant && !strcmp(meant, model);
}

int settings_model(const struct settings *s, const char *model, struct model_says *out)
{
	*out = (struct model_says){ -1, -1, -1, -1, -1 };
	for (size_t i = 0; i < 2 * s->models.n; i++) {
		size_t at = i % s->models.n; /* NOLINT(clang-analyzer-core.DivideZero): the loop needs one */
		if (!is_for(s, s->models.all[at].name, model, i >= s->models.n))
			continue;
		*out = s->models.all[at].says;
		return 0;
	}
	return -1;
}

size_t settings_instances(const struct settings *s, const struct instance_entry **out)
{
	*out = s->instances.all;
	return s->instances.n;
}

const struct instance_entry *settings_instance(const struct settings *s, const char *name)
{
	for (size_t i = 0; i < s->instances.n; i++)
		if (!strcmp(s->instances.all[i].name, name))
			return &s->instances.all[i];
	return NULL;
}

const struct ynode *settings_frontend(const struct settings *s, const char *name)
{
	return yaml_get(yaml_get(s->config.tree, "frontends"), name);
}

const struct ynode *settings_section(const struct settings *s, const char *key)
{
	return yaml_get(s->config.tree, key);
}

const char *const *settings_profiles(const struct settings *s, size_t *n)
{
	*n = s->profiles.n;
	return (const char *const *)s->profiles.names;
}

size_t settings_cli_options(const struct settings *s, const struct cli_option **out)
{
	*out = s->cli.all;
	return s->cli.n;
}

const struct ynode *settings_shipped(const struct settings *s)
{
	return s->shipped;
}

const char *settings_config_name(const struct settings *s)
{
	return s->config.name;
}

struct log *settings_log(const struct settings *s)
{
	return s->log;
}

/* ---- showing ---- */

void setting_show(const struct settings *s, enum setting id, struct buf *out)
{
	if (id == S_PROXY)
		url_show(setting_text(s, id), out);
	else
		buf_addstr(out, setting_text(s, id));
}

/* ---- taking ---- */

void setting_put(struct settings *s, enum setting id, const struct value *v)
{
	value_free(&s->values[v->source][id]);
	s->values[v->source][id] = *v;
}

int setting_take(struct settings *s, enum setting id, const struct said *said, struct fault *f)
{
	struct value v = { .decl = &setting_table[id] };
	int rc = value_read(&v, said, f);
	if (rc == 0)
		setting_put(s, id, &v);
	return rc;
}

/* What a copy has of its own. */
static void free_own(struct settings *s)
{
	for (int from = 0; from < FROM_COUNT; from++)
		for (int i = 0; i < S_COUNT; i++)
			value_free(&s->values[from][i]);
	for (size_t i = 0; i < s->cli.n; i++) {
		free((void *)(uintptr_t)s->cli.all[i].instance);
		free((void *)(uintptr_t)s->cli.all[i].key);
		free((void *)(uintptr_t)s->cli.all[i].value);
	}
	free(s->cli.all);
}

static void free_sources(struct settings *s)
{
	for (int from = 0; from < FROM_COUNT; from++)
		ynode_free(s->profiles.shipped[from]);
	for (size_t i = 0; i < s->profiles.n; i++)
		free(s->profiles.names[i]);
	free(s->profiles.names);
	free(s->instances.all);
	free(s->models.all);
	free(s->dotenv.name);
	free(s->dotenv.skipped);
	free(s->config.name);
	dotenv_free(&s->dotenv.lines);
	ynode_free(s->config.tree);
	ynode_free(s->shipped);
}

void settings_free(struct settings *s)
{
	if (!s)
		return;
	free_own(s);
	if (!s->is_copy)
		free_sources(s);
	free(s);
}
