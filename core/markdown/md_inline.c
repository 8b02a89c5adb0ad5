/* SPDX-License-Identifier: MIT */
/*
 * md_inline: emphasis, links, code and maths of one source line.
 *
 * Text goes straight on while nothing is open. A mark that may open emphasis, or a bracket, is put into a queue, and so is all that
 * follows, until its closer comes, the line ends, or so much has come that it is given up: then the mark is text. Marks that an
 * attribute replaces are flagged as gone. Inside a word a mark opens nothing (2*3*4, snake_case), against CommonMark; it closes
 * only what the same word opened (**N**atural).
 */
#include <string.h>

#include "md_private.h"
#include "util/utf8.h"

enum { IS_BLANK, IS_WORD, IS_OTHER };

static uint8_t kind_of(uint32_t cp)
{
	if (cp <= ' ' || cp == 0xA0 || cp == 0x3000)
		return IS_BLANK;
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || ((cp | 0x20) >= 'a' && (cp | 0x20) <= 'z') ? IS_WORD : IS_OTHER;
	return utf8_is_word(cp) && utf8_columns(cp) < 2 ? IS_WORD : IS_OTHER;
}

/* Appends characters as they are, and what follows from them. */
static void literal(struct md *md, const char *p, size_t n)
{
	struct md_inline *in = &md->in;

	md_queue_text(md, p, n, in->url ? MD_SOLID : 0);
	for (size_t i = n > 8 ? n - 8 : 0; i < n; i++)
		in->last = in->last << 8 | (unsigned char)p[i];
}

/* ---- emphasis ---------------------------------------------------------------------------------- */

/* The open mark that such a closer ends, or -1. within: the closer stands inside a word. */
static int opener_of(const struct md *md, uint8_t c, unsigned n, int within)
{
	const struct md_queue *q = &md->in.q;

	for (unsigned i = q->count; i-- > 0;) {
		const struct md_mark *mark = &q->mark[i];
		if (mark->c == c && !md_queue_too_old(md, mark) && (!within || (mark->n == n && mark->gaps == md->in.gaps)))
			return (int)i;
	}
	return -1;
}

/* Ends what the i-th mark opened; returns how many marks that took. */
static unsigned close_mark(struct md *md, int i, unsigned n)
{
	static const char marks[2][3] = { "**", "__" };
	struct md_queue *q = &md->in.q;
	struct md_mark *mark = &q->mark[i];
	unsigned use = mark->n >= 2 && n >= 2 ? 2 : 1;
	unsigned style = mark->c == '~' ? MD_STRIKE : use == 2 ? MD_BOLD : MD_ITALIC;
	uint8_t c = mark->c;

	if (md->pen.shown & style) {
		md_queue_style(md, mark->at + mark->n - use, mark->at + mark->n, MD_GONE);
		md_queue_style(md, mark->at + mark->n, q->n, style);
	}
	mark->n -= (uint8_t)use;
	q->count = (unsigned)i + (mark->n != 0);
	md_queue_flush(md);
	if (!(md->pen.shown & style))
		md_queue_add(md, c == '~' ? "~~" : marks[c == '_'], use, md->in.base);
	return use;
}

/* The run of equal marks has ended before a character of that kind. */
static void end_run(struct md *md, uint8_t after)
{
	struct md_inline *in = &md->in;
	char marks[MD_RUN];
	unsigned n = in->run_n;
	uint8_t c = in->run;
	int right = in->run_before != IS_BLANK && (after != IS_WORD || c != '_'), at;

	memset(marks, c, sizeof marks);
	in->run_n = 0;
	in->before = IS_OTHER;
	if (c == '~' && n != 2)
		right = 0;
	while (n && right && (at = opener_of(md, c, n, after == IS_WORD)) >= 0)
		n -= close_mark(md, at, n);
	if (n && after != IS_BLANK && in->run_before != IS_WORD && !in->url && (c != '~' || n == 2))
		md_queue_open(md, c, marks, n);
	else if (n)
		literal(md, marks, n);
	md_queue_flush(md);
}

