/* SPDX-License-Identifier: MIT */
/*
 * dotenv: NAME=value lines.
 *
 * The file may be anybody's, so what it can make of itself has an end: replacing ${X} could double a value on each line. Errors
 * name the line and never quote a value.
 */
#include "config/dotenv.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/utf8.h"

#define VALUES_MAX ((size_t)4 << 20) /* bytes of all values together */
#define PAIRS_MAX 2000
#define LOOKUPS_MAX 20000 /* names that are set or referred to: each is searched for */

struct reader {
	hn_str text;
	size_t at;
	int line;
	const char *name;
	struct dotenv *env;
	size_t cap, total, lookups;
	char **error;
};

/* Says what is wrong in the present line; -1. */
static int refuse(struct reader *r, const char *what)
{
	*r->error = xasprintf("%s:%d: %s", r->name, r->line, what);
	return -1;
}

/* The byte at the reader's place plus k; '\n' at the end of the text. */
static char peek(const struct reader *r, size_t k)
{
	return r->at + k < r->text.n ? r->text.p[r->at + k] : '\n';
}

/* 1 if the reader has come to the end of its text. */
static int at_end(const struct reader *r)
{
	return r->at >= r->text.n;
}

/* 1 if the line ends k bytes on, CR LF included. */
static int line_ends(const struct reader *r, size_t k)
{
	return peek(r, k) == '\n' || (peek(r, k) == '\r' && peek(r, k + 1) == '\n');
}

/* Goes past blanks. */
static void skip_blanks(struct reader *r)
{
	while (peek(r, 0) == ' ' || peek(r, 0) == '\t')
		r->at++;
}

/* Goes to the next line. */
static void skip_line(struct reader *r)
{
	while (peek(r, 0) != '\n')
		r->at++;
	r->at++;
	r->line++;
}

/* 1 if c may be in a name, at its beginning or later. */
static int in_name(char c, int first)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (!first && c >= '0' && c <= '9');
}

/* Takes a name off the text; empty if there is none. */
static hn_str take_name(struct reader *r)
{
	size_t from = r->at;
	while (!at_end(r) && in_name(peek(r, 0), r->at == from))
		r->at++;
	return (hn_str){ r->text.p + from, r->at - from };
}

/* The pair of that name, or NULL. */
static struct dotenv_pair *find(const struct dotenv *env, hn_str name)
{
	for (size_t i = 0; i < env->n; i++)
		if (str_is(name, env->pairs[i].name))
			return &env->pairs[i];
	return NULL;
}

/* Replaces $X or ${X}; a $ before anything else is a $. */
static int take_reference(struct reader *r, struct buf *out)
{
	r->at++;
	int braced = !at_end(r) && peek(r, 0) == '{';
	r->at += (size_t)braced;
	hn_str name = take_name(r);
	if (braced && (!name.n || peek(r, 0) != '}'))
		return refuse(r, "expected ${NAME}");
	r->at += (size_t)braced;
	if (name.n && ++r->lookups > LOOKUPS_MAX)
		return refuse(r, "too many names");
	const struct dotenv_pair *pair = name.n ? find(r->env, name) : NULL;
	if (!name.n)
		buf_addc(out, '$');
	else if (pair)
		buf_adds(out, pair->value);
	return 0; /* a value that grows too long is told once, at its end */
}

/* Reads what stands between single quotes, as it is. */
static int take_single(struct reader *r, struct buf *out)
{
	r->at++;
	while (peek(r, 0) != '\'') {
		if (line_ends(r, 0))
			return refuse(r, "no closing single quote");
		buf_addc(out, peek(r, 0));
		r->at++;
	}
	r->at++;
	return 0;
}

/* Replaces a backslash and what it stands before. */
static void take_escape(struct reader *r, struct buf *out)
{
	static const char names[] = "nt\"\\$", means[] = "\n\t\"\\$";
	const char *known = strchr(names, peek(r, 1));
	if (!known || !*known) {
		buf_addc(out, '\\');
		r->at++;
		return;
	}
	buf_addc(out, means[known - names]);
	r->at += 2;
}

/* Reads what stands between double quotes, over several lines if need be. */
static int take_double(struct reader *r, struct buf *out)
{
	int opened = r->line, rc = 0;
	r->at++;
	while (rc == 0 && !at_end(r) && peek(r, 0) != '"') {
		char c = peek(r, 0);
		if (c == '$') {
			rc = take_reference(r, out);
		} else if (c == '\\') {
			take_escape(r, out);
		} else {
			r->line += c == '\n';
			r->at++;
			buf_addc(out, c);
		}
	}
	if (rc == 0 && at_end(r)) {
		r->line = opened;
		return refuse(r, "no closing double quote");
	}
	r->at++;
	return rc;
}

