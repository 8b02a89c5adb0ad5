/* SPDX-License-Identifier: MIT */
/*
 * rendered: replies as rendered Markdown: the renderer (markdown/markdown.h) between a session's text and the terminal.
 *
 * How it looks is asked once a reply: the settings, the variable COLORFGBG, and the locale's name. The width is asked for each row.
 */
#ifndef HOBNOB_FRONTENDS_RENDERED_H
#define HOBNOB_FRONTENDS_RENDERED_H

#include "markdown/md_terminal.h"
#include "shared/out.h"
#include "shared/services.h"
#include "util/buf.h"

struct rendered {
	struct out *out;   /* where it goes, or */
	struct buf *whole;
	struct md *md; /* NULL: nothing is being rendered */
	struct md_width width;
};

/* 1 if the settings want Markdown rendered on standard output. flags: HN_START_*. */
int rendered_wanted(const struct services *, hn_session *, uint32_t flags);
/* A reply begins on the row, after a label of so many columns, or at its start. flags: HN_START_*. */
void rendered_begin(struct rendered *, struct out *, const struct services *, uint32_t flags, unsigned label);
/* Text that is not Markdown begins at the row's start: its words are wrapped. */
void rendered_prose(struct rendered *, struct out *, const struct services *, uint32_t flags);
/* How such text looks from here on: MD_PLAIN or a sum of styles. */
void rendered_style(struct rendered *, unsigned style);
/* Ends the row, if something stands on it, or is held for it. */
void rendered_row(struct rendered *);
/* The same for an aside, such as reasoning: dim, each row indented by two blanks. */
void rendered_aside(struct rendered *, struct out *, const struct services *, uint32_t flags);
/* More of it, made safe; returns 1 if the row that is written has no end yet. */
int rendered_text(struct rendered *, const hn_text *, hn_str);
/* Rows of a table that are held back. */
unsigned rendered_held(const struct rendered *);
/* Something else is to be written in the middle of it: ends the row that is written; the rest follows on the next. */
void rendered_pause(struct rendered *);
/* The reply has ended, or something else is to be written: all that is held is written, and the row ended. Then nothing is
 * rendered. */
void rendered_end(struct rendered *);
/* Appends a whole reply, as the terminal is to get it: rendered, or its source made safe where nothing is rendered. */
void rendered_whole(const struct services *, hn_session *, uint32_t flags, hn_str text, struct buf *out);

#endif
