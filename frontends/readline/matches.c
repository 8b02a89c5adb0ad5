/* SPDX-License-Identifier: MIT */
/* matches: keeps the help of each word, since readline's lists hold words alone. */
#include "matches.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/readline.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/text.h"

#define ROWS_SPARED 3   /* of the screen: for the prompt, and for the row that Tab was pressed on */
#define HELP_LEAST 12   /* columns; where a row has less, no help is shown */
#define WORD_MOST 40    /* columns that words are aligned in */

struct match {
	char *word, *help; /* help: "" without one */
};

static struct {
	struct match *all;
	size_t n, cap; /* cap: bytes */
	size_t with_help;
} matches;

void matches_begin(void)
{
	for (size_t i = 0; i < matches.n; i++) {
		free(matches.all[i].word);
		free(matches.all[i].help);
	}
	matches.n = matches.with_help = 0;
}

void matches_close(void)
{
	matches_begin();
	free(matches.all);
	matches.all = NULL;
	matches.cap = 0;
}

static void add_piece(void *ud, hn_str piece)
{
	buf_addstr(ud, piece);
}

void matches_note(const hn_text *text, const char *word, hn_str help)
{
	struct match *all = mem_room(matches.all, (matches.n + 1) * sizeof *all, &matches.cap);
	struct buf safe = BUF(BUF_NO_CAP);

	if (!all)
		return;
	matches.all = all;
	text->safe(help, HN_TEXT_LINE, add_piece, &safe);
	struct match m = { strdup(word), safe.n ? strndup(safe.p, safe.n) : strdup("") };
	buf_free(&safe);
	if (!m.word || !m.help) {
		free(m.word);
		free(m.help);
		return;
	}
	matches.all[matches.n++] = m;
	matches.with_help += *m.help != '\0';
}

/* The help of a word; "" without one. */
static const char *help_of(const char *word)
{
	for (size_t i = 0; i < matches.n; i++)
		if (!strcmp(matches.all[i].word, word))
			return matches.all[i].help;
	return "";
}

static uint32_t columns_of(const char *text)
{
	return text_columns((hn_str){ text, strlen(text) });
}

/* A row: the word, and as much of its help as fits. */
static void show_row(const char *word, uint32_t align, uint32_t width)
{
	struct buf row = BUF(BUF_NO_CAP);
	const char *help = help_of(word);
	uint32_t used = columns_of(word);

	buf_adds(&row, word);
	if (*help && (used > align ? used : align) + 2 + HELP_LEAST < width) {
		buf_addf(&row, "%*s", (int)(used < align ? align - used : 0) + 2, "");
		text_add_line(&row, (hn_str){ help, strlen(help) }, width - 1 - (used > align ? used : align) - 2 - 1);
	}
	buf_addc(&row, '\n');
	fwrite(row.p, 1, row.n, rl_outstream);
	buf_free(&row);
}

/* Readline's hook: words[0] is what they have in common. */
static void show(char **words, int n, int longest)
{
	uint32_t align = 0;
	int rows = 24, columns = 80;

	(void)longest;
	rl_get_screen_size(&rows, &columns);
	for (int i = 1; i <= n; i++) {
		uint32_t used = columns_of(words[i]);
		align = used > align && used <= WORD_MOST ? used : align;
	}
	rl_crlf();
	for (int i = 1; i <= n; i++)
		show_row(words[i], align, (uint32_t)columns);
	rl_forced_update_display();
}

void (*matches_hook(void))(char **words, int n, int longest)
{
	int rows = 24, columns = 80;

	rl_get_screen_size(&rows, &columns);
	return matches.with_help && matches.n + ROWS_SPARED <= (size_t)rows ? show : NULL;
}
