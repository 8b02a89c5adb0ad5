/* SPDX-License-Identifier: MIT */
/* md_prose: text that is not Markdown, such as reasoning: its words are wrapped, its rows indented, all in one style. */
#include "md_private.h"

/* The words of a source line begin. */
static void begin_line(struct md *md)
{
	const struct md_options *o = &md->options;

	if (!md->line.begun)
		md_rows(md, 0, o->indent, o->indent, 0);
	md->line.begun = 1;
}

void md_prose_style(struct md *md, unsigned style)
{
	md->options.prose = style;
}

void md_prose_text(struct md *md, const char *p, size_t n)
{
	begin_line(md);
	md_words(md, p, n, md->options.prose);
}

void md_prose_char(struct md *md, const struct md_char *c)
{
	if (c->cp != '\n') {
		md_prose_text(md, c->p, c->n);
		return;
	}
	md_row_end(md);
	md->line.begun = 0;
}

void md_prose_finish(struct md *md)
{
	if (md->line.begun || md->row.label)
		md_row_end(md);
}
