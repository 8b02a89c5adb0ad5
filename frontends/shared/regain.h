/* SPDX-License-Identifier: MIT */
/* regain: the terminal, before and after another program has it. */
#ifndef HOBNOB_FRONTENDS_REGAIN_H
#define HOBNOB_FRONTENDS_REGAIN_H

#include <termios.h>

struct regain {
	struct termios modes;
	int known; /* standard input is a terminal */
};

/* Notes how it is. */
void regain_note(struct regain *);
/* Makes it so again. The foreground is ours again if the program's group died with it. */
void regain(const struct regain *);
/* Removes the traces of a program that was killed: the main screen, no mouse, plain keys, no paste marks, a cursor, no
 * colour. For a terminal that supports escape sequences. */
void regain_plain(void);

#endif
