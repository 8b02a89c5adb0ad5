/* SPDX-License-Identifier: MIT */
/* editor_private: what the editor's files share. */
#ifndef HOBNOB_FRONTENDS_READLINE_EDITOR_PRIVATE_H
#define HOBNOB_FRONTENDS_READLINE_EDITOR_PRIVATE_H

#include <signal.h>
#include <stdio.h>

#include "editor.h"
#include "view.h"

/* Bytes that grow. */
struct bytes {
	char *p;
	size_t n, cap;
};

/* A paste that is coming in. */
struct paste {
	int on, too_long;
	struct bytes text;
};

/* The next keys, from `at` on: what was typed while no line was read, and what was read after a paste. */
struct ahead {
	struct bytes keys;
	size_t at;
	int held; /* the next Enter among them waits for one from the keyboard */
};

struct editor {
	struct editor_setup setup;
	FILE *out; /* what readline writes to */
	char *line;        /* what readline handed over */
	int done;          /* it has: a line, or the end if that is NULL */
	int multiline;
	int wants_compose; /* Ctrl-X Ctrl-E was pressed */
	char *preset;
	struct view view;
	struct paste paste;
	struct ahead ahead;
	int partial; /* the last byte of the keys left a character unfinished */
	int escaped[2]; /* the last two bytes of keys: whether it was vi's ESC, the next at its heels */
	struct sigaction resize, stop, go_on; /* what those signals did before */
};

extern struct editor editor;

/* ahead.c: how many of the keys that are there already may be taken now. */
size_t ahead_left(void);
/* The next of them. */
int ahead_next(void);
/* Adds some at the end; puts some before the others. Without memory they are lost. */
void ahead_add(const char *, size_t n);
void ahead_put(const char *, size_t n);
/* Forgets them all. */
void ahead_drop(void);
/* keys.c: binds the keys of our own, before readline reads the user's inputrc. */
void keys_bind(void);
/* readline's source of keys. */
int keys_get(FILE *);
/* Makes room for n more bytes. 0, or -1 without memory. */
int bytes_grow(struct bytes *, size_t n);
/* paste.c: a paste begins: Ctrl-C ends it too. */
void paste_begin(void);
/* Takes what is there of the paste; at its end it stands in the line. */
void paste_read(void);
/* The paste is over although its closing mark never came: what came stands in the line. */
void paste_end(void);
/* Forgets a paste that is not complete. */
void paste_drop(void);

#endif
