/* SPDX-License-Identifier: MIT */
/*
 * md_block: what each source line is: a function a state, which takes one character, also the newline.
 *
 * A line's beginning is kept (line.text) until its kind is decided. Where it is not what it seemed, it is read again, as something
 * else; each guess comes once, so the work stays linear. A line stands alone: its blanks are its indentation, and a newline of the
 * model's stays a newline. Of earlier lines count only: an open fence or display of maths, a table, a list, whether the last line
 * was blank or text.
 */
#include <string.h>

#include "md_private.h"

static void replay(struct md *md, unsigned state);

/* ---- text -------------------------------------------------------------------------------------- */

/* The line is text from here on; what was kept of it is its beginning. hang: of its further rows. */
static void begin_text(struct md *md, unsigned style, unsigned hang, int goes_on)
{
	struct md_line *line = &md->line;
	size_t n = line->n;

	if (line->items)
		md->row.hang = line->indent;
	else
		md_rows(md, line->quotes, line->indent, hang, goes_on);
	line->state = MD_LINE_TEXT;
	line->n = 0;
	md_inline_begin(md, style, NULL);
	md_inline_text(md, line->text, n);
}

static void paragraph(struct md *md)
{
	const struct md_line *line = &md->line;

	begin_text(md, 0, line->indent, !line->quotes && !line->indent);
}

static void text(struct md *md, const struct md_char *c)
{
	if (c->cp != '\n') {
		md_inline_char(md, c);
		return;
	}
	int heading = md->in.base == MD_BOLD;
	md_inline_end(md);
	md_row_end(md);
	md_line_next(md, (struct md_past){ .paragraph = !heading });
}

/* Text after all, and this character of it. */
static void as_text(struct md *md, const struct md_char *c)
{
	paragraph(md);
	text(md, c);
}

/* ---- items ------------------------------------------------------------------------------------- */

/* Shows the marker of an item: n bytes of columns. */
static void item(struct md *md, const char *marker, size_t n, unsigned columns)
{
	struct md_line *line = &md->line;

	if (!line->items)
		md_rows(md, line->quotes, line->indent, line->indent, 0);
	md_words(md, marker, n, 0);
	md_word_end(md);
	line->items++;
	line->indent += columns;
	line->state = MD_LINE_MARKED;
	line->n = 0;
}

static void bullet(struct md *md)
{
	if (md->options.unicode)
		item(md, "•", sizeof "•" - 1, 1);
	else
		item(md, md->line.text, 1, 1);
}

/* ---- the beginning of a line ------------------------------------------------------------------- */

/* A table that was only a row is text. */
static void not_a_table(struct md *md)
{
	struct md_table *t = &md->table;

	t->stage = MD_TABLE_NONE;
	md_rows(md, t->quotes, t->indent, t->indent, 0);
	md_inline_begin(md, 0, NULL);
	md_inline_text(md, t->text, t->end[0]);
	md_inline_end(md);
	md_row_end(md);
	md->past.paragraph = 1;
	md->past.blank = md->past.code = 0;
}

/* Ends the table that the line does not belong to. */
static void leave_table(struct md *md)
{
	if (md->table.stage == MD_TABLE_HEAD)
		not_a_table(md);
	else if (md->table.stage)
		md_table_end(md);
}

/* What the line may be by its first character; where a list's marker was before it, few things. */
static unsigned state_of(const struct md *md, uint32_t cp)
{
	int first = !md->line.items;

	switch (cp) {
	case '#':
		return MD_LINE_HASHES;
	case '-':
	case '*':
	case '+':
		return MD_LINE_SIGNS;
	case '_':
	case '=':
		return first ? MD_LINE_SIGNS : MD_LINE_TEXT;
	case '`':
	case '~':
		return MD_LINE_TICKS;
	case '|':
		return first ? MD_LINE_HEADER : MD_LINE_TEXT;
	case '$':
	case '\\':
		return first ? MD_LINE_DISPLAY : MD_LINE_TEXT;
	default:
		return cp >= '0' && cp <= '9' ? MD_LINE_DIGITS : MD_LINE_TEXT;
	}
}

/* 1 if the line belongs to the table that is there. */
static int in_table(const struct md *md, uint32_t cp)
{
	const struct md_table *t = &md->table;

	if (!t->stage || md->line.quotes != t->quotes || md->line.items)
		return 0;
	return cp == '|' || (t->stage == MD_TABLE_HEAD && (cp == '-' || cp == ':'));
}

static void begin_row(struct md *md, const struct md_char *c)
{
	struct md_table *t = &md->table;

	if (!t->stage) {
		t->quotes = md->line.quotes;
		t->indent = md->line.indent;
		t->n = 0;
	}
	t->text[t->n++] = *c->p;
	md->line.state = MD_LINE_HEADER;
}

