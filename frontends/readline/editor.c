/* SPDX-License-Identifier: MIT */
/*
 * editor: one input at a time from GNU readline.
 *
 * The blocking readline() would only notice a Ctrl-C at the next key, so the session's wait() says
 * when there is a key to read. readline's own signal handling is off: signals belong to the
 * program. A resize, Ctrl-Z and its continuation are the signals that only concern this file; they
 * end the wait through wake.h. Between lines readline is not installed: the terminal is quiet
 * (typing.h), and keys typed ahead are kept for the next line.
 */
#include "editor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "shared/typing.h"

#include "complete.h"
#include "editor_private.h"
#include "locale_env.h"
#include "matches.h"
#include "screen.h"
#include "wake.h"

#define PASTE_SILENCE_MS 500 /* a paste is over after that, closing mark or not */

static char **on_complete(const char *word, int start, int end)
{
	hn_str line = { rl_line_buffer, (size_t)rl_end };

	(void)word;
	(void)start;
	rl_attempted_completion_over = 1;
	char **words = complete_words(editor.setup.services, editor.setup.session, line, (size_t)end);
	rl_completion_display_matches_hook = matches_hook();
	return words;
}

/* ---- the screen ---- */

/* Draws the line after a key. While a character is incomplete the old line stays, because readline
 * 8.2.13 would put the cursor in the wrong place after it. */
static void redisplay_after_key(void)
{
	if (!editor.last.partial)
		draw(0);
}

/* The line is left with the cursor after its last row; says what follows there. */
static void end_line(const char *echo)
{
	rl_free_line_state();
	rl_callback_sigcleanup();
	fputs(echo, rl_outstream);
}

static void leave_line(const char *echo)
{
	rl_point = rl_end;
	draw(0);
	end_line(echo);
}

static void resize(void)
{
	draw_size();
	if (editor.modes.plain)
		return;
	rl_clear_visible_line();
	rl_forced_update_display();
}

static int marks_pastes(void)
{
	const char *value = rl_variable_value("enable-bracketed-paste");

	return value && !strcmp(value, "on");
}

void editor_listen(int on)
{
	struct queued queued = { .lines = queue_lines(&editor.ahead.queue), .multiline = editor.modes.multiline, .takes_back = 1 };

	if (on) {
		if (editor.ahead.tail)
			queued_keys(&queued, (hn_str){ "x", 1 });
		queued_keys(&queued, (hn_str){ editor.ahead.keys.p + editor.ahead.at, ahead_left() });
		typing_expect(&queued);
	}
	if (marks_pastes()) {
		typing_marks(on);
		fputs(on ? "\033[?2004h" : "\033[?2004l", rl_outstream);
		fflush(rl_outstream);
	}
}

/* ---- stopping and continuing ---- */

/* Handles Ctrl-Z and the signal that continues us. */
static void catch_stops(void)
{
	wake_catch(SIGTSTP, &editor.stop);
	wake_catch(SIGCONT, &editor.go_on);
}

static void release_stops(void)
{
	sigaction(SIGTSTP, &editor.stop, NULL);
	sigaction(SIGCONT, &editor.go_on, NULL);
}

/* Takes the terminal again and redraws the line. */
static void go_on(void)
{
	rl_cleanup_after_signal();
	rl_reset_after_signal();
	draw_size();
	rl_forced_update_display();
}

/* Ctrl-Z: returns the terminal and stops as a program without a handler does; the other processes
 * of the group got the same signal from the terminal. If no shell could ever continue us, the
 * kernel does not stop us, and the line is redrawn. */
static void stop(void)
{
	int point = rl_point;

	rl_point = rl_end;
	draw(0);
	rl_point = point;
	fputs("\n", rl_outstream);
	rl_cleanup_after_signal();
	fflush(rl_outstream);
	release_stops();
	raise(SIGTSTP);
	catch_stops();
	wake_take();
	go_on();
}