static void add_to_run(struct md *md, uint8_t c)
{
	static const char long_run[3][MD_RUN + 1] = { "****************", "________________", "~~~~~~~~~~~~~~~~" };
	struct md_inline *in = &md->in;

	if (!in->run_n) {
		in->run = c;
		in->run_before = in->before;
	}
	if (++in->run_n < MD_RUN)
		return;
	in->run_n = 0;
	in->before = IS_OTHER;
	literal(md, long_run[c == '*' ? 0 : c == '_' ? 1 : 2], MD_RUN);
}

/* ---- spans and links --------------------------------------------------------------------------- */

/* The bracket that a ] would close, or -1. */
static int bracket(const struct md *md)
{
	const struct md_queue *q = &md->in.q;

	for (unsigned i = q->count; i-- > 0;)
		if (md_queue_is_bracket(&q->mark[i]) && !md_queue_too_old(md, &q->mark[i]))
			return (int)i;
	return -1;
}

/* Appends the address, in the brackets that make it visible. */
static void show_address(struct md *md, const char *p, size_t n)
{
	unsigned style = MD_DIM | MD_SOLID | md->in.base;
	size_t bare = 0;

	while (bare < n && p[bare] > ' ' && p[bare] < 0x7F)
		bare++;
	int linked = md->options.osc8 && !md->in.cells && bare;
	if (linked) {
		md_queue_add(md, MD_LINK, sizeof MD_LINK - 1, MD_RAW);
		md_queue_add(md, p, bare, MD_RAW);
		md_queue_add(md, MD_ST, sizeof MD_ST - 1, MD_RAW);
	}
	md_queue_add(md, "<", 1, style);
	md_queue_add(md, p, n, style);
	md_queue_add(md, ">", 1, style);
	if (linked)
		md_queue_add(md, MD_LINK MD_ST, MD_LINK_END, MD_RAW);
}

/* What stands between the parentheses, without blanks around it and without <>. */
static hn_str bare_address(char *p, size_t n)
{
	while (n && *p == ' ') {
		p++;
		n--;
	}
	while (n && p[n - 1] == ' ')
		n--;
	char *close = n && *p == '<' ? memchr(p, '>', n) : NULL;
	if (close) {
		memmove(close, close + 1, (size_t)(p + n - close - 1));
		p++;
		n -= 2;
	}
	return (hn_str){ p, n };
}

/* [text](address) has been read. */
static void close_link(struct md *md, struct md_span *s)
{
	struct md_queue *q = &md->in.q;
	int at = bracket(md);
	hn_str to = bare_address(s->text, s->n);

	if (at < 0) { /* it was given up meanwhile */
		literal(md, "](", 2);
		literal(md, s->text, s->n);
		literal(md, ")", 1);
		return;
	}
	struct md_mark mark = q->mark[at];
	size_t from = mark.at + mark.n, n = q->n - from;
	int same = n == to.n && !memcmp(q->text + from, to.p, n);
	md_queue_style(md, mark.at, from, MD_GONE);
	md_queue_style(md, from, q->n, MD_UNDERLINE | (same ? MD_SOLID : 0));
	q->count = (unsigned)at;
	md_queue_flush(md);
	if (n && to.n && !same)
		md_queue_add(md, " ", 1, md->in.base);
	if (to.n && !same)
		show_address(md, to.p, to.n);
	md->in.age += 4; /* what the syntax took */
}

static void close_entity(struct md *md, const struct md_span *s)
{
	static const char *const names[] = { "amp", "lt", "gt", "quot", "apos" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == s->n && !memcmp(names[i], s->text, s->n)) {
			literal(md, &"&<>\"'"[i], 1);
			return;
		}
	literal(md, "&", 1);
	literal(md, s->text, s->n);
	literal(md, ";", 1);
}

static const char ticks[] = "````````````````";

