/* SPDX-License-Identifier: MIT */
/* cli: the options, a table, and the parser of the command line. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "cli/verb.h"
#include "util/ascii.h"
#include "util/mem.h"
#include "util/nearest.h"

#define LONG_NAME 6 /* bytes of a sub-command's name that no common word is near to */
#define AT(member) offsetof(struct cli, member)

/* clang-format off */
const struct cli_switch cli_switches[] = {
	{ 'p', "provider", "NAME", CLI_SET, 0, "provider", NULL, "which provider instance answers" },
	{ 'm', "model", "NAME", CLI_SET, 0, "model", NULL, "model, in the provider's own naming, or an alias" },
	{ 'f', "frontend", "NAME", CLI_SET, 0, "frontend", NULL, "how to talk: readline, stdio or jsonl" },
	{ 'P', "profile", "NAME", CLI_SET, 0, "profile", NULL, "a named set of settings from the config file" },
	{ 's', "system", "TEXT", CLI_SET, 0, "system", NULL, "system prompt; @FILE reads it from a file" },
	{ 'o', "option", "KEY=VALUE", CLI_OPTION, 0, NULL, NULL, "any setting; INSTANCE.KEY=VALUE: a plugin's own" },
	{ 'a', "attach", "FILE", CLI_ATTACH, 0, NULL, NULL, "a text file for the first message; repeatable" },
	{ 'i', "interactive", NULL, CLI_FLAG, AT(interactive), NULL, NULL, "a conversation even when stdin is not a terminal" },
	{ 'c', "continue", NULL, CLI_FLAG, AT(resume_last), NULL, NULL, "go on with the last conversation" },
	{ 'r', "resume", "ID", CLI_TEXT, AT(resume), NULL, NULL, "go on with that conversation of `hobnob sessions`" },
	{ 0, "no-journal", NULL, CLI_FLAG, AT(no_journal), NULL, NULL, "keep no journal" },
	{ 'n', "no-stdin", NULL, CLI_FLAG, AT(no_stdin), NULL, NULL, "never read stdin for the prompt" },
	{ 0, "no-stream", NULL, CLI_SET, 0, "stream", "false", "ask for the whole reply at once" },
	{ 0, "json", NULL, CLI_FLAG, AT(json), NULL, NULL, "one turn: the closing object instead of the text" },
	{ 0, "usage", NULL, CLI_FLAG, AT(usage), NULL, NULL, "one turn: tokens, cost and time on stderr" },
	{ 0, "dry-run", NULL, CLI_FLAG, AT(dry_run), NULL, NULL, "print the request as JSON and send nothing" },
	{ 0, "config", "FILE", CLI_TEXT, AT(sources.config), NULL, NULL, "this config file instead of the default one" },
	{ 0, "no-config", NULL, CLI_FLAG, AT(sources.no_config), NULL, NULL, "read no config file" },
	{ 0, "env-file", "FILE", CLI_TEXT, AT(sources.env_file), NULL, NULL, "this file instead of .env" },
	{ 0, "no-env-file", NULL, CLI_FLAG, AT(sources.no_env_file), NULL, NULL, "read no .env" },
	{ 0, "plugin-path", "DIR[:DIR]", CLI_TEXT, AT(plugin_path), NULL, NULL, "where plugins are looked for first" },
	{ 0, "all", NULL, CLI_FLAG, AT(all), NULL, NULL, "sessions list only: unanswered ones as well" },
	{ 0, "connect", NULL, CLI_FLAG, AT(connect), NULL, NULL, "doctor only: ask the provider whether it answers" },
	{ 'v', "verbose", NULL, CLI_COUNT, AT(verbose), NULL, NULL, "a line on stderr a step; twice: wire detail" },
	{ 0, "log-file", "FILE", CLI_TEXT, AT(log_file), NULL, NULL, "these lines into a file" },
	{ 0, "version", NULL, CLI_FLAG, AT(version), NULL, NULL, "print the version and the plugin ABI's" },
	{ 'h', "help", NULL, CLI_FLAG, AT(help), NULL, NULL, "print this help" },
};
/* clang-format on */
const size_t cli_switch_count = sizeof cli_switches / sizeof *cli_switches;

struct parser {
	struct cli *cli;
	char **argv; /* what is left, NULL-ended */
	int only_words; /* "--" was seen */
	int named; /* a sub-command was named */
	int dashes_first; /* "--" came before any word: they are a prompt, whatever they look like */
	char **error;
};

/* ---- what an option does ---- */

