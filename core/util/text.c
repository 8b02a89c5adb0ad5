/* SPDX-License-Identifier: MIT */
/*
 * text: makes text from outside safe to show.
 *
 * A terminal obeys what it is sent: escapes move the cursor, set the title, answer as if typed; C1 controls do
 * the same in one byte's worth of text, bidirectional controls make a line read as what it is not, and characters that
 * no font draws can spell a text that only a model reads. All of them are made visible one character at a time, so a
 * sequence that is split between two pieces is as harmless as a whole one.
 */
#include "util/text.h"

#include <stdio.h>
#include <string.h>

#include "util/ascii.h"
#include "util/utf8.h"

#define TAB_STOP 8

struct range {
	uint32_t first, last;
};

/* Bidirectional controls, and what spells hidden text: an alphabet of the invisible, such as the tag characters, that
 * text does without. The joiners and U+FE00-FE0F stay, for emoji and many scripts need them. */
static const struct range hidden[] = {
	{ 0x061C, 0x061C },
	{ 0x200E, 0x200F },
	{ 0x202A, 0x202E },
	{ 0x2061, 0x2064 },   /* operators of mathematics that nobody sees */
	{ 0x2066, 0x206F },   /* with the deprecated format characters */
	{ 0xFFF9, 0xFFFB },   /* annotations between lines */
	{ 0x1D173, 0x1D17A }, /* formats of music */
	{ 0xE0000, 0xE0FFF }, /* tags, and the selectors of variants beyond the sixteenth */
};

/* 1 if cp is one of them. */
static int is_hidden(uint32_t cp)
{
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
		if (cp >= hidden[i].first && cp <= hidden[i].last)
			return 1;
	return 0;
}

/* 1 if cp may not be shown as it is. */
int text_is_unsafe(uint32_t cp, uint32_t flags)
{
	if (cp == '\t' || (cp == '\n' && !(flags & HN_TEXT_LINE)))
		return 0;
	return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || is_hidden(cp);
}

/* The visible form of an unsafe character; empty for the CR of a CR LF. */
static hn_str visible(uint32_t cp, int before_newline, char out[16])
{
	if (cp == '\r' && before_newline)
		return (hn_str){ out, 0 };
	int n = cp < 0x20 ? snprintf(out, 16, "^%c", (int)(cp + '@'))
			  : snprintf(out, 16, "<U+%04X>", (unsigned)cp);
	return (hn_str){ out, (size_t)n };
}

/* What one character becomes: itself (returns 0) or *instead (returns 1). *k is its length in bytes. */
static int judge(hn_str in, uint32_t flags, size_t *k, hn_str *instead, char room[16])
{
	uint32_t cp;
	*k = utf8_decode(in.p, in.n, &cp);
	if (*k == 0) {
		*k = in.n;
		cp = UTF8_BAD;
	}
	if (cp == UTF8_BAD) {
		*instead = str_of("\xEF\xBF\xBD");
		return 1;
	}
	if (!text_is_unsafe(cp, flags))
		return 0;
	*instead = visible(cp, in.n > 1 && in.p[1] == '\n', room);
	return 1;
}

/* Gives the safe form to put() in pieces: runs of what is harmless, and replacements. */
void text_safe(hn_str in, uint32_t flags, void (*put)(void *ud, hn_str piece), void *ud)
{
	size_t run = 0, i = 0, k;
	for (; i < in.n; i += k) {
		char room[16];
		hn_str instead;
		if (!judge((hn_str){ in.p + i, in.n - i }, flags, &k, &instead, room))
			continue;
		if (i > run)
			put(ud, (hn_str){ in.p + run, i - run });
		if (instead.n)
			put(ud, instead);
		run = i + k;
	}
	if (i > run)
		put(ud, (hn_str){ in.p + run, i - run });
}

/* text_safe's put: appends to a buf. */
static void put_buf(void *ud, hn_str piece)
{
	buf_addstr(ud, piece);
}

/* Appends the safe form. */
int text_add_safe(struct buf *out, hn_str in, uint32_t flags)
{
	text_safe(in, flags, put_buf, out);
	return buf_failed(out) ? -1 : 0;
}

/* text_safe's put: adds up columns; a tab goes to the next stop. */
static void put_columns(void *ud, hn_str piece)
{
	uint32_t *columns = ud, cp;
	for (size_t i = 0, k; i < piece.n; i += k) {
		k = utf8_decode(piece.p + i, piece.n - i, &cp);
		if (k == 0)
			return;
		*columns += cp == '\t' ? TAB_STOP - *columns % TAB_STOP : utf8_columns(cp);
	}
}

/* Columns of the safe form. */
uint32_t text_columns(hn_str in)
{
	uint32_t columns = 0;
	text_safe(in, 0, put_columns, &columns);
	return columns;
}

/* The length of a text without the white space at its end. */
static size_t length_trimmed(hn_str in)
{
	while (in.n && ascii_is_space(in.p[in.n - 1]))
		in.n--;
	return in.n;
}

/* Appends what fits one line. */
void text_add_line(struct buf *out, hn_str in, uint32_t columns)
{
	size_t i = 0, k;
	unsigned wide = 0;
	uint32_t used = 0;
	in.n = length_trimmed(in);
	for (; i < in.n; i += k) {
		for (k = 0; i + k < in.n && ascii_is_space(in.p[i + k]);)
			k++;
		int space = k > 0;
		k = space ? k : utf8_cluster(in.p + i, in.n - i, &wide);
		uint32_t more = space ? used > 0 : wide;
		if (used + more > columns)
			break;
		if (!space)
			buf_add(out, in.p + i, k);
		else if (used)
			buf_addc(out, ' ');
		used += more;
	}
	buf_adds(out, i < in.n ? "…" : "");
}

/* What of a plugin's text can be read: nothing, where its length cannot be one. */
static hn_str readable(hn_str in)
{
	return in.p && in.n <= PTRDIFF_MAX ? in : (hn_str){ "", 0 };
}

static void service_safe(hn_str in, uint32_t flags, void (*put)(void *ud, hn_str piece), void *ud)
{
	if (put)
		text_safe(readable(in), flags, put, ud);
}

static uint32_t service_columns(hn_str in)
{
	return text_columns(readable(in));
}

const hn_text text_service = {
	.struct_size = sizeof(hn_text),
	.safe = service_safe,
	.columns = service_columns,
};
