/* SPDX-License-Identifier: MIT */
/* cli: the options, a table, and the parser of the command line. */
#include "cli/cli.h"

#include "cli/plugins_new.h"
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/nearest.h"

#define AT(member) offsetof(struct cli, member)

/* clang-format off */
const struct cli_switch cli_switches[] = {
	{ 'p', "provider", "NAME", CLI_SET, 0, "provider", NULL, "which provider instance answers" },
	{ 'm', "model", "NAME", CLI_SET, 0, "model", NULL, "model, in the provider's own naming, or an alias" },
	{ 'f', "frontend", "NAME", CLI_SET, 0, "frontend", NULL, "how to talk: readline, stdio or jsonl" },
	{ 'P', "profile", "NAME", CLI_SET, 0, "profile", NULL, "a named set of settings from the config file" },
	{ 's', "system", "TEXT", CLI_SET, 0, "system", NULL, "system prompt; @FILE reads it from a file" },
	{ 'o', "option", "KEY=VALUE", CLI_OPTION, 0, NULL, NULL, "any setting; INSTANCE.KEY=VALUE: a plugin's own" },
	{ 't', "template", "TEMPLATE", CLI_TEXT, AT(template), NULL, NULL, "send that prompt file of `hobnob prompts`" },
	{ 'D', "define", "VAR=VALUE", CLI_DEFINE, 0, NULL, NULL, "with -t: the value of a {{VAR}} in it; repeatable" },
	{ 'a', "attach", "FILE", CLI_ATTACH, 0, NULL, NULL, "a text file or an image to send; repeatable" },
	{ 0, "schema", "SCHEMA", CLI_TEXT, AT(schema), NULL, NULL, "the reply is JSON: a file, or 'name, age int'" },
	{ 'x', "code", NULL, CLI_OPTIONAL, AT(code), NULL, "[=K]", "one turn: only its first block of code, or Kth" },
	{ 'e', "shell", NULL, CLI_FLAG, AT(shell), NULL, NULL, "one turn: a shell command, to edit, run or copy" },
	{ 'i', "interactive", NULL, CLI_FLAG, AT(interactive), NULL, NULL, "a conversation even when stdin is not a terminal" },
	{ 'c', "continue", NULL, CLI_FLAG, AT(resume_last), NULL, NULL, "continue the last conversation" },
	{ 'r', "resume", "ID", CLI_TEXT, AT(resume), NULL, NULL, "continue that conversation of `hobnob sessions`" },
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
	{ 0, "plugin-path", "DIR[:DIR]", CLI_TEXT, AT(plugin_path), NULL, NULL, "folders or NAME.so files, searched first" },
	{ 0, "all", NULL, CLI_FLAG, AT(all), NULL, NULL, "sessions list only: unanswered ones as well" },
	{ 0, "pager", NULL, CLI_FLAG, AT(pager), NULL, NULL, "sessions show only: in your pager" },
	{ 0, "lang", "LANGUAGE", CLI_WORD, AT(lang), NULL, NEW_WORDS(NEW_LANGUAGES), "plugins new: " NEW_TEXT(NEW_LANGUAGES) },
	{ 0, "wire", "WIRE", CLI_WORD, AT(wire), NULL, NEW_WORDS(NEW_WIRES), "plugins new: " NEW_TEXT(NEW_WIRES) },
	{ 0, "build", "SYSTEM", CLI_WORD, AT(build), NULL, NEW_WORDS(NEW_BUILDS), "plugins new: " NEW_TEXT(NEW_BUILDS) },
	{ 0, "only", "RULE", CLI_TEXT, AT(only), NULL, NULL, "plugins check: this rule alone" },
	{ 0, "answers", "FILE", CLI_TEXT, AT(answers), NULL, NULL, "plugins check: what a server answers" },
	{ 0, "in-process", NULL, CLI_FLAG, AT(in_process), NULL, NULL, "plugins check: without a child" },
	{ 0, "connect", NULL, CLI_FLAG, AT(connect), NULL, NULL, "doctor only: ask the provider whether it answers" },
	{ 'v', "verbose", NULL, CLI_COUNT, AT(verbose), NULL, NULL, "a line on stderr for each step; -vv: wire detail" },
	{ 0, "log-file", "FILE", CLI_TEXT, AT(log_file), NULL, NULL, "append the lines of -v to a file instead" },
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
	struct fault *fault;
};

