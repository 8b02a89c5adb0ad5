/* SPDX-License-Identifier: MIT */
/* shell_zsh: the tables for zsh. */
#include "pages/pages.h"
#include "pages/shell.h"

#include <string.h>

/* Appends help for a spec, within single quotes: escapes what would end it. */
static void add_help(struct buf *out, const char *help)
{
	for (; *help; help++) {
		if (*help == '\'')
			buf_adds(out, "'\\''");
		else if (strchr("[]:\\", *help))
			buf_addf(out, "\\%c", *help);
		else
			buf_addc(out, *help);
	}
}

/* 1 if an option may be given more than once. */
static int repeats(const struct cli_switch *sw)
{
	return sw->kind == CLI_COUNT || sw->kind == CLI_OPTION || sw->kind == CLI_ATTACH || sw->kind == CLI_DEFINE;
}

/* The names of an option, and what prevents offering it twice. */
static void add_names(struct buf *out, const struct cli_switch *sw)
{
	if (repeats(sw))
		buf_adds(out, "'*'");
	else if (sw->letter)
		buf_addf(out, "'(-%c --%s)'", sw->letter, sw->name);
	if (sw->letter)
		buf_addf(out, "{-%c%s,--%s%s}'", sw->letter, sw->arg ? "+" : "", sw->name,
			sw->arg ? "=" : "");
	else
		buf_addf(out, "'--%s%s", sw->name, sw->arg ? "=" : "");
}

/* A spec for each option. */
void zsh_switches(struct buf *out)
{
	for (size_t i = 0; i < cli_switch_count; i++) {
		const struct cli_switch *sw = &cli_switches[i];
		buf_adds(out, "\t\t");
		add_names(out, sw);
		buf_addc(out, '[');
		add_help(out, sw->help);
		buf_addc(out, ']');
		if (sw->arg) {
			struct buf kind = BUF(BUF_NO_CAP);
			shell_value_kind(sw, &kind);
			buf_addc(out, ':');
			add_help(out, sw->arg);
			if (sw->kind == CLI_WORD)
				buf_addf(out, ":(%s)", sw->fixed);
			else
				buf_addf(out, ":_hobnob_words %s", kind.p);
			buf_free(&kind);
		}
		buf_adds(out, "' \\\n");
	}
}

/* 'NAME:HELP', for _describe. */
static void add_described(struct buf *out, const char *name, const char *help)
{
	buf_addf(out, "'%s:", name);
	add_help(out, help);
	buf_addc(out, '\'');
}

/* The sub-commands. */
void zsh_subcommands(struct buf *out)
{
	for (size_t i = 0; i < subcommand_count; i++) {
		buf_adds(out, "\t\t");
		add_described(out, subcommand_table[i].name, subcommand_table[i].help);
		buf_addc(out, '\n');
	}
}

/* The settings. */
void zsh_settings(struct buf *out)
{
	for (int id = 0; id < S_COUNT; id++) {
		buf_adds(out, "\t\t");
		add_described(out, setting_table[id].key, setting_table[id].help);
		buf_addc(out, '\n');
	}
}

/* The values of the settings whose values are known. */
void zsh_values(struct buf *out)
{
	for (int id = 0; id < S_COUNT; id++) {
		const char *words = shell_setting_words((enum setting)id);
		const char *kind = shell_setting_names((enum setting)id);
		if (words)
			buf_addf(out, "\t\t(%s) compadd %s ;;\n", setting_table[id].key, words);
		else if (kind)
			buf_addf(
				out, "\t\t(%s) _hobnob_words %s ;;\n", setting_table[id].key, kind);
	}
}

/* The verbs of each sub-command. */
void zsh_verbs(struct buf *out)
{
	for (size_t i = 0; i < subcommand_count; i++) {
		const struct subcommand *s = &subcommand_table[i];
		if (!s->verbs)
			continue;
		buf_addf(out, "\t%s) verbs=(", s->name);
		for (size_t k = 0; k < *s->n_verbs; k++) {
			if (!s->verbs[k].help)
				continue;
			buf_addc(out, ' ');
			add_described(out, s->verbs[k].name, s->verbs[k].help);
		}
		buf_adds(out, " ) ;;\n");
	}
}
