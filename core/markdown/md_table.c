/* SPDX-License-Identifier: MIT */
/*
 * md_table: tables. The header and the first rows are held; their cells give the widths, in which all later rows are shown as they
 * come. A table that is too wide has its widest columns made narrower, and its cells wrapped; if not even narrow columns fit, each
 * row is a record of "Header: value".
 */
#include <string.h>

#include "md_private.h"

enum { LEFT, RIGHT, CENTER };

/* The next cell of a row's source: sets *p after the bar that ends it. 0: the row has no more cells. What is more than columns belongs
 * to the last. */
static int next_cell(const char **p, const char *end, int last, const char **from, const char **to)
{
	const char *at = *p;

	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	if (at >= end)
		return 0;
	for (*from = at; at < end && (last || *at != '|'); at++)
		at += *at == '\\' && at + 1 < end;
	*p = at < end ? at + 1 : end;
	if (last && at > *from && at[-1] == '|' && (at - 1 == *from || at[-2] != '\\'))
		at--;
	while (at > *from && (at[-1] == ' ' || at[-1] == '\t'))
		at--;
	*to = at;
	return 1;
}

/* The source of a row between its outer bars. */
static const char *after_bar(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p < end && *p == '|' ? p + 1 : p;
}

static const char *without_end(const char *p, const char *end)
{
	while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	return end;
}

/* Feeds a cell to the inline parser: <br> is a blank; \| is a bar in a record, and stays in a table, which is Markdown still. */
static void feed_cell(struct md *md, const char *p, const char *to, unsigned style, struct md_cells *cells)
{
	static const struct {
		const char *text, *as;
	} odd[] = { { "\\|", "|" }, { "<br>", " " }, { "<br/>", " " }, { "<br />", " " } };

	md_inline_begin(md, style, cells);
	while (p < to) {
		size_t left = (size_t)(to - p), n = 1;
		const char *as = NULL;
		for (size_t i = cells != NULL; !as && i < sizeof odd / sizeof *odd; i++) {
			n = strlen(odd[i].text);
			if (n <= left && !memcmp(p, odd[i].text, n))
				as = odd[i].as;
		}
		if (!as) {
			n = md_char_at(p).n;
			while (n < left && p[n] != '\\' && p[n] != '<')
				n++;
		}
		md_inline_text(md, as ? as : p, as ? 1 : n);
		p += n;
	}
	md_inline_end(md);
}

/* Makes table.cells of a row's source; cells that are missing are empty. */
static void make_cells(struct md *md, const char *p, size_t n, unsigned style)
{
	struct md_table *t = &md->table;
	const char *end = without_end(p, p + n), *from, *to;

	p = after_bar(p, end);
	t->cells.n = 0;
	for (t->cells.count = 0; t->cells.count < t->columns; t->cells.count++) {
		unsigned i = t->cells.count;
		t->cells.at[i].from = (uint32_t)t->cells.n;
		if (next_cell(&p, end, i + 1 == t->columns, &from, &to))
			feed_cell(md, from, to, style, &t->cells);
		t->cells.at[i].to = (uint32_t)t->cells.n;
	}
	md->work += n + t->columns;
}

/* ---- widths ------------------------------------------------------------------------------------ */

/* The source of the i-th row that is held. */
static hn_str row_of(const struct md_table *t, unsigned i)
{
	size_t from = i ? t->end[i - 1] : 0;

	return (hn_str){ t->text + from, t->end[i] - from };
}

static void measure(struct md *md)
{
	struct md_table *t = &md->table;

	memset(t->width, 0, sizeof t->width);
	for (unsigned r = 0; r < t->rows; r++) {
		hn_str row = row_of(t, r);
		make_cells(md, row.p, row.n, 0);
		for (unsigned i = 0; i < t->columns; i++) {
			unsigned columns = md_cell_columns(&t->cells, i);
			if (columns > t->width[i])
				t->width[i] = (uint16_t)columns;
		}
		md->work += t->cells.n;
	}
}

/* The columns of all cells if none is wider than most. */
static unsigned sum(const struct md_table *t, unsigned most)
{
	unsigned all = 0;

	for (unsigned i = 0; i < t->columns; i++)
		all += t->width[i] < most ? t->width[i] : most;
	return all;
}

