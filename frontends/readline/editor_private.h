/* SPDX-License-Identifier: MIT */
/* editor_private: what the editor's files share. */
#ifndef HOBNOB_FRONTENDS_READLINE_EDITOR_PRIVATE_H
#define HOBNOB_FRONTENDS_READLINE_EDITOR_PRIVATE_H

#include <signal.h>
#include <stdio.h>

#include "editor.h"
#include "queue.h"
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

/* What becomes of what was typed during an input. */
enum ahead_hold {
	AHEAD_SEND,
	AHEAD_HOLD, /* it stands at the prompt */
	AHEAD_ASK,  /* the same, after the prompt at which the user answers */
};

/* The next keys, from `at` on: typed between lines, or read after a paste. */
struct ahead {
	struct bytes keys;
	size_t at;
	struct queue queue;
	char *tail; /* what was taken back from the queue: the line begins with it, once the queue is empty */
	enum ahead_hold hold; /* the last input's word */
	int held;   /* the queue is: each of its texts waits for an Enter from the keyboard */
	int asks;   /* the next line answers a question; the queue comes after it */
	size_t untold; /* so many lines stand at the prompt, and the user was not told yet */
	int gave_up; /* a Ctrl-C discarded them, and what stood at the prompt, before the present line */
};

/* Keys on their way into the queue; see gather.c. */
struct gather {
	int on;
	int all;     /* the queue is held, so no key has to wait */
	int stopped; /* the keys that are left wait until the queue is empty */
	int rest;    /* the last line of the queue was not ended by Enter */
	int starved; /* a key was asked for, and there was none */
	size_t at;   /* the first key that is for the prompt */
};

struct last_keys {
	int partial;    /* the last byte left a character incomplete */
	int escaped[2]; /* the last two bytes: whether that was vi's ESC, with the next key immediately after it */
};

struct modes {
	int multiline;
	int plain; /* the terminal gets no escapes */
	int marks; /* pastes are to be marked, unless plain */
};

struct editor {
	struct editor_setup setup;
	FILE *out; /* what readline writes to */
	char *line;        /* the line that readline passed on */
	int done;          /* it passed on a line, or the end if that is NULL */
	struct modes modes;
	int wants_compose; /* Ctrl-X Ctrl-E was pressed */
	char *preset;      /* what the next line begins with */
	struct gather gather;
	struct view view;
	struct paste paste;
	struct ahead ahead;
	struct last_keys last;
	struct sigaction resize, stop, go_on; /* the former actions of those signals */
};

extern struct editor editor;

/* draw.c: draws the line, or what stays of it on the screen once it is sent. */
void draw(int sent);
/* Asks for the screen's size. */
void draw_size(void);
/* ahead.c: how many keys wait. */
size_t ahead_left(void);
/* The next of them. */
int ahead_next(void);
/* Adds keys at the end; puts keys before the others. Without memory they are lost. */
void ahead_add(const char *, size_t n);
void ahead_put(const char *, size_t n);
/* Discards them all, and the queue. */
void ahead_drop(void);
/* gather.c: the keys up to the last Enter become lines of the queue, the others stay. All: no key waits for what a
 * line does, and the line that is being typed is queued as well, if there are others. */
void gather(int all);
/* Up: takes the last line back while keys are gathered. 1 if the key has done its work. */
int gather_take_back(void);
/* readline's rl_input_available_hook while it gets keys from here. */
int gather_more(void);
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
