/* SPDX-License-Identifier: MIT */
/* table: cells that are aligned by their columns on a terminal. */
#include "util/table.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/text.h"
#include "util/utf8.h"

void table_cell(struct table *t, const char *text)
{
	struct buf safe = BUF(BUF_NO_CAP);
	text_add_safe(&safe, str_of(text), HN_TEXT_LINE);
	t->cells = xgrow(t->cells, t->n, &t->cap, sizeof *t->cells);
	t->cells[t->n++] = buf_take(&safe);
}

void table_cut(struct buf *out, const char *text, size_t columns)
{
	size_t n = strlen(text), i = 0, used = 0;
	if (utf8_text_columns(str_of(text)) <= columns) {
		buf_adds(out, text);
		return;
	}
	while (i < n) {
		unsigned wide;
		size_t length = utf8_cluster(text + i, n - i, &wide);
		used += wide;
		if (used >= columns)
			break;
		i += length;
	}
	buf_add(out, text, i);
	buf_adds(out, columns ? "…" : "");
}

/* How a table is laid out: the columns of each cell, and of each column of the table; 0: it gave way. */
struct layout {
	size_t *cells, *widths;
	size_t left; /* columns for the last cell of a row */
};

/* Measures all cells; where a terminal is narrow some columns give way to the last. */
static struct layout lay_out(const struct table *t)
{
	struct layout l = { xcalloc(t->n + 1, sizeof(size_t)), xcalloc(t->columns, sizeof(size_t)), 0 };
	size_t sum = 0;
	for (size_t i = 0; i < t->n; i++) {
		size_t *width = &l.widths[i % t->columns];
		l.cells[i] = utf8_text_columns(str_of(t->cells[i]));
		if (l.cells[i] + 2 > *width)
			*width = l.cells[i] + 2;
	}
	for (size_t c = 0; c + 1 < t->columns; c++)
		sum += l.widths[c];
	for (size_t i = 0; t->fit && i < t->n_giving_way && sum + t->least > t->fit; i++) {
		sum -= l.widths[t->giving_way[i]];
		l.widths[t->giving_way[i]] = 0;
	}
	l.left = t->fit > sum ? t->fit - sum : 0;
	return l;
}

/* Appends cell i, padded to its column unless nothing but empty cells follow in its row; the last one cut
 * to what is left of the terminal. */
static void print_cell(const struct table *t, const struct layout *l, size_t i, struct buf *out)
{
	size_t last = i;
	for (size_t k = i + 1; k < t->n && k % t->columns; k++)
		if (*t->cells[k])
			last = k;
	if (t->fit && (i + 1) % t->columns == 0)
		table_cut(out, t->cells[i], l->left);
	else
		buf_adds(out, t->cells[i]);
	for (size_t n = l->cells[i]; last > i && n < l->widths[i % t->columns]; n++)
		buf_addc(out, ' ');
}

void table_print(struct table *t, struct buf *out)
{
	struct layout l = lay_out(t);
	for (size_t i = 0; i < t->n; i++) {
		if (l.widths[i % t->columns])
			print_cell(t, &l, i, out);
		if ((i + 1) % t->columns == 0)
			buf_addc(out, '\n');
		free(t->cells[i]);
	}
	free(t->cells);
	free(l.widths);
	free(l.cells);
	t->cells = NULL;
	t->n = t->cap = 0;
}