/* Makes the widest columns narrower until all fit into room; what is left over goes to the last of them. */
static void narrow(struct md_table *t, unsigned room)
{
	unsigned low = MD_CELL_LEAST, high = MD_ROW;

	while (high - low > 1) {
		unsigned middle = (low + high) / 2;
		if (sum(t, middle) <= room)
			low = middle;
		else
			high = middle;
	}
	unsigned rest = room - sum(t, low);
	for (unsigned i = t->columns; i-- > 0;) {
		if (t->width[i] <= low)
			continue;
		t->width[i] = (uint16_t)(low + (rest > 0));
		rest -= rest > 0;
	}
}

/* Settles how wide the columns are, from the rows that are held, on a row that has begun. */
static void settle(struct md *md)
{
	struct md_table *t = &md->table;
	unsigned width = md->row.width ? md->row.width : MD_ENDLESS, taken = md->row.col + md->row.blanks + 3 * t->columns + 1;
	unsigned room = taken < width ? width - taken : 0;

	measure(md);
	t->records = sum(t, MD_CELL_LEAST) > room;
	if (!t->records && sum(t, MD_ROW) > room)
		narrow(t, room);
}

/* ---- rows -------------------------------------------------------------------------------------- */

static void put_many(struct md *md, char c, unsigned n)
{
	char many[64];

	memset(many, c, sizeof many);
	for (unsigned k; n; n -= k) {
		k = n < sizeof many ? n : (unsigned)sizeof many;
		md_verbatim(md, many, k, 0);
	}
}

/* Text of the cells, in its styles. */
static void put_text(struct md *md, size_t from, size_t to)
{
	const struct md_cells *cells = &md->table.cells;

	for (size_t i = from, k; i < to; i = k) {
		for (k = i + 1; k < to && cells->style[k] == cells->style[i];)
			k++;
		md_verbatim(md, cells->text + i, k - i, cells->style[i]);
	}
}

/* One line of a cell: what fits from *at on. 1 if there is more. */
static int put_cell(struct md *md, unsigned i, size_t *at)
{
	struct md_table *t = &md->table;
	unsigned columns = 0;
	size_t from = *at, to = from;

	if (from < t->cells.at[i].to)
		to = md_cell_fit(&t->cells, from, t->cells.at[i].to, t->width[i], &columns, at);
	unsigned pad = t->width[i] > columns ? t->width[i] - columns : 0;
	unsigned left = t->align[i] == RIGHT ? pad : t->align[i] == CENTER ? pad / 2 : 0;
	put_many(md, ' ', left + 1);
	put_text(md, from, to);
	put_many(md, ' ', pad - left + 1);
	md_verbatim(md, "|", 1, 0);
	md->work += to - from + t->width[i];
	return *at < t->cells.at[i].to;
}

/* A row in the widths that are settled. */
static void show_cells(struct md *md, hn_str source, unsigned style)
{
	struct md_table *t = &md->table;
	size_t at[MD_TABLE_COLUMNS];
	int more = 1;

	make_cells(md, source.p, source.n, style);
	for (unsigned i = 0; i < t->columns; i++)
		at[i] = t->cells.at[i].from;
	while (more) {
		more = 0;
		md_verbatim(md, "|", 1, 0);
		for (unsigned i = 0; i < t->columns; i++)
			more |= put_cell(md, i, &at[i]);
		md_row_end(md);
	}
}

static void show_rule(struct md *md)
{
	const struct md_table *t = &md->table;

	md_verbatim(md, "|", 1, 0);
	for (unsigned i = 0; i < t->columns; i++) {
		md_verbatim(md, ":", t->align[i] == CENTER, 0);
		put_many(md, '-', t->width[i] + (t->align[i] == LEFT ? 2u : t->align[i] == RIGHT ? 1u : 0u));
		md_verbatim(md, t->align[i] == LEFT ? "|" : ":|", t->align[i] == LEFT ? 1 : 2, 0);
	}
	md_row_end(md);
}

