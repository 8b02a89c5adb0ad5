/* SPDX-License-Identifier: MIT */
/*
 * paste: a text between the terminal's marks is one text, newlines included.
 *
 * readline can read it too, but byte by byte, and does not return before the closing mark; here it
 * is read as it arrives, so that a Ctrl-C, or the end of the program, need not wait for it.
 *
 * Lines that a terminal sends without marks stay one message each. The only sign of a paste would
 * be more input right after a newline, and that sign is unreliable: commands typed while a reply
 * came in, and a script that types, look the same. Joining "/clear" to what follows would be worse
 * than sending a page line by line, which Ctrl-C stops; /multiline and /edit take a whole page.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <readline/readline.h>

#include "editor_private.h"

#define END_MARK "\033[201~"
#define END_MARK_N (sizeof END_MARK - 1)
#define CHUNK 65536

void paste_begin(int again)
{
	editor.paste.follows = again && editor.paste.ended;
	editor.paste.ended = 0;
	editor.paste.on = 1;
	editor.paste.too_long = 0;
	editor.paste.text.n = 0;
}

void paste_drop(void)
{
	editor.paste.on = 0;
	editor.paste.text.n = 0;
}

/* Ends each line with LF alone, removes NULs and terminates the text; returns its length. */
static size_t clean(char *text, size_t n)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++) {
		int pair = text[i] == '\r' && i + 1 < n && text[i + 1] == '\n';
		if (text[i] && !pair)
			text[to++] = text[i] == '\r' ? '\n' : text[i];
	}
	text[to] = '\0';
	return to;
}

/* Inserts a text. At the line's end without its last newlines: they would be empty rows, and nobody means to send
 * them. Only if another paste follows the newline counts, or two lines would become one. */
static void insert_text(char *text, size_t n)
{
	int at_end = rl_point == rl_end, ended = at_end && n > 0 && text[n - 1] == '\n';

	while (at_end && n > 0 && text[n - 1] == '\n')
		text[--n] = '\0';
	if (editor.paste.follows && at_end && n)
		rl_insert_text("\n");
	rl_insert_text(text);
	editor.paste.ended = ended && rl_end > 0;
}

/* Puts the text into the line as one change, which one undo reverts. */
static void insert(void)
{
	struct bytes *b = &editor.paste.text;
	size_t n;

	if (editor.paste.too_long) {
		rl_crlf();
		fprintf(rl_outstream, "hobnob: a paste of more than %zu MiB was skipped\n",
			EDITOR_MAX >> 20);
		rl_forced_update_display();
	} else if (bytes_grow(b, 1) == 0 && (n = clean(b->p, b->n)) > 0) {
		rl_begin_undo_group();
		insert_text(b->p, n);
		rl_end_undo_group();
		(*rl_redisplay_function)();
	}
	paste_drop();
}

/* Of a paste that is too long only the possible beginning of its closing mark is kept. */
static void limit(struct bytes *b)
{
	if (b->n <= EDITOR_MAX)
		return;
	editor.paste.too_long = 1;
	memmove(b->p, b->p + b->n - END_MARK_N, END_MARK_N);
	b->n = END_MARK_N;
}

/* Adds what is available to the paste: keys read before, else input from the terminal. Returns how
 * much, or 0 at its end. */
static size_t fetch(struct bytes *b)
{
	size_t n = ahead_left();

	if (bytes_grow(b, n > CHUNK ? n : CHUNK))
		return 0;
	if (n) {
		memcpy(b->p + b->n, editor.ahead.keys.p + editor.ahead.at, n);
		editor.ahead.at += n;
	} else {
		ssize_t got = read(STDIN_FILENO, b->p + b->n, CHUNK);
		n = got > 0 ? (size_t)got : 0;
	}
	b->n += n;
	return n;
}

void paste_read(void)
{
	struct bytes *b = &editor.paste.text;
	int ahead = ahead_left() > 0;
	size_t from = b->n > END_MARK_N ? b->n - END_MARK_N : 0, came = fetch(b);
	char *mark = came ? memmem(b->p + from, b->n - from, END_MARK, END_MARK_N) : NULL;

	if (mark) {
		size_t after = (size_t)(mark - b->p) + END_MARK_N;
		if (ahead)
			editor.ahead.at -= b->n - after;
		else
			ahead_put(b->p + after, b->n - after);
		b->n = (size_t)(mark - b->p);
	} else {
		limit(b);
	}
	if (mark || !came)
		insert();
}

void paste_end(void)
{
	insert();
}
