/* SPDX-License-Identifier: MIT */
/* md_fence: the lines of a fence's body, or of maths that is displayed, and what ends the two. */
#include <string.h>

#include "md_private.h"

void md_fence_open(struct md *md)
{
	struct md_line *line = &md->line;
	struct md_past *past = &md->past;
	size_t from = line->count;

	md_line_verbatim(md, MD_DIM);
	while (from < line->n && line->text[from] == ' ')
		from++;
	md_code_begin(md, line->text + from, line->n - from);
	past->fence = (uint8_t)*line->text;
	past->fence_n = line->count;
	past->fence_indent = line->indent;
	past->quotes = line->quotes;
	md_line_next(md, (struct md_past){ 0 });
}

size_t md_fence_end_of_display(const struct md *md, size_t from, char closer)
{
	const struct md_line *line = &md->line;

	for (size_t i = from; i + 1 < line->n; i++)
		if (closer == '$' ? line->text[i] == '$' && line->text[i + 1] == '$' : line->text[i] == '\\' && line->text[i + 1] == ']')
			return i + 2;
	return 0;
}

/* Shows what was kept of a line of the body; the rest follows. */
static void begin_code(struct md *md)
{
	struct md_line *line = &md->line;

	md_rows(md, line->quotes, 0, 0, 0);
	line->state = MD_LINE_CODE;
	if (md->past.maths)
		md_verbatim(md, line->text, line->n, 0);
	else
		md_code_text(md, line->text, line->n);
	line->n = 0;
}

static void code(struct md *md, const struct md_char *c)
{
	if (c->cp != '\n') {
		if (md->past.maths)
			md_verbatim(md, c->p, c->n, 0);
		else
			md_code_text(md, c->p, c->n);
		return;
	}
	if (md->past.maths)
		md_row_end(md);
	else
		md_code_newline(md);
	md_line_next(md, (struct md_past){ 0 });
}

/* The line is nothing that ends the fence. */
static void as_code(struct md *md, const struct md_char *c)
{
	begin_code(md);
	code(md, c);
}

/* A line of a fence's body that may end it: blanks, the fence, blanks. */
static void fence_line(struct md *md, const struct md_char *c)
{
	struct md_line *line = &md->line;
	struct md_past *past = &md->past;
	int blank = c->cp == ' ' || c->cp == '\t', same = c->cp == past->fence;
	int fresh = line->count == 0, after = line->n && line->count && line->text[line->n - 1] != past->fence;

	if (c->cp == '\n' && line->count >= past->fence_n) {
		past->fence = 0;
		line->indent = 0;
		md_line_verbatim(md, MD_DIM);
		line->indent = past->fence_indent;
		md_line_next(md, (struct md_past){ 0 });
	} else if (((blank && (fresh ? line->n < past->fence_indent + 3 : line->count >= past->fence_n)) || (same && !after)) &&
		   md_line_keep(md, c, MD_RULE)) {
		line->count += same;
	} else {
		as_code(md, c);
	}
}

/* A line of a display; a blank one ends it, too. */
static void maths_line(struct md *md, const struct md_char *c)
{
	struct md_line *line = &md->line;
	struct md_past *past = &md->past;

	if (c->cp != '\n') {
		if (!md_line_keep(md, c, MD_LINE))
			as_code(md, c);
		return;
	}
	size_t blanks = 0;
	while (blanks < line->n && line->text[blanks] == ' ')
		blanks++;
	if (blanks == line->n) {
		past->maths = 0;
		md_line_blank(md);
		return;
	}
	if (md_fence_end_of_display(md, 0, (char)past->maths))
		past->maths = 0;
	line->indent = 0;
	md_line_verbatim(md, 0);
	md_line_next(md, (struct md_past){ 0 });
}

/* The marks of the quote that the fence is in. 1: the character is of them; 0: it is of the body; -1: the quote has ended. */
static int marks(struct md_line *line, const struct md_past *past, uint32_t cp)
{
	int belongs = line->blank_next && cp == ' ';

	line->blank_next = 0;
	if (belongs)
		return 1;
	if (line->quotes == past->quotes)
		return 0;
	if (cp == '>') {
		line->quotes++;
		line->indent = 0;
		line->blank_next = 1;
		return 1;
	}
	return cp == ' ' && ++line->indent < 4 ? 1 : -1;
}

int md_fence_char(struct md *md, const struct md_char *c)
{
	int mark = md->line.state == MD_LINE_BODY ? marks(&md->line, &md->past, c->cp) : 0;

	if (mark < 0) {
		md->past.fence = md->past.maths = 0;
		md->line.state = MD_LINE_START;
		return 0;
	}
	if (mark)
		return 1;
	if (md->line.state == MD_LINE_CODE)
		code(md, c);
	else if (md->past.maths)
		maths_line(md, c);
	else
		fence_line(md, c);
	return 1;
}
