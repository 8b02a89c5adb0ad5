/* SPDX-License-Identifier: MIT */
/*
 * md_private: the parts of the Markdown renderer. Each calls only those above it here:
 *
 *   pen     bytes and attributes on their way out
 *   wrap    rows: words, grapheme clusters, marks and blanks at the beginning
 *   cell    one row of a table, as styled text, and how it is cut into lines
 *   span    what is read to its end before it means anything: code, maths, addresses, entities
 *   queue   the text whose emphasis is not decided
 *   inline  emphasis and links of one source line
 *   code    colours of a fence's body
 *   table   rows that are held, laid out and shown
 *   line    the source line that is read
 *   fence   the lines of fences and of displayed maths
 *   block   what each source line is
 *   prose   text that is not Markdown
 */
#ifndef HOBNOB_MARKDOWN_MD_PRIVATE_H
#define HOBNOB_MARKDOWN_MD_PRIVATE_H

#include "md_langs.h"
#include "markdown/markdown.h"

/* Bounds of what is held, in bytes unless they say otherwise. */
#define MD_OUT 16384       /* of the present write */
#define MD_WORD 4096       /* a word */
#define MD_CLUSTER 128     /* one character of a person's */
#define MD_EMPHASIS 160    /* text between the marks of emphasis, of code and of maths */
#define MD_LINK_TEXT 512   /* text between the brackets of a link */
#define MD_ADDRESS 2048    /* of a link */
#define MD_QUEUE 8192      /* text whose emphasis is not decided */
#define MD_MARKS 64        /* marks that may yet open something */
#define MD_RUN 16          /* equal marks in a row */
#define MD_LINE 2048       /* the beginning of a line whose kind is not decided */
#define MD_RULE 256        /* a rule, and the line of a fence */
#define MD_ROW 4096        /* a row of a table */
#define MD_TABLE 32768     /* all rows that are held */
#define MD_TABLE_ROWS 9    /* the header, and those that the widths are taken from */
#define MD_TABLE_COLUMNS 64
#define MD_QUOTES 16       /* levels of quotes */
#define MD_ITEMS 3         /* markers of lists on one line */

#define MD_WORD_STREAMS 12 /* columns from which a word that begins a row is shown as it comes */
#define MD_RULE_COLUMNS 40
#define MD_CELL_LEAST 6    /* columns that a cell is not made narrower than */
#define MD_WIDEST 2000u  /* columns of a row; a terminal that has more is taken to have so many */
#define MD_LABEL 64        /* bytes of a header before a record, but the first */
#define MD_ENDLESS 1000u   /* columns of a table where rows have no end */

/* OSC 8 around an address. */
#define MD_LINK "\033]8;;"
#define MD_ST "\033\\"
#define MD_LINK_END (sizeof MD_LINK MD_ST - 1)

/* Not looks: what else is known of a byte. */
#define MD_SOLID 0x2000u /* no row begins within: an address */
#define MD_RAW 0x4000u   /* for the terminal alone, of no column */
#define MD_GONE 0x8000u  /* a mark that an attribute has replaced */

/* One code point. */
struct md_char {
	const char *p;
	uint32_t cp;
	uint8_t n;
};

struct md_pen {
	const struct md_looks *looks;
	void (*write)(void *ud, hn_str piece);
	void *ud;
	unsigned shown; /* the styles that look like something */
	unsigned on;    /* what the terminal has now */
	size_t n;
	char out[MD_OUT];
};

/* The row that is written, and how those of its source line begin. */
struct md_row {
	unsigned quotes, indent, hang; /* marks; blanks of the first row and of the others */
	unsigned width;                /* as asked when it began; 0: endless */
	unsigned col;                  /* columns written */
	unsigned blanks;               /* not written yet */
	unsigned blank_style;
	uint8_t open;  /* it has begun */
	uint8_t text;  /* something but marks and blanks is on it */
	uint8_t later; /* it is not the first of its source line */
	uint8_t label; /* somebody else's text is on it */
};

/* The word at the end of the text, whose last cluster may still grow. */
struct md_word {
	size_t n, cluster;        /* bytes, and where the last cluster begins */
	unsigned columns;         /* of all that is held */
	unsigned cluster_columns; /* of the last cluster */
	uint32_t last;            /* the last code point; 0: none */
	int32_t state;            /* of the rules of clusters */
	uint8_t streams;          /* its beginning is written */
	uint16_t style[MD_WORD];
	char text[MD_WORD];
};

/* A row of a table, made into styled text; piece by piece of its cells. */
struct md_cells {
	size_t n;
	unsigned count;
	struct { uint32_t from, to; } at[MD_TABLE_COLUMNS];
	uint16_t style[2 * MD_ROW];
	char text[2 * MD_ROW];
};

