/* SPDX-License-Identifier: MIT */
/* chat: one conversation at the readline prompt, and what its lines do besides being sent. */
#ifndef HOBNOB_FRONTENDS_READLINE_CHAT_H
#define HOBNOB_FRONTENDS_READLINE_CHAT_H

#include "shared/label.h"
#include "shared/services.h"
#include "shared/show.h"

#include "clipboard.h"
#include "less.h"
#include "past.h"

#define CHAT_PROMPT "You: "

struct self {
	struct services *services;
	const hn_commands *commands; /* or NULL */
	int history_size;
	char *editor, *editor_folder, *clipboard_command;
};

/* One conversation. */
struct chat {
	const struct self *self;
	struct show show;
	struct past past;
	size_t queued; /* lines, as far as they were told */
	struct clipboard clipboard;
	struct less less;
	char prompt[2 * LABEL_ROOM + sizeof CHAT_PROMPT];
};

/* Reads the history of earlier runs, which is kept in that folder; empty: nowhere. */
void chat_recall(struct chat *, hn_str folder);
/* Adds a line to the history, for this run and later ones. */
void chat_remember(struct chat *, const char *line);

/* Ctrl-X Ctrl-E: the edited text stands at the prompt, and is not sent yet; frees the line. TALK_ON or run()'s
 * value. */
int32_t edit_line(struct chat *, char *line);
/* The number in "/edit N", "" for "/edit" alone, which is within the line; NULL if the line is neither. */
const char *edit_number(char *line);
/* /edit, which is about the last question or, before the first, a new one, and /edit N. TALK_ON or run()'s value. */
int32_t edit_message(struct chat *, const char *number);
/* /undo: the question that was taken back stands at the prompt, unless something else waits for it. TALK_ON or
 * run()'s value. */
int32_t edit_undo(struct chat *, hn_str line);

#endif
