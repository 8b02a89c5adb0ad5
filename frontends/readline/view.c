/* SPDX-License-Identifier: MIT */
/*
 * view: finds the rows around the cursor, and writes them.
 *
 * It reads only as much of the text as the screen could hold, whatever its length: one key more in
 * a pasted megabyte costs as much as in a page. A window that begins inside a long line treats its
 * first byte as the beginning of a row, which moves the breaks but not the count.
 */
#include "view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "util/mem.h"
#include "util/text.h"
#include "util/utf8.h"

#define CHARACTER 8 /* bytes of the longest character, its combining marks not counted, or more */
#define TAB 8
#define SENT_ABOVE 3 /* rows of a long text that stay when it is sent */
#define SENT_BELOW 2

/* The walk through the text, row by row. */
struct walk {
	const char *text;
	size_t n;
	const struct view_shape *shape;
	size_t at, column;
	int full; /* the last row that ended had no room left: a newline after it would make an empty one */
	mbstate_t state;
};

/* What a terminal would obey, or nobody would see, is shown by its number, as everywhere else; how many columns that takes. 0: the
 * character is shown as it is. Those of one byte readline itself makes visible. */
static size_t number(wchar_t wide, char room[16])
{
	if (wide < 0x80 || !text_is_unsafe((uint32_t)wide, 0))
		return 0;
	return (size_t)snprintf(room, 16, "<U+%04X>", (unsigned)wide);
}

/* The bytes and columns of the character at the walk's place. */
static size_t character(struct walk *w, size_t *columns)
{
	wchar_t wide = 0;
	size_t n = mbrtowc(&wide, w->text + w->at, w->n - w->at, &w->state);

	if (n == (size_t)-1 || n == (size_t)-2 || n == 0) {
		memset(&w->state, 0, sizeof w->state);
		n = 1;
		*columns = 1;
		return n;
	}
	char room[16];
	size_t shown = number(wide, room);
	int width = shown ? (int)shown : wcwidth(wide);
	*columns = wide == L'\t' ? TAB - w->column % TAB : width < 0 ? 2 : (size_t)width;
	return n;
}

/* Moves to the beginning of the next row, or to the end of the text. 1 if there is a next row. */
static int next_row(struct walk *w)
{
	while (w->at < w->n) {
		size_t columns, n;

		if (w->text[w->at] == '\n') {
			w->at++;
			w->column = strlen(w->shape->more);
			w->full = 0;
			return 1;
		}
		n = character(w, &columns);
		if (w->column + columns > w->shape->columns && w->column) {
			w->full = w->column == w->shape->columns;
			w->column = 0;
			return 1;
		}
		w->column += columns;
		w->at += n;
	}
	return 0;
}

/* Where the walk to `point` must begin to know the screenful before it: at the beginning of a line,
 * if one is near enough; else at a place that stays the same for the keys that follow, or every key
 * would shift the rows. */
static size_t walk_from(const char *text, size_t point, const struct view_shape *shape)
{
	size_t most = shape->rows * shape->columns * CHARACTER;

	if (point < 2 * most)
		return 0;
	size_t from = (point / most - 1) * most;
	const char *newline = memchr(text + from, '\n', most / 2);
	if (newline)
		return (size_t)(newline - text) + 1;
	while (from < point && ((unsigned char)text[from] & 0xC0) == 0x80)
		from++;
	return from;
}

/* The beginnings of the rows up to the one with the cursor: the last `cap` of them, in a ring. */
struct rows {
	size_t *begin;
	size_t n, cap;
};

static void note(struct rows *rows, size_t begin)
{
	rows->begin[rows->n++ % rows->cap] = begin;
}

/* Walks to the row with the cursor, and notes each. */
static void walk_to(struct walk *w, size_t point, struct rows *rows)
{
	struct walk before = *w;

	note(rows, w->at);
	while (next_row(w) && w->at <= point) {
		note(rows, w->at);
		before = *w;
	}
	*w = before;
}

/* How many rows follow the one with the cursor, `most` at most; the walk ends at the end of the
 * last. */
static size_t rows_below(struct walk *w, size_t most)
{
	size_t n = 0;

	while (n < most && next_row(w))
		n++;
	return n;
}

