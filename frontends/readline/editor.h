/* SPDX-License-Identifier: MIT */
/*
 * editor: one line at a time from GNU readline, through its callback interface.
 *
 * readline keeps all its state in globals and gives its callbacks no argument, so the one editor of
 * the process is a global as well; it is in use between editor_open() and editor_close().
 */
#ifndef HOBNOB_FRONTENDS_READLINE_EDITOR_H
#define HOBNOB_FRONTENDS_READLINE_EDITOR_H

#include "shared/services.h"

enum editor_what {
	EDITOR_LINE,        /* *line: what was typed; the caller frees it */
	EDITOR_INTERRUPTED, /* Ctrl-C on an empty line: no line is being read any more */
	EDITOR_END,         /* Ctrl-D, or the terminal is gone; the cursor is on a line of its own */
	EDITOR_ENDING,      /* the program is to end */
};

/* Sets readline up. prompt is borrowed; history_size is in lines. 0, or -1 with errno. */
int editor_open(const struct services *, hn_session *, const char *prompt, int history_size);
/* Prompts and edits until one of these happens; the terminal is in its own state again
 * afterwards. */
enum editor_what editor_read(char **line);
/* Remembers a line for this run. */
void editor_remember(const char *line);
void editor_close(void);

#endif
