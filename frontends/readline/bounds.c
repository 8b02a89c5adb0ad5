/* SPDX-License-Identifier: MIT */
/* bounds: clamps the size that readline has from the terminal; see the header. */
#include "bounds.h"

#include <stdio.h>

#include <readline/readline.h>

#define COLUMNS_LEAST 8 /* less than the prompt and one character cannot hold a line */

int bounds_within(int size, int least)
{
	return size < least ? least : size > BOUNDS_MOST ? BOUNDS_MOST : size;
}

void bounds_keep(void)
{
	int rows = 0, columns = 0;

	rl_get_screen_size(&rows, &columns);
	if (rows < 1 || rows > BOUNDS_MOST || columns < COLUMNS_LEAST || columns > BOUNDS_MOST)
		rl_set_screen_size(bounds_within(rows, 1), bounds_within(columns, COLUMNS_LEAST));
}
