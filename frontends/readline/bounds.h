/* SPDX-License-Identifier: MIT */
/* bounds: the size of the screen within what GNU readline can draw on. */
#ifndef HOBNOB_FRONTENDS_READLINE_BOUNDS_H
#define HOBNOB_FRONTENDS_READLINE_BOUNDS_H

#define BOUNDS_MOST 10000 /* rows and columns */

/* A size, not less than that and not more than BOUNDS_MOST. */
int bounds_within(int size, int least);
/* Has readline take a size that it can draw on for one that it cannot: it divides by the size and allocates by it. */
void bounds_keep(void);

#endif
