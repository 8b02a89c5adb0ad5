/* SPDX-License-Identifier: MIT */
/* header: reads hobnob/plugin.h: a comment belongs to what follows it, or to what stands before it on its line. */
#include "pages/header.h"

#include <stdlib.h>
#include <string.h>

#include "util/ascii.h"
#include "util/buf.h"
#include "util/mem.h"

/* Where the reader is, and the comment that waits for a declaration. */
struct reader {
	const char *p, *end;
	struct header *to;
	struct buf about;
};

static int at(const struct reader *r, const char *word)
{
	return str_begins((hn_str){ r->p, (size_t)(r->end - r->p) }, word);
}

static int is_name(char c)
{
	return ascii_is_alnum(c) || c == '_';
}

/* Adds bytes with single blanks, without comments and the stars at their lines' heads. */
static void add_flat(struct buf *out, const char *p, size_t n, int comment)
{
	for (size_t i = 0; i < n; i++) {
		int star = comment && p[i] == '*' && (i == 0 || strchr(" \t", p[i - 1])) && (i + 1 == n || strchr(" \n", p[i + 1])) &&
			   (out->n == 0 || out->p[out->n - 1] == ' ');
		if (!comment && p[i] == '/' && i + 1 < n && p[i + 1] == '*') {
			while (i + 1 < n && !(p[i] == '*' && p[i + 1] == '/'))
				i++;
			i++;
		} else if (strchr(" \t\n\\", p[i])) {
			if (out->n && out->p[out->n - 1] != ' ')
				buf_addc(out, ' ');
		} else if (!star) {
			buf_addc(out, p[i]);
		}
	}
	while (out->n && out->p[out->n - 1] == ' ')
		buf_cut(out, out->n - 1);
}

/* Takes a comment, which begins here. Rulers between sections are dropped. */
static void take_comment(struct reader *r)
{
	const char *begin = r->p + 2, *end = strstr(begin, "*/");
	if (!end)
		end = r->end - 2;
	r->p = end + 2;
	if (strncmp(begin, " ----", 5) == 0 || strncmp(begin, " ====", 5) == 0)
		return;
	if (r->about.n)
		buf_addc(&r->about, ' ');
	add_flat(&r->about, begin, (size_t)(end - begin), 1);
}

/* Skips blanks; takes a comment that follows on the same line. */
static void take_trailing(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t'))
		r->p++;
	if (at(r, "/*"))
		take_comment(r);
}

/* Adds a declaration with the comment that waited. */
static void add(struct reader *r, const char *owner, hn_str name, const char *code, size_t n, int is_constant)
{
	struct header *h = r->to;
	struct buf flat = BUF(BUF_NO_CAP);
	h->all = xgrow(h->all, h->n, &h->cap, sizeof *h->all);
	add_flat(&flat, code, n, 0);
	h->all[h->n++] = (struct decl){ .owner = xstrdup(owner), .name = str_dup(name), .code = buf_take(&flat),
		.about = xmemdup0(r->about.n ? r->about.p : "", r->about.n), .is_constant = is_constant };
	buf_cut(&r->about, 0);
}

/* The name that bytes of C begin with. */
static hn_str name_at(const char *p)
{
	size_t n = 0;
	while (is_name(p[n]))
		n++;
	return (hn_str){ p, n };
}

/* The name that a declaration declares: in the parentheses of a pointer to a function, before those of a function, or the last one. */
static hn_str declared(const char *p, size_t n)
{
	const char *star = NULL, *open = memchr(p, '(', n), *end = p + n;
	if (open && open[1] == '*')
		return name_at(open + 2);
	if (open)
		end = open;
	while (end > p && !is_name(end[-1]))
		end--;
	star = end;
	while (star > p && is_name(star[-1]))
		star--;
	return (hn_str){ star, (size_t)(end - star) };
}

/* The end of a declaration: its semicolon, outside of braces and comments. */
static const char *end_of(const struct reader *r)
{
	int depth = 0;
	for (const char *p = r->p; p < r->end; p++) {
		if (p[0] == '/' && p[1] == '*')
			p = strstr(p, "*/") + 1;
		else if (*p == '{' || *p == '}')
			depth += *p == '{' ? 1 : -1;
		else if (*p == ';' && depth == 0)
			return p;
	}
	return r->end;
}

