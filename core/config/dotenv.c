/* SPDX-License-Identifier: MIT */
/*
 * dotenv: NAME=value lines.
 *
 * The file may be anybody's, so what it can make of itself has an end: replacing ${X} could double a value on each line. Errors
 * name the line and never quote a value.
 *
 * In a file that was found, skipping a line must not create a setting. So everything within a quote that the line opens is
 * skipped with it, and so is a value that refers to a name whose line was skipped.
 */
#include "config/dotenv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/encoding.h"
#include "util/mem.h"

#define VALUES_MAX ((size_t)4 << 20) /* bytes of all values together */
#define PAIRS_MAX 2000
#define LOOKUPS_MAX 20000 /* names that are set or referred to: each is searched for */

struct reader {
	hn_str text;
	size_t at;
	int line;
	struct dotenv *env;
	size_t cap, total, lookups;
	const char *what; /* why a line was refused, and which; static */
	int refused;
	int exhausted; /* too large: the rest of the file is not read */
};

/* What was skipped of a file that was found. */
struct skipped {
	size_t n;
	int line; /* the first, and why */
	const char *what, *hint;
};

static int refuse(struct reader *r, const char *what)
{
	r->what = what;
	r->refused = r->line;
	return -1;
}

/* The same where reading on would cost too much. */
static int refuse_much(struct reader *r, const char *what)
{
	r->exhausted = 1;
	return refuse(r, what);
}

/* The byte at the reader's place plus k; '\n' at the end of the text. */
static char peek(const struct reader *r, size_t k)
{
	return r->at + k < r->text.n ? r->text.p[r->at + k] : '\n';
}

static int at_end(const struct reader *r)
{
	return r->at >= r->text.n;
}

/* 1 if the line ends k bytes on, CR LF included. */
static int line_ends(const struct reader *r, size_t k)
{
	return peek(r, k) == '\n' || (peek(r, k) == '\r' && peek(r, k + 1) == '\n');
}

static void skip_blanks(struct reader *r)
{
	while (peek(r, 0) == ' ' || peek(r, 0) == '\t')
		r->at++;
}

static void skip_line(struct reader *r)
{
	while (peek(r, 0) != '\n')
		r->at++;
	r->at++;
	r->line++;
}

static int in_name(char c, int first)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (!first && c >= '0' && c <= '9');
}

static hn_str take_name(struct reader *r)
{
	size_t from = r->at;
	while (!at_end(r) && in_name(peek(r, 0), r->at == from))
		r->at++;
	return (hn_str){ r->text.p + from, r->at - from };
}

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
		return refuse_much(r, "too many names");
	const struct dotenv_pair *pair = name.n ? find(r->env, name) : NULL;
	if (pair && pair->fault)
		return refuse(r, "it refers to a name whose line is skipped");
	if (!name.n)
		buf_addc(out, '$');
	else if (pair)
		buf_adds(out, pair->value);
	return 0; /* reported once, at the end of a value that grew too long */
}

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
		return refuse(r, "text after the closing quote");
	const char *hint, *what = buf_failed(out) ? NULL : text_fault(buf_str(out), &hint);
	return buf_failed(out) ? refuse_much(r, "the values are too long")
	       : what          ? refuse(r, what)
			       : 0;
}

/* Puts a pair in, in place of an earlier one of that name. fault as in the pair. */
static int put(struct reader *r, hn_str name, char *value, int line, const char *fault)
{
	struct dotenv_pair *pair = find(r->env, name);
	r->total += strlen(value);
	if (++r->lookups > LOOKUPS_MAX || (!pair && r->env->n == PAIRS_MAX)) {
		free(value);
		return refuse_much(r, "too many names");
	}
	if (pair) {
		free(pair->value);
		pair->value = value;
		pair->line = line;
		pair->fault = fault;
		return 0;
	}
	r->env->pairs = xgrow(r->env->pairs, r->env->n, &r->cap, sizeof *r->env->pairs);
	r->env->pairs[r->env->n++] = (struct dotenv_pair){ str_dup(name), value, line, fault };
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
	if (put(r, name, buf_take(&value), line, NULL) < 0)
		return -1;
	skip_line(r);
	return 0;
}

int dotenv_read(hn_str text, const char *name, struct dotenv *out, struct fault *f)
{
	*out = (struct dotenv){ .pairs = NULL };
	struct reader r = { .text = text_unmarked(text), .line = 1, .env = out };
	const char *hint = NULL, *what = text_fault(text, &hint);
	int rc = what ? -1 : 0;
	r.what = what;
	r.refused = what ? text_fault_line(text) : 0;
	while (rc == 0 && !at_end(&r))
		rc = read_line(&r);
	if (rc == 0)
		return 0;
	dotenv_free(out);
	return fault_set(f, HN_ERR_CONFIG, hint, "%s:%d: %s", name, r.refused, r.what);
}

/* ---- a file that was found ---- */

