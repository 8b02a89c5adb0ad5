/* SPDX-License-Identifier: MIT */
/* talk: the course of a conversation with a person. */
#include "shared/talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/lines.h"
#include "shared/mention.h"
#include "shared/typing.h"
#include "util/ascii.h"
#include "util/buf.h"

/* Asks whether a costly input is to be sent. Nothing is at work now, so a Ctrl-C is an answer. */
static void ask_costly(struct show *show, const hn_input *input)
{
	struct buf text = BUF(BUF_NO_CAP);

	if (show->flags & HN_START_ONE_TURN)
		costly_forget_typed();
	buf_addf(&text, "%s: Enter sends, Ctrl-C or another line does not", show->costly.why);
	show_remark(show, text.p);
	buf_free(&text);
	costly_keep(&show->costly, input);
}

/* Gives one input to the session and shows what comes of it. 0, HN_ERR_*. */
static int32_t submit(struct show *show, hn_input input)
{
	input.struct_size = sizeof input;
	input.flags = show_begin(show);
	typing_watch();
	int32_t code = show->services->session->submit(show->session, &input, show_event, show);
	typing_unwatch();
	show_looks(show);
	if (show->costly.why)
		ask_costly(show, &input);
	int32_t failed = show_failed(show);
	show->code = failed ? failed : code;
	return show->code;
}

static hn_status status(struct show *show)
{
	hn_status now = { .struct_size = sizeof now };

	show->services->session->status(show->session, &now);
	return now;
}

/* The first message, with what is attached to it. */
static hn_input first_of(const hn_start *start)
{
	return (hn_input){
		.type = HN_INPUT_MESSAGE,
		.n_parts = start->n_parts,
		.part_stride = start->part_stride,
		.text = start->first,
		.parts = start->parts,
	};
}

int32_t talk_one_turn(struct show *show, const hn_start *start)
{
	int32_t code = submit(show, first_of(start));

	if (!costly_waits(&show->costly))
		return code;
	costly_drop(&show->costly);
	code = costly_read(show->services, show->session);
	return code ? code : submit(show, first_of(start));
}

/* An input of a conversation: only a lost output, or the wish to leave, ends it. */
static int32_t converse(struct show *show, hn_input input)
{
	submit(show, input);
	if (show->out.failed)
		return show->out.failed;
	return status(show).leaving ? 0 : TALK_ON;
}

static int32_t converse_line(struct show *show, hn_str line)
{
	return converse(show, (hn_input){ .type = HN_INPUT_LINE, .text = line });
}

int32_t talk_first(struct show *show, const hn_start *start)
{
	return start->flags & HN_START_FIRST ? converse(show, first_of(start)) : TALK_ON;
}

/* The word of a line that is one word, if other programs take it for a command; else NULL. *command is
 * hobnob's command for it. */
static const char *lone_word(hn_str line, const char **command)
{
	static const struct { const char *word, *command; } table[] = {
		{ "exit", "/exit leaves" }, { "quit", "/exit leaves" }, { "bye", "/exit leaves" },
		{ "logout", "/exit leaves" }, { ":q", "/exit leaves" }, { ":q!", "/exit leaves" },
		{ ":wq", "/exit leaves" }, { ":x", "/exit leaves" },
		{ "help", "/help lists the commands" }, { "?", "/help lists the commands" },
		{ ":help", "/help lists the commands" },
		{ "clear", "/clear begins with an empty conversation" },
	};

	while (line.n && str_blank((hn_str){ line.p, 1 }))
		line = (hn_str){ line.p + 1, line.n - 1 };
	while (line.n && str_blank((hn_str){ line.p + line.n - 1, 1 }))
		line.n--;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		*command = table[i].command;
		if (strlen(table[i].word) == line.n && !ascii_ncasecmp(table[i].word, line.p, line.n))
			return table[i].word;
	}
	return NULL;
}

/* ---- files that a line names ---- */

