/* SPDX-License-Identifier: MIT */
/*
 * markdown_screen: what the Markdown renderer writes, as cells: text with the names of its attributes around it, as in
 * "a ⟨b⟩word⟨/⟩". It is the same however the writes were cut; a blank has no attribute but underlined and struck. Whatever
 * escape the renderer must not write is shown as "⟨ESC⟩".
 */
#ifndef HOBNOB_TESTS_MARKDOWN_SCREEN_H
#define HOBNOB_TESTS_MARKDOWN_SCREEN_H

#include <stdio.h>
#include <string.h>

#include "markdown/markdown.h"
#include "util/buf.h"

struct screen {
	struct buf cells;
	struct md_options options;
	unsigned columns;
	size_t writes, bytes;
	char style[64]; /* the parameters of SGR in force */
	char shown[64]; /* and those of the last cell */
	int links, linked; /* hyperlinks that are open; all that were opened */
	int unclosed; /* writes that left an attribute or a link on */
};

static const struct md_looks named_looks = { { "1", "3", "9", "4", "2", "36", "", "", "", "", "", "" }, { "", "" } };
static const struct md_looks all_looks = { { "1", "3", "9", "4", "2", "36", "90", "32", "33", "35", "92", "91" }, { "", "" } };
static const char *const style_names[][2] = {
	{ "1", "b" }, { "3", "i" }, { "9", "s" }, { "4", "u" }, { "2", "dim" }, { "36", "code" }, { "90", "comment" },
	{ "32", "string" }, { "33", "number" }, { "35", "keyword" }, { "92", "added" }, { "91", "removed" },
};

/* The names of parameters, such as "b+code". */
static inline void screen_names(struct screen *s, const char *sgr)
{
	const char *plus = "";

	while (*sgr) {
		size_t n = strcspn(sgr, ";"), i = 0;
		while (i < sizeof style_names / sizeof *style_names &&
			(strlen(style_names[i][0]) != n || memcmp(style_names[i][0], sgr, n) != 0))
			i++;
		buf_addf(&s->cells, "%s%s", plus, i < sizeof style_names / sizeof *style_names ? style_names[i][1] : "?");
		plus = "+";
		sgr += n + (sgr[n] == ';');
	}
}

/* 1 if an attribute is of those that a blank shows. */
static inline int screen_has(const char *sgr, char which)
{
	for (const char *p = sgr; *p; p += strcspn(p, ";"), p += *p == ';')
		if (*p == which && (p[1] == ';' || !p[1]))
			return 1;
	return 0;
}

/* The style of the next cell. */
static inline void screen_style(struct screen *s, int blank)
{
	char want[64] = "";

	if (!blank)
		snprintf(want, sizeof want, "%s", s->style);
	else if (screen_has(s->style, '4') || screen_has(s->style, '9'))
		snprintf(want, sizeof want, "%s%s%s", screen_has(s->style, '9') ? "9" : "",
			screen_has(s->style, '9') && screen_has(s->style, '4') ? ";" : "", screen_has(s->style, '4') ? "4" : "");
	if (!strcmp(want, s->shown))
		return;
	if (*s->shown)
		buf_adds(&s->cells, "⟨/⟩");
	if (*want) {
		buf_adds(&s->cells, "⟨");
		screen_names(s, want);
		buf_adds(&s->cells, "⟩");
	}
	snprintf(s->shown, sizeof s->shown, "%s", want);
}

/* An escape sequence at p, n bytes to the end: how many it takes. */
static inline size_t screen_escape(struct screen *s, const char *p, size_t n)
{
	size_t k = 2;

	if (n > 2 && p[1] == '[') {
		while (k < n && ((p[k] >= '0' && p[k] <= '9') || p[k] == ';'))
			k++;
		if (k < n && p[k] == 'm' && k - 2 < sizeof s->style) {
			snprintf(s->style, sizeof s->style, "%.*s", (int)(k - 2), p + 2);
			if (!strcmp(s->style, "0"))
				s->style[0] = '\0';
			return k + 1;
		}
	} else if (n > 5 && !memcmp(p, "\033]8;;", 5)) {
		for (k = 5; k < n && p[k] > ' ' && p[k] < 0x7F;)
			k++;
		if (k + 1 < n && p[k] == '\033' && p[k + 1] == '\\') {
			s->links += k > 5 ? 1 : -1;
			s->linked += k > 5;
			return k + 2;
		}
	}
	screen_style(s, 0);
	buf_adds(&s->cells, "⟨ESC⟩");
	return 1;
}

/* The write of struct md_options; ud is the screen. */
static inline void screen_write(void *ud, hn_str piece)
{
	struct screen *s = ud;

	s->writes++;
	s->bytes += piece.n;
	for (size_t i = 0, k; i < piece.n; i += k) {
		k = 1;
		if (piece.p[i] == '\033') {
			k = screen_escape(s, piece.p + i, piece.n - i);
			continue;
		}
		screen_style(s, piece.p[i] == ' ' || piece.p[i] == '\n');
		buf_addc(&s->cells, piece.p[i]);
	}
	s->unclosed += *s->style || s->links;
}

static inline unsigned screen_columns(void *ud)
{
	return ((struct screen *)ud)->columns;
}

/* A screen and what a renderer needs to write to it. */
static inline void screen_open(struct screen *s, unsigned columns, const struct md_looks *looks)
{
	*s = (struct screen){ .cells = BUF(BUF_NO_CAP), .columns = columns };
	s->options = (struct md_options){
		.looks = looks,
		.columns = screen_columns,
		.write = screen_write,
		.ud = s,
		.unicode = 1,
	};
}

/* What has come since the last time; valid until the next write. */
static inline const char *screen_take(struct screen *s)
{
	static char out[65536];

	screen_style(s, 1);
	snprintf(out, sizeof out, "%s", s->cells.p ? s->cells.p : "");
	buf_cut(&s->cells, 0);
	return out;
}

#endif
