/* SPDX-License-Identifier: MIT */
/* plugins: `hobnob plugins`: lists every plugin found, none of them loaded here. */
#include "cli/plugins.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call/kind.h"
#include "cli/output.h"
#include "cli/plugins_new.h"
#include "cli/verb.h"
#include "util/mem.h"
#include "util/text.h"

#define WRITE_ONE "To write one: `hobnob plugins new`, and hobnob-plugin(7).\n"

/* What is known of one file. */
struct entry {
	const struct found *found;
	const hn_plugin *desc; /* NULL if it is shadowed or refused */
	const char *state;
	struct fault fault; /* why it is not ok */
	char abi[24];
};

static struct entry entry_of(struct registry *r, const struct found *all, size_t i)
{
	struct entry e = { .found = &all[i], .state = "ok" };
	if (all[i].shadowed_by >= 0) {
		e.state = "shadowed";
		fault_set(&e.fault, HN_ERR_CONFIG, NULL, "%s comes first",
			all[all[i].shadowed_by].path);
		return e;
	}
	e.desc = registry_describe(r, all[i].name, 0, &e.fault);
	if (!e.desc)
		e.state = "refused";
	else
		snprintf(e.abi, sizeof e.abi, "%u.%u", e.desc->abi_major, e.desc->need_minor);
	return e;
}

/* The descriptor's text, or "". */
static const char *version_of(const hn_plugin *d)
{
	return d && d->version ? d->version : "";
}

/* A row of the table; the reason, which names the path, on one line. */
static void add_row(struct table *t, const struct entry *e)
{
	table_cell(t, e->found->name);
	table_cell(t, e->desc ? plugin_kind_name(e->desc->type) : "");
	table_cell(t, version_of(e->desc));
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
	json_add_text_or_null(o, "kind", e->desc ? plugin_kind_name(e->desc->type) : NULL);
	json_add_text_or_null(o, "version", version_of(e->desc));
	json_add_text_or_null(o, "abi", e->abi);
	json_add_text(o, "path", str_of(e->found->path));
	json_add_text(o, "state", str_of(e->state));
	json_add_text_or_null(o, "reason", reason);
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
	if (isatty(STDOUT_FILENO)) /* what reads the list by lines wants files alone */
		buf_adds(&reasons, reasons.n ? "\n" WRITE_ONE : WRITE_ONE);
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
	size_t n;
	if (registry_look(rt->registry, NULL, &rt->task->cancel))
		return kind_exit(HN_ERR_INTERRUPTED);
	n = registry_list(rt->registry, &all);
	return cli->json ? list_json(rt, all, n) : list_table(rt, all, n);
}

const struct verb plugins_verbs[] = {
	{ "list", 0, 0, NULL, "every plugin that is found, and why one is refused", run_list },
	{ "info", 1, 1, "NAME", "a plugin's options", plugins_info },
	{ "install", 1, 1, "FILE", "check a plugin NAME.so, and put it into your own folder of plugins", plugins_install },
	{ "check", 1, 1, "FILE", "whether a plugin keeps the rules, as TAP; `check list` names them", plugins_check },
	{ "new", 2, 3, NEW_KINDS " NAME [DIR]", "a folder with a plugin to begin with, which builds and answers", plugins_new },
};
const size_t plugins_verb_count = sizeof plugins_verbs / sizeof *plugins_verbs;

int subcommand_plugins(struct runtime *rt, const struct cli *cli)
{
	return verb_run(rt, cli, plugins_verbs, plugins_verb_count);
}