/* Reads a value without quotes: up to the line's end or a comment, blanks at its end taken off. */
static int take_plain(struct reader *r, struct buf *out)
{
	int rc = 0;
	while (rc == 0 && !line_ends(r, 0)) {
		char c = peek(r, 0), before = r->at ? r->text.p[r->at - 1] : 0;
		if (c == '#' && (before == ' ' || before == '\t'))
			break;
		if (c == '$') {
			rc = take_reference(r, out);
			continue;
		}
		buf_addc(out, c);
		r->at++;
	}
	while (out->n && (out->p[out->n - 1] == ' ' || out->p[out->n - 1] == '\t'))
		buf_cut(out, out->n - 1);
	return rc;
}

/* Reads a value of any form, and sees that nothing but a comment follows it. */
static int take_value(struct reader *r, struct buf *out)
{
	char quote = peek(r, 0);
	int rc = quote == '"'    ? take_double(r, out)
		 : quote == '\'' ? take_single(r, out)
				 : take_plain(r, out);
	if (rc < 0)
		return -1;
	skip_blanks(r);
	if (!line_ends(r, 0) && peek(r, 0) != '#')
		return refuse(r, "text behind the closing quote");
	return buf_failed(out) ? refuse(r, "the values are too long") : 0;
}

/* Puts a pair in, in place of an earlier one of that name. */
static int put(struct reader *r, hn_str name, char *value, int line)
{
	struct dotenv_pair *pair = find(r->env, name);
	r->total += strlen(value);
	if (++r->lookups > LOOKUPS_MAX || (!pair && r->env->n == PAIRS_MAX)) {
		free(value);
		return refuse(r, "too many names");
	}
	if (pair) {
		free(pair->value);
		pair->value = value;
		pair->line = line;
		return 0;
	}
	r->env->pairs = xgrow(r->env->pairs, r->env->n, &r->cap, sizeof *r->env->pairs);
	r->env->pairs[r->env->n++] = (struct dotenv_pair){ str_dup(name), value, line };
	return 0;
}

/* Goes past "export ", if the line begins so and a name follows. */
static void skip_export(struct reader *r)
{
	static const char word[] = "export";
	hn_str rest = { r->text.p + r->at, r->text.n - r->at };
	char after = peek(r, sizeof word - 1);
	if (!str_begins(rest, word) || (after != ' ' && after != '\t'))
		return;
	size_t was = r->at;
	r->at += sizeof word - 1;
	skip_blanks(r);
	if (at_end(r) || !in_name(peek(r, 0), 1))
		r->at = was;
}

/* Reads one line (or more, for a quoted value). */
static int read_line(struct reader *r)
{
	skip_blanks(r);
	if (line_ends(r, 0) || peek(r, 0) == '#') {
		skip_line(r);
		return 0;
	}
	skip_export(r);
	int line = r->line;
	hn_str name = take_name(r);
	skip_blanks(r);
	if (!name.n || peek(r, 0) != '=')
		return refuse(r, "expected NAME=value");
	r->at++;
	skip_blanks(r);
	struct buf value = BUF(VALUES_MAX - r->total);
	if (take_value(r, &value) < 0) {
		buf_free(&value);
		return -1;
	}
	if (put(r, name, buf_take(&value), line) < 0)
		return -1;
	skip_line(r);
	return 0;
}

/* What is wrong with the bytes themselves: -1, or 0. */
static int check_bytes(struct reader *r)
{
	int line = 1;
	uint32_t cp;
	for (size_t i = 0, k; i < r->text.n; i += k) {
		k = utf8_decode(r->text.p + i, r->text.n - i, &cp);
		r->line = line;
		if (!cp)
			return refuse(r, "NUL byte");
		if (!utf8_valid(r->text.p + i, k ? k : r->text.n - i))
			return refuse(r, "invalid UTF-8");
		line += cp == '\n';
	}
	r->line = 1;
	return 0;
}

/* Reads a whole file's text. */
int dotenv_read(hn_str text, const char *name, struct dotenv *out, char **error)
{
	*out = (struct dotenv){ .pairs = NULL };
	struct reader r = { .text = text, .line = 1, .name = name, .env = out, .error = error };
	int rc = check_bytes(&r);
	if (str_begins(text, "\xEF\xBB\xBF"))
		r.at = 3;
	while (rc == 0 && !at_end(&r))
		rc = read_line(&r);
	if (rc < 0)
		dotenv_free(out);
	return rc;
}

/* The pair of that name. */
const struct dotenv_pair *dotenv_get(const struct dotenv *env, const char *name)
{
	return find(env, str_of(name));
}

/* Frees the pairs; values may be keys, so they are overwritten. */
void dotenv_free(struct dotenv *env)
{
	for (size_t i = 0; i < env->n; i++) {
		explicit_bzero(env->pairs[i].value, strlen(env->pairs[i].value));
		free(env->pairs[i].value);
		free(env->pairs[i].name);
	}
	free(env->pairs);
	*env = (struct dotenv){ .pairs = NULL };
}
