/* SPDX-License-Identifier: MIT */
/* plugins_info: `hobnob plugins info NAME`: what a plugin says of itself, and its options; it is not loaded here. */
#include "cli/plugins.h"

#include <stdlib.h>
#include <string.h>

#include "call/kind.h"
#include "cli/output.h"
#include "util/mem.h"

/* A plugin that is shown. */
struct shown {
	const hn_plugin *desc;
	const char *path;
};

static const char *const type_names[] = { "", "string", "int", "number", "bool", "url", "path",
	"enum", "list", "map", "json" };

/* The words for an option's flags, as --json has them; in the table an underscore is a blank. */
static const struct { uint32_t flag; const char *name; } flags[] = {
	{ HN_OPTION_REQUIRED, "required" },
	{ HN_OPTION_SECRET, "secret" },
	{ HN_OPTION_ENDPOINT, "endpoint" },
	{ HN_OPTION_STEERS, "steers" },
	{ HN_OPTION_OWN, "own" },
	{ HN_OPTION_AT_HOME, "at_home" },
};

/* What may be given in a secret's place: KEY and one of these. */
static const char *const forms[] = { "_command", "_file" };

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

/* ---- an option ---- */

/* The type as shown: "string", "secret", "auto|on|off". */
static char *type_text(const hn_option *o)
{
	if (o->flags & HN_OPTION_SECRET)
		return xstrdup("secret");
	char *text = xstrdup(o->type == HN_OPT_ENUM ? o->values : type_names[o->type]);
	for (char *p = text; o->type == HN_OPT_ENUM && *p; p++)
		*p = *p == ' ' ? '|' : *p;
	return text;
}

/* "required, secret (or api_key_command, api_key_file), at home" (allocated). */
static char *flags_text(const hn_option *o)
{
	struct buf out = BUF(BUF_NO_CAP);
	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		if (!(o->flags & flags[i].flag))
			continue;
		buf_addf(&out, "%s%s", out.n ? ", " : "", flags[i].name);
		for (size_t k = 0; k < ARRAY_LEN(forms) && flags[i].flag == HN_OPTION_SECRET; k++)
			buf_addf(&out, "%s%s%s", k ? ", " : " (or ", o->key, forms[k]);
		buf_adds(&out, flags[i].flag == HN_OPTION_SECRET ? ")" : "");
	}
	char *text = buf_take(&out), *home = strstr(text, "at_home");
	if (home && !home[strlen("at_home")])
		home[2] = ' ';
	return text;
}

/* The environment names of an option, for the instance named after the plugin (allocated). */
static char *env_text(const hn_plugin *d, const hn_option *o)
{
	struct buf out = BUF(BUF_NO_CAP);
	options_env_names(d->name, d->name, o, &out);
	return buf_take(&out);
}

static void option_row(struct table *t, const hn_plugin *d, const hn_option *o)
{
	char *type = type_text(o), *env = env_text(d, o), *words = flags_text(o);
	table_cell(t, o->key);
	table_cell(t, type);
	table_cell(t, o->initial);
	table_cell(t, words);
	table_cell(t, env);
	table_cell(t, o->help);
	free(type);
	free(env);
	free(words);
}

static struct json_object *flags_json(const hn_option *o)
{
	struct json_object *array = json_new_array();
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (o->flags & flags[i].flag)
			json_append(array, json_of(str_of(flags[i].name)));
	return array;
}

/* The keys that may be given in a secret's place. */
static struct json_object *forms_json(const hn_option *o)
{
	struct json_object *array = json_new_array();
	for (size_t k = 0; k < ARRAY_LEN(forms) && o->flags & HN_OPTION_SECRET; k++) {
		char *key = xasprintf("%s%s", o->key, forms[k]);
		json_append(array, json_of(str_of(key)));
		free(key);
	}
	return array;
}

static struct json_object *option_json(const hn_plugin *d, const hn_option *o)
{
	struct json_object *out = json_new_object();
	char *type = type_text(o), *env = env_text(d, o);
	json_add_text(out, "key", str_of(o->key));
	json_add_text(out, "type", str_of(type));
	json_add_text_or_null(out, "default", o->initial);
	json_add_text_or_null(out, "environment", env);
	json_set(out, "required", json_new_flag((o->flags & HN_OPTION_REQUIRED) != 0));
	json_set(out, "flags", flags_json(o));
	json_set(out, "forms", forms_json(o));
	json_add_text_or_null(out, "help", o->help);
	free(type);
	free(env);
	return out;
}

static const hn_option *option_at(const hn_plugin *d, uint32_t i)
{
	return HN_AT(hn_option, d->options, d->option_stride, i);
}

/* ---- a plugin ---- */

static int info_json(struct runtime *rt, const struct shown *s)
{
	struct json_object *o = json_new_object(), *options = json_new_array();
	json_add_text(o, "name", str_of(s->desc->name));
	json_add_text(o, "kind", str_of(plugin_kind_name(s->desc->type)));
	json_add_text_or_null(o, "version", s->desc->version);
	json_add_text_or_null(o, "summary", s->desc->summary);
	json_add_text_or_null(o, "license", s->desc->license);
	json_add_text(o, "path", str_of(s->path));
	for (uint32_t i = 0; i < s->desc->n_options; i++)
		json_append(options, option_json(s->desc, option_at(s->desc, i)));
	json_set(o, "options", options);
	return output_json(rt, o);
}

/* The head of `plugins info`: a fact a line. */
static void add_facts(struct buf *out, const struct shown *s)
{
	struct table t = { .columns = 2 };
	const char *const facts[][2] = {
		{ "name", s->desc->name },
		{ "kind", plugin_kind_name(s->desc->type) },
		{ "version", s->desc->version },
		{ "license", s->desc->license },
		{ "summary", s->desc->summary },
		{ "path", s->path },
	};
	for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
		table_cell(&t, facts[i][0]);
		table_cell(&t, facts[i][1]);
	}
	table_print(&t, out);
}

static int info_text(struct runtime *rt, const struct shown *s)
{
	static const char *const heads[] = { "OPTION", "TYPE", "DEFAULT", "FLAGS", "ENVIRONMENT", "MEANING" };
	struct table t = { .columns = ARRAY_LEN(heads) };
	struct buf out = BUF(BUF_NO_CAP);
	add_facts(&out, s);
	buf_addc(&out, '\n');
	for (size_t i = 0; i < t.columns && s->desc->n_options; i++)
		table_cell(&t, heads[i]);
	for (uint32_t i = 0; i < s->desc->n_options; i++)
		option_row(&t, s->desc, option_at(s->desc, i));
	if (s->desc->n_options)
		table_print(&t, &out);
	else
		buf_adds(&out, "It has no options.\n");
	return output_write(rt, &out);
}

/* A plugin, or the plugin of a configured instance. */
int plugins_info(struct runtime *rt, const struct cli *cli)
{
	struct fault f = { 0 };
	const char *name = instance_plugin(rt->settings, cli->words[1]);
	if (registry_look(rt->registry, name, &rt->task->cancel))
		return kind_exit(HN_ERR_INTERRUPTED);
	struct shown s = { .desc = registry_describe(rt->registry, name, 0, &f) };
	if (!s.desc)
		return cli_fault(rt, &f);
	s.path = registry_path(rt->registry, name);
	return cli->json ? info_json(rt, &s) : info_text(rt, &s);
}
