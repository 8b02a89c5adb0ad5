/* SPDX-License-Identifier: MIT */
/* prompt: reads a prompt file and checks all of it: its head, and the variables of its message. */
#include "config/prompt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/prompt_private.h"
#include "config/settings.h"
#include "util/eintr.h"
#include "util/encoding.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/nearest.h"

#define NAMED_MOST 20 /* files that an error names */
#define RULE_HINT "where the text itself begins with ---, put an empty line before it"

void prompt_free(struct prompt *p)
{
	for (size_t i = 0; i < p->n_vars; i++)
		free(p->vars[i].name);
	free(p->name);
	free(p->path);
	free(p->vars);
	ynode_free(p->head);
	buf_free(&p->file);
	*p = (struct prompt){ .name = NULL };
}

const struct prompt_var *prompt_var(const struct prompt *p, hn_str name)
{
	for (size_t i = 0; i < p->n_vars; i++)
		if (str_is(name, p->vars[i].name))
			return &p->vars[i];
	return NULL;
}

/* ---- the head ---- */

/* Bytes of the first line, with its newline. */
static size_t line_length(hn_str s)
{
	const char *newline = s.n ? memchr(s.p, '\n', s.n) : NULL;

	return newline ? (size_t)(newline - s.p) + 1 : s.n;
}

/* 1 if a line is --- and nothing more. */
static int is_rule(hn_str line)
{
	return str_begins(line, "---") && str_blank((hn_str){ line.p + 3, line.n - 3 });
}

static int32_t take_head(struct prompt *p, hn_str yaml, struct fault *f)
{
	const struct ynode *about;

	if (!(p->head = yaml_read(yaml, p->path, f)))
		return HN_ERR_CONFIG;
	if (p->head->kind != Y_MAP)
		return fault_set(f, HN_ERR_CONFIG, RULE_HINT, "%s:%d: expected a description and settings between the lines of ---",
			p->path, p->head->line);
	about = yaml_get(p->head, "description");
	if (about && about->kind != Y_SCALAR)
		return fault_set(f, HN_ERR_CONFIG, NULL, "%s:%d: description: expected a text", p->path, about->key_line);
	p->description = about && !yaml_is_null(about) ? about->text : NULL;
	return settings_prompt(NULL, p->head, p->path, FROM_COUNT, f);
}

/* Takes the head off a file's text, if it has one; counts its lines. */
static int32_t split(struct prompt *p, struct fault *f)
{
	hn_str all = buf_str(&p->file);
	size_t at = line_length(all), n = 0;
	int line = 1;

	p->text = all;
	p->text_line = 1;
	if (!is_rule((hn_str){ all.p, at }))
		return 0;
	for (; at < all.n; at += n) {
		hn_str rest = { all.p + at, all.n - at };

		n = line_length(rest);
		line++;
		if (!is_rule((hn_str){ rest.p, n }))
			continue;
		p->text = (hn_str){ rest.p + n, rest.n - n };
		p->text_line = line + 1;
		return take_head(p, (hn_str){ all.p, at }, f);
	}
	return fault_set(f, HN_ERR_CONFIG, RULE_HINT, "%s:1: no second line of --- ends the head", p->path);
}

/* ---- the message ---- */

/* Leaves out blank lines before the text, and white space after it. */
static void trim_text(struct prompt *p)
{
	size_t n;

	while ((n = line_length(p->text)) && str_blank((hn_str){ p->text.p, n })) {
		p->text = (hn_str){ p->text.p + n, p->text.n - n };
		p->text_line++;
	}
	while (p->text.n && str_blank((hn_str){ p->text.p + p->text.n - 1, 1 }))
		p->text.n--;
}

