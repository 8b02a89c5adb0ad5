/* SPDX-License-Identifier: MIT */
/* input: what a line of JSON asks for, and the queue of what is still to be answered. */
#ifndef HOBNOB_FRONTENDS_JSONL_INPUT_H
#define HOBNOB_FRONTENDS_JSONL_INPUT_H

#include "hobnob/plugin.h"

/* Bytes of the lines that wait, without their ends; while they are as many, each further line is
 * refused. */
#define QUEUE_MAX ((size_t)1 << 20)

enum input_what {
	INPUT_SAY, /* text: a message, verbatim */
	INPUT_COMMAND, /* text: a /command */
	INPUT_CANCEL, /* stop the running turn */
	INPUT_BAD, /* why: what is wrong with the line */
};

struct input {
	struct input *next;
	enum input_what what;
	char *id; /* the JSON of it, as it was written; owned. NULL: it is missing */
	char *text; /* owned */
	size_t n;
	char **files; /* of a SAY: to attach; owned */
	size_t n_files;
	int is_first; /* a SAY of the command line, with what that attached */
	const char *why; /* static text */
	const char *hint; /* static text: how to convert a line that is not text; NULL: it is text */
	size_t cost; /* bytes that it counts in the queue */
};

/* Reads one line (need not be valid UTF-8). The caller frees it. */
struct input *input_read(hn_str line);
/* A say without id, made of the command line's text as it stands. */
struct input *input_first(hn_str text);
void input_free(struct input *); /* accepts NULL */

/* Zero-initialise. */
struct queue {
	struct input *first, *last;
	size_t n, bytes;
};

/* 1 if no more may be added. */
int queue_full(const struct queue *);
void queue_add(struct queue *, struct input *); /* takes it over */
struct input *queue_next(struct queue *); /* gives it away; NULL if empty */

#endif
