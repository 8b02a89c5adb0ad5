/* SPDX-License-Identifier: MIT */
/*
 * queue: the lines that were ended by Enter during a reply, in order, as texts.
 *
 * Each becomes an input of its own. Those that are taken back, or held after a reply that was stopped, stand at the
 * prompt together: as the rows of one text. A command cannot be a row of a message, so it stays by itself.
 */
#ifndef HOBNOB_FRONTENDS_READLINE_QUEUE_H
#define HOBNOB_FRONTENDS_READLINE_QUEUE_H

#include <stddef.h>

enum queue_what {
	QUEUE_LINE,
	QUEUE_COMPOSE, /* Ctrl-X Ctrl-E was typed: the text goes into the user's editor */
	QUEUE_END,     /* Ctrl-D was typed: the conversation ends; no text */
};

struct queue_item {
	enum queue_what what;
	char *text; /* owned by who holds the item */
};

/* Begin with { 0 }, end with queue_drop(). */
struct queue {
	struct queue_item *p;
	size_t n, cap;
};

/* 1 if the first word of a text looks like a command. */
int queue_is_command(const char *text);
/* Adds an item at the end, and owns the text. Without memory, or a text where one is needed, nothing is added. */
void queue_add(struct queue *, enum queue_what, char *text);
/* Takes the first; there has to be one. */
struct queue_item queue_take(struct queue *);
/* Takes the last back: its text, with `below` as its further rows unless that is empty; the caller frees it. NULL,
 * and nothing is changed, if the last one is not a line, the two cannot be one text, or without memory. */
char *queue_take_back(struct queue *, const char *below);
/* Takes as many of the first as can be one text; the caller frees it. NULL if the first one is not a line, or
 * without memory. */
char *queue_take_together(struct queue *);
/* All that waits for the user's editor is a line now: nobody asks for the editor any more. */
void queue_lines_only(struct queue *);
/* How many lines there are. */
size_t queue_lines(const struct queue *);
/* 1 if they can all be one text. */
int queue_is_together(const struct queue *);
void queue_drop(struct queue *);

#endif