enum md_span_kind {
	MD_SPAN_NONE,
	MD_SPAN_ESCAPE,  /* after a backslash */
	MD_SPAN_ENTITY,  /* after & */
	MD_SPAN_BANG,    /* after ! */
	MD_SPAN_CLOSE,   /* after the ] of an open [ */
	MD_SPAN_TICKS,   /* within the back-quotes that open code */
	MD_SPAN_CODE,
	MD_SPAN_DOLLAR,  /* after $ */
	MD_SPAN_MATHS,   /* between $ and $ */
	MD_SPAN_DISPLAY, /* between $$ and $$ */
	MD_SPAN_PAREN,   /* between \( and \) */
	MD_SPAN_ADDRESS, /* between ]( and ) */
};

enum md_span_step { MD_SPAN_MORE, MD_SPAN_DONE, MD_SPAN_OVER, MD_SPAN_FAILED };

struct md_span {
	enum md_span_kind kind;
	unsigned run, closing; /* back-quotes that opened it; those that may close it */
	unsigned depth;        /* parentheses open in an address */
	unsigned phase;        /* of an address: within it, after it, in the title */
	uint8_t quote;         /* what ends the title, or > */
	uint8_t escaped;
	size_t n;
	char text[MD_ADDRESS + MD_RUN];
};

/* A mark in the queue that may open emphasis, or the bracket of a link. */
struct md_mark {
	uint32_t at, age, gaps; /* where it stands, and what in->age and in->gaps were */
	uint8_t c, n;           /* '*' '_' '~' '[' or '!' for an image; how many */
};

struct md_queue {
	size_t head, n;
	unsigned count;
	struct md_mark mark[MD_MARKS];
	uint16_t style[MD_QUEUE];
	char text[MD_QUEUE];
};

struct md_inline {
	unsigned base;              /* style of all */
	uint32_t age, gaps;         /* bytes of text, and blanks, since the line began */
	uint64_t last;              /* the last eight bytes */
	uint8_t before;             /* the kind of the last character */
	uint8_t run, run_n;         /* equal marks whose end has not come */
	uint8_t run_before;
	uint8_t url;                /* within a bare address */
	uint8_t replays;            /* no address begins: one has failed */
	struct md_cells *cells;     /* where the text goes; NULL: to the row */
	struct md_queue q;
	struct md_span span;
};


struct md_code {
	const struct md_lang *lang; /* NULL: no colours */
	uint8_t state, quote, quotes, escaped, before;
	uint8_t triple; /* the string ends with three of its quotes */
	unsigned line;  /* style of a whole line */
	unsigned n;
	char held[32];
};

enum md_stage { MD_TABLE_NONE, MD_TABLE_HEAD, MD_TABLE_HELD, MD_TABLE_FIXED };

struct md_table {
	enum md_stage stage;
	unsigned quotes, indent;
	unsigned columns, rows;  /* rows: of those that are held, with the header */
	unsigned shown;          /* records shown so far */
	uint8_t records;         /* too narrow for columns */
	size_t n;
	uint32_t end[MD_TABLE_ROWS];
	uint16_t width[MD_TABLE_COLUMNS];
	uint8_t align[MD_TABLE_COLUMNS];
	char text[MD_TABLE];
	struct md_cells cells;
};

enum md_line_state {
	MD_LINE_START,  /* blanks and marks of quotes */
	MD_LINE_MARKED, /* after the marker of an item */
	MD_LINE_HASHES,
	MD_LINE_SIGNS,   /* - * _ + = and blanks: a rule, an item, or text */
	MD_LINE_DIGITS,
	MD_LINE_TICKS,   /* the line that opens a fence */
	MD_LINE_DISPLAY, /* the line that opens $$ or \[ */
	MD_LINE_HEADER,  /* a row of a table, or what may be its header */
	MD_LINE_DASHES,  /* the line after a header */
	MD_LINE_TEXT,
	MD_LINE_INDENTED,
	MD_LINE_BODY, /* the beginning of a line of a fence's body, or of maths */
	MD_LINE_CODE, /* the rest of it */
};

/* The source line that is read. */
struct md_line {
	uint8_t state;      /* enum md_line_state */
	uint8_t begun;      /* something of it has come */
	uint8_t items;      /* markers of lists on it */
	uint8_t blank_next; /* a blank belongs to the mark before it */
	unsigned quotes, indent;
	unsigned count; /* of equal marks at its beginning */
	size_t n;
	char text[MD_LINE];
};

/* What earlier lines mean for the present one. */
struct md_past {
	uint8_t paragraph; /* the last line was text */
	uint8_t blank;     /* or blank, or there was none */
	uint8_t code;      /* or indented code */
	uint8_t list;      /* a list is open */
	uint8_t fence;     /* ` or ~: what opened it */
	uint8_t maths;     /* $ or ]: what will close it */
	unsigned fence_n, fence_indent, quotes; /* of a fence or of maths */
};

struct md {
	struct md_options options;
	uint64_t work;
	size_t partial; /* bytes of a character that was cut */
	char part[4];
	struct md_pen pen;
	struct md_row row;
	struct md_word word;
	struct md_inline in;
	struct md_code code;
	struct md_table table;
	struct md_line line;
	struct md_past past;
};

