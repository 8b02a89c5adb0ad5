/* SPDX-License-Identifier: MIT */
/* markdown: the renderer as its users see it: whole characters of what comes in pieces, the beginning and the end. */
#include "markdown/markdown.h"

#include <stdlib.h>
#include <string.h>

#include "md_private.h"
#include "util/mem.h"
#include "util/utf8.h"

/* Begins at that column. */
static void begin(struct md *md, unsigned column)
{
	struct md_row *row = &md->row;

	md->partial = 0;
	*row = (struct md_row){ 0 };
	md->line = (struct md_line){ 0 };
	md->past = (struct md_past){ .blank = 1 };
	md->table.stage = MD_TABLE_NONE;
	if (!column)
		return;
	row->open = row->text = row->label = 1;
	row->col = column;
	row->blanks = 1;
	row->width = md->options.columns(md->options.ud);
}

struct md *md_new(const struct md_options *options)
{
	struct md *md = xcalloc(1, sizeof *md);

	md->options = *options;
	md->pen.looks = options->looks;
	md->pen.write = options->write;
	md->pen.ud = options->ud;
	for (unsigned i = 0; i < MD_STYLES; i++)
		md->pen.shown |= options->looks->sgr[i][0] ? 1u << i : 0;
	begin(md, options->column);
	return md;
}

/* One code point; what no terminal may get is shown as U+FFFD. */
static void take(struct md *md, const char *p, size_t n, uint32_t cp)
{
	struct md_char c = { .p = p, .cp = cp, .n = (uint8_t)n };

	if ((cp < ' ' && cp != '\n' && cp != '\t') || (cp >= 0x7F && cp < 0xA0) || cp == UTF8_BAD)
		c = md_char_at("\357\277\275");
	if (md->options.prose)
		md_prose_char(md, &c);
	else
		md_block_char(md, &c);
}

/* Completes a character that was cut; returns how many bytes of p that took. */
static size_t complete(struct md *md, const char *p, size_t n)
{
	size_t had = md->partial, k = n < sizeof md->part - had ? n : sizeof md->part - had;
	uint32_t cp;

	memcpy(md->part + had, p, k);
	size_t length = utf8_decode(md->part, had + k, &cp);
	if (!length) {
		md->partial += k;
		return k;
	}
	md->partial = 0;
	take(md, md->part, length, cp);
	return length > had ? length - had : 0;
}

/* How many bytes are printable ASCII or tabs. */
static size_t printable(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && ((p[i] >= ' ' && p[i] < 0x7F) || p[i] == '\t'))
		i++;
	return i;
}

/* Takes what is plain text of a paragraph or of code at once; returns how many bytes. */
static size_t take_run(struct md *md, const char *p, size_t n)
{
	unsigned state = md->line.state;

	if (!md->options.prose && state != MD_LINE_TEXT && state != MD_LINE_CODE && state != MD_LINE_INDENTED)
		return 0;
	n = printable(p, n);
	if (!n)
		return 0;
	if (md->options.prose)
		md_prose_text(md, p, n);
	else if (state == MD_LINE_TEXT)
		md_inline_text(md, p, n);
	else if (state == MD_LINE_INDENTED || md->past.maths)
		md_verbatim(md, p, n, 0);
	else
		md_code_text(md, p, n);
	return n;
}

void md_feed(struct md *md, hn_str text)
{
	const char *p = text.p, *end = p + text.n;
	uint32_t cp;

	while (p < end) {
		size_t n = md->partial ? 0 : take_run(md, p, (size_t)(end - p));
		p += n;
		if (n)
			continue;
		if (md->partial) {
			p += complete(md, p, (size_t)(end - p));
			continue;
		}
		n = utf8_decode(p, (size_t)(end - p), &cp);
		if (n == 0) {
			md->partial = (size_t)(end - p);
			memcpy(md->part, p, md->partial);
			break;
		}
		take(md, p, n, cp);
		p += n;
	}
	md_settle(md);
	md_pen_end(&md->pen);
}

void md_finish(struct md *md)
{
	if (md->partial)
		take(md, md->part, md->partial, UTF8_BAD);
	if (md->options.prose)
		md_prose_finish(md);
	else
		md_block_finish(md);
	md_pen_end(&md->pen);
	begin(md, 0);
}

void md_pause(struct md *md)
{
	struct md_row *row = &md->row;
	int open = row->open && !row->label;

	if (!row->col)
		return;
	md_pen_put(&md->pen, "\n", 1, 0);
	md_pen_end(&md->pen);
	row->open = row->text = row->label = 0;
	row->col = row->blanks = 0;
	row->later = open;
	md->word.streams = 0;
}

unsigned md_column(const struct md *md)
{
	return md->row.col;
}

unsigned md_held_rows(const struct md *md)
{
	const struct md_table *t = &md->table;

	return t->stage == MD_TABLE_HELD ? t->rows - 1 : 0;
}

uint64_t md_work(const struct md *md)
{
	return md->work;
}

size_t md_size(void)
{
	return sizeof(struct md);
}

void md_free(struct md **md)
{
	free(*md);
	*md = NULL;
}