static hn_str rest_of_line(const struct reader *r)
{
	if (at_end(r))
		return (hn_str){ NULL, 0 };
	hn_str rest = { r->text.p + r->at, r->text.n - r->at };
	const char *end = memchr(rest.p, '\n', rest.n);
	return (hn_str){ rest.p, end ? (size_t)(end - rest.p) : rest.n };
}

/* Takes the name that a line begins with, `export` or not; empty if it begins otherwise, or with a
 * longer name, which only other programs can have. */
static hn_str name_of_line(struct reader *r)
{
	skip_blanks(r);
	skip_export(r);
	hn_str name = take_name(r), rest = rest_of_line(r);
	int longer = rest.n && (memchr(".-/", rest.p[0], 3) || (signed char)rest.p[0] < 0);
	return longer ? (hn_str){ name.p, 0 } : name;
}

/* Notes the name that the line begins with as one whose line was skipped. */
static int put_fault(struct reader *r, const char *what)
{
	size_t at = r->at;
	hn_str name = name_of_line(r);
	r->at = at;
	return name.n ? put(r, name, xstrdup(""), r->line, what) : 0;
}

/* Where a quote stands that the line's value begins with; 0 if it does not. */
static size_t quote_of(hn_str line)
{
	size_t i = 0;
	while (i < line.n && line.p[i] != '=' &&
		!(line.p[i] == ':' && i + 1 < line.n && memchr(" \t'\"", line.p[i + 1], 4)))
		i++;
	for (i++; i < line.n && memchr(" \t", line.p[i], 2);)
		i++;
	return i < line.n && memchr("'\"`", line.p[i], 3) ? i : 0;
}

/* Goes to the quote that ends the one at the reader's place, or to the end of the text. */
static void skip_quoted(struct reader *r)
{
	char quote = peek(r, 0);
	for (r->at++; !at_end(r) && peek(r, 0) != quote; r->at++) {
		r->at += quote != '\'' && peek(r, 0) == '\\' && peek(r, 1) != '\n';
		r->line += !at_end(r) && peek(r, 0) == '\n';
	}
}

/* Skips what a quote in the line runs over. A quote that nothing ends runs over the rest of the text,
 * whose lines were meant to be read, perhaps: their names are noted. */
static int skip_value(struct reader *r)
{
	size_t at = r->at, quote = quote_of(rest_of_line(r));
	int line = r->line, rc = 0;
	if (!quote)
		return 0;
	r->at += quote;
	skip_quoted(r);
	if (!at_end(r))
		return 0;
	r->at = at;
	r->line = line;
	for (skip_line(r); rc == 0 && !at_end(r); skip_line(r))
		rc = put_fault(r, "an earlier line opens a quote that none closes");
	return rc;
}

/* Skips a line that was refused, with those that a quote or a backslash at its end makes part of it. */
static int skip_refused(struct reader *r, const char *what)
{
	int rc = put_fault(r, what), more = 1;
	rc = rc ? rc : skip_value(r);
	while (rc == 0 && more && !at_end(r)) {
		hn_str rest = rest_of_line(r);
		rest.n -= rest.n && rest.p[rest.n - 1] == '\r';
		more = rest.n && rest.p[rest.n - 1] == '\\';
		skip_line(r);
		if (more && !at_end(r))
			rc = put_fault(r, "an earlier line continues here");
	}
	return rc;
}

/* Reads a line, or skips it. 0, or -1: the file is too much. */
static int read_or_skip(struct reader *r, struct skipped *skipped)
{
	size_t at = r->at;
	int line = r->line;
	if (read_line(r) == 0)
		return 0;
	if (r->exhausted)
		return -1;
	r->at = at;
	r->line = line;
	const char *hint, *what = text_fault(rest_of_line(r), &hint);
	if (!skipped->n++)
		*skipped = (struct skipped){ 1, r->refused, what ? what : r->what, hint };
	return skip_refused(r, r->what);
}

static char *tell_skipped(const char *name, const struct reader *r, const struct skipped *s)
{
	char also[48] = "this line is";
	if (r->exhausted)
		return xasprintf("%s:%d: the file is skipped: %s", name, r->refused, r->what);
	if (!s->n)
		return NULL;
	if (s->n > 1)
		snprintf(also, sizeof also, "this line and %zu more are", s->n - 1);
	return xasprintf("%s:%d: %s skipped: %s%s%s%s", name, s->line, also, s->what,
		s->hint ? " (" : "", s->hint ? s->hint : "", s->hint ? ")" : "");
}

void dotenv_read_found(hn_str text, const char *name, struct dotenv *out, char **skipped)
{
	*out = (struct dotenv){ .pairs = NULL };
	struct reader r = { .text = text_unmarked(text), .line = 1, .env = out };
	struct skipped all = { .n = 0 };
	int rc = 0;
	while (rc == 0 && !at_end(&r))
		rc = read_or_skip(&r, &all);
	*skipped = tell_skipped(name, &r, &all);
	if (rc < 0)
		dotenv_free(out);
}

const struct dotenv_pair *dotenv_get(const struct dotenv *env, const char *name)
{
	return find(env, str_of(name));
}

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