/* The visible part of the text. */
struct window {
	size_t begin, end;
	int full; /* its last row is, as in the walk */
};

/* Chooses the window: two thirds above the cursor, if both sides have enough text. */
static struct window choose(struct walk *w, size_t point, struct rows *rows, size_t most)
{
	struct walk here;

	walk_to(w, point, rows);
	here = *w;
	size_t above = (rows->n < rows->cap ? rows->n : rows->cap) - 1;
	size_t below = rows_below(&here, most - 1);
	size_t least = below < most / 3 ? below : most / 3;
	if (above > most - 1 - least)
		above = most - 1 - least;
	rows_below(w, most - 1 - above);
	size_t end = next_row(w) ? w->at : w->n;
	if (end < w->n && w->text[end - 1] == '\n')
		end--;
	return (struct window){ rows->begin[(rows->n - 1 - above) % rows->cap], end, w->full };
}

/* Lines that end in a part of the text. */
static size_t lines(const char *text, size_t n)
{
	size_t count = 0;

	for (const char *end = text + n; (text = memchr(text, '\n', (size_t)(end - text))); text++)
		count++;
	return count;
}

/* Adds bytes to the view. 0, or -1 without memory. */
static int add(struct view *v, const char *p, size_t n)
{
	char *text = mem_room(v->text, v->n + n + 1, &v->cap);
	if (!text)
		return -1;
	v->text = text;
	memcpy(v->text + v->n, p, n);
	v->n += n;
	v->text[v->n] = '\0';
	return 0;
}

/* Adds the count of the lines left out. */
static int add_mark(struct view *v, size_t count, const char *where)
{
	char mark[64];
	int n = count ? snprintf(mark, sizeof mark, "(%zu line%s %s)", count, count == 1 ? "" : "s",
				where)
		      : snprintf(mark, sizeof mark, "(more %s)", where);

	return add(v, mark, (size_t)n);
}

/* Begins another line with its prompt; after a full row the terminal has done so. */
static int add_break(struct view *v, const char *more, int full)
{
	return add(v, "\n", full ? 0 : 1) || add(v, more, strlen(more));
}

/* Bytes of what is not shown: what joins emoji to one, or makes one of a sign. Terminals do not agree how wide the whole is, and
 * readline adds up the widths of the parts; where the two differ it draws over the line's end. So the parts are shown. */
static size_t hidden(const char *p, size_t n)
{
	static const char joiner[] = "\342\200\215", look[] = "\357\270\217"; /* U+200D, U+FE0F */

	if (n >= 3 && !memcmp(p, look, 3))
		return 3;
	return n > 3 && !memcmp(p, joiner, 3) && (p[3] == '\360' || p[3] == '\342') ? 3 : 0;
}

/* Bytes of what is not shown as it is, with what is shown instead; 0: what begins at p is shown. */
static size_t replaced(const char *p, size_t n, char instead[16])
{
	uint32_t cp = 0;

	instead[0] = '\0';
	size_t k = hidden(p, n);
	if (k)
		return k;
	k = utf8_decode(p, n, &cp);
	return k && cp != UTF8_BAD && number((wchar_t)cp, instead) ? k : 0;
}

/* Adds a line's bytes, and finds the cursor in it. 0, or -1 without memory. */
static int add_line(struct view *v, const char *p, size_t n, const char *cursor)
{
	const char *end = p + n, *shown = p;
	int found = p <= cursor && cursor <= end;
	char instead[16];

	for (size_t skip; p < end; p += skip ? skip : 1) {
		skip = (unsigned char)*p >= 0xC2 ? replaced(p, (size_t)(end - p), instead) : 0;
		if (found && cursor >= p && cursor < p + (skip ? skip : 1))
			v->point = v->n + (size_t)(p - shown);
		if (skip && (add(v, shown, (size_t)(p - shown)) || add(v, instead, strlen(instead))))
			return -1;
		if (skip)
			shown = p + skip;
	}
	if (found && cursor == end)
		v->point = v->n + (size_t)(end - shown);
	return add(v, shown, (size_t)(end - shown));
}

