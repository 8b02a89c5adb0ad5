/* SPDX-License-Identifier: MIT */
/* config: `hobnob config`: every setting and option, its value, and where that came from; and the
 * names that there are. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call/kind.h"
#include "chat/pick.h"
#include "cli/output.h"
#include "cli/verb.h"
#include "util/mem.h"
#include "util/nearest.h"
#include "util/text.h"

/* Where rows go: a table or a JSON array. */
struct list {
	struct table *table;
	struct json_object *array;
};

/* A row as JSON; value.p NULL is one that is not set. */
static struct json_object *row_json(const char *key, hn_str value, const char *from)
{
	struct json_object *o = json_new_object();
	json_add_text(o, "key", str_of(key));
	if (value.p)
		json_add_text(o, "value", value);
	else
		json_add_null(o, "value");
	json_add_text(o, "from", str_of(from));
	return o;
}

/* One row; value NULL is one that is not set. Frees from. */
static void add_row(struct list *list, const char *key, const char *value, char *from)
{
	if (list->table) {
		table_cell(list->table, key);
		table_cell(list->table, value);
		table_cell(list->table, from);
	} else {
		json_append(list->array, row_json(key, str_of(value), from));
	}
	free(from);
}

/* Where a value came from. */
char *from_text(enum source source, const char *where)
{
	const char *name = source_name(source);
	if (!where || !*where || !strcmp(where, name))
		return xstrdup(name);
	return xasprintf("%s (%s)", name, where);
}

/* ---- options of plugins ---- */

/* An option's value as it may be shown; NULL if it is not set. */
static const char *option_text(const struct value *v)
{
	return v->secret ? "[secret]" : v->text;
}

/* The options of an instance, whose plugin is looked at and not loaded. */
static struct options *looked_options(struct runtime *rt, const char *instance, uint32_t kind, struct fault *f)
{
	const char *plugin = kind == HN_TYPE_FRONTEND ? instance : instance_plugin(rt->settings, instance);
	(void)registry_look(rt->registry, plugin, &rt->task->cancel); /* interrupted: options_of() says so */
	return options_of(rt, instance, kind, f);
}

static void list_instance(
	struct runtime *rt, struct list *list, const char *instance, uint32_t kind)
{
	struct fault f = { 0 };
	struct options *o = looked_options(rt, instance, kind, &f);
	if (!o) {
		add_row(list, instance, NULL, xasprintf("cannot be listed: %s", f.message));
		fault_free(&f);
		return;
	}
	for (size_t i = 0; i < o->n; i++) {
		const struct value *v = &o->values[i];
		char *key = xasprintf("%s.%s", instance, v->decl->key);
		add_row(list, key, option_text(v),
			option_text(v) ? from_text(v->source, v->where) : xstrdup("not set"));
		free(key);
	}
	options_free(o);
}

/* The rows of the provider that would answer, of every instance of the config file, and of the
 * chosen frontend. */
static void list_instances(struct runtime *rt, struct list *list)
{
	const struct instance_entry *entries;
	size_t n = settings_instances(rt->settings, &entries);
	enum source by;
	char *chosen = pick_provider(rt, &by, NULL);
	const struct value *frontend = setting(rt->settings, S_FRONTEND);
	if (chosen && !settings_instance(rt->settings, chosen))
		list_instance(rt, list, chosen, HN_TYPE_PROVIDER);
	for (size_t i = 0; i < n; i++)
		list_instance(rt, list, entries[i].name, HN_TYPE_PROVIDER);
	if (frontend && frontend->text)
		list_instance(rt, list, frontend->text, HN_TYPE_FRONTEND);
	free(chosen);
}

/* ---- the verbs ---- */

static void list_setting(struct runtime *rt, struct list *list, enum setting id)
{
	const struct value *v = setting(rt->settings, id);
	struct buf text = BUF(BUF_NO_CAP);
	setting_show(rt->settings, id, &text);
	add_row(list, setting_table[id].key, v ? (text.p ? text.p : "") : NULL,
		v ? from_text(v->source, v->where) : xstrdup("not set"));
	buf_free(&text);
}