static void heed(uint64_t signals)
{
	if (signals & UINT64_C(1) << SIGTSTP)
		stop();
	else if (signals & UINT64_C(1) << SIGCONT)
		go_on();
	else if (signals & UINT64_C(1) << SIGWINCH)
		resize();
}

/* ---- reading ---- */

/* Removes readline; the terminal is in its own state. */
static void uninstall(void)
{
	rl_callback_handler_remove();
	release_stops();
	fflush(rl_outstream);
}

/* readline has a whole line, or the end (NULL). The terminal is restored before any output. */
static void on_line(char *line)
{
	uninstall();
	editor.line = line;
	editor.done = 1;
}

/* Prepares the terminal for a line. It was quiet, which readline would take for the user's wish;
 * and here Ctrl-C may discard what was typed before it. */
static void prepare_terminal(int meta)
{
	struct termios modes;

	rl_prep_terminal(meta);
	rl_tty_set_echoing(1);
	if (tcgetattr(STDIN_FILENO, &modes) == 0) {
		modes.c_lflag &= ~(tcflag_t)NOFLSH;
		tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
	}
}

/* Prompts for a new line. */
static void install(void)
{
	char **text = editor.preset ? &editor.preset : &editor.ahead.tail;

	editor.done = editor.wants_compose = 0;
	editor.line = NULL;
	draw_size();
	catch_stops();
	locale_enter();
	rl_callback_handler_install(editor.setup.prompt, on_line);
	locale_leave();
	if (*text) {
		rl_insert_text(*text);
		draw(0);
	}
	free(*text);
	*text = NULL;
}

/* Configures readline; a user's inputrc can override what is set before readline reads it. */
static void set_up(void)
{
	static char breaks[] = " \t\n";

	rl_readline_name = "hobnob";
	rl_instream = stdin;
	rl_outstream = editor.out;
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_attempted_completion_function = on_complete;
	rl_completer_word_break_characters = breaks;
	rl_getc_function = keys_get;
	rl_prep_term_function = prepare_terminal;
	rl_variable_bind("enable-bracketed-paste", "on");
	keys_bind();
	locale_enter();
	rl_initialize();
	locale_leave();
	rl_redisplay_function = redisplay_after_key; /* set earlier, it would turn bracketed paste off */
	editor.modes.marks = marks_pastes();
	rl_variable_bind("convert-meta", "off"); /* or nobody could type UTF-8 in the C locale */
	rl_variable_bind("input-meta", "on");
	rl_variable_bind("output-meta", "on");
}

int editor_open(const struct editor_setup *setup)
{
	editor = (struct editor){ .setup = *setup };
	editor.out = screen_open(setup->services, setup->session);
	if (!editor.out || wake_open()) {
		screen_close();
		return -1;
	}
	wake_catch(SIGWINCH, &editor.resize);
	set_up();
	using_history();
	stifle_history(setup->history_size);
	return 0;
}

/* Ctrl-C: discards the line, and any paste, search or count in progress. 1 if there was one. */
static int give_up_line(void)
{
	int some = rl_end > 0 || editor.paste.on;

	editor.ahead.gave_up = 1;
	paste_drop();
	if (!editor.ahead.asks) /* else it refuses what is asked for */
		ahead_drop();
	leave_line("^C\n");
	uninstall();
	return some;
}

/* Ctrl-X Ctrl-E: the current line. */
static char *lift_line(void)
{
	char *line = strdup(rl_line_buffer);

	leave_line("\n");
	uninstall();
	return line;
}

/* Has readline take a key. Whether another follows, as after vi's Escape, only we know while keys wait. */
static void read_key(void)
{
	rl_input_available_hook = ahead_left() > 1 ? gather_more : NULL;
	rl_callback_read_char();
	rl_input_available_hook = NULL;
}

