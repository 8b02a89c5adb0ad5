/* SPDX-License-Identifier: MIT */
/*
 * editor: one line at a time from GNU readline.
 *
 * The blocking readline() would only notice a Ctrl-C at the next key, so the session's wait() says
 * when there is a key to read. readline's own signal handling is off: signals belong to the
 * program. A resize is the one signal that only concerns this file; it comes through a pipe, to end
 * the wait.
 * While no line is read readline is not installed: the terminal is in its own state, and what is
 * typed ahead stays in it.
 */
#include "editor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "complete.h"

static struct editor {
	const struct services *services;
	hn_session *session;
	const char *prompt;
	char *line; /* what readline handed over */
	int done; /* it has: a line, or the end if that is NULL */
	int resized[2];
	struct sigaction before;
} editor;

/* readline's completer. */
static char **on_complete(const char *word, int start, int end)
{
	hn_str line = { rl_line_buffer, (size_t)rl_end };

	(void)word;
	(void)start;
	rl_attempted_completion_over = 1;
	return complete_words(editor.services, editor.session, line, (size_t)end);
}

/* readline has a whole line, or the end (NULL). The terminal is given back before any output. */
static void on_line(char *line)
{
	rl_callback_handler_remove();
	editor.line = line;
	editor.done = 1;
}

/* SIGWINCH: ends the wait. */
static void on_resize(int number)
{
	int saved = errno;
	ssize_t n = write(editor.resized[1], "", 1);

	(void)n; /* a full pipe has said it already */
	(void)number;
	errno = saved;
}

/* Takes the resize out of the pipe. */
static void take_resize(void)
{
	char bytes[64];

	while (read(editor.resized[0], bytes, sizeof bytes) > 0)
		;
	rl_resize_terminal();
}

/* Makes the pipe for resizes and its handler. 0, or -1 with errno. */
static int catch_resize(void)
{
	struct sigaction action = { .sa_handler = on_resize, .sa_flags = SA_RESTART };

	if (pipe2(editor.resized, O_CLOEXEC | O_NONBLOCK))
		return -1;
	sigemptyset(&action.sa_mask);
	return sigaction(SIGWINCH, &action, &editor.before);
}

/* Tells readline how to behave; a user's inputrc keeps its say in all else. */
static void set_up(void)
{
	static char breaks[] = " \t\n";

	rl_readline_name = "hobnob";
	rl_instream = stdin;
	rl_outstream = stdout;
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_attempted_completion_function = on_complete;
	rl_completer_word_break_characters = breaks;
	rl_initialize();
	rl_variable_bind("enable-bracketed-paste", "on");
	rl_variable_bind("convert-meta", "off"); /* or no UTF-8 could be typed in the C locale */
	rl_variable_bind("input-meta", "on");
	rl_variable_bind("output-meta", "on");
}

/* Sets readline up. */
int editor_open(
	const struct services *services, hn_session *session, const char *prompt, int history_size)
{
	editor = (struct editor){ .services = services, .session = session, .prompt = prompt };
	if (catch_resize())
		return -1;
	set_up();
	/* Before the first line is added: else a pasted page comes back as a line each. */
	history_comment_char = '#';
	history_write_timestamps = 1;
	using_history();
	stifle_history(history_size);
	return 0;
}

/* Ctrl-C: gives up the line, and any search or count that was under way. 1 if there was one. */
static int give_up_line(void)
{
	int some = rl_end > 0;

	rl_point = rl_end;
	rl_redisplay();
	rl_free_line_state();
	rl_callback_sigcleanup();
	fputs("^C\n", rl_outstream);
	rl_callback_handler_remove();
	fflush(rl_outstream);
	return some;
}

/* Prompts for a new line. */
static void install(void)
{
	editor.done = 0;
	editor.line = NULL;
	rl_callback_handler_install(editor.prompt, on_line);
}

/* Waits for a key or a resize and passes it on. What the session's wait() said. */
static int32_t pump(void)
{
	hn_pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = HN_POLL_IN },
		{ .fd = editor.resized[0], .events = HN_POLL_IN },
	};
	int32_t waited = editor.services->session->wait(editor.session, fds, 2, -1);

	if (waited == HN_WAIT_READY && fds[1].ready)
		take_resize();
	if (waited == HN_WAIT_READY && fds[0].ready)
		rl_callback_read_char();
	return waited;
}

/* The input has ended: the terminal is left on a line of its own. Since 8.1 readline sees to that itself
 * where it had asked for bracketed paste. */
static enum editor_what input_ended(void)
{
	const char *paste = rl_variable_value("enable-bracketed-paste");
	int broken = RL_READLINE_VERSION >= 0x0801 && rl_eof_found && paste && !strcmp(paste, "on");

	fputs(broken ? "" : "\n", rl_outstream);
	fflush(rl_outstream);
	return EDITOR_END;
}

/* Edits until there is something to tell. */
enum editor_what editor_read(char **line)
{
	install();
	while (!editor.done) {
		int32_t waited = pump();
		if (waited == HN_WAIT_INTERRUPTED) {
			if (!give_up_line())
				return EDITOR_INTERRUPTED;
			install();
		} else if (waited < 0) {
			rl_callback_handler_remove();
			return EDITOR_ENDING;
		}
	}
	*line = editor.line;
	return editor.line ? EDITOR_LINE : input_ended();
}

/* Remembers a line. */
void editor_remember(const char *line)
{
	add_history(line);
}

/* Leaves readline as if it had never been. */
void editor_close(void)
{
	sigaction(SIGWINCH, &editor.before, NULL);
	close(editor.resized[0]);
	close(editor.resized[1]);
	clear_history();
	editor = (struct editor){ .line = NULL };
}
