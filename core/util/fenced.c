/* SPDX-License-Identifier: MIT */
/* fenced: the blocks of code in a message. */
#include "util/fenced.h"

#include <string.h>

/* A line without its newline, and where the next one begins. */
struct line {
	hn_str text;
	const char *next;
};

/* A fence: which character, how often, how far from the margin, and what stands after it. */
struct fence {
	char mark;
	size_t n, indent;
	int quoted;
	hn_str rest;
};

static struct line line_at(const char *p, const char *end)
{
	const char *newline = memchr(p, '\n', (size_t)(end - p));
	const char *stop = newline ? newline : end;

	return (struct line){ { p, (size_t)(stop - p) }, newline ? newline + 1 : end };
}

static size_t count(hn_str text, char c)
{
	size_t n = 0;

	while (n < text.n && text.p[n] == c)
		n++;
	return n;
}

static hn_str without(hn_str text, size_t n)
{
	return (hn_str){ text.p + n, text.n - n };
}

/* Takes the mark of a quotation off a line; 1 if it had one. */
static int take_quote(hn_str *text)
{
	size_t blanks = count(*text, ' ');

	if (blanks > 3 || blanks == text->n || text->p[blanks] != '>')
		return 0;
	*text = without(*text, blanks + 1);
	if (text->n && text->p[0] == ' ')
		*text = without(*text, 1);
	return 1;
}

/* Says whether a line holds a fence. Lists indent it, so any number of blanks may stand before it. */
static int is_fence(hn_str text, struct fence *f)
{
	f->quoted = take_quote(&text);
	f->indent = count(text, ' ');
	text = without(text, f->indent);
	f->mark = text.n ? text.p[0] : '\0';
	if (f->mark != '`' && f->mark != '~')
		return 0;
	f->n = count(text, f->mark);
	f->rest = without(text, f->n);
	return f->n >= 3;
}

/* A fence of backticks has none after it: that would be code within a line. */
static int opens(hn_str text, struct fence *f)
{
	return is_fence(text, f) && (f->mark == '~' || !f->rest.n || !memchr(f->rest.p, '`', f->rest.n));
}

static hn_str first_word(hn_str text)
{
	size_t n = 0;

	text = without(text, count(text, ' '));
	while (n < text.n && !strchr(" \t\r,{", text.p[n]))
		n++;
	return (hn_str){ text.p, n };
}

static int closes(hn_str text, const struct fence *open)
{
	struct fence f;

	return is_fence(text, &f) && f.mark == open->mark && f.n >= open->n && f.quoted == open->quoted && !first_word(f.rest).n;
}

/* 1 if the block goes on with that line: one in a quotation ends with the quotation. */
static int goes_on(hn_str text, const struct fence *open)
{
	return !closes(text, open) && (!open->quoted || take_quote(&text));
}

/* The block after an opening fence; where what follows it begins. */
static const char *block(const struct line *first, const char *end, const struct fence *open, struct fenced *out)
{
	const char *p = first->next;
	struct line l = { { p, 0 }, p };

	*out = (struct fenced){ first_word(open->rest), { p, 0 }, open->indent, open->quoted };
	while (p < end && goes_on((l = line_at(p, end)).text, open))
		p = l.next;
	out->lines.n = (size_t)(p - out->lines.p);
	return p < end && closes(l.text, open) ? l.next : p;
}

int fenced_next(hn_str *text, struct fenced *out)
{
	const char *p = text->p, *end = text->n ? p + text->n : p;
	int found = 0;

	while (p < end && !found) {
		struct line l = line_at(p, end);
		struct fence f;

		found = opens(l.text, &f);
		p = found ? block(&l, end, &f, out) : l.next;
	}
	*text = (hn_str){ p, (size_t)(end - p) };
	return found;
}

int fenced_find(hn_str text, size_t k, struct fenced *out)
{
	for (size_t n = 0; fenced_next(&text, out);)
		if (++n == k)
			return 1;
	return 0;
}

size_t fenced_count(hn_str text)
{
	struct fenced any;
	size_t n = 0;

	while (fenced_next(&text, &any))
		n++;
	return n;
}

void fenced_add(const struct fenced *b, struct buf *out)
{
	const char *p = b->lines.p, *end = b->lines.n ? p + b->lines.n : p;

	while (p < end) {
		struct line l = line_at(p, end);
		size_t blanks;

		if (b->quoted)
			take_quote(&l.text);
		blanks = count(l.text, ' ');
		buf_addstr(out, without(l.text, blanks < b->indent ? blanks : b->indent));
		buf_addc(out, '\n');
		p = l.next;
	}
}

int32_t fenced_take(hn_str reply, size_t k, struct buf *out, struct fault *f)
{
	struct fenced block;
	size_t n;

	if (fenced_find(reply, k, &block)) {
		fenced_add(&block, out);
		return 0;
	}
	n = fenced_count(reply);
	if (n == 0)
		return fault_set(f, HN_ERR_USAGE, NULL, "the reply has no block of code");
	return fault_set(f, HN_ERR_USAGE, NULL, "the reply has %zu block%s of code, not %zu", n, n == 1 ? "" : "s", k);
}
