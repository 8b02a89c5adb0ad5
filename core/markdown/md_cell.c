/* SPDX-License-Identifier: MIT */
/* md_cell: one row of a table as styled text, and how a cell is cut into lines: at blanks, else between clusters. */
#include <string.h>

#include "md_private.h"

void md_cell_add(struct md_cells *cells, const char *p, size_t n, unsigned style)
{
	if (style & MD_RAW || n > sizeof cells->text - cells->n)
		return; /* what a row becomes is no longer than its source, so this is never short of room */
	memcpy(cells->text + cells->n, p, n);
	for (size_t i = 0; i < n; i++)
		cells->style[cells->n + i] = (uint16_t)style;
	cells->n += n;
}

unsigned md_cell_columns(const struct md_cells *cells, unsigned i)
{
	unsigned sum = 0, columns;

	for (size_t at = cells->at[i].from; at < cells->at[i].to; sum += columns)
		at += md_cluster(cells->text + at, cells->at[i].to - at, &columns);
	return sum;
}

/* The last character before a byte. */
static uint32_t before(const char *text, size_t at)
{
	while (((unsigned char)text[--at] & 0xC0) == 0x80)
		;
	return md_char_at(text + at).cp;
}

size_t md_cell_fit(const struct md_cells *cells, size_t from, size_t to, unsigned width, unsigned *columns, size_t *next)
{
	const char *text = cells->text;
	size_t at = from, cut = 0, n;
	unsigned sum = 0, cut_columns = 0, k;

	for (; at < to; at += n, sum += k) {
		n = md_cluster(text + at, to - at, &k);
		int blank = text[at] == ' ';
		if (at > from && (blank ? text[at - 1] != ' ' : md_may_break(before(text, at), md_char_at(text + at).cp))) {
			cut = at;
			cut_columns = sum;
		}
		if (sum + k > width && at > from && !(blank && cut == at))
			break;
		if (sum + k > width && cut == at && blank)
			break;
	}
	if (at < to && cut) {
		at = cut;
		sum = cut_columns;
	}
	for (*next = at; *next < to && text[*next] == ' ';)
		++*next;
	*columns = sum;
	return at;
}
