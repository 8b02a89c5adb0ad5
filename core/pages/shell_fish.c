/* SPDX-License-Identifier: MIT */
/* shell_fish: the tables for fish. */
#include "pages/pages.h"
#include "pages/shell.h"

#include <string.h>

/* Appends text in fish's single quotes. */
static void add_quoted(struct buf *out, const char *text)
{
	buf_addc(out, '\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			buf_addc(out, '\\');
		buf_addc(out, *text);
	}
	buf_addc(out, '\'');
}

/* The options that take a value. */
void fish_valued(struct buf *out)
{
	buf_adds(out, "set -g __hobnob_valued");
	for (size_t i = 0; i < cli_switch_count; i++) {
		const struct cli_switch *sw = &cli_switches[i];
		if (!sw->arg)
			continue;
		if (sw->letter)
			buf_addf(out, " -%c", sw->letter);
		buf_addf(out, " --%s", sw->name);
	}
	buf_addc(out, '\n');
}

/* What completes a word of that kind. */
static void add_kind(struct buf *out, const char *kind)
{
	if (!strcmp(kind, "files") || !strcmp(kind, "dirs"))
		buf_adds(out, " -F");
	else if (strcmp(kind, "text") != 0)
		buf_addf(out, " -f -a '(__hobnob_words %s)'", kind);
}

/* A command for each option. */
void fish_switches(struct buf *out)
{
	for (size_t i = 0; i < cli_switch_count; i++) {
		const struct cli_switch *sw = &cli_switches[i];
		struct buf kind = BUF(BUF_NO_CAP);
		shell_value_kind(sw, &kind);
		buf_adds(out, "complete -c hobnob");
		if (sw->letter)
			buf_addf(out, " -s %c", sw->letter);
		buf_addf(out, " -l %s%s", sw->name, kind.n ? " -r" : "");
		if (kind.n)
			add_kind(out, kind.p);
		buf_free(&kind);
		buf_adds(out, " -d ");
		add_quoted(out, sw->help);
		buf_addc(out, '\n');
	}
}

/* A verb, and the words after it. */
static void add_verb(struct buf *out, const struct subcommand *s, const struct verb *v)
{
	buf_addf(
		out, "complete -c hobnob -n '__hobnob_behind 0 %s' -f -a %s -d ", s->name, v->name);
	add_quoted(out, v->help);
	buf_addc(out, '\n');
	for (size_t n = 0; n < 4; n++) {
		struct buf kind = BUF(BUF_NO_CAP);
		if (!shell_word_kind(v, n, &kind))
			continue;
		buf_addf(out, "complete -c hobnob -n '__hobnob_behind %zu %s %s'", n, s->name,
			v->name);
		add_kind(out, kind.p);
		buf_addc(out, '\n');
		buf_free(&kind);
	}
}

/* A command for each sub-command, and for its verbs. */
void fish_subcommands(struct buf *out)
{
	for (size_t i = 0; i < subcommand_count; i++) {
		const struct subcommand *s = &subcommand_table[i];
		buf_addf(out, "complete -c hobnob -n '__hobnob_behind 0' -f -a %s -d ", s->name);
		add_quoted(out, s->help);
		buf_addc(out, '\n');
	}
	shell_each_verb(out, add_verb);
}

/* The values of the settings whose values are known. */
void fish_values(struct buf *out)
{
	for (int id = 0; id < S_COUNT; id++) {
		const char *words = shell_setting_words((enum setting)id);
		const char *kind = shell_setting_names((enum setting)id);
		if (words)
			buf_addf(out, "\t\tcase %s\n\t\t\tset words %s\n", setting_table[id].key,
				words);
		else if (kind)
			buf_addf(out, "\t\tcase %s\n\t\t\tset words (__hobnob_words %s)\n",
				setting_table[id].key, kind);
	}
}

/* The settings with their help. */
void fish_settings(struct buf *out)
{
	for (int id = 0; id < S_COUNT; id++) {
		buf_addf(out, "\t\t\t%s ", setting_table[id].key);
		add_quoted(out, setting_table[id].help);
		buf_adds(out, " \\\n");
	}
}
