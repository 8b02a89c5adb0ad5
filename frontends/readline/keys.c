/* SPDX-License-Identifier: MIT */
/*
 * keys: what hobnob's keys do; a user's inputrc may bind other keys to the names below, or these
 * keys to something else.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include <readline/readline.h>

#include "editor_private.h"

#define TOGETHER_MS 40 /* the bytes of one key arrive within this time */

/* 1 if another key is waiting, or comes too soon for a hand. */
static int is_followed(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

	return ahead_left() || (!editor.gather.on && poll(&p, 1, TOGETHER_MS) > 0);
}

/* 1 if a character is still incomplete after one of its bytes. */
static int is_partial(int c)
{
	static mbstate_t state;
	char byte = (char)c;
	size_t n = c == EOF ? (size_t)-1 : mbrlen(&byte, 1, &state);

	if (n == (size_t)-1)
		memset(&state, 0, sizeof state);
	return n == (size_t)-2;
}

int keys_get(FILE *stream)
{
	int c;

	if (ahead_left()) {
		c = ahead_next();
	} else if (editor.gather.on) {
		editor.gather.starved = 1;
		c = EOF;
	} else {
		c = rl_getc(stream);
	}
	editor.last.partial = is_partial(c);
	editor.last.escaped[0] = editor.last.escaped[1];
	editor.last.escaped[1] = c == '\033' && rl_editing_mode == 0 && is_followed();
	return c;
}

/* 1 if the text is one line that looks like a command. */
static int is_command(const char *line)
{
	return queue_is_command(line) && !strchr(line, '\n');
}

/* Removes a last line that contains only ".". 1 if there was one. */
static int take_dot(void)
{
	int at = rl_end - 1;

	if (rl_point != rl_end || at < 0 || rl_line_buffer[at] != '.' ||
		(at > 0 && rl_line_buffer[at - 1] != '\n'))
		return 0;
	rl_delete_text(at > 0 ? at - 1 : 0, rl_end);
	rl_point = rl_end;
	return 1;
}

static int add_line(int count, int key)
{
	(void)count;
	(void)key;
	return rl_insert_text("\n") == 1 ? 0 : 1;
}

/* Ends the input; of a long one its beginning and its end stay on the screen. */
static int send(int count, int key)
{
	draw(1);
	return rl_newline(count, key);
}

static int on_enter(int count, int key)
{
	if (!editor.modes.multiline || is_command(rl_line_buffer) || take_dot())
		return send(count, key);
	return add_line(count, key);
}

/* Alt-Enter: does what Enter does not. To vi's insertion mode it may be Escape and then Enter,
 * which arrive more slowly. */
static int on_other_enter(int count, int key)
{
	if (rl_editing_mode == 0 && !editor.last.escaped[0]) {
		rl_vi_movement_mode(1, '\033');
		return on_enter(count, key);
	}
	return editor.modes.multiline ? send(count, key) : add_line(count, key);
}

/* The beginning of the line that contains `at`. */
static int line_begin(int at)
{
	while (at > 0 && rl_line_buffer[at - 1] != '\n')
		at--;
	return at;
}

/* Moves the cursor to the same column in the line at `to` as it has in the one at `from`, or to
 * that line's end. */
static void go_to_line(int from, int to)
{
	int characters = 0;

	for (; from < rl_point; from++)
		characters += ((unsigned char)rl_line_buffer[from] & 0xC0) != 0x80;
	while (characters-- > 0 && to < rl_end && rl_line_buffer[to] != '\n')
		do
			to++;
		while (((unsigned char)rl_line_buffer[to] & 0xC0) == 0x80);
	rl_point = to;
}

/* In vi's movement mode the cursor stands on a character, not after the line's last one. */
static void stand_on_character(void)
{
	int at = rl_point;

	if (rl_editing_mode || rl_get_keymap() != vi_movement_keymap || at == line_begin(at) ||
		(at < rl_end && rl_line_buffer[at] != '\n'))
		return;
	do
		at--;
	while (((unsigned char)rl_line_buffer[at] & 0xC0) == 0x80);
	rl_point = at;
}

