/* SPDX-License-Identifier: MIT */
/*
 * md_terminal: how the user wants Markdown on a terminal: by settings, by variables of the environment (COLORFGBG and the
 * locale's), and by the terminal's width. The renderer itself does not know these.
 */
#ifndef HOBNOB_MARKDOWN_MD_TERMINAL_H
#define HOBNOB_MARKDOWN_MD_TERMINAL_H

#include "markdown/markdown.h"

/* Each takes what settings say, as text; empty: a host that has no such setting. */

/* 1 if Markdown is to be rendered. terminal: it goes to one; dumb: that obeys no escapes. */
int md_wanted(hn_str markdown, int terminal, int dumb);

/* How wide rows are. */
struct md_width {
	int fd;           /* of the terminal */
	unsigned columns; /* of a row at most; 0: as many as the terminal has */
	int endless;      /* the terminal itself wraps rows */
};

/* As the setting `wrap` says. */
struct md_width md_width_of(int fd, hn_str wrap);
/* The columns of a row, by the terminal's present width, or 80 where it has none; 0: rows have no end. */
unsigned md_width_columns(const struct md_width *);

/* Sets how a renderer's text looks, by the setting `theme`; all else in the options stays. color 0: NO_COLOR, or color=never. */
void md_look(struct md_options *, hn_str theme, int color);
/* The parameters of the escape sequence SGR of a label, by the setting `theme`; "": it looks like any other text. */
const char *md_label_look(hn_str theme, enum md_label);
/* Sets whether addresses are hyperlinks, by the setting `links`. */
void md_link(struct md_options *, hn_str links);

#endif
