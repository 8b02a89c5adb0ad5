/* SPDX-License-Identifier: MIT */
/*
 * markdown: renders Markdown for a terminal while it streams in. Pure: text in, text out, no clock, no locale, no file.
 *
 * It only ever appends: no cursor movement, no query, nothing is written twice. What is not decided yet (the word at the end, a
 * mark that may close, a table's first rows) is held back, within bounds. What marks structure stays text (#, `, fences, |, >,
 * numbers), so that what is copied from the screen is Markdown still; only marks that an attribute replaces, the syntax of links,
 * backslashes and five entities go. Code is written as it came: never wrapped, indented or padded. Where the deltas are cut, and
 * when they come, changes no cell of the screen.
 *
 * A renderer is one allocation of a fixed size, whatever comes; the work is linear in the text.
 *
 * The text must be UTF-8 that is safe to show (hobnob.text/1): the escapes that the renderer writes are its own. Should a control
 * character come none the less, U+FFFD is shown for it.
 */
#ifndef HOBNOB_MARKDOWN_MARKDOWN_H
#define HOBNOB_MARKDOWN_MARKDOWN_H

#include <stddef.h>
#include <stdint.h>

#include "hobnob/plugin.h"

/* How a piece of text looks: a sum of these. */
#define MD_BOLD 1u
#define MD_ITALIC 2u
#define MD_STRIKE 4u
#define MD_UNDERLINE 8u /* the text of a link */
#define MD_DIM 16u      /* fences, rules, addresses of links, marks of quotes */
#define MD_CODE 32u     /* code within a line */
#define MD_COMMENT 64u  /* and what a fence holds */
#define MD_STRING 128u
#define MD_NUMBER 256u
#define MD_KEYWORD 512u
#define MD_ADDED 1024u /* lines of a diff */
#define MD_REMOVED 2048u
#define MD_STYLES 12
#define MD_PLAIN 4096u /* of prose: like any other text */
#define MD_COLORS (MD_COMMENT | MD_STRING | MD_NUMBER | MD_KEYWORD | MD_ADDED | MD_REMOVED)

/* Parameters of the escape sequence SGR ("1;36") of each style, from MD_BOLD on; "": it looks like any other text, and the marks
 * of bold, italic and struck text stay. */
struct md_looks {
	const char *sgr[MD_STYLES];
	const char *label[2]; /* of names before what somebody says, by enum md_label */
};

enum md_label { MD_LABEL_USER, MD_LABEL_MODEL };

enum md_theme { MD_THEME_AUTO, MD_THEME_DARK, MD_THEME_LIGHT, MD_THEME_PLAIN };

/* The looks of a theme; never NULL. colorfgbg: the variable COLORFGBG or NULL, by which AUTO chooses; without it, colours that can
 * be read on black and on white. colors 0 (NO_COLOR): bold, italic, underlined, struck and dim alone. PLAIN: no attribute at all. */
const struct md_looks *md_looks_of(enum md_theme, const char *colorfgbg, int colors);
/* The theme of a name ("auto", "dark", "light", "plain"), or -1. */
int md_theme_of(hn_str name);

struct md_options {
	const struct md_looks *looks; /* must outlive the renderer */
	unsigned (*columns)(void *ud); /* of the terminal; asked before each row. 0: rows have no end */
	void (*write)(void *ud, hn_str piece); /* takes what is to be shown; the attributes are closed at its end */
	void *ud;
	unsigned column; /* where the cursor is: after a label. A paragraph goes on there, any other block begins a row */
	int unicode;     /* bullets and rules may be other than ASCII */
	int osc8;        /* visible addresses are hyperlinks, too (OSC 8) */
	unsigned prose;  /* the text is not Markdown: words are wrapped, and all of it has this style, MD_PLAIN or a sum; 0: it is */
	unsigned indent; /* blanks before each row of it */
};

struct md;

/* The caller frees it with md_free(). */
struct md *md_new(const struct md_options *) __attribute__((warn_unused_result));
/* More of the text, cut anywhere. Writes what is decided. */
void md_feed(struct md *, hn_str text);
/* Of text that is not Markdown: how it looks from here on; MD_PLAIN or a sum of styles. */
void md_prose_style(struct md *, unsigned style);
/* Somebody else is going to write: ends the row that is written. What is held stays held, and the text continues on the next
 * row in the same paragraph, list or code. */
void md_pause(struct md *);
/* The text has ended, or was interrupted: writes all that is held, as it came where it is unfinished, and ends the row. The
 * renderer is then as new, at column 0. */
void md_finish(struct md *);
/* Columns of the present row that are written; 0: nothing stands on it. */
unsigned md_column(const struct md *);
/* Rows of a table that are held back, for a status line; 0: no table is. */
unsigned md_held_rows(const struct md *);
/* Steps done so far, of a bounded time each: what a test of linear time counts. */
uint64_t md_work(const struct md *);
/* Bytes of a renderer. */
size_t md_size(void);
/* NULL-safe; sets *md to NULL. */
void md_free(struct md **md);

#endif
