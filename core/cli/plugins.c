/* SPDX-License-Identifier: MIT */
/* plugins: `hobnob plugins` lists every plugin found, `hobnob plugins info NAME` the options of
 * one. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "cli/verb.h"
#include "util/mem.h"
#include "util/text.h"

/* ---- the list ---- */

/* What is known of one file. */
struct entry {
	const struct found *found;
	const struct plugin *plugin; /* NULL if it is shadowed or refused */
	const char *state;
	struct fault fault; /* why it is not ok */
	char abi[24];
};

/* Looks at one file of the list; loads it if it may be loaded. */
static struct entry entry_of(struct registry *r, const struct found *all, size_t i)
{
	struct entry e = { .found = &all[i], .state = "ok" };
	if (all[i].shadowed_by >= 0) {
		e.state = "shadowed";
		fault_set(&e.fault, HN_ERR_CONFIG, NULL, "%s comes first",
			all[all[i].shadowed_by].path);
		return e;
	}
	e.plugin = registry_load(r, all[i].name, 0, &e.fault);
	if (!e.plugin)
		e.state = "refused";
	else
		snprintf(e.abi, sizeof e.abi, "%u.%u", e.plugin->desc->abi_major,
			e.plugin->desc->need_minor);
	return e;
}

/* The descriptor's text, or "". */
static const char *version_of(const struct plugin *p)
{
	return p && p->desc->version ? p->desc->version : "";
}

/* A row of the table; the reason, which names the path, on one line. */
static void add_row(struct table *t, const struct entry *e)
{
	table_cell(t, e->found->name);
	table_cell(t, e->plugin ? plugin_kind_name(e->plugin->desc->type) : "");
	table_cell(t, version_of(e->plugin));
	table_cell(t, e->abi);
	table_cell(t, e->state);
	table_cell(t, e->found->path);
}

/* The reasons below the table: a refused file's names itself. */
static void add_reason(struct buf *out, const struct entry *e)
{
	if (!e->fault.kind)
		return;
	if (!strcmp(e->state, "shadowed"))
		buf_addf(out, "%s: shadowed: ", e->found->path);
	char *reason = fault_text(&e->fault);
	output_lines(out, "", reason);
	free(reason);
}

static struct json_object *json_entry(const struct entry *e)
{
	struct json_object *o = json_new_object();
	char *reason = e->fault.kind ? fault_text(&e->fault) : NULL;
	json_add_text(o, "name", str_of(e->found->name));
	output_member(o, "kind", e->plugin ? plugin_kind_name(e->plugin->desc->type) : NULL);
	output_member(o, "version", version_of(e->plugin));
	output_member(o, "abi", e->abi);
	json_add_text(o, "path", str_of(e->found->path));
	json_add_text(o, "state", str_of(e->state));
	output_member(o, "reason", reason);
	free(reason);
	return o;
}

static int list_json(struct runtime *rt, const struct found *all, size_t n)
{
	struct json_object *array = json_new_array();
	for (size_t i = 0; i < n; i++) {
		struct entry e = entry_of(rt->registry, all, i);
		json_append(array, json_entry(&e));
		fault_free(&e.fault);
	}
	return output_json(rt, array);
}

/* Lists all files as a table, the reasons below it. */
static int list_table(struct runtime *rt, const struct found *all, size_t n)
{
	static const char *const heads[] = { "NAME", "KIND", "VERSION", "ABI", "STATE", "PATH" };
	struct table t = { .columns = sizeof heads / sizeof *heads };
	struct buf out = BUF(BUF_NO_CAP), reasons = BUF(BUF_NO_CAP);
	for (size_t i = 0; i < t.columns; i++)
		table_cell(&t, heads[i]);
	for (size_t i = 0; i < n; i++) {
		struct entry e = entry_of(rt->registry, all, i);
		add_row(&t, &e);
		add_reason(&reasons, &e);
		fault_free(&e.fault);
	}
	table_print(&t, &out);
	if (reasons.n) {
		buf_addc(&out, '\n');
		text_add_safe(&out, buf_str(&reasons), 0);
	}
	buf_free(&reasons);
	return output_write(rt, &out);
}

/* `hobnob plugins [list]`. */
static int run_list(struct runtime *rt, const struct cli *cli)
{
	const struct found *all;
	size_t n = registry_list_probed(rt->registry, &all);
	return cli->json ? list_json(rt, all, n) : list_table(rt, all, n);
}

/* ---- the options of one ---- */

static const char *const type_names[] = { "", "string", "int", "number", "bool", "url", "path",
	"enum", "list", "map", "json" };

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

