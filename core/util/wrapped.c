/* SPDX-License-Identifier: MIT */
/* wrapped: breaks lines between words. */
#include "util/wrapped.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "util/utf8.h"

#define HANG 2 /* further blanks before what continues a line */
#define GAP 2  /* before what would be a right column, if the row had room */
#define RIGHT_LEAST 20 /* columns of a right column, if it begins in the right half */

/* A row that is being made. */
struct row {
	struct buf *out;
	unsigned columns, col, hang;
	int begun; /* a word stands on it */
	int label; /* so far a label and its blank alone */
};

static size_t blanks_at(hn_str line, size_t i)
{
	size_t n = 0;

	while (i + n < line.n && line.p[i + n] == ' ')
		n++;
	return n;
}

/* Where a line's right column begins: after the first two blanks within it. 0: it has none. */
static size_t right_column(hn_str line)
{
	for (size_t i = blanks_at(line, 0); i < line.n; i++) {
		size_t n = blanks_at(line, i);
		if (n >= 2 && i + n < line.n)
			return i + n;
		i += n;
	}
	return 0;
}

/* Bytes of what stays whole at i: a word, or words in back-quotes where a row has room for them. */
static size_t piece_at(const struct row *row, hn_str line, size_t i)
{
	const char *from = line.p + i, *blank = memchr(from, ' ', line.n - i);
	size_t n = blank ? (size_t)(blank - from) : line.n - i;
	const char *open = memchr(from, '`', n), *close = NULL;

	if (open)
		close = memchr(open + 1, '`', line.n - i - (size_t)(open + 1 - from));
	if (!close || close < from + n)
		return n;
	blank = memchr(close, ' ', (size_t)(line.p + line.n - close));
	size_t whole = (size_t)((blank ? blank : line.p + line.n) - from);
	return row->hang + utf8_text_columns((hn_str){ from, whole }) <= row->columns ? whole : n;
}

static void put_blanks(struct row *row, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addc(row->out, ' ');
	row->col += (unsigned)n;
}

/* Puts a piece after so many blanks, or below, if it does not fit. */
static void put_piece(struct row *row, size_t blanks, hn_str piece)
{
	unsigned columns = utf8_text_columns(piece);

	if (row->begun && row->col + blanks + columns > row->columns && !(row->label && row->hang + columns > row->columns)) {
		buf_cut(row->out, row->out->n - (row->label != 0)); /* its blank */
		buf_addc(row->out, '\n');
		row->col = 0;
		blanks = row->hang;
	}
	put_blanks(row, blanks);
	buf_addstr(row->out, piece);
	row->col += columns;
	row->begun = 1;
	row->label = 0;
}

/* 1 if enough of a row is right of a column. */
static int has_room(const struct row *row, unsigned column)
{
	return column <= row->columns / 2 || column + RIGHT_LEAST <= row->columns;
}

/* Wraps one line; it begins at row->col. */
static void put_line(struct row *row, hn_str line)
{
	size_t lead = blanks_at(line, 0), right = right_column(line), blanks;
	unsigned column = row->col + utf8_text_columns((hn_str){ line.p, right });
	int stands = right && has_room(row, column);

	row->hang = stands ? column : row->begun ? HANG : row->col + (unsigned)lead + HANG;
	if (!has_room(row, row->hang))
		row->hang = HANG;
	for (size_t i = 0; i < line.n;) {
		blanks = blanks_at(line, i);
		i += blanks;
		if (right && i == right && !stands)
			blanks = GAP;
		size_t n = i < line.n ? piece_at(row, line, i) : 0;
		if (n)
			put_piece(row, blanks, (hn_str){ line.p + i, n });
		i += n;
	}
}

void wrapped_add(struct buf *out, const struct wrapped *how, hn_str text)
{
	struct row row = { .out = out, .columns = how->columns, .col = how->column, .begun = how->column > 0, .label = how->column > 0 };
	int later = 0;

	while (text.n) {
		const char *newline = memchr(text.p, '\n', text.n);
		hn_str line = { text.p, newline ? (size_t)(newline - text.p) : text.n };

		if (line.n && !row.begun)
			put_blanks(&row, later ? how->indent : 0);
		if (how->columns)
			put_line(&row, line);
		else
			buf_addstr(out, line);
		if (!newline)
			break;
		buf_addc(out, '\n');
		row.col = 0;
		row.begun = 0;
		later = 1;
		text = (hn_str){ newline + 1, text.n - line.n - 1 };
	}
}

unsigned wrapped_columns(int fd)
{
	struct winsize size;
	int before = errno; /* who is about to report an error may ask for the width first */
	unsigned columns = ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;

	errno = before;
	return columns;
}
