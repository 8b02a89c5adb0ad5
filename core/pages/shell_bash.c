/* SPDX-License-Identifier: MIT */
/* shell_bash: the tables for bash. */
#include "pages/pages.h"
#include "pages/shell.h"

/* Options with values: a case entry each. */
void bash_wants(struct buf *out)
{
	for (size_t i = 0; i < cli_switch_count; i++) {
		const struct cli_switch *sw = &cli_switches[i];
		struct buf kind = BUF(BUF_NO_CAP);
		if (!shell_value_kind(sw, &kind))
			continue;
		buf_adds(out, "\t");
		if (sw->letter)
			buf_addf(out, "-%c | ", sw->letter);
		buf_addf(out, "--%s) echo %s ;;\n", sw->name, kind.p);
		buf_free(&kind);
	}
}

/* All options. */
void bash_switches(struct buf *out)
{
	buf_adds(out, "_hobnob_switches='");
	for (size_t i = 0; i < cli_switch_count; i++) {
		const struct cli_switch *sw = &cli_switches[i];
		buf_adds(out, i ? " " : "");
		if (sw->letter)
			buf_addf(out, "-%c ", sw->letter);
		buf_addf(out, "--%s", sw->name);
	}
	buf_adds(out, "'\n");
}

/* All sub-commands. */
void bash_subcommands(struct buf *out)
{
	buf_adds(out, "_hobnob_subcommands='");
	for (size_t i = 0; i < subcommand_count; i++)
		buf_addf(out, "%s%s", i ? " " : "", subcommand_table[i].name);
	buf_adds(out, "'\n");
}

/* All settings. */
void bash_settings(struct buf *out)
{
	buf_adds(out, "_hobnob_settings='");
	for (int id = 0; id < S_COUNT; id++)
		buf_addf(out, "%s%s", id ? " " : "", setting_table[id].key);
	buf_adds(out, "'\n");
}

/* The verbs of each sub-command that has verbs. */
void bash_verbs(struct buf *out)
{
	for (size_t i = 0; i < subcommand_count; i++) {
		const struct subcommand *s = &subcommand_table[i];
		if (!s->verbs)
			continue;
		buf_addf(out, "\t%s) echo", s->name);
		for (size_t k = 0; k < *s->n_verbs; k++)
			if (s->verbs[k].help)
				buf_addf(out, " %s", s->verbs[k].name);
		buf_adds(out, " ;;\n");
	}
}

/* The words after a verb. */
static void add_arguments(struct buf *out, const struct subcommand *s, const struct verb *v)
{
	for (size_t n = 0; n < 4; n++) {
		struct buf kind = BUF(BUF_NO_CAP);
		if (shell_word_kind(v, n, &kind))
			buf_addf(out, "\t'%s %s %zu') echo %s ;;\n", s->name, v->name, n, kind.p);
		buf_free(&kind);
	}
}

/* The words after all verbs. */
void bash_arguments(struct buf *out)
{
	shell_each_verb(out, add_arguments);
}

/* The values of the settings whose values are known. */
void bash_values(struct buf *out)
{
	for (int id = 0; id < S_COUNT; id++) {
		const char *words = shell_setting_words((enum setting)id);
		const char *kind = shell_setting_names((enum setting)id);
		if (words)
			buf_addf(out, "\t%s) echo %s ;;\n", setting_table[id].key, words);
		else if (kind)
			buf_addf(out, "\t%s) _hobnob_words \"$1\" %s ;;\n", setting_table[id].key,
				kind);
	}
}
