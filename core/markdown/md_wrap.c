/* SPDX-License-Identifier: MIT */
/*
 * md_wrap: rows of words.
 *
 * A word is held until it ends, since only then it is known whether it fits. One that begins a row and is MD_WORD_STREAMS wide
 * need not be: where it stands is decided, so it is shown as it comes, and wraps as the terminal does. Within a word the last
 * grapheme cluster may still grow, so of a word that streams all but that is written; a cluster is written whole.
 */
#include <string.h>

#include "md_private.h"
#include "util/utf8.h"

#define ZWJ_OR_LESS 0x2FFu /* below it nothing joins anything */
#define VS16 0xFE0Fu

static int is_flag(uint32_t cp)
{
	return cp >= 0x1F1E6 && cp <= 0x1F1FF;
}

/* Columns of a cluster that takes one more code point: emoji presentation and flags are wide. */
static unsigned grown(unsigned columns, uint32_t last, uint32_t cp)
{
	return cp == VS16 || (is_flag(last) && is_flag(cp)) ? 2 : columns;
}

/* 1 if the two are of one cluster. */
static int joins(uint32_t last, uint32_t cp, int32_t *state)
{
	return (last > ZWJ_OR_LESS || cp > ZWJ_OR_LESS) && !utf8_breaks(last, cp, state);
}

struct md_char md_char_at(const char *p)
{
	unsigned char c = (unsigned char)*p;
	struct md_char out = { .p = p, .n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4 };

	out.cp = out.n == 1 ? c : c & (0x7Fu >> out.n);
	for (uint8_t i = 1; i < out.n; i++)
		out.cp = out.cp << 6 | ((unsigned char)p[i] & 0x3F);
	return out;
}

size_t md_cluster(const char *p, size_t n, unsigned *columns)
{
	struct md_char last = md_char_at(p);
	size_t end = last.n;
	int32_t state = 0;

	*columns = utf8_columns(last.cp);
	while (end < n && end < MD_CLUSTER) {
		struct md_char c = md_char_at(p + end);
		if (!joins(last.cp, c.cp, &state))
			break;
		*columns = grown(*columns, last.cp, c.cp);
		end += c.n;
		last = c;
	}
	return end;
}

/* 1 if no blank is needed between such a character and its neighbour; Korean has blanks. */
static int is_ideograph(uint32_t cp)
{
	return cp >= 0x1100 && utf8_columns(cp) == 2 && !(cp >= 0xAC00 && cp <= 0xD7A3) && !(cp >= 0x1100 && cp <= 0x11FF);
}

static int one_of(uint32_t cp, const char *set)
{
	while (*set) {
		struct md_char c = md_char_at(set);
		if (c.cp == cp)
			return 1;
		set += c.n;
	}
	return 0;
}

int md_may_break(uint32_t before, uint32_t after)
{
	static const char begins_no_row[] = ",.!?:;)]}%'\"`»’”…‥、。，．・：；？！ー～」』）］｝〉》】〕〗％々〻ゝゞヽヾ゛゜"
					    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ";
	static const char ends_no_row[] = "([{'\"`«‘“「『（［｛〈《【〔〖";

	if (before < 0x80 && after < 0x80)
		return 0;
	return (is_ideograph(before) || is_ideograph(after)) && !one_of(after, begins_no_row) && !one_of(before, ends_no_row);
}

void md_row_begin(struct md *md)
{
	struct md_row *row = &md->row;

	row->open = 1;
	row->text = 0;
	row->width = md->options.columns(md->options.ud);
	if (row->width > MD_WIDEST)
		row->width = MD_WIDEST;
	row->col = 0;
	unsigned room = row->width ? row->width / 2 : MD_ENDLESS / 2;
	unsigned marks = row->quotes < room / 2 ? row->quotes : room / 2, blanks = row->later ? row->hang : row->indent;
	for (unsigned i = 0; i < marks; i++)
		md_pen_put(&md->pen, i ? " >" : ">", i ? 2 : 1, MD_DIM);
	row->col = marks ? 2 * marks - 1 : 0;
	row->blanks = (blanks < room - row->col ? blanks : room - row->col) + (marks != 0);
	row->blank_style = 0;
}

/* Goes on in the next row of the same source line. */
static void row_break(struct md *md)
{
	md_pen_put(&md->pen, "\n", 1, 0);
	md->row.later = 1;
	md_row_begin(md);
}

/* The column that the terminal has come to: what is wider than a row, it has wrapped. */
static unsigned at_column(const struct md_row *row)
{
	return row->width && row->col > row->width ? (row->col - 1) % row->width + 1 : row->col;
}

static int fits(const struct md *md)
{
	const struct md_row *row = &md->row;

	return !row->width || (uint64_t)at_column(row) + row->blanks + md->word.columns <= row->width;
}

/* Writes the bytes of the word. */
static void put_word(struct md *md)
{
	struct md_word *word = &md->word;

	for (size_t i = 0, k; i < word->n; i = k) {
		for (k = i + 1; k < word->n && word->style[k] == word->style[i];)
			k++;
		md_pen_put(&md->pen, word->text + i, k - i, word->style[i]);
	}
	md->row.col += word->columns;
	word->n = word->cluster = 0;
	word->columns = 0;
}

/* Comes to where the word begins. */
static void place(struct md *md)
{
	struct md_row *row = &md->row;

	if (!row->open)
		md_row_begin(md);
	if (row->text && !fits(md))
		row_break(md);
	md_pen_blanks(&md->pen, row->blanks, row->blank_style);
	row->col += row->blanks;
	row->blanks = 0;
	row->text = 1;
}

