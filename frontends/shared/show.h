/* SPDX-License-Identifier: MIT */
/*
 * show: puts a session's events before a person.
 *
 * Standard output carries what was asked for: replies and the results of commands. All else
 * (errors, notices, retries, reasoning) goes to standard error. A terminal gets nothing but safe
 * text; a pipe gets the true bytes. Where both ends are the same terminal the lines are kept
 * apart; elsewhere a notice waits for the end of the reply's line. While nothing comes, a terminal shows for how long (status.h).
 */
#ifndef HOBNOB_FRONTENDS_SHOW_H
#define HOBNOB_FRONTENDS_SHOW_H

#include "shared/costly.h"
#include "shared/out.h"
#include "shared/rendered.h"
#include "shared/services.h"
#include "shared/status.h"
#include "util/buf.h"
#include "shared/thought.h"

#define SHOW_HELD_MOST 1024 /* bytes of notices that wait */

struct show {
	const struct services *services;
	hn_session *session;
	struct out out, err;
	uint32_t flags;  /* HN_START_*, HN_TTY_* */
	int plain;       /* the setting: whole rows, words for signs */
	int dialogue;    /* a conversation on a terminal: replies bear "Assistant: " */
	const char *held_word; /* a lone "exit" or the like, not sent before Enter is pressed again; or NULL */
	struct costly costly;  /* a question that waits for an Enter, because of its cost */
	int unsent;      /* the last line was not sent: a file that it names cannot be attached */
	int mid_out;     /* the last byte on either one was no newline */
	int mid_err;
	int spoke;       /* text of the present reply came */
	int interrupted; /* the last reply was */
	int32_t code;    /* what the last submit() returned */
	char held[SHOW_HELD_MOST]; /* notices, each ended by NUL */
	size_t n_held;
	struct status status;
	struct rendered reply; /* the reply, where Markdown is rendered */
	unsigned several;      /* of several replies to one input: which one it is, from 1; else 0 */
	int renders;           /* so is the present one */
	struct buf collected;  /* the present reply, where a program of the user's is to show it */
	int collects;          /* it has begun, and not ended */
	int labelled;          /* its label, if it has one, is written */
	struct rendered aloud; /* reasoning that is shown on a terminal */
	struct thought thought; /* reasoning that is not */
};

/* Begins; dialogue as above. Nothing is written. */
void show_open(struct show *, const struct services *, hn_session *, uint32_t flags, int dialogue);
/* Asks how things are to be shown: a /set may have changed it. */
void show_looks(struct show *);
/* Before each submit(): forgets the last turn; returns the flags (HN_INPUT_*) of the input. */
uint32_t show_begin(struct show *);
/* The hn_on_event of a submit(); ud is the struct show. */
int32_t show_event(void *ud, const hn_session_event *);
/* "hobnob: TEXT" on standard error, safe and on a line of its own. */
void show_remark(struct show *, const char *text);
/* The same without the name, and dim where there are colours: a hint that belongs to the prompt. */
void show_aside(struct show *, const char *text);
/* Writes a text of hobnob's own to standard output: what a command found, a hint. Safe, and on a terminal wrapped. Returns
 * out.failed. */
int32_t show_own(struct show *, hn_str text);
/* Says why the input cannot be read; returns HN_ERR_USAGE, as for a prompt that cannot be read. */
int32_t show_unreadable(struct show *, int error);
/* What run() returns if standard output failed: out.failed, with the reason in errno, which hobnob tells. */
int32_t show_failed(struct show *);
/* 1 if the closing event of a turn has tokens or cost. */
int show_counts(const hn_session_event *);
/* One line of tokens, cost and time of a turn on standard error. */
void show_usage(struct show *, const hn_session_event *);

#endif