/* Remembers one KEY=VALUE for the settings. */
static int add_set(struct parser *p, hn_str key, const char *value, const char *where)
{
	struct cli *c = p->cli;
	c->sets = xrealloc(c->sets, (c->n_sets + 1) * sizeof *c->sets);
	c->sets[c->n_sets++] = (struct cli_set){ str_dup(key), value, where };
	return 0;
}

/* The option as messages name it, static text: "-p", "--no-stream". */
static const char *where_text(const struct cli_switch *sw)
{
	static const char *const letters[] = { "-p", "-m", "-f", "-P", "-s", "-o" };
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		if (letters[i][1] == sw->letter)
			return letters[i];
	return "--no-stream";
}

/* Splits KEY=VALUE at its first "=". */
static int add_option(struct parser *p, const char *text)
{
	const char *eq = strchr(text, '=');
	if (eq && eq != text)
		return add_set(p, (hn_str){ text, (size_t)(eq - text) }, eq + 1, "-o");
	*p->error = xasprintf("-o needs KEY=VALUE, got \"%s\"", text);
	return -1;
}

/* Remembers one file for the first message. */
static int add_attach(struct parser *p, const char *file)
{
	struct cli *c = p->cli;
	c->attach = xrealloc(c->attach, (c->n_attach + 1) * sizeof *c->attach);
	c->attach[c->n_attach++] = file;
	return 0;
}

/* Does what an option says; value is NULL if it takes none. */
static int apply(struct parser *p, const struct cli_switch *sw, const char *value)
{
	void *member = (char *)p->cli + sw->at;
	switch (sw->kind) {
	case CLI_FLAG:
		*(int *)member = 1;
		return 0;
	case CLI_COUNT:
		++*(int *)member;
		return 0;
	case CLI_TEXT:
		*(const char **)member = value;
		return 0;
	case CLI_SET:
		return add_set(p, str_of(sw->key), sw->fixed ? sw->fixed : value, where_text(sw));
	case CLI_OPTION:
		return add_option(p, value);
	case CLI_ATTACH:
		return add_attach(p, value);
	}
	return -1;
}

/* ---- reading the line ---- */

/* The value of an option whose own word holds none: the next word. NULL with *error if there is
 * none. */
static const char *next_value(struct parser *p, const struct cli_switch *sw)
{
	if (*p->argv)
		return *p->argv++;
	if (sw->letter)
		*p->error = xasprintf("-%c (--%s) needs %s", sw->letter, sw->name, sw->arg);
	else
		*p->error = xasprintf("--%s needs %s", sw->name, sw->arg);
	return NULL;
}

/* The long option of that name, or NULL with *error naming the nearest. */
static const struct cli_switch *find_long(struct parser *p, hn_str name)
{
	struct nearest near = NEAREST(name);
	for (size_t i = 0; i < cli_switch_count; i++) {
		if (str_is(name, cli_switches[i].name))
			return &cli_switches[i];
		nearest_offer(&near, cli_switches[i].name);
	}
	struct buf out = BUF(BUF_NO_CAP);
	buf_addf(&out, "unknown option \"--%.*s\"", (int)name.n, name.p);
	nearest_add(&near, "--", &out);
	*p->error = buf_take(&out);
	return NULL;
}

/* One word "--name" or "--name=value", its dashes taken off. */
static int parse_long(struct parser *p, const char *word)
{
	size_t n = strcspn(word, "=");
	const struct cli_switch *sw = find_long(p, (hn_str){ word, n });
	const char *value = word[n] ? word + n + 1 : NULL;
	if (!sw)
		return -1;
	if (value && !sw->arg) {
		*p->error = xasprintf("--%s takes no value", sw->name);
		return -1;
	}
	if (!value && sw->arg && !(value = next_value(p, sw)))
		return -1;
	return apply(p, sw, value);
}

/* The option of a letter, or NULL. */
static const struct cli_switch *find_letter(char letter)
{
	for (size_t i = 0; i < cli_switch_count; i++)
		if (cli_switches[i].letter == letter)
			return &cli_switches[i];
	return NULL;
}

/* One word "-abc", its dash taken off: flags, and at its end one that takes a value, joined or
 * not. */
static int parse_short(struct parser *p, const char *word)
{
	for (; *word; word++) {
		const struct cli_switch *sw = find_letter(*word);
		if (!sw) {
			*p->error = xasprintf(
				"unknown option \"-%s\": `hobnob --help` lists them", word);
			return -1;
		}
		if (sw->arg) {
			const char *value = word[1] ? word + 1 : next_value(p, sw);
			return value ? apply(p, sw, value) : -1;
		}
		if (apply(p, sw, NULL))
			return -1;
	}
	return 0;
}