/* Has hobnob attach a file. 0, or HN_ERR_*; what came of it has been shown. */
static int32_t attach(struct show *show, hn_str path)
{
	static const char command[] = "/attach ";
	char line[MENTION_TEXT_MOST + sizeof command];
	size_t n = sizeof command - 1;

	memcpy(line, command, n);
	memcpy(line + n, path.p, path.n);
	return submit(show, (hn_input){ .type = HN_INPUT_LINE, .text = { line, n + path.n } });
}

/* Attaches the files that a person names in a message. 0, or HN_ERR_*: the message is not sent. */
static int32_t attach_mentioned(struct show *show, hn_str line)
{
	struct mentions m;
	int32_t code = 0;

	mentions_find(&m, line);
	for (size_t i = 0; i < m.n && !code; i++)
		code = attach(show, m.paths[i]);
	return code;
}

/* 1 if a line's @FILE is a file to attach: it is a message, or /t, which makes one. */
static int names_files(hn_str line)
{
	while (line.n && (*line.p == ' ' || *line.p == '\t'))
		line = (hn_str){ line.p + 1, line.n - 1 };
	if (line.n == 0 || *line.p != '/')
		return 1;
	return line.n > 3 && !memcmp(line.p, "/t", 2) && str_blank((hn_str){ line.p + 2, 1 });
}

/* A line of a person's that is sent, with the files that it names. TALK_ON or run()'s value. */
static int32_t say_line(struct show *show, hn_str line)
{
	if (show->dialogue && names_files(line) && attach_mentioned(show, line)) {
		show->unsent = 1;
		return show->out.failed ? show->out.failed : TALK_ON;
	}
	return converse_line(show, line);
}

/* Sends the costly question that the user has confirmed. TALK_ON or run()'s value. */
static int32_t confirm(struct show *show)
{
	struct costly was = show->costly;

	show->costly = (struct costly){ 0 };
	int32_t next = converse(show, was.input);
	costly_drop(&was);
	return next;
}

/* Gives up the costly question, with the files that it names: the next message is not about them. */
static void give_up(struct show *show)
{
	static const char drop[] = "/attach -";
	struct mentions m = { 0 };
	int says = costly_waits(&show->costly) && names_files(show->costly.input.text);

	if (says && show->costly.input.type == HN_INPUT_LINE)
		mentions_find(&m, show->costly.input.text);
	size_t files = m.n;
	costly_drop(&show->costly);
	if (files)
		submit(show, (hn_input){ .type = HN_INPUT_LINE, .text = { drop, sizeof drop - 1 } });
}

/* A lone "exit" from a person is held, with a remark, until Enter confirms it. */
int32_t talk_line(struct show *show, hn_str line)
{
	const char *command, *word = show->dialogue ? lone_word(line, &command) : NULL, *held = show->held_word;
	char text[120];

	show->held_word = NULL;
	show->unsent = 0;
	give_up(show);
	if (!word || word == held)
		return say_line(show, line);
	show->held_word = word;
	snprintf(text, sizeof text, "%s; Enter again sends \"%s\" to the model", command, word);
	show_remark(show, text);
	return TALK_ON;
}

int32_t talk_blank(struct show *show)
{
	const char *held = show->held_word;

	show->held_word = NULL;
	if (costly_waits(&show->costly))
		return confirm(show);
	return held ? converse_line(show, (hn_str){ held, strlen(held) }) : TALK_ON;
}

int32_t talk_give_up(struct show *show)
{
	int waits = costly_waits(&show->costly) || show->held_word;

	show->held_word = NULL;
	give_up(show);
	return waits;
}

int32_t talk_message(struct show *show, hn_str text)
{
	talk_give_up(show);
	return converse(show, (hn_input){ .type = HN_INPUT_MESSAGE, .text = text });
}

int32_t talk_ended(struct show *show)
{
	return status(show).last_turn;
}