/* A row as "Header: value", a line a cell. */
static void show_record(struct md *md, hn_str source)
{
	struct md_table *t = &md->table;
	hn_str header = row_of(t, 0);
	const char *h_end = without_end(header.p, header.p + header.n), *h = after_bar(header.p, h_end);
	const char *end = without_end(source.p, source.p + source.n), *p = after_bar(source.p, end), *from, *to, *h_from, *h_to;

	if (t->shown++)
		md_row_end(md);
	for (unsigned i = 1; i <= t->columns && next_cell(&p, end, i == t->columns, &from, &to); i++) {
		int named = next_cell(&h, h_end, i == t->columns, &h_from, &h_to) && h_to > h_from;
		if (named && t->shown > 1 && h_to - h_from > MD_LABEL) /* a row costs no more than it is long */
			for (h_to = h_from + MD_LABEL; ((unsigned char)*h_to & 0xC0) == 0x80;)
				h_to--;
		if (named) {
			feed_cell(md, h_from, h_to, MD_BOLD, NULL);
			md_words(md, ": ", 2, 0);
		}
		feed_cell(md, from, to, 0, NULL);
		md_row_end(md);
	}
	md->work += source.n;
}

static void show_row(struct md *md, hn_str source)
{
	struct md_table *t = &md->table;

	md_rows(md, t->quotes, t->indent, t->indent + (t->records ? 2 : 0), 0);
	if (t->records)
		show_record(md, source);
	else
		show_cells(md, source, 0);
}

/* Shows what is held; from now on rows are shown as they come. */
static void show_held(struct md *md)
{
	struct md_table *t = &md->table;

	md_rows(md, t->quotes, t->indent, t->indent, 0);
	md_row_begin(md);
	settle(md);
	if (!t->records) {
		show_cells(md, row_of(t, 0), MD_BOLD);
		show_rule(md);
	}
	for (unsigned r = 1; r < t->rows; r++)
		show_row(md, row_of(t, r));
	if (t->rows == 1 && t->records) {
		md_verbatim(md, t->text, t->end[0], 0);
		md_row_end(md);
	}
	t->stage = MD_TABLE_FIXED;
	t->n = t->end[0];
}

/* ---- what comes -------------------------------------------------------------------------------- */

/* The columns of a row. */
static unsigned count(hn_str row)
{
	const char *end = without_end(row.p, row.p + row.n), *p = after_bar(row.p, end), *from, *to;
	unsigned n = 0;

	while (next_cell(&p, end, 0, &from, &to))
		n++;
	return n;
}

/* How "--", ":-:" and such align, or -1. */
static int alignment(const char *from, const char *to)
{
	int left = from < to && *from == ':', right = to > from + 1 && to[-1] == ':';

	from += left;
	to -= right;
	if (from >= to)
		return -1;
	while (from < to)
		if (*from++ != '-')
			return -1;
	return right ? left ? CENTER : RIGHT : LEFT;
}

int md_table_rule(struct md *md, const char *p, size_t n)
{
	struct md_table *t = &md->table;
	const char *end = without_end(p, p + n), *from, *to;
	unsigned columns = count(row_of(t, 0)), i = 0;

	if (columns > MD_TABLE_COLUMNS || count((hn_str){ p, n }) != columns)
		return 0;
	for (p = after_bar(p, end); next_cell(&p, end, 0, &from, &to); i++) {
		int align = alignment(from, to);
		if (align < 0)
			return 0;
		t->align[i] = (uint8_t)align;
	}
	t->columns = columns;
	t->rows = 1;
	t->shown = 0;
	t->stage = MD_TABLE_HELD;
	return columns > 0;
}

void md_table_row(struct md *md)
{
	struct md_table *t = &md->table;

	if (t->stage == MD_TABLE_FIXED) {
		show_row(md, (hn_str){ t->text + t->end[0], t->n - t->end[0] });
		t->n = t->end[0];
		return;
	}
	t->end[t->rows++] = (uint32_t)t->n;
	if (t->rows == MD_TABLE_ROWS || t->n > MD_TABLE - MD_ROW)
		show_held(md);
}

void md_table_end(struct md *md)
{
	if (md->table.stage == MD_TABLE_HELD)
		show_held(md);
	md->table.stage = MD_TABLE_NONE;
}
