/* SPDX-License-Identifier: MIT */
/* md_line: the source line that is read: its beginning, which is kept, and its end. */
#include <string.h>

#include "md_private.h"

int md_line_keep(struct md *md, const struct md_char *c, size_t most)
{
	struct md_line *line = &md->line;

	if (line->n + c->n > most)
		return 0;
	memcpy(line->text + line->n, c->p, c->n);
	line->n += c->n;
	return 1;
}

/* A list goes on over blank lines and what is indented. */
static int list_goes_on(const struct md *md, int blank)
{
	if (blank || md->past.fence || md->past.maths)
		return md->past.list;
	return md->line.items || (md->past.list && md->line.indent);
}

void md_line_next(struct md *md, struct md_past last)
{
	struct md_past *past = &md->past;

	past->list = (uint8_t)list_goes_on(md, last.blank);
	past->paragraph = last.paragraph;
	past->blank = last.blank;
	past->code = last.code;
	md->line.state = past->fence || past->maths ? MD_LINE_BODY : MD_LINE_START;
	md->line.begun = md->line.items = md->line.blank_next = 0;
	md->line.quotes = md->line.indent = md->line.count = 0;
	md->line.n = 0;
}

void md_line_verbatim(struct md *md, unsigned style)
{
	const struct md_line *line = &md->line;

	if (!line->items)
		md_rows(md, line->quotes, line->indent, 0, 0);
	md_verbatim(md, line->text, line->n, style);
	md_row_end(md);
}

void md_line_blank(struct md *md)
{
	md_rows(md, md->line.quotes, 0, 0, !md->line.quotes);
	md_row_end(md);
	md_line_next(md, (struct md_past){ .blank = 1 });
}
