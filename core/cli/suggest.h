/* SPDX-License-Identifier: MIT */
/*
 * suggest: -e: a shell command from the model, and what its user does with it.
 *
 * Nothing is run without a key: only "r", pressed alone after the command has been shown, runs it.
 */
#ifndef HOBNOB_CLI_SUGGEST_H
#define HOBNOB_CLI_SUGGEST_H

#include <sys/resource.h>

#include "cli/cli.h"

/* What -e has beside a turn. */
struct suggestion {
	struct runtime *rt; /* borrowed */
	int tty;            /* the terminal that has the keys; -1: there are no choices, the command is printed */
	char *markdown;     /* what the setting says, to be put back for an explanation */
	struct buf command; /* as it was edited last */
	struct rlimit core; /* of core files, before a key was read: the command's again */
};

/* For -e: the system prompt, the terminal. 0, or an exit status after saying why not. */
int suggest_begin(struct suggestion *, struct runtime *, const struct cli *);
void suggest_end(struct suggestion *);
/* The turn is over. Lets the user choose until the command is to be run, or nothing more is wanted; *run says which. start is the
 * session's own. The exit status, if it is not to be run. */
int suggest_choose(struct suggestion *, const struct instance *frontend, hn_session *, struct session_start *start, int *run);
/* Becomes the user's shell, which runs the command. Returns only after saying why it cannot: the exit status. */
int suggest_run(const struct suggestion *);

/* ---- suggest_keys.c ---- */
enum suggest_key { SUGGEST_EDIT, SUGGEST_RUN, SUGGEST_EXPLAIN, SUGGEST_COPY, SUGGEST_QUIT, SUGGEST_KEYS, SUGGEST_INTERRUPTED };
/* Shows the choices of a mask (1 << key) in a row, with lead before them, and waits for one. Anything typed before is dropped. */
enum suggest_key suggest_key(const struct suggestion *, const char *lead, unsigned mask);

/* ---- suggest_edit.c ---- */
/* 1 if a line can be edited here. */
int suggest_can_edit(const struct suggestion *);
/* Lets the user edit a text in its place. 0 with *edited, which stays empty if they gave up; or an exit status after saying why
 * not. */
int suggest_edit(const struct suggestion *, const struct buf *text, struct buf *edited);

#endif
