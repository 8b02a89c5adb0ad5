/* SPDX-License-Identifier: MIT */
/*
 * view: the part of a long text that is on the screen while it is edited.
 *
 * readline draws the whole line that it edits, and fails when that has more rows than the screen;
 * and it has no prompt for a second line. So it gets a view instead: the rows around the cursor,
 * how many lines are left out above and below, and a prompt before every line but the first. Widths
 * are those of the locale, as readline itself computes them. Terminals show an emoji that is joined of several, such as a
 * family, narrower than the sum of its parts, or not, and readline (8.2) then leaves pieces of old rows behind, worst with a
 * prompt in colour. So the view shows such parts side by side; the text keeps what joins them.
 * Text that was pasted, or that /undo brings back, may hold what a terminal obeys and what nobody sees: the view has its number.
 */
#ifndef HOBNOB_FRONTENDS_READLINE_VIEW_H
#define HOBNOB_FRONTENDS_READLINE_VIEW_H

#include <stddef.h>

struct view_shape {
	size_t rows, columns; /* rows and columns to use; at least 3 and 1 */
	size_t prompt;        /* columns of the first line's prompt */
	const char *more;     /* the prompt of each further line; ASCII */
};

/* Begin with { 0 }, end with view_free(). */
struct view {
	char *text;   /* NUL-terminated */
	size_t n, cap;
	size_t point; /* the cursor's offset in it */
};

/* Makes the view of the text with its cursor at `point`. 0, or -1 without memory. */
int view_make(struct view *, const char *text, size_t n, size_t point, const struct view_shape *);
/* The same of a text that is sent, and is not edited any more: what is left out of one that is longer than
 * the screen is its middle. */
int view_make_sent(struct view *, const char *text, size_t n, const struct view_shape *);
void view_free(struct view *);

#endif
