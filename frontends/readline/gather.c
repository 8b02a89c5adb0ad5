/* SPDX-License-Identifier: MIT */
/*
 * gather: what was typed during a reply becomes lines, before a prompt is shown.
 *
 * Only readline knows what the keys mean: its bindings are the user's. So it gets them here, without a terminal: it
 * draws nothing, and each line that it ends is queued. The keys after the last Enter are for the prompt, and are
 * replayed there; so they stay. Up on an empty line takes a queued line back: that text, and the keys after it, are
 * then for the prompt.
 *
 * Keys after a Ctrl-D, a Ctrl-X Ctrl-E or a /multiline have to wait for what that does: they are gathered when the
 * queue is empty. If the queue is to be held, nothing waits.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/readline.h>

#include "shared/typing.h"
#include "util/buf.h"

#include "editor_private.h"
#include "locale_env.h"

static void prepare_nothing(int meta)
{
	(void)meta;
}

static void do_nothing(void)
{
}

int gather_more(void)
{
	return ahead_left() > 0;
}

/* All keys so far have been worked on; `text`, owned, is what the line that is being typed begins with. */
static void settle(char *text)
{
	editor.gather.at = editor.ahead.at;
	if (text != editor.ahead.tail)
		free(editor.ahead.tail);
	editor.ahead.tail = text;
}

/* readline has a whole line, or the end (NULL). An Enter alone does nothing: it cannot be the answer to a question that
 * was not there when it was typed. */
static void on_gathered(char *line)
{
	if (!line && editor.gather.starved)
		return;
	if (!line || (!editor.gather.all && !strcmp(line, "/multiline")))
		editor.gather.stopped = 1;
	if (line && str_blank(str_of(line)))
		free(line);
	else
		queue_add(&editor.ahead.queue, line ? QUEUE_LINE : QUEUE_END, line);
	settle(NULL);
}

/* Ctrl-X Ctrl-E. */
static void on_compose(void)
{
	editor.wants_compose = 0;
	if (editor.gather.all)
		return;
	queue_add(&editor.ahead.queue, QUEUE_COMPOSE, strdup(rl_line_buffer));
	settle(NULL);
	editor.gather.stopped = 1;
}

/* The line that is being typed is queued as well, to be held with the others. A paste that is not whole comes after
 * it, when the rest is there. */
static void queue_rest(void)
{
	static const char mark[] = "\033[200~";

	if (editor.paste.on) {
		ahead_put(editor.paste.text.p, editor.paste.text.n);
		ahead_put(mark, sizeof mark - 1);
	}
	editor.gather.rest = !str_blank(str_of(rl_line_buffer));
	if (editor.gather.rest)
		queue_add(&editor.ahead.queue, QUEUE_LINE, strdup(rl_line_buffer));
	free(editor.ahead.tail);
	editor.ahead.tail = NULL;
}

/* Gives readline the keys, as far as they may be worked on. */
static void work(void)
{
	locale_enter();
	rl_callback_handler_install("", on_gathered);
	locale_leave();
	if (editor.ahead.tail)
		rl_insert_text(editor.ahead.tail);
	while (ahead_left() && !editor.gather.stopped) {
		if (editor.paste.on)
			paste_read();
		else
			rl_callback_read_char();
		if (editor.wants_compose)
			on_compose();
	}
	if (editor.gather.all && (editor.ahead.queue.n || editor.ahead.asks))
		queue_rest();
	else
		editor.ahead.at = editor.gather.at;
	paste_drop();
	rl_free_line_state();
	rl_callback_sigcleanup();
	rl_callback_handler_remove();
}

/* The same without a terminal. */
static void work_unseen(void)
{
	FILE *nowhere = fopen("/dev/null", "we"), *out = rl_outstream;
	char *bell = strdup(rl_variable_value("bell-style"));
	rl_vintfunc_t *prepare = rl_prep_term_function;
	rl_voidfunc_t *release = rl_deprep_term_function, *redisplay = rl_redisplay_function;

	if (nowhere && bell) {
		rl_outstream = nowhere;
		rl_prep_term_function = prepare_nothing;
		rl_deprep_term_function = rl_redisplay_function = do_nothing;
		rl_input_available_hook = gather_more;
		rl_variable_bind("bell-style", "none");
		work();
		rl_variable_bind("bell-style", bell);
		rl_input_available_hook = NULL;
		rl_prep_term_function = prepare;
		rl_deprep_term_function = release;
		rl_redisplay_function = redisplay;
		rl_outstream = out;
	}
	free(bell);
	if (nowhere)
		fclose(nowhere);
}

void gather(int all)
{
	editor.gather = (struct gather){ .on = 1, .all = all, .at = editor.ahead.at };
	if (ahead_left() || (all && editor.ahead.tail))
		work_unseen();
	editor.gather.on = 0;
}

int gather_take_back(void)
{
	int untouched = editor.ahead.tail && !strcmp(rl_line_buffer, editor.ahead.tail);

	if (!editor.gather.on || (rl_end && !untouched))
		return 0;
	char *text = queue_take_back(&editor.ahead.queue, rl_line_buffer);
	if (!text && !untouched)
		return 0;
	if (text) {
		rl_replace_line(text, 1);
		rl_point = rl_end;
	}
	settle(text ? text : editor.ahead.tail);
	return 1;
}

/* ---- before a prompt ---- */

/* Takes the keys typed between lines. */
static void take_typed(void)
{
	hn_str typed = typing_take();

	ahead_add(typed.p, typed.n);
}

void editor_hold(int asks)
{
	editor.ahead.hold = asks ? AHEAD_ASK : AHEAD_HOLD;
}

/* Looks for a signal before what is queued is sent. 1: it is to be held. */
static int look_up(void)
{
	int32_t waited = editor.setup.services->session->wait_for(editor.setup.session, NULL, 0, 0);

	if (waited == HN_ERR_INTERRUPTED)
		gather(1);
	else if (waited < 0) /* the prompt will find the same */
		ahead_drop();
	return waited == HN_ERR_INTERRUPTED;
}

static void hold_queue(void)
{
	queue_lines_only(&editor.ahead.queue);
	size_t lines = queue_lines(&editor.ahead.queue);
	editor.ahead.held = lines > 0;
	editor.ahead.untold = lines - (editor.gather.rest != 0);
}

size_t editor_gather(void)
{
	enum ahead_hold hold = editor.ahead.hold;

	editor.ahead.hold = AHEAD_SEND;
	editor.ahead.asks = hold == AHEAD_ASK;
	take_typed();
	if (!hold && !editor.ahead.queue.n && !editor.ahead.tail) { /* what is typed now continues it */
		editor.ahead.tail = editor.preset;
		editor.preset = NULL;
	}
	if (hold || editor.ahead.held || !editor.ahead.queue.n || !editor.gather.stopped)
		gather(hold || editor.ahead.held);
	if (!hold && !editor.ahead.held && editor.ahead.queue.n && look_up())
		hold = AHEAD_HOLD;
	if (hold)
		hold_queue();
	size_t untold = editor.ahead.untold;
	if (!editor.ahead.asks)
		editor.ahead.untold = 0;
	return untold;
}

struct editor_queue editor_queue(void)
{
	return (struct editor_queue){
		.lines = queue_lines(&editor.ahead.queue),
		.waits = editor.ahead.queue.n || editor.ahead.tail || ahead_left(),
		.together = !editor.preset && queue_is_together(&editor.ahead.queue),
		.asks = editor.ahead.asks,
		.held = editor.ahead.held,
	};
}