/* The environment names of an option, for the instance named after the plugin (allocated). */
static char *env_text(const struct plugin *p, const hn_option *o)
{
	struct buf out = BUF(BUF_NO_CAP);
	options_env_names(p->name, p->name, o, &out);
	return buf_take(&out);
}

static void option_row(struct table *t, const struct plugin *p, const hn_option *o)
{
	char *type = type_text(o), *env = env_text(p, o);
	table_cell(t, o->key);
	table_cell(t, type);
	table_cell(t, o->initial);
	table_cell(t, env);
	table_cell(t, o->help);
	free(type);
	free(env);
}

static struct json_object *option_json(const struct plugin *p, const hn_option *o)
{
	struct json_object *out = json_new_object();
	char *type = type_text(o), *env = env_text(p, o);
	json_add_text(out, "key", str_of(o->key));
	json_add_text(out, "type", str_of(type));
	output_member(out, "default", o->initial);
	output_member(out, "environment", env);
	json_set(
		out, "required", json_new_flag((o->flags & HN_OPTION_REQUIRED) != 0));
	output_member(out, "help", o->help);
	free(type);
	free(env);
	return out;
}

static const hn_option *option_at(const struct plugin *p, uint32_t i)
{
	return HN_AT(hn_option, p->desc->options, p->desc->option_stride, i);
}

static int info_json(struct runtime *rt, const struct plugin *p)
{
	struct json_object *o = json_new_object(), *options = json_new_array();
	json_add_text(o, "name", str_of(p->name));
	json_add_text(o, "kind", str_of(plugin_kind_name(p->desc->type)));
	output_member(o, "version", p->desc->version);
	output_member(o, "summary", p->desc->summary);
	output_member(o, "license", p->desc->license);
	json_add_text(o, "path", str_of(p->path));
	for (uint32_t i = 0; i < p->desc->n_options; i++)
		json_append(options, option_json(p, option_at(p, i)));
	json_set(o, "options", options);
	return output_json(rt, o);
}

/* The head of `plugins info`: a fact a line. */
static void add_facts(struct buf *out, const struct plugin *p)
{
	struct table t = { .columns = 2 };
	const char *const facts[][2] = {
		{ "name", p->name },
		{ "kind", plugin_kind_name(p->desc->type) },
		{ "version", p->desc->version },
		{ "license", p->desc->license },
		{ "summary", p->desc->summary },
		{ "path", p->path },
	};
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
		table_cell(&t, facts[i][0]);
		table_cell(&t, facts[i][1]);
	}
	table_print(&t, out);
}

static int info_text(struct runtime *rt, const struct plugin *p)
{
	static const char *const heads[] = { "OPTION", "TYPE", "DEFAULT", "ENVIRONMENT",
		"MEANING" };
	struct table t = { .columns = sizeof heads / sizeof *heads };
	struct buf out = BUF(BUF_NO_CAP);
	add_facts(&out, p);
	buf_addc(&out, '\n');
	for (size_t i = 0; i < t.columns && p->desc->n_options; i++)
		table_cell(&t, heads[i]);
	for (uint32_t i = 0; i < p->desc->n_options; i++)
		option_row(&t, p, option_at(p, i));
	if (p->desc->n_options)
		table_print(&t, &out);
	else
		buf_adds(&out, "It has no options.\n");
	return output_write(rt, &out);
}

/* `hobnob plugins info NAME`: a plugin, or the plugin of a configured instance. */
static int run_info(struct runtime *rt, const struct cli *cli)
{
	struct fault f = { 0 };
	const char *name = instance_plugin(rt->settings, cli->words[1]);
	const struct plugin *p = registry_load(rt->registry, name, 0, &f);
	if (!p)
		return cli_fault(rt, &f);
	return cli->json ? info_json(rt, p) : info_text(rt, p);
}

static int run_reserved(struct runtime *rt, const struct cli *cli)
{
	return cli_error(
		rt, HN_ERR_USAGE, NULL, "`hobnob plugins %s` is not built yet", cli->words[0]);
}

const struct verb plugins_verbs[] = {
	{ "list", 0, 0, NULL, "every plugin that is found, and why one is refused", run_list },
	{ "info", 1, 1, "NAME", "a plugin's options", run_info },
	{ "check", 0, VERB_ANY, NULL, NULL, run_reserved },
	{ "new", 0, VERB_ANY, NULL, NULL, run_reserved },
};
const size_t plugins_verb_count = sizeof plugins_verbs / sizeof *plugins_verbs;

int subcommand_plugins(struct runtime *rt, const struct cli *cli)
{
	return verb_run(rt, cli, plugins_verbs, plugins_verb_count);
}
