/* SPDX-License-Identifier: MIT */
/*
 * stdio: the plain frontend: reads lines, writes text.
 *
 * One turn writes the reply and nothing else to standard output. A conversation takes a line at a
 * time; on a terminal it prompts, on a pipe it does not.
 *
 * Lines that were typed during a reply are sent one after the other. After a Ctrl-C the first of them
 * stands at the prompt until the user presses Enter: who stops a reply may want to stop what was to
 * follow, too.
 */
#include "shared/label.h"
#include "shared/lines.h"
#include "shared/services.h"
#include "shared/talk.h"
#include "shared/typing.h"
#include "util/buf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

struct chat {
	struct show show;
	struct lines in;
	int terminal; /* both ends are one */
	size_t unseen; /* bytes of the input that the terminal has not echoed */
};

/* ---- what was typed ahead: the keys mean what they mean to the terminal ---- */

/* Takes the last character off. */
static void erase(char *text, size_t *n)
{
	while (*n && ((unsigned char)text[*n - 1] & 0xC0) == 0x80)
		--*n;
	*n -= *n > 0;
}

/* Takes the last word off, and the blanks after it. */
static void erase_word(char *text, size_t *n)
{
	while (*n && text[*n - 1] == ' ')
		--*n;
	while (*n && text[*n - 1] != ' ')
		--*n;
}

/* Adds what was typed to the input, and has the terminal read the rest. */
static void take_typed(struct chat *chat)
{
	hn_str typed = typing_finish();
	char *line = malloc(typed.n + 1);
	struct termios modes;
	size_t n = 0, before = chat->in.end - chat->in.start;

	if (!line || tcgetattr(STDIN_FILENO, &modes)) {
		free(line);
		return;
	}
	const cc_t *keys = modes.c_cc;
	for (size_t i = 0; i < typed.n && !chat->in.ended; i++) {
		cc_t key = (unsigned char)typed.p[i];
		if (key == '\n' || key == '\r') {
			line[n++] = '\n';
			lines_add(&chat->in, (hn_str){ line, n });
			n = 0;
		} else if (key == keys[VEOF] && key) {
			chat->in.ended = n == 0;
		} else if (key == keys[VERASE] && key) {
			erase(line, &n);
		} else if (key == keys[VKILL] && key) {
			n = 0;
		} else if (key == keys[VWERASE] && key) {
			erase_word(line, &n);
		} else {
			line[n++] = (char)key;
		}
	}
	lines_add(&chat->in, (hn_str){ line, n });
	chat->unseen += chat->in.end - chat->in.start - before;
	free(line);
}

/* Holds the first line that was typed until an Enter. */
static void hold(struct chat *chat)
{
	lines_hold(&chat->in);
	size_t left = chat->in.end - chat->in.start;
	chat->unseen = chat->unseen < left ? chat->unseen : left;
}

/* Asks for a line, where somebody sees it; what was typed ahead of it stands there. */
static void prompt(struct chat *chat)
{
	struct show *show = &chat->show;
	char look[LABEL_ROOM];

	if (!chat->terminal)
		return;
	chat->unseen += lines_release(&chat->in);
	take_typed(chat);
	if (show->interrupted)
		hold(chat);
	show->interrupted = 0;
	out_puts(&show->out, label_on(show->services, show->session, show->flags, MD_LABEL_USER, look));
	out_puts(&show->out, "You: ");
	out_puts(&show->out, label_off(look));
	if (chat->unseen)
		show->services->text->safe(lines_pending(&chat->in), 0, out_put, &show->out);
	out_flush(&show->out);
}

/* What a wait that was not for input means: TALK_ON, or what run() returns. */
static int32_t heed(struct chat *chat, int32_t waited)
{
	if (waited >= 0 || waited == HN_WAIT_FAILED)
		return TALK_ON;
	if (waited != HN_ERR_INTERRUPTED || !chat->terminal)
		return HN_ERR_INTERRUPTED;
	out_puts(&chat->show.out, "\n");
	show_own(&chat->show, str_of(talk_give_up(&chat->show) ? TALK_NOT_SENT : TALK_HOW_TO_LEAVE));
	lines_drop(&chat->in);
	chat->unseen = 0;
	prompt(chat);
	return TALK_ON;
}