/* `hobnob config list`. */
static int run_list(struct runtime *rt, const struct cli *cli)
{
	struct table t = { .columns = 3 };
	struct list list = { .table = cli->json ? NULL : &t };
	struct buf out = BUF(BUF_NO_CAP);
	list.array = cli->json ? json_new_array() : NULL;
	if (list.table) {
		table_cell(&t, "KEY");
		table_cell(&t, "VALUE");
		table_cell(&t, "FROM");
	}
	for (int id = 0; id < S_COUNT; id++)
		list_setting(rt, &list, (enum setting)id);
	list_instances(rt, &list);
	if (cli->json)
		return output_json(rt, list.array);
	table_print(&t, &out);
	return output_write(rt, &out);
}

/* Prints one value and, unless NULL, where it came from: bytes into a pipe, made safe on a
 * terminal. */
static int print_value(struct runtime *rt, hn_str value, const char *from)
{
	struct buf out = BUF(BUF_NO_CAP);
	if (isatty(STDOUT_FILENO))
		text_add_safe(&out, value, 0);
	else
		buf_addstr(&out, value);
	if (from)
		buf_addf(&out, "%s(%s)", value.n ? " " : "", from);
	buf_addc(&out, '\n');
	return output_write(rt, &out);
}

/* Prints what was asked for, value.p NULL if it is not set; with --json as a row of the list. */
static int print_got(struct runtime *rt, const struct cli *cli, hn_str value, enum source source,
	const char *where)
{
	if (!cli->json)
		return print_value(rt, value, value.p ? source_name(source) : "not set");
	char *from = value.p ? from_text(source, where) : xstrdup("not set");
	struct json_object *o = row_json(cli->words[1], value, from);
	free(from);
	return output_json(rt, o);
}

/* `config get provider`: the instance that would answer. */
static int get_provider(struct runtime *rt, const struct cli *cli)
{
	enum source by;
	struct fault f = { 0 };
	char *name = pick_provider(rt, &by, &f);
	if (!name)
		return cli_fault(rt, &f);
	int status = print_got(rt, cli, str_of(name), by, NULL);
	free(name);
	return status;
}

/* `config get INSTANCE.KEY`. */
static int get_option(struct runtime *rt, const struct cli *cli, size_t dot)
{
	const char *name = cli->words[1];
	struct fault f = { 0 };
	char *instance = xmemdup0(name, dot);
	struct options *o = looked_options(rt, instance, 0, &f);
	free(instance);
	if (!o)
		return cli_fault(rt, &f);
	const struct value *v = options_get(o, name + dot + 1);
	int status =
		v ? print_got(rt, cli, str_of(option_text(v)), v->source, v->where)
		  : cli_error(rt, HN_ERR_USAGE, NULL,
			    "%s has no option \"%s\": `hobnob plugins info %s` lists them",
			    o->plugin, name + dot + 1, o->plugin);
	options_free(o);
	return status;
}

/* Says that there is no such setting, and the nearest. */
static int unknown_key(struct runtime *rt, const char *key)
{
	struct nearest near = NEAREST(str_of(key));
	for (int i = 0; i < S_COUNT; i++)
		nearest_offer(&near, setting_table[i].key);
	struct buf guess = BUF(BUF_NO_CAP);
	nearest_add(&near, "", &guess);
	int status = cli_error(rt, HN_ERR_USAGE, NULL, "unknown setting \"%s\"%s", key,
		guess.n ? guess.p : ": `hobnob config list` shows all");
	buf_free(&guess);
	return status;
}

/* `hobnob config get KEY`. */
static int run_get(struct runtime *rt, const struct cli *cli)
{
	const char *key = cli->words[1], *dot = strchr(key, '.');
	if (dot)
		return get_option(rt, cli, (size_t)(dot - key));
	int id = setting_find(str_of(key));
	if (id < 0)
		return unknown_key(rt, key);
	if (id == S_PROVIDER)
		return get_provider(rt, cli);
	const struct value *v = setting(rt->settings, (enum setting)id);
	struct buf text = BUF(BUF_NO_CAP);
	setting_show(rt->settings, (enum setting)id, &text);
	hn_str value = v ? (hn_str){ text.p ? text.p : "", text.n } : (hn_str){ NULL, 0 };
	int status = print_got(rt, cli, value, v ? v->source : FROM_DEFAULT, v ? v->where : NULL);
	buf_free(&text);
	return status;
}