/* ---- what an option does ---- */

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
	const char *eq = strchr(text, '='); /* NOLINT(clang-analyzer-core.NonNullParamChecker): an option has its argument */
	if (eq && eq != text)
		return add_set(p, (hn_str){ text, (size_t)(eq - text) }, eq + 1, "-o");
	fault_set(p->fault, HN_ERR_USAGE, NULL, "-o needs KEY=VALUE, got \"%s\"", text);
	return -1;
}

/* Splits VAR=VALUE likewise. */
static int add_define(struct parser *p, const char *text)
{
	struct cli *c = p->cli;
	const char *eq = strchr(text, '=');
	if (!eq || eq == text) {
		fault_set(p->fault, HN_ERR_USAGE, NULL, "-D needs VAR=VALUE, got \"%s\"", text);
		return -1;
	}
	c->defines = xrealloc(c->defines, (c->n_defines + 1) * sizeof *c->defines);
	c->defines[c->n_defines++] = (struct prompt_value){ { text, (size_t)(eq - text) }, str_of(eq + 1) };
	return 0;
}

static int add_attach(struct parser *p, const char *file)
{
	struct cli *c = p->cli;
	c->attach = xrealloc(c->attach, (c->n_attach + 1) * sizeof *c->attach);
	c->attach[c->n_attach++] = file;
	return 0;
}

/* Takes one of the words that an option knows. */
static int take_word(struct parser *p, const struct cli_switch *sw, const char *value)
{
	struct buf there = BUF(BUF_NO_CAP);
	for (const char *at = sw->fixed; *at;) {
		hn_str word = { at, strcspn(at, " ") };
		if (str_is(word, value)) {
			buf_free(&there);
			*(const char **)((char *)p->cli + sw->at) = value;
			return 0;
		}
		buf_addf(&there, "%s%.*s", there.n ? ", " : "", (int)word.n, word.p);
		at += word.n + strspn(at + word.n, " ");
	}
	fault_set(p->fault, HN_ERR_USAGE, NULL, "--%s takes %s: got \"%s\"", sw->name, there.p, value);
	buf_free(&there);
	return -1;
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
	case CLI_WORD:
		return take_word(p, sw, value);
	case CLI_OPTIONAL:
		*(const char **)member = value ? value : "";
		return 0;
	case CLI_SET:
		return add_set(p, str_of(sw->key), sw->fixed ? sw->fixed : value, where_text(sw));
	case CLI_OPTION:
		return add_option(p, value);
	case CLI_ATTACH:
		return add_attach(p, value);
	case CLI_DEFINE:
		return add_define(p, value);
	}
	return -1;
}

/* ---- reading the line ---- */

/* The value of an option that does not include it: the next word. NULL with a fault if there is
 * none. */
static const char *next_value(struct parser *p, const struct cli_switch *sw)
{
	if (*p->argv)
		return *p->argv++;
	if (sw->letter)
		fault_set(p->fault, HN_ERR_USAGE, NULL, "-%c (--%s) needs %s", sw->letter, sw->name, sw->arg);
	else
		fault_set(p->fault, HN_ERR_USAGE, NULL, "--%s needs %s", sw->name, sw->arg);
	return NULL;
}

