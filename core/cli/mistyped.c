/* SPDX-License-Identifier: MIT */
/*
 * mistyped: distinguishes words that were meant as a sub-command from a question, which would cost
 * money.
 *
 * A single word is rarely a question: hobnob rejects it if it is near to anything that hobnob or a
 * shell obeys. Of several words the first decides only together with the next, because questions
 * begin with "help", "model", "list" and "chats" as well: two words that make a sub-command, in
 * either order, or a typo that is not a word of any language.
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "cli/verb.h"
#include "util/ascii.h"
#include "util/mem.h"
#include "util/nearest.h"

#define SHORT_NAME 4 /* bytes; one edit of a shorter name is any word */
#define LONG_NAME 6  /* bytes of a name that few words are near to */
#define FEW 4        /* words that a command may have; a question with a slip in it has more */

/* What other programs take for a command, and what it is here. */
enum other { OTHER_HELP, OTHER_VERSION, OTHER_LEAVE };
static const struct { const char *word; enum other meant; } others[] = {
	{ "help", OTHER_HELP }, { "?", OTHER_HELP }, { "version", OTHER_VERSION },
	{ "exit", OTHER_LEAVE }, { "quit", OTHER_LEAVE }, { "bye", OTHER_LEAVE },
	{ "logout", OTHER_LEAVE }, { ":q", OTHER_LEAVE }, { ":q!", OTHER_LEAVE },
	{ ":wq", OTHER_LEAVE }, { ":x", OTHER_LEAVE },
};

/* ---- how near a word is ---- */

/* Edits between a word and a name; an exchange of neighbours is one. */
static unsigned edits(const char *word, const char *name)
{
	struct nearest near = NEAREST(str_of(word));
	nearest_offer(&near, name);
	return near.best ? near.distance : LONG_NAME;
}

/* 1 if it is the name, or one edit from it. */
static int is_near(const char *word, const char *name)
{
	return !strcmp(word, name) || (strlen(name) >= SHORT_NAME && edits(word, name) <= 1);
}

/* 1 if two neighbours of the name changed places. */
static int is_exchanged(const char *word, const char *name)
{
	size_t i = 0, n = strlen(name);
	while (word[i] && word[i] == name[i])
		i++;
	return strlen(word) == n && n >= SHORT_NAME && i + 1 < n && word[i] == name[i + 1] &&
	       word[i + 1] == name[i] && !strcmp(word + i + 2, name + i + 2);
}

/* 1 if a letter of a long name is missing or doubled; without an "s" at its end it is a word. */
static int is_uneven(const char *word, const char *name)
{
	size_t i = 0, w = strlen(word), n = strlen(name);
	while (word[i] && word[i] == name[i])
		i++;
	if (n < LONG_NAME)
		return 0;
	if (w + 1 == n)
		return name[i + 1] && !strcmp(word + i, name + i + 1);
	return w == n + 1 && i && word[i] == word[i - 1] && !strcmp(word + i + 1, name + i);
}

/* 1 if it is the name but for an "s" at the end. */
static int is_plural(const char *word, const char *name)
{
	size_t w = strlen(word), n = strlen(name), least = w < n ? w : n;
	return !strncmp(word, name, least) && w + n == 2 * least + 1 &&
	       (w > n ? word : name)[least] == 's';
}

/* 1 if there are small letters only: a word with a comma or an apostrophe stands in a sentence, and a
 * slash means nothing in one turn. */
static int is_letters(const char *word)
{
	while (ascii_is_lower(*word))
		word++;
	return !*word;
}

/* ---- what a word may mean ---- */

/* The sub-commands, and the name that is kept for later. */
static const struct subcommand *sub_at(size_t i)
{
	return i < subcommand_count ? &subcommand_table[i] : &subcommand_reserved;
}

/* The sub-command that a word is one edit from, in the singular or the plural if loose; or NULL. */
static const struct subcommand *near_sub(const char *word, int loose)
{
	const struct subcommand *found = NULL;
	unsigned least = 2;
	for (size_t i = 0; i <= subcommand_count; i++) {
		const struct subcommand *s = sub_at(i);
		size_t n = strlen(s->name);
		char *other = s->name[n - 1] == 's' ? xmemdup0(s->name, n - 1) : xasprintf("%ss", s->name);
		unsigned d = edits(word, s->name), d2 = loose ? edits(word, other) : d;
		free(other);
		d = d2 < d ? d2 : d;
		if (d < least) {
			least = d;
			found = s;
		}
	}
	return found;
}

/* The sub-command that a word is by a slip of the fingers alone, or NULL. */
static const struct subcommand *slip_of(const char *word)
{
	for (size_t i = 0; i <= subcommand_count; i++) {
		const char *name = sub_at(i)->name;
		if (is_exchanged(word, name))
			return sub_at(i);
		if (is_uneven(word, name) && strcmp(word, "modes") != 0)
			return sub_at(i);
	}
	return NULL;
}

/* The verb of a sub-command that a word is, letters changed over or not; or NULL. */
static const struct verb *verb_of(const struct subcommand *s, const char *word)
{
	for (size_t i = 0; s->verbs && i < *s->n_verbs; i++)
		if (!strcmp(s->verbs[i].name, word) || is_exchanged(word, s->verbs[i].name))
			return &s->verbs[i];
	return NULL;
}