/* The first character that is no blank and no mark of a quote. */
static void content(struct md *md, const struct md_char *c)
{
	struct md_line *line = &md->line;

	if (!in_table(md, c->cp))
		leave_table(md);
	if (!line->items && line->indent >= 4 && !md->past.list && (md->past.blank || md->past.code)) {
		md_rows(md, line->quotes, 0, 0, 0);
		md_verbatim(md, line->text, line->n, 0);
		md_verbatim(md, c->p, c->n, 0);
		line->state = MD_LINE_INDENTED;
		return;
	}
	line->n = 0;
	line->state = (uint8_t)state_of(md, c->cp);
	if (md->table.stage == MD_TABLE_HEAD)
		line->state = MD_LINE_DASHES;
	if (line->state == MD_LINE_HEADER) {
		begin_row(md, c);
	} else if (line->state == MD_LINE_TEXT) {
		as_text(md, c);
	} else {
		line->count = 1;
		md_line_keep(md, c, MD_LINE);
	}
}

static void blank_line(struct md *md)
{
	leave_table(md);
	md_line_blank(md);
}

static void start(struct md *md, const struct md_char *c)
{
	struct md_line *line = &md->line;
	int belongs = line->blank_next && c->cp == ' ';

	line->blank_next = 0;
	if (belongs)
		return;
	if (c->cp == ' ' || c->cp == '\t') {
		line->indent += c->cp == ' ' ? 1 : 4 - line->indent % 4;
		md_line_keep(md, c, MD_RULE);
	} else if (c->cp == '\n') {
		blank_line(md);
	} else if (c->cp == '>' && line->indent < 4 && line->quotes < MD_QUOTES) {
		line->quotes++;
		line->indent = 0;
		line->n = 0;
		line->blank_next = 1;
	} else {
		content(md, c);
	}
}

static void marked(struct md *md, const struct md_char *c)
{
	struct md_line *line = &md->line;

	if (c->cp == ' ' || c->cp == '\t') {
		md_words(md, " ", 1, 0);
		line->indent++;
	} else if (c->cp == '\n') {
		md_row_end(md);
		md_line_next(md, (struct md_past){ 0 });
	} else if (line->items < MD_ITEMS) {
		content(md, c);
	} else {
		as_text(md, c);
	}
}

static void hashes(struct md *md, const struct md_char *c)
{
	struct md_line *line = &md->line;

	if (c->cp == '#' && line->count < 6) {
		line->count++;
		md_line_keep(md, c, MD_LINE);
	} else if (c->cp == ' ' || c->cp == '\t' || c->cp == '\n') {
		begin_text(md, MD_BOLD, line->indent, 0);
		text(md, c);
	} else {
		as_text(md, c);
	}
}

static void rule(struct md *md)
{
	const struct md_line *line = &md->line;
	int unicode = md->options.unicode;

	md_rows(md, line->quotes, 0, 0, 0);
	md_row_begin(md);
	unsigned taken = md->row.col + md->row.blanks, width = md->row.width;
	unsigned n = width && width < taken + MD_RULE_COLUMNS ? width - taken : MD_RULE_COLUMNS;
	while (n-- > 0)
		md_verbatim(md, unicode ? "─" : "-", unicode ? sizeof "─" - 1 : 1, MD_DIM);
	md_row_end(md);
	md_line_next(md, (struct md_past){ 0 });
}

/* Equal signs and blanks: the line has ended. */
static int is_rule(const struct md *md)
{
	const struct md_line *line = &md->line;

	if (line->items || *line->text == '+')
		return 0;
	return *line->text == '=' ? md->past.paragraph && line->count == line->n : line->count >= 3;
}

static void signs(struct md *md, const struct md_char *c)
{
	struct md_line *line = &md->line;
	int blank = c->cp == ' ' || c->cp == '\t', same = c->cp == (unsigned char)*line->text;

	if ((blank || same) && md_line_keep(md, c, MD_RULE)) {
		line->count += same;
		return;
	}
	if (c->cp == '\n' && is_rule(md)) {
		rule(md);
	} else if (strchr("-*+", *line->text) && (line->n > 1 ? *line->text != line->text[1] : c->cp == '\n')) {
		char rest[MD_RULE];
		size_t n = line->n - 1;
		memcpy(rest, line->text + 1, n);
		bullet(md);
		memcpy(line->text, rest, n);
		line->n = n;
		replay(md, MD_LINE_MARKED);
		md_block_char(md, c);
	} else {
		as_text(md, c);
	}
}

static void digits(struct md *md, const struct md_char *c)
{
	struct md_line *line = &md->line;
	char last = line->text[line->n - 1];
	int marker = last == '.' || last == ')';

	if (marker && (c->cp == ' ' || c->cp == '\t' || c->cp == '\n')) {
		char number[16];
		size_t n = line->n;
		memcpy(number, line->text, n);
		item(md, number, n, (unsigned)n);
		md_block_char(md, c);
	} else if (!marker && ((c->cp >= '0' && c->cp <= '9') || c->cp == '.' || c->cp == ')') && md_line_keep(md, c, 10)) {
		line->count++;
	} else {
		as_text(md, c);
	}
}

/* ---- fences and maths -------------------------------------------------------------------------- */

