/* SPDX-License-Identifier: MIT */
/* help: --help and --version, made from the tables of options, sub-commands and settings. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "cli/verb.h"
#include "util/mem.h"

#include <stdlib.h>

#ifndef PACKAGE_VERSION
#error "the build passes PACKAGE_VERSION"
#endif

/* A row of a table from formatted text and what is said of it. */
static void row(struct table *t, char *left, const char *right)
{
	table_cell(t, left);
	table_cell(t, right);
	free(left);
}

/* 1 if an option belongs to that sub-command alone (of its verbs to that one, unless it is NULL), as its help says by its
 * first words. */
static int is_own(const struct cli_switch *sw, const struct subcommand *of, const struct verb *verb)
{
	size_t n = strlen(of->name), k = verb ? strlen(verb->name) : 0;
	if (strncmp(sw->help, of->name, n) != 0 || (sw->help[n] != ' ' && sw->help[n] != ':'))
		return 0;
	return !verb || (!strncmp(sw->help + n + 1, verb->name, k) && (sw->help[n + 1 + k] == ' ' || sw->help[n + 1 + k] == ':'));
}

/* All options, or those that belong to one sub-command or its verb alone, after a heading. */
static void add_switches(struct buf *out, const struct subcommand *of, const struct verb *verb)
{
	struct table t = { .columns = 2 };
	int n = 0;
	for (size_t i = 0; i < cli_switch_count; i++) {
		const struct cli_switch *sw = &cli_switches[i];
		char letter[] = "    ";
		if (of && !is_own(sw, of, verb))
			continue;
		buf_adds(out, n++ ? "" : "\nOptions:\n");
		if (sw->letter) {
			letter[0] = '-';
			letter[1] = sw->letter;
			letter[2] = ',';
		}
		row(&t,
			xasprintf("  %s--%s%s%s", letter, sw->name, sw->arg ? " " : "",
				sw->arg ? sw->arg : sw->kind == CLI_OPTIONAL ? sw->fixed : ""),
			sw->help);
	}
	table_print(&t, out);
}

#define VERBS_INDENT "      "
#define VERBS_WIDTH 80

/* The verbs of a sub-command, if it has some: "list | show ID"; on as many lines as they need. */
static void add_verbs(const struct subcommand *s, struct buf *out)
{
	size_t width = 0;
	for (size_t i = 0; s->verbs && i < *s->n_verbs; i++) {
		const struct verb *v = &s->verbs[i];
		if (!v->help)
			continue;
		char *text = xasprintf("%s%s%s", v->name, v->args ? " " : "", v->args ? v->args : "");
		int fits = width && width + strlen(" | ") + strlen(text) <= VERBS_WIDTH;
		const char *before = !width ? VERBS_INDENT : fits ? " | " : "\n" VERBS_INDENT "| ";
		width = fits ? width + strlen(before) + strlen(text) : strlen(before) + strlen(text);
		buf_addf(out, "%s%s", before, text);
		free(text);
	}
	buf_adds(out, s->verbs ? "\n" : "");
}

/* The sub-commands, each with what it does and its verbs below it: side by side is too wide for 80
 * columns. */
static void add_subcommands(struct buf *out)
{
	for (size_t i = 0; i < subcommand_count; i++) {
		const struct subcommand *s = &subcommand_table[i];
		buf_addf(out, "  %s%s%s\n      %s\n", s->name, s->args ? " " : "",
			s->args ? s->args : "", s->help);
		add_verbs(s, out);
	}
}

static void add_settings(struct buf *out)
{
	struct table t = { .columns = 2 };
	for (size_t i = 0; i < S_COUNT; i++) {
		const hn_option *s = &setting_table[i];
		char *help =
			s->initial ? xasprintf("%s (%s)", s->help, s->initial) : xstrdup(s->help);
		row(&t, xasprintf("  %s", s->key), help);
		free(help);
	}
	table_print(&t, out);
}

void cli_help(struct buf *out)
{
	buf_adds(out,
		"usage: hobnob [OPTION]... [PROMPT...]\n"
		"       hobnob SUBCOMMAND [OPTION]...\n\n"
		"With a PROMPT, a file (-a) or piped input, one turn; else a conversation.\n");
	add_switches(out, NULL, NULL);
	buf_adds(out, "\nSub-commands (`hobnob -- WORD` makes such a word a prompt):\n");
	add_subcommands(out);
	buf_adds(out, "\nSettings, as HOBNOB_<KEY IN CAPITALS>, in config.yaml, or with -o "
		      "(default):\n");
	add_settings(out);
	buf_adds(out,
		"\nExit status: 0 done, 1 broken off, 2 usage, 3 configuration, 4 key refused,\n"
		"5 limits of the provider, 6 network, 7 request refused, 8 limits of your own,\n"
		"130 interrupted.\n\n"
		"Manuals: hobnob(1), hobnob.yaml(5). To write a plugin: `hobnob plugins new`,\n"
		"and hobnob-plugin(7), which names the guide and the examples.\n");
}

/* The verbs of a sub-command, a row each. */
static void add_verb_rows(const struct subcommand *s, struct buf *out)
{
	struct table t = { .columns = 2 };
	for (size_t i = 0; s->verbs && i < *s->n_verbs; i++) {
		const struct verb *v = &s->verbs[i];
		if (v->help)
			row(&t, xasprintf("  %s%s%s", v->name, v->args ? " " : "", v->args ? v->args : ""), v->help);
	}
	buf_adds(out, s->verbs ? "\nVerbs:\n" : "");
	table_print(&t, out);
}

/* The sub-command's verb of that name, or NULL. */
static const struct verb *verb_find(const struct subcommand *s, const char *name)
{
	for (size_t i = 0; name && s->verbs && i < *s->n_verbs; i++)
		if (s->verbs[i].help && !strcmp(s->verbs[i].name, name))
			return &s->verbs[i];
	return NULL;
}

void cli_help_of(const struct subcommand *s, const char *word, struct buf *out)
{
	const struct verb *v = verb_find(s, word);
	const char *args = v ? v->args : s->verbs ? "VERB" : s->args;

	buf_addf(out, "usage: hobnob %s%s%s%s%s [OPTION]...\n\n%s\n", s->name, v ? " " : "", v ? v->name : "", args ? " " : "",
		args ? args : "", v ? v->help : s->help);
	if (!v)
		add_verb_rows(s, out);
	add_switches(out, s, v);
	buf_adds(out, "\n`hobnob --help` lists the options of all sub-commands, and the settings.\n");
}

void cli_version(struct buf *out)
{
	buf_addf(
		out, "hobnob %s (plugin ABI %u.%u)\n", PACKAGE_VERSION, HN_ABI_MAJOR, HN_ABI_MINOR);
}