/* 1 if it is a verb of any. */
static int is_verb(const char *word)
{
	for (size_t i = 0; i < subcommand_count; i++)
		if (verb_of(sub_at(i), word))
			return 1;
	return 0;
}

/* 1 if that many words may follow the verb; a verb that takes any number has more only in a question. */
static int takes(const struct verb *v, size_t n)
{
	return n <= (v->max == VERB_ANY ? 1 : v->max);
}

/* ---- what is said ---- */

/* Refuses the words: more follows on the line, and lead begins the hint, which is how to ask them anyway. */
static int32_t refuse(const struct cli *c, const char *more, const char *lead, struct fault *f)
{
	fault_set(f, HN_ERR_USAGE, NULL, "\"%s\" is not a sub-command%s", c->words[0], more);
	fault_hint(f, "%s`hobnob -- %s%s` asks the model", lead, c->words[0],
		c->n_words > 1 && !*lead ? " ..." : "");
	return HN_ERR_USAGE;
}

/* "did you mean", with a sub-command and, if it has it, its verb. */
static int32_t meant(const struct cli *c, const struct subcommand *s, const struct verb *v, struct fault *f)
{
	char *more = xasprintf(
		" (did you mean \"%s%s%s\"?)", s->name, v ? " " : "", v ? v->name : "");
	int32_t code = refuse(c, more, "", f);
	free(more);
	return code;
}

static int32_t meant_other(const struct cli *c, enum other what, struct fault *f)
{
	if (what == OTHER_LEAVE)
		return refuse(
			c, ": hobnob ends after one turn, and /exit leaves a conversation", "", f);
	return refuse(c, "",
		what == OTHER_HELP ? "did you mean `hobnob --help`? "
				   : "did you mean `hobnob --version`? ",
		f);
}

static int32_t meant_verb(const struct cli *c, const char *word, struct fault *f)
{
	struct buf more = BUF(BUF_NO_CAP);
	for (size_t i = 0; i < subcommand_count; i++) {
		const struct verb *v = verb_of(sub_at(i), word);
		if (v)
			buf_addf(&more, "%s\"%s %s\"", more.n ? " or " : " (did you mean ",
				sub_at(i)->name, v->name);
	}
	buf_adds(&more, "?)");
	int32_t code = refuse(c, more.p, "", f);
	buf_free(&more);
	return code;
}

/* ---- the two rules ---- */

static int32_t lone(const struct cli *c, char *word, struct fault *f)
{
	size_t n = strlen(word), i;
	while (n > 1 && strchr("?!.,;", word[n - 1]))
		word[--n] = '\0';
	for (i = 0; i < sizeof others / sizeof *others; i++)
		if (!strcmp(word, others[i].word))
			return meant_other(c, others[i].meant, f);
	if (is_verb(word))
		return meant_verb(c, word, f);
	if (!is_letters(word))
		return 0;
	const struct subcommand *s = near_sub(word, 1);
	if (s)
		return meant(c, s, NULL, f);
	for (i = 0; i < sizeof others / sizeof *others; i++)
		if (is_near(word, others[i].word))
			return meant_other(c, others[i].meant, f);
	return 0;
}

/* The sub-command that two words name in the order of a sentence, "list models"; n words follow. */
static int32_t swapped(const struct cli *c, const char *verb, const char *name, size_t n, struct fault *f)
{
	const struct subcommand *s = near_sub(name, 1);
	const struct verb *v = s ? verb_of(s, verb) : NULL;
	if (v && takes(v, n))
		return meant(c, s, v->help ? v : NULL, f);
	if (n || !is_verb(verb))
		return 0;
	if (s)
		return meant(c, s, NULL, f);
	return is_verb(name) ? meant_verb(c, name, f) : 0;
}

static int32_t several(const struct cli *c, const char *first, const char *second, struct fault *f)
{
	size_t more = c->n_words - 2;
	const struct subcommand *s = near_sub(first, 1);
	const struct verb *v = s ? verb_of(s, second) : NULL;
	if (v ? takes(v, more) : s && !more && is_verb(second))
		return meant(c, s, v, f);
	s = near_sub(first, 0);
	if (s && !more && is_letters(first) && strlen(s->name) >= LONG_NAME && strcmp(first, s->name) != 0 &&
		!is_plural(first, s->name))
		return meant(c, s, NULL, f);
	s = c->n_words <= FEW ? slip_of(first) : NULL;
	if (s)
		return meant(c, s, NULL, f);
	if (!more && near_sub(second, 1) && (is_near(first, "help") || is_near(first, "version")))
		return meant_other(c, is_near(first, "help") ? OTHER_HELP : OTHER_VERSION, f);
	return swapped(c, first, second, more, f);
}

/* The word in small letters; free() it. */
static char *lower(const char *word)
{
	char *out = xstrdup(word);
	for (char *at = out; *at; at++)
		*at = ascii_lower(*at);
	return out;
}

/* Looks at the first words. A file that goes with them says that they are a question. */
int32_t cli_mistyped(const struct cli *c, struct fault *f)
{
	if (c->n_attach)
		return 0;
	char *first = lower(c->words[0]), *second = c->n_words > 1 ? lower(c->words[1]) : NULL;
	int32_t code = second ? several(c, first, second, f) : lone(c, first, f);
	free(first);
	free(second);
	return code;
}