/* pen: appends text in a style; n blanks; and closes the attributes and writes. */
void md_pen_put(struct md_pen *, const char *p, size_t n, unsigned style);
void md_pen_blanks(struct md_pen *, unsigned n, unsigned style);
void md_pen_end(struct md_pen *);

/* Bytes and columns of the grapheme cluster at p; n > 0. */
size_t md_cluster(const char *p, size_t n, unsigned *columns);
/* The code point at p, of whole UTF-8. */
struct md_char md_char_at(const char *p);
/* 1 if a row may begin between two characters that no blank parts. */
int md_may_break(uint32_t before, uint32_t after);

/* wrap: begins a row, with its marks. */
void md_row_begin(struct md *);
/* Ends the row, also one that has not begun. */
void md_row_end(struct md *);
/* The rows that follow begin so; what somebody else left on the row is ended unless this goes on there. */
void md_rows(struct md *, unsigned quotes, unsigned indent, unsigned hang, int goes_on);
/* Text of words and blanks, of any length. */
void md_words(struct md *, const char *p, size_t n, unsigned style);
/* The word has ended. */
void md_word_end(struct md *);
/* Text that is never wrapped. */
void md_verbatim(struct md *, const char *p, size_t n, unsigned style);
/* Writes of the word what may be written now. */
void md_settle(struct md *);

/* cell: appends to the row of a table that is made. */
void md_cell_add(struct md_cells *, const char *p, size_t n, unsigned style);
/* Columns of a cell on one line. */
unsigned md_cell_columns(const struct md_cells *, unsigned i);
/* What of a cell, from byte from to to, fits: its end, its columns, and where the next line begins. */
size_t md_cell_fit(const struct md_cells *, size_t from, size_t to, unsigned width, unsigned *columns, size_t *next);

/* span: one more character. DONE: it ends with it; OVER: it ended before it; FAILED: it is nothing of the kind. */
enum md_span_step md_span_step(struct md_span *, const struct md_char *);
/* The line has ended: OVER or FAILED. */
enum md_span_step md_span_end(const struct md_span *);

/* queue: appends to what is shown; is of the line's text, and ages the marks; and n marks of c that may open something. */
void md_queue_add(struct md *, const char *p, size_t n, unsigned style);
void md_queue_text(struct md *, const char *p, size_t n, unsigned style);
void md_queue_open(struct md *, uint8_t c, const char *p, size_t n);
/* Lets go what stands before the first open mark. */
void md_queue_flush(struct md *);
/* Makes the i-th open mark text. */
void md_queue_forget(struct md *, unsigned i);
/* Adds to the style of the bytes from from to to. */
void md_queue_style(struct md *, size_t from, size_t to, unsigned style);
int md_queue_is_bracket(const struct md_mark *);
/* 1 if the mark has waited for too long. */
int md_queue_too_old(const struct md *, const struct md_mark *);

/* inline: a source line begins, goes on, and has ended. */
void md_inline_begin(struct md *, unsigned style, struct md_cells *);
void md_inline_char(struct md *, const struct md_char *);
void md_inline_text(struct md *, const char *p, size_t n);
void md_inline_end(struct md *);

/* code: a fence opens, by the word after it; its text; a newline of it. */
void md_code_begin(struct md *, const char *info, size_t n);
void md_code_text(struct md *, const char *p, size_t n);
void md_code_newline(struct md *);

/* table: 1 if that is the line of dashes below the header that is held. */
int md_table_rule(struct md *, const char *p, size_t n);
/* A row is complete; it was appended to table.text. */
void md_table_row(struct md *);
/* The table has ended: shows what is held. */
void md_table_end(struct md *);

/* line: keeps a character of its beginning; 0: there are too many. */
int md_line_keep(struct md *, const struct md_char *, size_t most);
/* It has ended, and was of that kind: the next one begins. */
void md_line_next(struct md *, struct md_past last);
/* It has ended, and is blank. */
void md_line_blank(struct md *);
/* Shows what was kept of it as it came. */
void md_line_verbatim(struct md *, unsigned style);

/* fence: opens one by the line that was kept. */
void md_fence_open(struct md *);
/* Where what ends a display stands in the line that was kept: the byte after it; 0: nowhere. */
size_t md_fence_end_of_display(const struct md *, size_t from, char closer);
/* One more character of a fence or of maths; 0: it is not of it, but of an ordinary line. */
int md_fence_char(struct md *, const struct md_char *);

/* block: one more character, also a newline; and the end of all. */
void md_block_char(struct md *, const struct md_char *);
void md_block_finish(struct md *);

/* prose: more of a source line; one more character, also a newline; and the end of all. */
void md_prose_text(struct md *, const char *p, size_t n);
void md_prose_char(struct md *, const struct md_char *);
void md_prose_finish(struct md *);

#endif