static void ticks(struct md *md, const struct md_char *c)
{
	struct md_line *line = &md->line;
	int same = c->cp == (unsigned char)*line->text;

	if (c->cp == '\n' && line->count >= 3)
		md_fence_open(md);
	else if (same && line->count == line->n && md_line_keep(md, c, MD_RULE))
		line->count++;
	else if (line->count < 3 || c->cp == '\n' || (same && c->cp == '`') || !md_line_keep(md, c, MD_RULE))
		as_text(md, c);
}

static void display(struct md *md, const struct md_char *c)
{
	struct md_line *line = &md->line;
	int dollar = *line->text == '$';

	if (line->n == 1 && c->cp != (dollar ? '$' : '[')) {
		as_text(md, c);
		return;
	}
	if (c->cp != '\n') {
		if (!md_line_keep(md, c, MD_LINE))
			as_text(md, c);
		return;
	}
	size_t end = md_fence_end_of_display(md, 2, dollar ? '$' : ']');
	for (size_t i = end; end && i < line->n; i++)
		if (line->text[i] != ' ' && line->text[i] != '.' && line->text[i] != ',') {
			as_text(md, c);
			return;
		}
	md_line_verbatim(md, 0);
	if (!end) {
		md->past.maths = dollar ? '$' : ']';
		md->past.quotes = line->quotes;
	}
	md_line_next(md, (struct md_past){ 0 });
}

static void fenced(struct md *md, const struct md_char *c)
{
	if (!md_fence_char(md, c))
		start(md, c);
}

static void indented(struct md *md, const struct md_char *c)
{
	if (c->cp != '\n') {
		md_verbatim(md, c->p, c->n, 0);
		return;
	}
	md_row_end(md);
	md_line_next(md, (struct md_past){ .code = 1 });
}

/* ---- tables ------------------------------------------------------------------------------------ */

static void header(struct md *md, const struct md_char *c)
{
	struct md_table *t = &md->table;
	size_t from = t->stage == MD_TABLE_FIXED ? t->end[0] : t->stage == MD_TABLE_HELD ? t->end[t->rows - 1] : 0;

	if (c->cp != '\n') {
		if (t->n - from + c->n <= MD_ROW) {
			memcpy(t->text + t->n, c->p, c->n);
			t->n += c->n;
			return;
		}
		size_t n = t->n - from;
		t->n = from;
		if (t->stage)
			md_table_end(md);
		paragraph(md);
		md_inline_text(md, t->text + from, n);
		text(md, c);
		return;
	}
	if (t->stage) {
		md_table_row(md);
	} else {
		t->stage = MD_TABLE_HEAD;
		t->end[0] = (uint32_t)t->n;
	}
	md_line_next(md, (struct md_past){ 0 });
}

static void dashes(struct md *md, const struct md_char *c)
{
	struct md_line *line = &md->line;

	if (c->cp == '\n' && md_table_rule(md, line->text, line->n)) {
		md_line_next(md, (struct md_past){ 0 });
	} else if (c->cp == '\n' || c->cp > 0x7F || !strchr("|:- \t", (int)c->cp) || !md_line_keep(md, c, MD_LINE)) {
		not_a_table(md);
		replay(md, MD_LINE_START);
		md_block_char(md, c);
	}
}

/* ---- all ---------------------------------------------------------------------------------------- */

void md_block_char(struct md *md, const struct md_char *c)
{
	static void (*const states[])(struct md *, const struct md_char *) = {
		[MD_LINE_START] = start,
		[MD_LINE_MARKED] = marked,
		[MD_LINE_HASHES] = hashes,
		[MD_LINE_SIGNS] = signs,
		[MD_LINE_DIGITS] = digits,
		[MD_LINE_TICKS] = ticks,
		[MD_LINE_DISPLAY] = display,
		[MD_LINE_HEADER] = header,
		[MD_LINE_DASHES] = dashes,
		[MD_LINE_TEXT] = text,
		[MD_LINE_INDENTED] = indented,
		[MD_LINE_BODY] = fenced,
		[MD_LINE_CODE] = fenced,
	};

	md->work++;
	md->line.begun = 1;
	states[md->line.state](md, c);
}

/* Reads what was kept of the line once more, in that state. */
static void replay(struct md *md, unsigned state)
{
	struct md_line *line = &md->line;
	char again[MD_LINE];
	size_t n = line->n;

	memcpy(again, line->text, n);
	line->state = (uint8_t)state;
	line->n = 0;
	line->count = 0;
	for (size_t i = 0; i < n;) {
		struct md_char c = md_char_at(again + i);
		md_block_char(md, &c);
		i += c.n;
	}
}

void md_block_finish(struct md *md)
{
	static const struct md_char newline = { .p = "\n", .cp = '\n', .n = 1 };
	const struct md_line *line = &md->line;

	if (line->begun && (line->state != MD_LINE_START || line->quotes))
		md_block_char(md, &newline);
	leave_table(md);
	if (md->row.open)
		md_row_end(md);
}
