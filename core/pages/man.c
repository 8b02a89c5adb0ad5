/* SPDX-License-Identifier: MIT */
/* man: the tables as mdoc(7) macros. */
#include "pages/pages.h"

#include <stdlib.h>
#include <string.h>

#include "call/kind.h"
#include "cli/cli.h"
#include "cli/plugins_new.h"
#include "cli/verb.h"
#include "commands/commands.h"
#include "pages/roff.h"

/* ---- the command line ---- */

/* The options. */
void man_switches(struct buf *out)
{
	roff_list(out);
	for (size_t i = 0; i < cli_switch_count; i++) {
		const struct cli_switch *sw = &cli_switches[i];
		buf_adds(out, ".It");
		if (sw->letter)
			buf_addf(out, " Fl %c ,", sw->letter);
		buf_addf(out, " Fl \\-%s", sw->name);
		if (sw->arg) {
			buf_adds(out, " Ar");
			roff_arg(out, sw->arg);
		} else if (sw->kind == CLI_OPTIONAL) {
			buf_addf(out, " Ns %s", sw->fixed);
		}
		buf_addc(out, '\n');
		roff_sentence(out, sw->help);
	}
	roff_list_end(out);
}

/* The head of an entry: a word, and what may follow it. */
static void add_head(struct buf *out, const char *macro, const char *word, const char *args)
{
	buf_addf(out, ".It %s", macro);
	roff_arg(out, word);
	if (args) {
		buf_adds(out, " Ar");
		roff_arg(out, args);
	}
	buf_addc(out, '\n');
}

/* The verbs of a sub-command. */
static void add_verbs(struct buf *out, const struct subcommand *s)
{
	if (!s->verbs)
		return;
	roff_list(out);
	for (size_t i = 0; i < *s->n_verbs; i++) {
		const struct verb *v = &s->verbs[i];
		if (!v->help)
			continue;
		add_head(out, "Cm", v->name, v->args);
		roff_sentence(out, v->help);
	}
	roff_list_end(out);
}

/* The sub-commands. */
void man_subcommands(struct buf *out)
{
	roff_list(out);
	for (size_t i = 0; i < subcommand_count; i++) {
		const struct subcommand *s = &subcommand_table[i];
		add_head(out, "Ic", s->name, s->args);
		roff_sentence(out, s->help);
		add_verbs(out, s);
	}
	roff_list_end(out);
}

static void add_language(void *ud, const char *language, const char *builds)
{
	add_head(ud, "Em", language, NULL);
	for (; *builds; builds++)
		buf_adds(ud, *builds == ' ' ? ", " : (char[2]){ *builds, '\0' });
	buf_addc(ud, '\n');
}

/* The languages of `plugins new`, each with the words that --build may have for it. */
void man_skeletons(struct buf *out)
{
	roff_list(out);
	plugins_new_languages(add_language, out);
	roff_list_end(out);
}

/* ---- a conversation ---- */

/* The slash commands. */
void man_commands(struct buf *out)
{
	roff_list(out);
	for (size_t i = 0; i < command_count; i++) {
		const struct command *c = &command_table[i];
		add_head(out, "Ic", c->name, c->args);
		if (c->alias) {
			buf_adds(out, "Also\n.Ic \"\\&");
			roff_text(out, c->alias);
			buf_adds(out, "\\&\" .\n"); /* "/?" ends in no punctuation */
		}
		roff_sentence(out, c->help);
	}
	roff_list_end(out);
}

/* ---- settings ---- */

/* What a setting takes, its default, its environment name, and which sources may not set it. */
static void add_rules(struct buf *out, enum setting id)
{
	const hn_option *s = &setting_table[id];
	struct buf expects = BUF(BUF_NO_CAP);
	char name[64];
	setting_env_name(s->key, name);
	value_expects(s, &expects);
	buf_adds(out, "It is ");
	roff_text(out, expects.p);
	if (s->initial) {
		buf_adds(out, ",\nby default ");
		roff_text(out, s->initial);
	}
	buf_addf(out, "; in the environment\n.Ev %s .\n", name);
	if (s->flags & SET_NO_FILE)
		buf_adds(out, "It stands in a profile, not at the top of the file.\n");
	if (s->flags & SET_USER_ONLY)
		buf_adds(out, "A\n.Pa .env\nthat was found may not set it.\n");
	if (s->flags & SET_LIMIT)
		buf_adds(out, "A\n.Pa .env\nthat was found may lower it, never raise it.\n");
	buf_free(&expects);
}

/* The settings. */
void man_settings(struct buf *out)
{
	roff_list(out);
	for (int id = 0; id < S_COUNT; id++) {
		add_head(out, "Cm", setting_table[id].key, NULL);
		roff_sentence(out, setting_table[id].help);
		add_rules(out, (enum setting)id);
	}
	roff_list_end(out);
}

/* The settings' environment names. */
void man_names(struct buf *out)
{
	buf_adds(out, ".Bl -tag -width Ds -compact\n");
	for (int id = 0; id < S_COUNT; id++) {
		char name[64];
		setting_env_name(setting_table[id].key, name);
		buf_addf(out, ".It Ev %s\n", name);
		roff_sentence(out, setting_table[id].help);
	}
	roff_list_end(out);
}

/* ---- exit statuses ---- */

static const struct {
	int status;
	const char *text;
} exits[] = {
	{ 0, "Done." },
	{ 1, "The reply broke off or cannot be understood, or output could not be written." },
	{ 2, "Wrong usage." },
	{ 3, "Configuration: a bad file, an unknown key, a bad value, no provider, no key,\n"
	     "a plugin that is missing or refused." },
	{ 4, "The key was refused." },
	{ 5, "A limit of the provider, after retries." },
	{ 6, "The network or the server, after retries." },
	{ 7, "The request was refused." },
	{ 8, "A limit of your own would be passed." },
	{ 130, "Interrupted; the process dies of the signal itself." },
};

/* The names of the kinds that end with a status. */
static void add_kinds(struct buf *out, int status)
{
	int n = 0;
	for (size_t i = 0; kind_at(i); i++)
		if (kind_exit(kind_at(i)) == status)
			buf_addf(out, "%s%s", n++ ? ", " : "Kinds: ", kind_name(kind_at(i)));
	buf_adds(out, n ? ".\n" : "");
}

/* Every status. */
void man_exits(struct buf *out)
{
	roff_list(out);
	for (size_t i = 0; i < sizeof exits / sizeof *exits; i++) {
		buf_addf(out, ".It %d\n%s\n", exits[i].status, exits[i].text);
		add_kinds(out, exits[i].status);
	}
	roff_list_end(out);
}