/* Adds the window's text, and finds the cursor in it. */
static int add_text(
	struct view *v, const char *text, struct window shown, size_t point, const char *more)
{
	const char *p = text + shown.begin, *end = text + shown.end, *cursor = text + point;

	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p)),
			   *stop = newline ? newline : end;
		if (add_line(v, p, (size_t)(stop - p), cursor) || (newline && add_break(v, more, 0)))
			return -1;
		p = newline ? newline + 1 : end;
	}
	if (cursor == end && (shown.begin == shown.end || end[-1] == '\n'))
		v->point = v->n;
	return 0;
}

static int write_out(struct view *v, const char *text, size_t n, size_t point, struct window shown,
	const struct view_shape *shape)
{
	int rc = add(v, "", 0);

	if (!rc && shown.begin)
		rc = add_mark(v, lines(text, shown.begin), "above") || add_break(v, shape->more, 0);
	if (!rc)
		rc = add_text(v, text, shown, point, shape->more);
	if (!rc && shown.end < n)
		rc = add_break(v, shape->more, shown.full) ||
		     add_mark(v, lines(text + shown.end, n - shown.end), "below");
	return rc ? -1 : 0;
}

/* 1 if the text has more rows than the screen. */
static int is_long(const char *text, size_t n, const struct view_shape *shape)
{
	struct walk w = { .text = text, .n = n, .shape = shape, .column = shape->prompt };

	return rows_below(&w, shape->rows) == shape->rows;
}

/* A walk that ends at `point` and sees the screenful before it. */
static struct walk walk_near(const char *text, size_t n, size_t point, const struct view_shape *shape)
{
	size_t at = walk_from(text, point, shape);

	return (struct walk){ .text = text, .n = n, .shape = shape, .at = at,
		.column = at ? strlen(shape->more) : shape->prompt };
}

/* Makes the view: the whole text, or a window that leaves two rows for the counts. */
int view_make(
	struct view *v, const char *text, size_t n, size_t point, const struct view_shape *shape)
{
	struct window shown = { 0, n, 0 };
	struct rows rows = { .cap = shape->rows };

	v->n = v->point = 0;
	if (is_long(text, n, shape)) {
		rows.begin = calloc(rows.cap, sizeof *rows.begin);
		if (!rows.begin)
			return -1;
		struct walk w = walk_near(text, n, point, shape);
		shown = choose(&w, point, &rows, shape->rows - 2);
		free(rows.begin);
	}
	return write_out(v, text, n, point, shown, shape);
}

/* Adds how much of a sent text is left out. */
static int add_middle(struct view *v, const char *text, size_t n)
{
	size_t tenths = (n + 50) / 100, count = lines(text, n);
	char mark[80], size[40];

	if (n < 1000)
		snprintf(size, sizeof size, "%zu bytes", n);
	else
		snprintf(size, sizeof size, "%zu.%zu kB", tenths / 10, tenths % 10);
	int length = count ? snprintf(mark, sizeof mark, "(%zu line%s, %s)", count, count == 1 ? "" : "s", size)
			   : snprintf(mark, sizeof mark, "(%s)", size);
	return add(v, mark, (size_t)length);
}

/* The first rows, how much follows, and the last rows. */
int view_make_sent(struct view *v, const char *text, size_t n, const struct view_shape *shape)
{
	size_t begin[SENT_BELOW];
	struct rows rows = { .begin = begin, .cap = SENT_BELOW };
	struct walk top = { .text = text, .n = n, .shape = shape, .column = shape->prompt };

	if (!is_long(text, n, shape))
		return view_make(v, text, n, n, shape);
	v->n = v->point = 0;
	rows_below(&top, SENT_ABOVE);
	struct walk w = walk_near(text, n, n, shape);
	walk_to(&w, n, &rows);
	size_t bottom = begin[rows.n % rows.cap];
	size_t end = top.at - (text[top.at - 1] == '\n');
	if (add_text(v, text, (struct window){ 0, end, 0 }, 0, shape->more) || add_break(v, shape->more, top.full) ||
		add_middle(v, text + top.at, bottom - top.at) || add_break(v, shape->more, 0) ||
		add_text(v, text, (struct window){ bottom, n, 0 }, n, shape->more))
		return -1;
	v->point = v->n;
	return 0;
}

void view_free(struct view *v)
{
	free(v->text);
	*v = (struct view){ .text = NULL };
}