/* `hobnob config path`: the config file, whether it is there or not. */
static int run_path(struct runtime *rt, const struct cli *cli)
{
	const char *path = settings_config_name(rt->settings);
	(void)cli;
	if (!path)
		path = rt->paths.config;
	if (!path)
		return cli_error(
			rt, HN_ERR_CONFIG, NULL, "there is no place for a config file: HOME is not set");
	return print_value(rt, str_of(path), NULL);
}

/* Prints names, one a line; frees them. */
static int print_names(struct runtime *rt, struct buf *names)
{
	struct buf out = BUF(BUF_NO_CAP);
	text_add_safe(&out, buf_str(names), 0);
	buf_free(names);
	return output_write(rt, &out);
}

static void add_plugins(struct runtime *rt, uint32_t kind, struct buf *out)
{
	const struct found *all;
	size_t n = registry_list(rt->registry, &all);
	for (size_t i = 0; i < n; i++) {
		if (all[i].shadowed_by >= 0 || settings_instance(rt->settings, all[i].name))
			continue;
		if (registry_describe(rt->registry, all[i].name, kind, NULL))
			buf_addf(out, "%s\n", all[i].name);
	}
}

/* `hobnob config providers`: the plugins, and the instances of the config file. */
static int run_providers(struct runtime *rt, const struct cli *cli)
{
	if (registry_look(rt->registry, NULL, &rt->task->cancel))
		return kind_exit(HN_ERR_INTERRUPTED);
	const struct instance_entry *entries;
	size_t n = settings_instances(rt->settings, &entries);
	struct buf names = BUF(BUF_NO_CAP);
	(void)cli;
	add_plugins(rt, HN_TYPE_PROVIDER, &names);
	for (size_t i = 0; i < n; i++)
		buf_addf(&names, "%s\n", entries[i].name);
	return print_names(rt, &names);
}

/* `hobnob config frontends`. */
static int run_frontends(struct runtime *rt, const struct cli *cli)
{
	if (registry_look(rt->registry, NULL, &rt->task->cancel))
		return kind_exit(HN_ERR_INTERRUPTED);
	struct buf names = BUF(BUF_NO_CAP);
	(void)cli;
	add_plugins(rt, HN_TYPE_FRONTEND, &names);
	return print_names(rt, &names);
}

/* `hobnob config profiles`. */
static int run_profiles(struct runtime *rt, const struct cli *cli)
{
	size_t n;
	const char *const *profiles = settings_profiles(rt->settings, &n);
	struct buf names = BUF(BUF_NO_CAP);
	(void)cli;
	for (size_t i = 0; i < n; i++)
		buf_addf(&names, "%s\n", profiles[i]);
	return print_names(rt, &names);
}

/* `hobnob config prompts`. */
static int run_prompts(struct runtime *rt, const struct cli *cli)
{
	struct prompt_names prompts;
	struct buf names = BUF(BUF_NO_CAP);
	struct fault f = { 0 };
	(void)cli;
	if (prompt_names(&rt->paths, &prompts, &f))
		return cli_fault(rt, &f);
	for (size_t i = 0; i < prompts.n; i++)
		buf_addf(&names, "%s\n", prompts.all[i]);
	prompt_names_free(&prompts);
	return print_names(rt, &names);
}

const struct verb config_verbs[] = {
	{ "list", 0, 0, NULL, "every setting, its value and where it came from", run_list },
	{ "get", 1, 1, "KEY", "one setting, or INSTANCE.KEY", run_get },
	{ "path", 0, 0, NULL, "where the config file is", run_path },
	{ "providers", 0, 0, NULL, "the names that -p takes, a line each", run_providers },
	{ "frontends", 0, 0, NULL, "the names that -f takes", run_frontends },
	{ "profiles", 0, 0, NULL, "the names that -P takes", run_profiles },
	{ "prompts", 0, 0, NULL, "the names that -t takes", run_prompts },
};
const size_t config_verb_count = sizeof config_verbs / sizeof *config_verbs;

int subcommand_config(struct runtime *rt, const struct cli *cli)
{
	return verb_run(rt, cli, config_verbs, config_verb_count);
}