/* A line of the preprocessor; only names that are not ours alone are of interest. */
static void take_directive(struct reader *r)
{
	const char *end = r->p, *value;
	hn_str name = name_at(at(r, "#define ") ? r->p + strlen("#define ") : r->p); /* "#endif" may be the last line */
	int ours = at(r, "#define HN_") && name.p[name.n - 1] != '_';
	while (end < r->end && (*end != '\n' || end[-1] == '\\'))
		end++;
	value = name.p + name.n;
	const char *comment = memmem(r->p, (size_t)(end - r->p), "/*", 2);
	r->p = comment ? comment : end;
	if (!ours) {
		r->p = end;
		buf_cut(&r->about, 0);
		return;
	}
	const char *code_end = r->p;
	if (comment)
		take_comment(r);
	add(r, NULL, name, *value == '(' ? name.p : value + strspn(value, " \t"),
		(size_t)(code_end - (*value == '(' ? name.p : value + strspn(value, " \t"))), *value != '(');
}

/* Whether there is an empty line here: a comment before it belongs to nothing. */
static int empty_line(const struct reader *r)
{
	return r->p[0] == '\n' && r->p + 1 < r->end && r->p[1] == '\n';
}

/* Takes what declares: members of `owner`, or, with NULL, the whole file. */
static void take_all(struct reader *r, const char *owner);

/* A struct over several lines: itself, then its members. */
static void take_struct(struct reader *r, const char *end)
{
	const char *open = memchr(r->p, '{', (size_t)(end - r->p)), *close = end;
	hn_str name = name_at(strstr(r->p, "struct ") + strlen("struct "));
	char *owner = str_dup(name);
	while (*close != '}')
		close--;
	add(r, NULL, name, r->p, (size_t)(open - r->p), 0);
	struct reader inside = { .p = open + 1, .end = close, .to = r->to, .about = BUF(BUF_NO_CAP) };
	take_all(&inside, owner);
	buf_free(&inside.about);
	free(owner);
}

static void take_declaration(struct reader *r, const char *owner)
{
	const char *end = end_of(r), *begin = r->p, *brace = memchr(begin, '{', (size_t)(end - begin));
	int is_block = brace && memchr(brace, '\n', (size_t)(end - brace)), forward;
	if (is_block) {
		take_struct(r, end);
		r->p = end + 1;
		return;
	}
	r->p = end + 1;
	take_trailing(r);
	/* "typedef struct hn_x hn_x;" without a word about it announces what comes later */
	forward = !owner && !brace && !memchr(begin, '(', (size_t)(end - begin)) && !r->about.n;
	if (!forward)
		add(r, owner, brace ? name_at(strstr(begin, "struct ") + strlen("struct ")) : declared(begin, (size_t)(end - begin)),
			begin, (size_t)(end - begin), 0);
}

static void take_all(struct reader *r, const char *owner)
{
	while (r->p < r->end) {
		if (empty_line(r) && !owner)
			buf_cut(&r->about, 0);
		if (strchr(" \t\n", *r->p))
			r->p++;
		else if (at(r, "/*"))
			take_comment(r);
		else if (*r->p == '#')
			take_directive(r);
		else if (*r->p == '}')
			r->p++;
		else if (at(r, "extern \"C\" {"))
			r->p += strlen("extern \"C\" {");
		else
			take_declaration(r, owner);
	}
}

void header_read(struct header *h, hn_str text)
{
	char *copy = str_dup(text);
	struct reader r = { .p = copy, .end = copy + text.n, .to = h, .about = BUF(BUF_NO_CAP) };
	take_all(&r, NULL);
	buf_free(&r.about);
	free(copy);
}

void header_free(struct header *h)
{
	for (size_t i = 0; i < h->n; i++) {
		free(h->all[i].owner);
		free(h->all[i].name);
		free(h->all[i].code);
		free(h->all[i].about);
	}
	free(h->all);
}

const struct decl *header_find(const struct header *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++)
		if (!h->all[i].owner && strcmp(h->all[i].name, name) == 0)
			return &h->all[i];
	return NULL;
}

const char *header_constant(const struct header *h, const char *prefix, long value)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->all[i].is_constant && strncmp(h->all[i].name, prefix, strlen(prefix)) == 0 && strtol(h->all[i].code, NULL, 0) == value)
			return h->all[i].name;
	return "";
}