/* Code is kept together with the marks around it. */
static void close_code(struct md *md, const struct md_span *s)
{
	md_queue_text(md, ticks, s->run, MD_CODE);
	md_queue_text(md, s->text, s->n, MD_CODE);
}

/* What opened a span, as text. */
static hn_str opening(const struct md_span *s)
{
	static const char *const texts[] = {
		[MD_SPAN_ESCAPE] = "\\", [MD_SPAN_ENTITY] = "&", [MD_SPAN_BANG] = "!", [MD_SPAN_CLOSE] = "]", [MD_SPAN_DOLLAR] = "$",
		[MD_SPAN_MATHS] = "$", [MD_SPAN_DISPLAY] = "$$", [MD_SPAN_PAREN] = "(", [MD_SPAN_ADDRESS] = "](",
	};

	if (s->kind == MD_SPAN_TICKS || s->kind == MD_SPAN_CODE)
		return (hn_str){ ticks, s->run };
	return (hn_str){ texts[s->kind], strlen(texts[s->kind]) };
}

/* A span has come to its end. */
static void end_span(struct md *md)
{
	struct md_inline *in = &md->in;
	struct md_span *s = &in->span;
	enum md_span_kind kind = s->kind;

	s->kind = MD_SPAN_NONE;
	in->before = IS_OTHER;
	if (kind == MD_SPAN_ESCAPE) {
		if (in->cells && *s->text == '|')
			literal(md, "\\", 1);
		literal(md, s->text, s->n);
	} else if (kind == MD_SPAN_ENTITY) {
		close_entity(md, s);
	} else if (kind == MD_SPAN_BANG) {
		md_queue_open(md, '!', "![", 2);
	} else if (kind == MD_SPAN_ADDRESS) {
		close_link(md, s);
	} else if (kind == MD_SPAN_CODE) {
		close_code(md, s);
	} else {
		const char *open = kind == MD_SPAN_MATHS ? "$" : kind == MD_SPAN_DISPLAY ? "$$" : "\\(";
		md_queue_text(md, open, strlen(open), 0);
		md_queue_text(md, s->text, s->n, 0);
	}
}

/* A span was nothing of the kind: what opened it is text, and the rest is read again. */
static void fail_span(struct md *md)
{
	struct md_inline *in = &md->in;
	struct md_span *s = &in->span;
	enum md_span_kind kind = s->kind;
	hn_str open = opening(s);
	char again[sizeof s->text];
	size_t n = s->n;
	int at;

	memcpy(again, s->text, n);
	s->kind = MD_SPAN_NONE;
	if ((kind == MD_SPAN_CLOSE || kind == MD_SPAN_ADDRESS) && (at = bracket(md)) >= 0)
		md_queue_forget(md, (unsigned)at);
	literal(md, open.p, open.n);
	in->before = IS_OTHER;
	in->replays += kind == MD_SPAN_ADDRESS;
	md_inline_text(md, again, n);
	in->replays -= kind == MD_SPAN_ADDRESS;
}

static void open_span(struct md *md, enum md_span_kind kind)
{
	struct md_span *s = &md->in.span;

	s->kind = kind;
	s->run = 1;
	s->closing = s->depth = s->phase = 0;
	s->quote = s->escaped = 0;
	s->n = 0;
}

/* ---- characters -------------------------------------------------------------------------------- */

/* What a character may open; MD_SPAN_NONE: it is text. */
static enum md_span_kind opens(const struct md *md, uint32_t cp)
{
	const struct md_inline *in = &md->in;

	if (cp == ']')
		return !in->replays && bracket(md) >= 0 ? MD_SPAN_CLOSE : MD_SPAN_NONE;
	if (in->url)
		return MD_SPAN_NONE;
	switch (cp) {
	case '\\':
		return MD_SPAN_ESCAPE;
	case '&':
		return MD_SPAN_ENTITY;
	case '!':
		return MD_SPAN_BANG;
	case '`':
		return MD_SPAN_TICKS;
	case '$':
		return in->before == IS_WORD ? MD_SPAN_NONE : MD_SPAN_DOLLAR;
	default:
		return MD_SPAN_NONE;
	}
}

