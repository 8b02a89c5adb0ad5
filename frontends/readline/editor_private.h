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

/* A paste in progress. */
struct paste {
	int on, too_long;
	int ended;   /* the last one had a newline at its end, which was left out */
	int follows; /* this one comes right after such a one */
	struct bytes text;
};

/* The next keys, from `at` on: typed between lines, or read after a paste. */
struct ahead {
	struct bytes keys;
	size_t at;
	int held; /* the next Enter among them waits for one from the keyboard */
	int gave_up; /* a Ctrl-C discarded them, and what stood at the prompt, before the present line */
};

struct editor {
	struct editor_setup setup;
	FILE *out; /* what readline writes to */
	char *line;        /* the line that readline passed on */
	int done;          /* it passed on a line, or the end if that is NULL */
	int multiline;
	int wants_compose; /* Ctrl-X Ctrl-E was pressed */
	char *preset;
	struct view view;
	struct paste paste;
	struct ahead ahead;
	int partial; /* the last byte of the keys left a character incomplete */
	/* the last two bytes of keys: whether that was vi's ESC, with the next key immediately after it */
	int escaped[2];
	struct sigaction resize, stop, go_on; /* the former actions of those signals */
};

extern struct editor editor;

/* draw.c: draws the line, or what stays of it on the screen once it is sent. */
void draw(int sent);
/* ahead.c: how many of the waiting keys may be taken now. */
size_t ahead_left(void);
/* The next of them. */
int ahead_next(void);
/* Adds keys at the end; puts keys before the others. Without memory they are lost. */
void ahead_add(const char *, size_t n);
void ahead_put(const char *, size_t n);
/* Discards them all. */
void ahead_drop(void);
/* keys.c: binds hobnob's keys, before readline reads the user's inputrc. */
void keys_bind(void);
/* readline's source of keys. */
int keys_get(FILE *);
/* Makes room for n more bytes. 0, or -1 without memory. */
int bytes_grow(struct bytes *, size_t n);
/* paste.c: a paste begins, right after another or not; Ctrl-C ends it too. */
void paste_begin(int again);
/* Takes what has arrived of the paste; at its end the text is in the line. */
void paste_read(void);
/* The paste is over although its closing mark never arrived: what arrived is in the line. */
void paste_end(void);
/* Discards an incomplete paste. */
void paste_drop(void);

#endif
