/* SPDX-License-Identifier: MIT */
/*
 * editor: one input at a time from GNU readline, through its callback interface.
 *
 * readline keeps all its state in globals and gives its callbacks no argument, so the one editor of
 * the process is a global as well; it is in use between editor_open() and editor_close().
 */
#ifndef HOBNOB_FRONTENDS_READLINE_EDITOR_H
#define HOBNOB_FRONTENDS_READLINE_EDITOR_H

#include "shared/services.h"

#define EDITOR_MAX ((size_t)16 << 20) /* bytes of the longest paste accepted */

enum editor_what {
	EDITOR_LINE,        /* *line: the text typed or pasted, newlines included; the caller frees it */
	EDITOR_COMPOSE,     /* Ctrl-X Ctrl-E: *line is to be edited in the user's own editor */
	EDITOR_INTERRUPTED, /* Ctrl-C on an empty line: the line is no longer being read */
	EDITOR_END,         /* Ctrl-D, or the terminal is gone; the cursor is on a fresh line */
	EDITOR_ENDING,      /* the program must end */
	EDITOR_FAILED,      /* waiting for the terminal failed; errno says why */
};

struct editor_setup {
	const struct services *services;
	hn_session *session;
	const char *prompt; /* \001 and \002 around what has no width */
	size_t columns;     /* its width */
	const char *more;   /* the prompt of each further line; ASCII */
	int history_size;   /* lines to remember */
};

/* Sets readline up; what the setup points to is borrowed. 0, or -1 with errno. */
int editor_open(const struct editor_setup *);
/* Prompts and edits until one of these happens; the terminal is in its own state again
 * afterwards. */
enum editor_what editor_read(char **line);
/* 1 if a Ctrl-C discarded what stood at the prompt before the last line. */
int editor_gave_up(void);
/* The prompt from now on; as in the setup. plain: readline writes no escapes, and a long line only once (HN_START_DUMB). */
void editor_prompt(const char *, int plain);
/* The next line begins with this text, for the user to continue; what is queued and not held comes after it. */
void editor_preset(const char *text);
/* Shows a text at the prompt as if it had been typed and ended with Enter. */
void editor_show(const char *text);
/* Whether text pasted between lines gets its marks, so that it stays one text. */
void editor_listen(int on);
/* The last input failed or was stopped: what was typed meanwhile, and the rest of the queue, are not sent by themselves.
 * They stand at the prompt, and Enter sends them as one text. A command among them stays by itself: it, and what follows
 * it, stand at the next prompts. Ctrl-C discards them all. Asks: it has asked something, so the next prompt is for the
 * answer, and all that comes after it. */
void editor_hold(int asks);
/* The lines that were typed and ended by Enter during the last input are queued now; before editor_read(), which takes
 * them one by one. If the user is to be told that they are held: how many they are; else 0. */
size_t editor_gather(void);
/* What is queued by now. */
struct editor_queue {
	size_t lines;
	int together; /* they can be one text */
	int held;     /* none is sent by itself */
	int asks;     /* the next line is an answer */
	int waits;    /* something is queued, or was typed for the next prompt */
};
struct editor_queue editor_queue(void);
/* From now on Enter makes a new line, and Alt-Enter ends the input; with 0, the other way round. */
void editor_multiline(int on);
int editor_is_multiline(void);
/* Remembers a line for this run. */
void editor_remember(const char *line);
/* The line remembered last, or NULL. */
const char *editor_last(void);
void editor_close(void);

#endif
