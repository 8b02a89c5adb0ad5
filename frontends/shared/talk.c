/* SPDX-License-Identifier: MIT */
/* talk: the course of a conversation with a person. */
#include "shared/talk.h"

#include <stdlib.h>

#include "shared/typing.h"

/* Gives one input to the session and shows what comes of it. 0, HN_ERR_*. */
static int32_t submit(struct show *show, uint32_t kind, hn_str text)
{
	const hn_input input = {
		.struct_size = sizeof input,
		.kind = kind,
		.flags = show_begin(show),
		.text = text,
	};

	typing_watch();
	int32_t code = show->services->session->submit(show->session, &input, show_event, show);
	typing_unwatch();
	int32_t failed = show_failed(show);
	if (failed)
		return failed;
	return !code && show->interrupted ? HN_ERR_INTERRUPTED : code;
}

/* Asks how things stand. */
static hn_status status(struct show *show)
{
	hn_status now = { .struct_size = sizeof now };

	show->services->session->status(show->session, &now);
	return now;
}

/* One turn: its end is the program's. */
int32_t talk_one_turn(struct show *show, const hn_start *start)
{
	return submit(show, HN_INPUT_MESSAGE, start->first);
}

/* An input of a conversation: only a lost output, or the wish to leave, ends it. */
static int32_t converse(struct show *show, uint32_t kind, hn_str text)
{
	submit(show, kind, text);
	if (show->out.failed)
		return show->out.failed;
	return status(show).leaving ? 0 : TALK_ON;
}

/* The turn that the command line brought along. */
int32_t talk_first(struct show *show, const hn_start *start)
{
	return start->flags & HN_START_FIRST ? converse(show, HN_INPUT_MESSAGE, start->first)
					     : TALK_ON;
}

/* A line that was typed or piped in. */
int32_t talk_line(struct show *show, hn_str line)
{
	return converse(show, HN_INPUT_LINE, line);
}

/* A text that is no command, whatever it looks like. */
int32_t talk_message(struct show *show, hn_str text)
{
	return converse(show, HN_INPUT_MESSAGE, text);
}

/* Input has ended: the last turn's fate is the program's. */
int32_t talk_ended(struct show *show)
{
	return status(show).last_turn;
}
