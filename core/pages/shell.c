/* SPDX-License-Identifier: MIT */
/* shell: which kind of word an argument is, by what the tables call it. */
#include "pages/shell.h"

#include <string.h>

/* A setting whose values hobnob knows. */
static const struct {
	enum setting id;
	const char *kind;
	int listed; /* hobnob prints all of them */
} setting_kinds[] = {
	{ S_PROVIDER, "providers", 1 },
	{ S_FRONTEND, "frontends", 1 },
	{ S_PROFILE, "profiles", 1 },
	{ S_SYSTEM, "system", 0 },
};

/* An argument's name, and its kind. */
static const struct {
	const char *arg, *kind;
} arg_kinds[] = {
	{ "FILE", "files" },
	{ "SCHEMA", "files" },
	{ "DIR[:DIR]", "dirs" },
	{ "DIR", "dirs" },
	{ "ID", "sessions" },
	{ "KEY=VALUE", "options" },
	{ "KEY", "settings" },
	{ "NAME", "plugins" },
	{ "TEMPLATE", "prompts" },
};

/* The kind by an argument's name, or NULL. */
static const char *kind_of(hn_str arg)
{
	for (size_t i = 0; i < sizeof arg_kinds / sizeof *arg_kinds; i++)
		if (str_is(arg, arg_kinds[i].arg))
			return arg_kinds[i].kind;
	return NULL;
}

/* The kind of a setting's value, or NULL; listed: only a kind that hobnob can print completely. */
static const char *setting_kind(enum setting id, int listed)
{
	for (size_t i = 0; i < sizeof setting_kinds / sizeof *setting_kinds; i++)
		if (setting_kinds[i].id == id && setting_kinds[i].listed >= listed)
			return setting_kinds[i].kind;
	return NULL;
}

/* The kind of a setting's value, if hobnob prints the values. */
const char *shell_setting_names(enum setting id)
{
	return setting_kind(id, 1);
}

/* The words of a setting. */
const char *shell_setting_words(enum setting id)
{
	const hn_option *s = &setting_table[id];
	return s->type == HN_OPT_BOOL ? "true false" : s->type == HN_OPT_ENUM ? s->values : NULL;
}

/* The kind of an option's value: its words, its setting's, else the one of the argument's name. */
int shell_value_kind(const struct cli_switch *sw, struct buf *out)
{
	int id = sw->key ? setting_find(str_of(sw->key)) : -1;
	const char *kind = id >= 0 ? setting_kind((enum setting)id, 0) : kind_of(str_of(sw->arg));
	if (!sw->arg)
		return 0;
	if (sw->kind == CLI_WORD)
		buf_addf(out, "words %s", sw->fixed);
	else
		buf_adds(out, kind ? kind : "text");
	return 1;
}

/* The n-th word of a verb's arguments, without the marks for optional or repeated words. */
static hn_str nth_arg(const char *args, size_t n)
{
	for (; args && *args; n--) {
		args += strspn(args, " ");
		size_t length = strcspn(args, " ");
		if (n == 0) {
			size_t bracket = strspn(args, "[");
			hn_str word = { args + bracket, strcspn(args + bracket, "]. ") };
			return word;
		}
		args += length;
	}
	return (hn_str){ NULL, 0 };
}

/* Adds the words of "this|that". */
static void add_words(struct buf *out, hn_str choice)
{
	buf_adds(out, "words ");
	for (size_t i = 0; i < choice.n; i++)
		buf_addc(out, choice.p[i] == '|' ? ' ' : choice.p[i]);
}

/* The kind of a verb's word, by its name. After a choice, as in `plugins new`, a NAME is a new one. */
int shell_word_kind(const struct verb *v, size_t n, struct buf *out)
{
	hn_str arg = nth_arg(n < v->max ? v->args : NULL, n);
	const char *kind = kind_of(arg);
	if (arg.n && memchr(arg.p, '|', arg.n))
		add_words(out, arg);
	else if (kind && !(str_is(arg, "NAME") && strchr(v->args, '|')))
		buf_adds(out, kind);
	return out->n > 0;
}

/* Goes through the verbs. */
void shell_each_verb(
	struct buf *out, void (*take)(struct buf *, const struct subcommand *, const struct verb *))
{
	for (size_t i = 0; i < subcommand_count; i++) {
		const struct subcommand *s = &subcommand_table[i];
		for (size_t k = 0; s->verbs && k < *s->n_verbs; k++)
			if (s->verbs[k].help)
				take(out, s, &s->verbs[k]);
	}
}
