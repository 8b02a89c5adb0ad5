/* SPDX-License-Identifier: MIT */
/* prompts: `hobnob prompts list|show|path`: the user's prompt files, which -t and /t send. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "cli/verb.h"
#include "util/mem.h"
#include "util/text.h"

#define FIRST_COLUMNS 60 /* of a message that has no description */

/* ---- list ---- */

/* "lang=English tone": the variables as a template has them, without its braces. */
static void add_vars(const struct prompt *p, struct buf *out)
{
	for (size_t i = 0; i < p->n_vars; i++) {
		const struct prompt_var *v = &p->vars[i];
		buf_addf(out, "%s%s%s", i ? " " : "", v->name, v->has_fallback ? "=" : "");
		buf_addstr(out, v->fallback);
	}
}

static void add_row(struct table *t, const struct prompt *p)
{
	struct buf vars = BUF(BUF_NO_CAP), about = BUF(BUF_NO_CAP);
	add_vars(p, &vars);
	text_add_line(&about, p->description ? str_of(p->description) : p->text, FIRST_COLUMNS);
	table_cell(t, p->name);
	table_cell(t, vars.p);
	table_cell(t, about.p);
	buf_free(&vars);
	buf_free(&about);
}

static struct json_object *vars_json(const struct prompt *p)
{
	struct json_object *list = json_new_array();
	for (size_t i = 0; i < p->n_vars; i++) {
		struct json_object *o = json_new_object();
		json_add_text(o, "name", str_of(p->vars[i].name));
		if (p->vars[i].has_fallback)
			json_add_text(o, "default", p->vars[i].fallback);
		else
			json_add_null(o, "default");
		json_append(list, o);
	}
	return list;
}

/* A file as JSON; the settings of its head as the file has them. */
static struct json_object *prompt_json(const struct prompt *p)
{
	struct json_object *o = json_new_object(), *settings = json_new_object();
	for (size_t i = 0; p->head && i < p->head->n; i++) {
		char *value = yaml_json(&p->head->items[i]);
		if (setting_find(str_of(p->head->items[i].key)) >= 0)
			json_set(settings, p->head->items[i].key, json_read(str_of(value), NULL));
		free(value);
	}
	json_add_text(o, "name", str_of(p->name));
	json_add_text(o, "path", str_of(p->path));
	json_add_text_or_null(o, "description", p->description);
	json_set(o, "variables", vars_json(p));
	json_set(o, "settings", settings);
	json_add_text(o, "text", p->text);
	return o;
}

/* Reads each; one that cannot be used is a warning, and no row. Returns how many can. */
static size_t read_all(struct runtime *rt, const struct prompt_names *names, struct table *t, struct json_object *array)
{
	size_t n = 0;
	for (size_t i = 0; i < names->n; i++) {
		struct prompt p;
		struct fault f = { 0 };
		if (prompt_open(&rt->paths, str_of(names->all[i]), &p, &f)) {
			log_warn(rt->log, "%s", f.message);
			fault_free(&f);
			continue;
		}
		if (array)
			json_append(array, prompt_json(&p));
		else
			add_row(t, &p);
		prompt_free(&p);
		n++;
	}
	return n;
}

static int no_place(struct runtime *rt)
{
	return cli_error(rt, HN_ERR_CONFIG, NULL, "there is no place for prompt files: HOME is not set");
}

/* `hobnob prompts list`. */
static int run_list(struct runtime *rt, const struct cli *cli)
{
	static const char *const heads[] = { "NAME", "VARIABLES", "DESCRIPTION" };
	static const size_t giving_way[] = { 1 };
	struct table t = { .columns = 3, .fit = output_width(), .giving_way = giving_way, .n_giving_way = 1, .least = 20 };
	struct json_object *array = cli->json ? json_new_array() : NULL;
	struct prompt_names names;
	struct buf out = BUF(BUF_NO_CAP), none = BUF(BUF_NO_CAP);
	struct fault f = { 0 };
	if (prompt_names(&rt->paths, &names, &f)) {
		json_object_put(array);
		return cli_fault(rt, &f);
	}
	for (size_t k = 0; k < t.columns; k++)
		table_cell(&t, heads[k]);
	size_t n = read_all(rt, &names, &t, array);
	table_print(&t, n ? &out : &none);
	if (!n)
		buf_addf(&out, "There are no prompt files%s; NAME" PROMPT_ENDING " in %s is one.\n",
			names.n ? " that can be used" : " yet", rt->paths.prompts ? rt->paths.prompts : "~/.config/hobnob/prompts");
	buf_free(&none);
	prompt_names_free(&names);
	if (!array)
		return output_write(rt, &out);
	buf_free(&out);
	return output_json(rt, array);
}

/* ---- show and path ---- */

/* `hobnob prompts show NAME`: the file as it stands; as JSON what hobnob reads in it. */
static int run_show(struct runtime *rt, const struct cli *cli)
{
	struct prompt p;
	struct buf out = BUF(BUF_NO_CAP);
	struct fault f = { 0 };
	int status;
	if (prompt_open(&rt->paths, str_of(cli->words[1]), &p, &f))
		return cli_fault(rt, &f);
	if (!cli->json)
		output_add(&out, buf_str(&p.file));
	status = cli->json ? output_json(rt, prompt_json(&p)) : output_write(rt, &out);
	prompt_free(&p);
	return status;
}

/* `hobnob prompts path`: the folder, whether it is there or not. */
static int run_path(struct runtime *rt, const struct cli *cli)
{
	struct buf out = BUF(BUF_NO_CAP);
	(void)cli;
	if (!rt->paths.prompts)
		return no_place(rt);
	output_add(&out, str_of(rt->paths.prompts));
	buf_addc(&out, '\n');
	return output_write(rt, &out);
}

/* clang-format off */
const struct verb prompts_verbs[] = {
	{ "list", 0, 0, NULL, "every prompt file, its variables and what it is for", run_list },
	{ "show", 1, 1, "TEMPLATE", "a prompt file as it stands", run_show },
	{ "path", 0, 0, NULL, "the folder that they stand in", run_path },
};
/* clang-format on */
const size_t prompts_verb_count = sizeof prompts_verbs / sizeof *prompts_verbs;

int subcommand_prompts(struct runtime *rt, const struct cli *cli)
{
	return verb_run(rt, cli, prompts_verbs, prompts_verb_count);
}