/* A bare address begins after its scheme, and ends before a blank or >. */
static void watch_url(struct md_inline *in, uint32_t cp)
{
	const uint64_t https = 0x68747470733A2F2Full, http = 0x687474703A2F2Full;

	if (in->url)
		in->url = cp > ' ' && cp != '>' && cp != '<';
	else if (cp == '/')
		in->url = in->last == https || (in->last & 0xFFFFFFFFFFFFFFull) == http;
}

/* A character that no mark is before. */
static void one(struct md *md, const struct md_char *c)
{
	struct md_inline *in = &md->in;
	enum md_span_kind kind = opens(md, c->cp);

	if (kind) {
		open_span(md, kind);
	} else if (c->cp == '[' && !in->url) {
		md_queue_open(md, '[', "[", 1);
		in->before = IS_OTHER;
	} else {
		in->before = kind_of(c->cp);
		in->gaps += in->before == IS_BLANK;
		if (in->url && in->before == IS_BLANK)
			in->url = 0;
		literal(md, c->p, c->n);
		watch_url(in, c->cp);
	}
}

void md_inline_char(struct md *md, const struct md_char *c)
{
	struct md_inline *in = &md->in;

	md->work++;
	while (in->span.kind) {
		enum md_span_step step = md_span_step(&in->span, c);
		if (step == MD_SPAN_MORE)
			return;
		if (step == MD_SPAN_FAILED)
			fail_span(md);
		else
			end_span(md);
		if (step == MD_SPAN_DONE)
			return;
	}
	if (in->run_n && c->cp != in->run)
		end_run(md, kind_of(c->cp));
	if (c->cp == '*' || c->cp == '_' || c->cp == '~')
		add_to_run(md, (uint8_t)c->cp);
	else
		one(md, c);
}

/* How many bytes are text that neither opens nor closes anything. */
static size_t plain(const char *p, size_t n)
{
	static const char marks[256] = {
		['\\'] = 1, ['`'] = 1, ['*'] = 1, ['_'] = 1, ['~'] = 1, ['['] = 1, [']'] = 1, ['!'] = 1, ['&'] = 1, ['$'] = 1, ['/'] = 1,
	};
	size_t i = 0;

	while (i < n && (unsigned char)p[i] < 0x80 && !marks[(unsigned char)p[i]])
		i++;
	return i;
}

void md_inline_text(struct md *md, const char *p, size_t n)
{
	struct md_inline *in = &md->in;

	while (n) {
		size_t most = n < MD_EMPHASIS / 4 ? n : MD_EMPHASIS / 4; /* looked at once, however long the word is */
		size_t k = in->span.kind || in->run_n || in->url ? 0 : plain(p, most);
		if (k) {
			for (size_t i = 0; in->q.count && i < k; i++)
				in->gaps += p[i] == ' ';
			literal(md, p, k);
			in->before = kind_of((unsigned char)p[k - 1]);
		} else {
			struct md_char c = md_char_at(p);
			md_inline_char(md, &c);
			k = c.n;
		}
		p += k;
		n -= k;
	}
}

void md_inline_begin(struct md *md, unsigned style, struct md_cells *cells)
{
	struct md_inline *in = &md->in;

	in->base = style;
	in->age = in->gaps = 0;
	in->last = 0;
	in->before = IS_BLANK;
	in->run_n = in->url = in->replays = 0;
	in->cells = cells;
}

void md_inline_end(struct md *md)
{
	struct md_inline *in = &md->in;

	while (in->span.kind) {
		if (md_span_end(&in->span) == MD_SPAN_OVER)
			end_span(md);
		else
			fail_span(md);
	}
	if (in->run_n)
		end_run(md, IS_BLANK);
	in->q.count = 0;
	md_queue_flush(md);
}