/* Two places may name one variable; the default that one of them has holds for both. */
static int32_t add_var(struct prompt *p, const struct prompt_piece *piece, struct fault *f)
{
	struct prompt_var *v = (struct prompt_var *)(uintptr_t)prompt_var(p, piece->text);
	hn_str name = piece->text;

	if (!v && p->n_vars == PROMPT_VARS_MOST)
		return fault_set(f, HN_ERR_CONFIG, NULL, "%d: more than %d variables", piece->line, PROMPT_VARS_MOST);
	if (!v) {
		p->vars = xgrow(p->vars, p->n_vars, &p->cap_vars, sizeof *p->vars);
		v = &p->vars[p->n_vars++];
		*v = (struct prompt_var){ .name = str_dup(name), .line = piece->line };
	}
	if (!piece->has_fallback)
		return 0;
	if (v->has_fallback && (v->fallback.n != piece->fallback.n || memcmp(v->fallback.p, piece->fallback.p, v->fallback.n)))
		return fault_set(f, HN_ERR_CONFIG, NULL, "%d: {{%.*s}} has another default in line %d", piece->line, (int)name.n,
			name.p, v->line);
	v->fallback = piece->fallback;
	v->has_fallback = 1;
	return 0;
}

static int32_t find_vars(struct prompt *p, struct fault *f)
{
	struct prompt_scan scan = { .rest = p->text, .line = p->text_line };
	struct prompt_piece piece;
	int more;

	while ((more = prompt_next(&scan, &piece, f)) > 0)
		if (piece.is_var && add_var(p, &piece, f))
			return HN_ERR_CONFIG;
	return more < 0 ? HN_ERR_CONFIG : 0;
}

/* ---- the file ---- */

static int32_t refuse_absent(const struct paths *paths, const struct prompt *p, struct fault *f)
{
	struct nearest near = NEAREST(str_of(p->name));
	struct prompt_names names = { .all = NULL };
	struct buf there = BUF(BUF_NO_CAP);

	prompt_names(paths, &names, NULL);
	for (size_t i = 0; i < names.n; i++) {
		nearest_offer(&near, names.all[i]);
		if (i < NAMED_MOST)
			buf_addf(&there, "%s%s", i ? ", " : "there are: ", names.all[i]);
	}
	if (names.n)
		buf_adds(&there, names.n > NAMED_MOST ? ", ...\n" : "\n");
	buf_addf(&there, "to make it, write its text to %s", p->path);
	fault_set(f, HN_ERR_USAGE, there.p, "there is no prompt file \"%s\"", p->name);
	nearest_aside(&near, f);
	prompt_names_free(&names);
	buf_free(&there);
	return HN_ERR_USAGE;
}

/* Reads the file's text. */
static int32_t read_file(const struct paths *paths, struct prompt *p, struct fault *f)
{
	struct stat st = { .st_mode = 0 };
	const char *hint, *why;

	if (lstat(p->path, &st) && is_absence(errno))
		return refuse_absent(paths, p, f);
	if (S_ISLNK(st.st_mode) && stat(p->path, &st) && errno == ENOENT)
		return fault_set(f, HN_ERR_CONFIG, NULL, "%s: is a link to a file that is not there", p->path);
	p->file = BUF(PROMPT_CAP);
	if (file_read(p->path, PROMPT_CAP, &p->file, f))
		return f ? f->kind : HN_ERR_CONFIG;
	why = text_fault(buf_str(&p->file), &hint);
	if (why)
		return fault_set(f, HN_ERR_CONFIG, hint, "%s:%d: %s", p->path, text_fault_line(buf_str(&p->file)), why);
	text_take(&p->file, NULL);
	return 0;
}

static int32_t take_file(struct prompt *p, struct fault *f)
{
	int32_t code = split(p, f);

	if (code)
		return code;
	trim_text(p);
	code = find_vars(p, f);
	if (code) {
		char *place = xasprintf("%s:%s", p->path, f ? f->message : "");
		fault_set(f, code, f ? f->hint : NULL, "%s", place);
		free(place);
	}
	return code;
}

int32_t prompt_open(const struct paths *paths, hn_str name, struct prompt *out, struct fault *f)
{
	int32_t code;

	*out = (struct prompt){ .name = NULL };
	if (!paths->prompts)
		return fault_set(f, HN_ERR_CONFIG, NULL, "there is no place for prompt files: HOME is not set");
	if (!prompt_name_fits(name))
		return fault_set(f, HN_ERR_USAGE, "a prompt file is named without its folder and " PROMPT_ENDING,
			"\"%.*s\" is not the name of a prompt file", (int)name.n, name.p);
	out->name = str_dup(name);
	out->path = xasprintf("%s/%s" PROMPT_ENDING, paths->prompts, out->name);
	code = read_file(paths, out, f);
	if (!code)
		code = take_file(out, f);
	if (code)
		prompt_free(out);
	return code;
}