/* Moves `count` lines up or, with less than 0, down, as far as there are lines. 1 if there was one. */
static int move_lines(int count)
{
	int moved = 0;

	for (; count > 0 && line_begin(rl_point) > 0; count--, moved = 1)
		go_to_line(line_begin(rl_point), line_begin(line_begin(rl_point) - 1));
	for (; count < 0; count++, moved = 1) {
		const char *newline = strchr(rl_line_buffer + rl_point, '\n');
		if (!newline)
			break;
		go_to_line(line_begin(rl_point), (int)(newline - rl_line_buffer) + 1);
	}
	stand_on_character();
	return moved;
}

/* Up: the line above in a text of several lines, else the previous input; typed during a reply on an empty line, the
 * last one that is queued. */
static int on_up(int count, int key)
{
	if (gather_take_back())
		return 0;
	return move_lines(count) ? 0 : rl_get_previous_history(count, key);
}

/* Down: the line below in a text of several lines, else the next input. */
static int on_down(int count, int key)
{
	return move_lines(-count) ? 0 : rl_get_next_history(count, key);
}

/* vi's + and -: the same, and to the line's first character. */
static int on_line_up(int count, int key)
{
	int rc = on_up(count, key);

	rl_point = line_begin(rl_point);
	return rc;
}

static int on_line_down(int count, int key)
{
	int rc = on_down(count, key);

	rl_point = line_begin(rl_point);
	return rc;
}

/* vi's G: the line of that number in a text of several lines, without one the last; else that input. */
static int on_line_number(int count, int key)
{
	if (!strchr(rl_line_buffer, '\n'))
		return rl_vi_fetch_history(count, key);
	rl_point = rl_explicit_arg ? 0 : line_begin(rl_end);
	if (rl_explicit_arg)
		move_lines(1 - count);
	return 0;
}

/* Ctrl-X Ctrl-E. */
static int on_compose(int count, int key)
{
	(void)count;
	(void)key;
	editor.wants_compose = 1;
	return 0;
}

/* The mark before a paste. */
static int on_paste(int count, int key)
{
	(void)count;
	(void)key;
	paste_begin(rl_last_func == on_paste);
	return 0;
}

/* The mark after a paste that ended before it. */
static int on_late_mark(int count, int key)
{
	(void)count;
	(void)key;
	return 0;
}

void keys_bind(void)
{
	static const struct {
		const char *keys;
		int (*run)(int count, int key);
		int emacs, insertion, movement; /* in which of the keymaps */
	} table[] = {
		{ "\\C-m", on_enter, 1, 1, 1 },
		{ "\\C-j", on_enter, 1, 1, 1 },
		{ "\\e\\C-m", on_other_enter, 1, 1, 0 },
		{ "\\e\\C-j", on_other_enter, 1, 1, 0 },
		{ "\\e[A", on_up, 1, 1, 1 },
		{ "\\eOA", on_up, 1, 1, 1 },
		{ "\\e[B", on_down, 1, 1, 1 },
		{ "\\eOB", on_down, 1, 1, 1 },
		{ "\\C-p", on_up, 1, 0, 1 },
		{ "\\C-n", on_down, 1, 0, 1 },
		{ "k", on_up, 0, 0, 1 },
		{ "j", on_down, 0, 0, 1 },
		{ "-", on_line_up, 0, 0, 1 },
		{ "+", on_line_down, 0, 0, 1 },
		{ "G", on_line_number, 0, 0, 1 },
		{ "\\C-x\\C-e", on_compose, 1, 1, 1 },
		{ "v", on_compose, 0, 0, 1 },
		{ "\\e[200~", on_paste, 1, 1, 1 },
		{ "\\e[201~", on_late_mark, 1, 1, 1 },
	};

	rl_add_defun("hobnob-enter", on_enter, -1);
	rl_add_defun("hobnob-other-enter", on_other_enter, -1);
	rl_add_defun("hobnob-edit", on_compose, -1);
	rl_add_defun("hobnob-up", on_up, -1);
	rl_add_defun("hobnob-down", on_down, -1);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (table[i].emacs)
			rl_bind_keyseq_in_map(table[i].keys, table[i].run, emacs_standard_keymap);
		if (table[i].insertion)
			rl_bind_keyseq_in_map(table[i].keys, table[i].run, vi_insertion_keymap);
		if (table[i].movement)
			rl_bind_keyseq_in_map(table[i].keys, table[i].run, vi_movement_keymap);
	}
}