/* A word that is no option: a sub-command's name if it is the first and exactly one, else a
 * word. */
static void add_word(struct parser *p, char *word)
{
	struct cli *c = p->cli;
	if (!c->n_words && !p->only_words && !p->named && subcommand_find(word)) {
		c->subcommand = word;
		p->named = 1;
		return;
	}
	c->words[c->n_words++] = word;
}

/* One word of the line. */
static int parse_word(struct parser *p, char *word)
{
	if (p->only_words || word[0] != '-' || word[1] == '\0') {
		add_word(p, word);
		return 0;
	}
	if (word[1] != '-')
		return parse_short(p, word + 1);
	if (word[2] == '\0') {
		p->dashes_first = !p->cli->n_words;
		p->only_words = 1;
	}
	return word[2] == '\0' ? 0 : parse_long(p, word + 2);
}

/* ---- a sub-command that was mistyped: as a question it would be paid for ---- */

/* 1 if the word is one of the sub-command's verbs. */
static int is_verb(const struct subcommand *sub, const char *word)
{
	for (size_t i = 0; sub->verbs && i < *sub->n_verbs; i++)
		if (!strcmp(sub->verbs[i].name, word))
			return 1;
	return 0;
}

/* 1 if the word is the name but for case, or for an "s" at its end: people begin questions so. */
static int is_plain_word(const char *word, const char *name)
{
	size_t w = strlen(word), n = strlen(name), least = w < n ? w : n;
	return !ascii_ncasecmp(word, name, least) &&
	       (w == n || (w + n == 2 * least + 1 && (w > n ? word : name)[least] == 's'));
}

/* Whether the first word, within one edit of a sub-command, was meant as it: alone, with a verb after
 * it, or because it is no word that a question begins with. A short name is near to many words. */
static int is_meant(const struct cli *c, const char *word, const struct subcommand *sub)
{
	if (c->n_words == 1 || is_verb(sub, c->words[1]))
		return 1;
	return strlen(sub->name) >= LONG_NAME && !is_plain_word(word, sub->name);
}

/* The words that other programs take for a sub-command, and what it is here. */
static const char *named_otherwise(const struct cli *c)
{
	static const struct { const char *word, *option; } table[] = {
		{ "help", "--help" }, { "version", "--version" }, { "?", "--help" },
	};
	int alone = c->n_words == 1 || (c->n_words == 2 && subcommand_find(c->words[1]));
	for (size_t i = 0; alone && i < sizeof table / sizeof *table; i++)
		if (!ascii_casecmp(c->words[0], table[i].word))
			return table[i].option;
	return NULL;
}

/* Refuses a first word that is most likely a mistyped sub-command. 0, or -1 with *error. */
static int check_first(const struct cli *c, char **error)
{
	const char *word = c->words[0], *option = named_otherwise(c);
	if (option) {
		*error = xasprintf("\"%s\" is not a sub-command\n"
				   "`hobnob %s` is what it is here; `hobnob -- %s` asks the model",
			word, option, word);
		return -1;
	}
	char *lower = xstrdup(word);
	for (char *at = lower; *at; at++)
		*at = ascii_lower(*at);
	struct nearest near = NEAREST(str_of(lower));
	for (size_t i = 0; i < subcommand_count; i++)
		nearest_offer(&near, subcommand_table[i].name);
	int wrong = near.best && near.distance <= 1 && is_meant(c, word, subcommand_find(near.best));
	if (wrong)
		*error = xasprintf("\"%s\" is not a sub-command (did you mean \"%s\"?)\n"
				   "`hobnob -- %s%s` asks the model",
			word, near.best, word, c->n_words > 1 ? " ..." : "");
	free(lower);
	return wrong ? -1 : 0;
}

/* Reads argv. */
int cli_parse(struct cli *out, int argc, char **argv, char **error)
{
	*out = (struct cli){ .subcommand = "chat",
		.words = xcalloc((size_t)argc + 1, sizeof *out->words) };
	struct parser p = { .cli = out, .argv = argc ? argv + 1 : argv, .error = error };
	while (*p.argv) {
		char *word = *p.argv++;
		if (parse_word(&p, word))
			return -1;
	}
	return out->n_words && !p.named && !p.dashes_first ? check_first(out, error) : 0;
}

/* Frees what the parser made. */
void cli_free(struct cli *c)
{
	for (size_t i = 0; i < c->n_sets; i++)
		free(c->sets[i].key);
	free(c->sets);
	free(c->attach);
	free(c->words);
	*c = (struct cli){ 0 };
}