/* Waits for a key or a signal and passes it on. Returns what the session's wait() returned. */
static int32_t pump(void)
{
	size_t ahead = ahead_left();
	int64_t patience = ahead ? 0 : editor.paste.on ? PASTE_SILENCE_MS : -1;
	hn_pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = HN_POLL_IN },
		{ .fd = wake_fd(), .events = HN_POLL_IN },
	};
	int32_t waited =
		editor.setup.services->session->wait_for(editor.setup.session, fds, 2, patience);

	if (waited < 0)
		return waited;
	if (fds[1].ready)
		heed(wake_take()); /* which may have consumed the keys that were there */
	else if (editor.paste.on && (ahead || fds[0].ready))
		paste_read();
	else if (editor.paste.on)
		paste_end();
	else if (ahead || fds[0].ready)
		read_key();
	return waited;
}

/* The input has ended: the terminal is left on a fresh line. Since 8.1 readline does that itself if
 * it had turned on bracketed paste. */
static enum editor_what input_ended(void)
{
	int broken = RL_READLINE_VERSION >= 0x0801 && rl_eof_found && marks_pastes();

	fputs(broken ? "" : "\n", rl_outstream);
	fflush(rl_outstream);
	return EDITOR_END;
}

/* ---- the queue ---- */

void editor_preset(const char *text)
{
	free(editor.preset);
	editor.preset = strdup(text);
}

void editor_show(const char *text)
{
	editor_preset(text);
	install();
	draw(1);
	end_line("\n");
	uninstall();
}

/* The first of the queue, shown as if it had been typed now. */
static enum editor_what read_queued(char **line)
{
	struct queue_item item = queue_take(&editor.ahead.queue);

	if (item.what == QUEUE_END) {
		install();
		leave_line("\n");
		uninstall();
		return EDITOR_END;
	}
	editor_show(item.text);
	*line = item.text;
	return item.what == QUEUE_COMPOSE ? EDITOR_COMPOSE : EDITOR_LINE;
}

/* What is held stands at the prompt, as far as it is one text. */
static void present_held(void)
{
	if (editor.ahead.held && !editor.preset)
		editor.preset = queue_take_together(&editor.ahead.queue);
	if (!editor.ahead.queue.n)
		editor.ahead.held = 0;
}

enum editor_what editor_read(char **line)
{
	editor.ahead.gave_up = 0;
	if (!editor.ahead.asks)
		present_held();
	if (editor.ahead.queue.n && !editor.preset && !editor.ahead.asks)
		return read_queued(line);
	install();
	while (!editor.done) {
		int32_t waited = pump();
		if (waited == HN_ERR_INTERRUPTED) {
			if (!give_up_line())
				return EDITOR_INTERRUPTED;
			install();
		} else if (waited < 0) {
			int error = errno;
			uninstall();
			errno = error;
			return waited == HN_WAIT_FAILED ? EDITOR_FAILED : EDITOR_ENDING;
		} else if (editor.wants_compose && (*line = lift_line())) {
			return EDITOR_COMPOSE;
		}
	}
	*line = editor.line;
	return editor.line ? EDITOR_LINE : input_ended();
}

int editor_gave_up(void)
{
	return editor.ahead.gave_up;
}

void editor_prompt(const char *prompt, int plain)
{
	editor.setup.prompt = prompt;
	if (plain == editor.modes.plain)
		return;
	editor.modes.plain = plain;
	rl_reset_terminal(plain ? "dumb" : NULL);
	rl_variable_bind("enable-bracketed-paste", editor.modes.marks && !plain ? "on" : "off");
}

void editor_multiline(int on)
{
	editor.modes.multiline = on;
}

int editor_is_multiline(void)
{
	return editor.modes.multiline;
}

void editor_remember(const char *line)
{
	add_history(line);
}

const char *editor_last(void)
{
	HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) : NULL;

	return last ? last->line : NULL;
}

void editor_close(void)
{
	sigaction(SIGWINCH, &editor.resize, NULL);
	wake_close();
	rl_outstream = stdout;
	screen_close();
	clear_history();
	matches_close();
	view_free(&editor.view);
	free(editor.preset);
	ahead_drop();
	free(editor.paste.text.p);
	free(editor.ahead.keys.p);
	editor = (struct editor){ .line = NULL };
}