/* Waits for more input. TALK_ON or run()'s value. */
static int32_t read_more(struct chat *chat)
{
	hn_pollfd fd = { .fd = chat->in.fd, .events = HN_POLL_IN };
	int32_t waited = chat->show.services->session->wait_for(chat->show.session, &fd, 1, -1);

	if (waited == HN_WAIT_READY)
		lines_read(&chat->in);
	else if (waited == HN_WAIT_FAILED)
		lines_fail(&chat->in, errno);
	return heed(chat, waited);
}

/* The lines that were typed and wait for this one count among those that are queued. */
static void expect(const struct chat *chat)
{
	struct queued queued = { 0 };

	queued_keys(&queued, (hn_str){ chat->in.p + chat->in.start, chat->in.end - chat->in.start });
	typing_expect(&queued);
}

/* Works on one line, unless the user has stopped meanwhile. */
static int32_t take_line(struct chat *chat, hn_str line)
{
	int32_t waited = chat->show.services->session->wait_for(chat->show.session, NULL, 0, 0);
	int32_t next = TALK_ON;

	if (waited == HN_ERR_INTERRUPTED || waited == HN_WAIT_ENDING)
		return heed(chat, waited);
	typing_resume();
	expect(chat);
	next = str_blank(line) ? talk_blank(&chat->show) : talk_line(&chat->show, line);
	if (next == TALK_ON)
		prompt(chat);
	return next;
}

static void refuse_line(struct chat *chat)
{
	char text[100];

	snprintf(text, sizeof text, "a line of more than %zu MiB was skipped", LINES_MAX >> 20);
	show_remark(&chat->show, text);
	prompt(chat);
}

/* Input is over: says why, if it broke off, and leaves a terminal at a line's start. */
static int32_t end_of_input(struct chat *chat)
{
	int32_t failed = chat->in.error ? show_unreadable(&chat->show, chat->in.error) : 0;

	if (chat->terminal)
		out_puts(&chat->show.out, "\n");
	return failed ? failed : talk_ended(&chat->show);
}

/* One step of the conversation. TALK_ON or run()'s value. */
static int32_t step(struct chat *chat)
{
	hn_str line;

	switch (lines_take(&chat->in, &line)) {
	case LINES_LINE:
		chat->unseen -= chat->unseen < line.n + 1 ? chat->unseen : line.n + 1;
		return take_line(chat, line);
	case LINES_TOO_LONG:
		refuse_line(chat);
		return TALK_ON;
	case LINES_MORE:
		return read_more(chat);
	case LINES_END:
		break;
	}
	return end_of_input(chat);
}

static int32_t converse(struct chat *chat, const hn_start *start)
{
	if (chat->terminal)
		typing_open(chat->show.services, chat->show.session);
	int32_t next = talk_first(&chat->show, start);

	if (next == TALK_ON)
		prompt(chat);
	while (next == TALK_ON && !chat->show.out.failed)
		next = step(chat);
	lines_free(&chat->in);
	costly_drop(&chat->show.costly);
	typing_close();
	return chat->show.out.failed ? show_failed(&chat->show) : next;
}

static int32_t run(void *self, hn_session *session)
{
	const struct services *services = self;
	hn_start start = services_start(services, session);
	uint32_t both = HN_START_TTY_STDIN | HN_START_TTY_STDOUT;
	struct chat chat = {
		.in = LINES(STDIN_FILENO, LINES_MAX),
		.terminal = (start.flags & both) == both && !(start.flags & HN_START_ONE_TURN),
	};

	show_open(&chat.show, services, session, start.flags, chat.terminal);
	if (start.flags & HN_START_ONE_TURN)
		return talk_one_turn(&chat.show, &start);
	return converse(&chat, &start);
}

static const hn_frontend frontend = {
	.struct_size = sizeof frontend,
	.create = services_create,
	.destroy = services_destroy,
	.run = run,
};

const hn_plugin *hobnob_plugin_v1(void)
{
	static const hn_plugin plugin = {
		.struct_size = sizeof plugin,
		.abi_major = HN_ABI_MAJOR,
		.type = HN_TYPE_FRONTEND,
		.option_stride = sizeof(hn_option),
		.name = "stdio",
		.version = PACKAGE_VERSION,
		.summary = "plain lines on standard input and output",
		.license = "MIT",
		.vtable = &frontend,
	};

	return &plugin;
}
