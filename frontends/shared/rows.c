/* SPDX-License-Identifier: MIT */
/* rows: cuts each line to a row. */
#include "shared/rows.h"

#include <string.h>

#include "util/utf8.h"

#define CUT "…" /* one column */

/* Bytes from the start that fit so many columns, without a blank at their end. */
static size_t fitting(hn_str text, unsigned columns)
{
	unsigned wide, used = 0;
	size_t i = 0;

	while (i < text.n) {
		size_t n = utf8_cluster(text.p + i, text.n - i, &wide);
		if (used + wide > columns)
			break;
		used += wide;
		i += n;
	}
	while (i && text.p[i - 1] == ' ')
		i--;
	return i;
}

/* Where what stands in parentheses at the end begins, with the blank before it: " (interrupted) (pinned)". */
static size_t tail_of(hn_str line)
{
	size_t at = line.n;

	while (at && line.p[at - 1] == ')') {
		size_t i = at - 1;
		while (i && line.p[i] != '(' && line.p[i] != ' ')
			i--;
		if (!i || line.p[i] != '(' || line.p[i - 1] != ' ')
			break;
		at = i - 1;
	}
	return at;
}

static void cut_line(struct buf *out, unsigned columns, hn_str line)
{
	size_t at = tail_of(line);
	hn_str tail = { line.p + at, line.n - at };
	unsigned beside = utf8_text_columns(tail);

	if (!columns || utf8_text_columns(line) <= columns) {
		buf_addstr(out, line);
		return;
	}
	if (2 * beside > columns) {
		tail.n = 0;
		beside = 0;
		at = line.n;
	}
	if (at >= sizeof CUT - 1 && !memcmp(line.p + at - (sizeof CUT - 1), CUT, sizeof CUT - 1))
		at -= sizeof CUT - 1; /* it was cut before */
	buf_add(out, line.p, fitting((hn_str){ line.p, at }, columns - beside - 1));
	buf_adds(out, CUT);
	buf_addstr(out, tail);
}

void rows_cut(struct buf *out, unsigned columns, hn_str text)
{
	while (text.n) {
		const char *newline = memchr(text.p, '\n', text.n);
		size_t n = newline ? (size_t)(newline - text.p) : text.n;

		cut_line(out, columns, (hn_str){ text.p, n });
		buf_adds(out, newline ? "\n" : "");
		n += newline != NULL;
		text = (hn_str){ text.p + n, text.n - n };
	}
}
