/* SPDX-License-Identifier: MIT */
/* draw: has readline draw the view of a long line (view.h) instead of the line, within the screen's size. */
#include <stdio.h>
#include <string.h>

#include <readline/readline.h>

#include "bounds.h"
#include "editor_private.h"

#define ROWS_SPARED 3 /* of the screen: the view miscounts by a row or two at most */
#define ROWS_LEAST 4

/* Makes the view of the line: of one that is edited, or that is sent. 0, or -1: readline draws the line itself. */
static int make_view(int sent)
{
	const char *sideways = rl_variable_value("horizontal-scroll-mode");
	int rows = 24, columns = 80;

	rl_get_screen_size(&rows, &columns);
	struct view_shape shape = {
		.rows = (size_t)(rows > ROWS_LEAST + ROWS_SPARED ? rows - ROWS_SPARED : ROWS_LEAST),
		.columns = (size_t)(columns > 0 ? columns : 1),
		.prompt = editor.setup.columns,
		.more = editor.setup.more,
	};
	if (!rl_line_buffer || (sideways && !strcmp(sideways, "on")))
		return -1;
	if (sent)
		return view_make_sent(&editor.view, rl_line_buffer, (size_t)rl_end, &shape);
	return view_make(&editor.view, rl_line_buffer, (size_t)rl_end, (size_t)rl_point, &shape);
}

/* Draws the part of the line that view.h chooses, instead of the line; a terminal on which readline
 * scrolls sideways has one row for everything. */
void draw(int sent)
{
	int point = rl_point, end = rl_end, mark = rl_mark;
	char *line = rl_line_buffer;

	if (make_view(sent)) {
		rl_redisplay();
		return;
	}
	rl_line_buffer = editor.view.text;
	rl_end = (int)editor.view.n;
	rl_point = rl_mark = (int)editor.view.point;
	rl_redisplay();
	rl_line_buffer = line;
	rl_end = end;
	rl_point = point;
	rl_mark = mark;
}

void draw_size(void)
{
	int rows = 0, columns = 0;

	rl_reset_screen_size();
	rl_get_screen_size(&rows, &columns);
	if (editor.modes.plain) /* or readline would scroll a long line within its row, by writing it again */
		rl_set_screen_size(bounds_within(rows, 1), BOUNDS_MOST);
	else
		bounds_keep();
}
