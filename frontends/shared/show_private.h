/* SPDX-License-Identifier: MIT */
/* show_private: what the files of show (show.h) call of one another. */
#ifndef HOBNOB_FRONTENDS_SHOW_PRIVATE_H
#define HOBNOB_FRONTENDS_SHOW_PRIVATE_H

#include "shared/label.h"
#include "shared/show.h"

/* ---- show.c: standard output ---- */

/* The reply begins, unless it has: writes its label, and begins to render it where that is wanted. */
void show_begin_reply(struct show *);
/* Markdown begins, where it is wanted, after a label of so many columns. */
void show_begin_rendered(struct show *, unsigned label);
/* Writes what stands before a reply in a conversation, and a blank or none. */
void show_label(struct show *, const char *blank);
/* Begins to show a reply, with its label or without. */
void show_open_reply(struct show *, int label);
/* The reply is collected from here on, for render_command; 0: it is not wanted. label: it gets one. */
int show_collect(struct show *, int label);
/* Ends a line of reasoning before anything else is written. */
void show_end_reasoning(struct show *);
/* Writes text from the session to standard output. Returns out.failed. */
int32_t show_say(struct show *, hn_str text);
/* Appends a piece; ud is a struct buf. */
void show_gather(void *ud, hn_str piece);
/* The columns of rows on that terminal, as the setting `wrap` says; 0: they have no end. */
unsigned show_columns(const struct show *, const struct out *);
/* Writes a list to the terminal, each of its lines cut to a row. */
void show_rows(struct show *, hn_str text);
/* Ends the line, if one was begun. Returns out.failed. */
int32_t show_end_line(struct show *);
/* The same in the middle of a reply, which continues on the next line. */
void show_pause_line(struct show *);

/* ---- show_thought.c: reasoning ---- */

/* A piece of it, where it is wanted. */
void show_reasoning(struct show *, hn_str text);
/* The reply begins, or the turn ends: a line about what was not shown, once a reply, in a conversation on a terminal. tokens: the
 * server's count, or -1. */
void show_thought(struct show *, int64_t now, int64_t tokens);

/* ---- show_remark.c: standard error ---- */

/* 1 if both ends are the terminal. */
int show_on_one_screen(const struct show *);
/* Comes to the start of a line of standard error, where the eye sees it. */
void show_begin_remark(struct show *);
/* Takes a safe piece to standard error; ud is the struct show. Further lines are indented, so that none can pass for ours. */
void show_put_err(void *ud, hn_str piece);
/* Writes one remark: what, and what to do about it (empty: nothing). */
void show_tell(struct show *, hn_str text, hn_str hint);
/* "hobnob: TEXT" in the middle of a reply, which continues below it. */
void show_interject(struct show *, const char *text);
/* Holds a notice until the reply's line has ended: 0 outside of a line, or without room. Both ends may be
 * one file, and the line cannot be ended for it: the reply's bytes are its own. */
int show_hold(struct show *, hn_str text);
/* Shows the notices that waited. */
void show_release(struct show *);
/* The line after a reply, in a conversation on a terminal. */
void show_footer(struct show *, const hn_session_event *);
/* Tells a person who looks elsewhere what ended after ms, where the settings want that. */
void show_notify(struct show *, const char *what, int64_t ms);

/* ---- show_collect.c: replies that a program of the user's shows ---- */

/* The reply has ended. If it was collected it is shown: by that program if it is whole, or else as ever. */
void show_collected(struct show *, int whole);

#endif