/* The long option of that name, or NULL with a fault naming the nearest. */
static const struct cli_switch *find_long(struct parser *p, hn_str name)
{
	struct nearest near = NEAREST(name);
	for (size_t i = 0; i < cli_switch_count; i++) {
		if (str_is(name, cli_switches[i].name))
			return &cli_switches[i];
		nearest_offer(&near, cli_switches[i].name);
	}
	struct buf guess = BUF(BUF_NO_CAP);
	nearest_add(&near, "--", &guess);
	fault_set(p->fault, HN_ERR_USAGE, NULL, "unknown option \"--%.*s\"%s", (int)name.n, name.p,
		guess.n ? guess.p : ": `hobnob --help` lists them");
	buf_free(&guess);
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
	if (value && !sw->arg && sw->kind != CLI_OPTIONAL) {
		fault_set(p->fault, HN_ERR_USAGE, NULL, "--%s takes no value", sw->name);
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

/* The long option whose name a word is, up to a "=", or NULL. */
static const struct cli_switch *find_name(const char *word)
{
	for (size_t i = 0; i < cli_switch_count; i++)
		if (str_is((hn_str){ word, strcspn(word, "=") }, cli_switches[i].name))
			return &cli_switches[i];
	return NULL;
}

/* One word "-abc", its dash taken off: flags, and at its end one that takes a value, joined or
 * not; "-x2", a number. */
static int parse_short(struct parser *p, const char *word)
{
	const struct cli_switch *meant = find_name(word);
	if (meant) { /* "-model x" would ask a model "odel" */
		fault_set(p->fault, HN_ERR_USAGE, NULL, "unknown option \"-%s\" (did you mean \"--%s\"?)", word, meant->name);
		return -1;
	}
	for (; *word; word++) {
		const struct cli_switch *sw = find_letter(*word);
		if (!sw) {
			fault_set(p->fault, HN_ERR_USAGE, NULL, "unknown option \"-%s\": `hobnob --help` lists them", word);
			return -1;
		}
		if (sw->arg) {
			const char *value = word[1] ? word + 1 : next_value(p, sw);
			return value ? apply(p, sw, value) : -1;
		}
		if (sw->kind == CLI_OPTIONAL && word[1] >= '0' && word[1] <= '9')
			return apply(p, sw, word + 1);
		if (apply(p, sw, NULL))
			return -1;
	}
	return 0;
}

/* A word that is not an option: a sub-command's name if it is the first and an exact match, else a
 * word. After -e all words are the request. */
static void add_word(struct parser *p, char *word)
{
	struct cli *c = p->cli;
	if (!c->n_words && !p->only_words && !p->named && !c->shell && subcommand_find(word)) {
		c->subcommand = word;
		p->named = 1;
		return;
	}
	c->words[c->n_words++] = word;
}

/* The word without the dashes that a word processor made of its hyphens: U+2010 to U+2015, and U+2212. */
static const char *after_dashes(const char *word)
{
	while (!strncmp(word, "\xE2\x80", 2) || !strncmp(word, "\xE2\x88\x92", 3)) {
		unsigned char last = (unsigned char)word[2];
		if (word[1] == '\x80' && (last < 0x90 || last > 0x95))
			break;
		word += 3;
	}
	return word;
}

/* Refuses an option with such a dash: as a word it would be a question. One letter is an option only in
 * front. */
static int check_dash(struct parser *p, const char *word)
{
	const char *name = after_dashes(word);
	if (name == word || p->only_words)
		return 0;
	name += strspn(name, "-");
	int letter = !p->cli->n_words && strlen(name) == 1 && find_letter(*name);
	const struct cli_switch *sw = find_name(name);
	if (!sw && !letter)
		return 0;
	fault_set(p->fault, HN_ERR_USAGE, NULL, "\"%s\" begins with a typographic dash (did you mean \"%s%s\"?)", word,
		letter ? "-" : "--", letter ? name : sw->name);
	return -1;
}

static int parse_word(struct parser *p, char *word)
{
	if (check_dash(p, word))
		return -1;
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

int32_t cli_parse(struct cli *out, int argc, char **argv, struct fault *f)
{
	*out = (struct cli){ .subcommand = "chat",
		.words = xcalloc((size_t)argc + 1, sizeof *out->words) };
	struct parser p = { .cli = out, .argv = argc ? argv + 1 : argv, .fault = f };
	while (*p.argv) {
		char *word = *p.argv++;
		if (parse_word(&p, word))
			return HN_ERR_USAGE;
	}
	out->dashes_first = p.dashes_first;
	return out->n_words && !p.named && !p.dashes_first && !out->template && !out->shell ? cli_mistyped(out, f) : 0;
}

void cli_free(struct cli *c)
{
	for (size_t i = 0; i < c->n_sets; i++)
		free(c->sets[i].key);
	free(c->sets);
	free(c->attach);
	free(c->defines);
	free(c->words);
	*c = (struct cli){ 0 };
}