/* Lets the word stream if where it stands is decided. */
static void try_stream(struct md *md)
{
	struct md_word *word = &md->word;

	if (word->streams || word->columns < MD_WORD_STREAMS)
		return;
	if (!md->row.open)
		md_row_begin(md);
	if (md->row.text && md->row.width && fits(md))
		return;
	place(md);
	word->streams = 1;
}

void md_word_end(struct md *md)
{
	struct md_word *word = &md->word;

	if (word->n) {
		if (!word->streams)
			place(md);
		put_word(md);
	}
	word->streams = 0;
	word->last = 0;
}

void md_settle(struct md *md)
{
	struct md_word *word = &md->word;

	if (word->streams && word->last < 0x80)
		put_word(md);
}

/* Appends bytes to the word; one that is too long for being held is let go. */
static void append(struct md *md, const char *p, size_t n, unsigned style)
{
	struct md_word *word = &md->word;

	while (n) {
		if (word->n == MD_WORD) {
			if (!word->streams)
				place(md);
			word->streams = 1;
			put_word(md);
		}
		size_t room = MD_WORD - word->n, k = n < room ? n : room;
		memcpy(word->text + word->n, p, k);
		for (size_t i = 0; i < k; i++)
			word->style[word->n + i] = (uint16_t)style;
		word->n += k;
		p += k;
		n -= k;
	}
}

/* One more character of the word, by the rules of clusters; returns 1 if it began one. */
static int add_char(struct md *md, const struct md_char *c, unsigned style, int breaks)
{
	struct md_word *word = &md->word;

	md->work++;
	if (word->last && word->n - word->cluster < MD_CLUSTER && joins(word->last, c->cp, &word->state)) {
		unsigned columns = grown(word->cluster_columns, word->last, c->cp);
		word->columns += columns - word->cluster_columns;
		word->cluster_columns = columns;
		append(md, c->p, c->n, style);
		word->last = c->cp;
		return 0;
	}
	if (word->last && breaks && md_may_break(word->last, c->cp))
		md_word_end(md);
	else if (word->streams)
		put_word(md);
	word->cluster = word->n;
	word->state = 0;
	append(md, c->p, c->n, style);
	word->cluster_columns = utf8_columns(c->cp);
	word->columns += word->cluster_columns;
	word->last = c->cp;
	return 1;
}

/* Characters of ASCII, no blanks. */
static void add_ascii(struct md *md, const char *p, size_t n, unsigned style)
{
	struct md_word *word = &md->word;
	struct md_char first = { .p = p, .cp = (unsigned char)*p, .n = 1 };

	add_char(md, &first, style, !(style & MD_SOLID));
	if (--n == 0)
		return;
	append(md, p + 1, n, style);
	word->columns += (unsigned)n;
	word->cluster = word->n - 1;
	word->cluster_columns = 1;
	word->last = (unsigned char)p[n];
	word->state = 0;
	md->work += n;
}

/* 1 before the first word of a row that continues a source line. */
static int row_continues(const struct md_row *row)
{
	return row->later && !row->text;
}

void md_words(struct md *md, const char *p, size_t n, unsigned style)
{
	const char *end = p + n;

	if (style & MD_RAW) {
		append(md, p, n, style);
		return;
	}
	while (p < end) {
		const char *from = p;
		if (*p == ' ' || *p == '\t') {
			md_word_end(md);
			md->row.blank_style = style;
			if (!md->row.open)
				md_row_begin(md);
			for (; p < end && (*p == ' ' || *p == '\t'); p++)
				md->row.blanks += !row_continues(&md->row);
			md->work++;
			continue;
		}
		while (p < end && *p > ' ' && *p < 0x7F && p - from < MD_WORD / 4)
			p++;
		if (p > from) {
			add_ascii(md, from, (size_t)(p - from), style);
		} else {
			struct md_char c = md_char_at(p);
			add_char(md, &c, style, !(style & MD_SOLID));
			p += c.n;
		}
		try_stream(md);
	}
}

/* Columns of what a code's row gets: a tab goes to the next eighth. */
static void advance(struct md_row *row, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		row->col = p[i] == '\t' ? (row->col | 7) + 1 : row->col + 1;
}

void md_verbatim(struct md *md, const char *p, size_t n, unsigned style)
{
	struct md_word *word = &md->word;
	const char *end = p + n;

	if (n && !word->streams) {
		md_word_end(md);
		place(md);
		word->streams = 1;
	}
	while (p < end) {
		const char *from = p;
		while (p < end && (unsigned char)*p < 0x7F)
			p++;
		if (p > from) {
			put_word(md);
			md_pen_put(&md->pen, from, (size_t)(p - from), style);
			advance(&md->row, from, (size_t)(p - from));
			word->last = (unsigned char)p[-1];
			word->state = 0;
			word->cluster_columns = 1;
			md->work++;
			continue;
		}
		struct md_char c = md_char_at(p);
		add_char(md, &c, style, 0);
		p += c.n;
	}
}

void md_row_end(struct md *md)
{
	struct md_row *row = &md->row;

	md_word_end(md);
	int ended = row->later && !row->open; /* by md_pause() */
	if (!row->open && row->quotes && !ended)
		md_row_begin(md);
	if (!ended)
		md_pen_put(&md->pen, "\n", 1, 0);
	row->open = row->text = row->later = row->label = 0;
	row->col = row->blanks = 0;
}

void md_rows(struct md *md, unsigned quotes, unsigned indent, unsigned hang, int goes_on)
{
	struct md_row *row = &md->row;

	if (row->label && !goes_on)
		md_row_end(md);
	row->label = 0;
	row->quotes = quotes;
	row->indent = indent;
	row->hang = hang;
}
