/* SPDX-License-Identifier: MIT */
/* recall: the history of a chat: readline's for this run, the file's for all. */
#include <string.h>

#include "chat.h"
#include "editor.h"

/* Reports what went wrong with the history file, once. */
static void tell_trouble(struct chat *chat)
{
	if (chat->past.trouble[0])
		show_remark(&chat->show, chat->past.trouble);
	chat->past.trouble[0] = '\0';
}

static void put_past(void *ud, const char *entry)
{
	(void)ud;
	editor_remember(entry);
}

/* Whether to leave a line out of the history: it begins with a blank, repeats the last one, or
 * contains what may be a key. */
static int is_private(const struct chat *chat, const char *line)
{
	const hn_session_api *api = chat->self->services->session;
	const char *last = editor_last();

	if (*line == ' ' || *line == '\t' || (last && !strcmp(last, line)))
		return 1;
	return !HN_HAS_FN(api, hn_session_api, secret) ||
	       api->secret(chat->show.session, (hn_str){ line, strlen(line) });
}

void chat_remember(struct chat *chat, const char *line)
{
	if (is_private(chat, line))
		return;
	editor_remember(line);
	past_add(&chat->past, line);
	tell_trouble(chat);
}

void chat_recall(struct chat *chat, hn_str folder)
{
	past_open(&chat->past, folder, (size_t)chat->self->history_size);
	past_read(&chat->past, put_past, NULL);
	tell_trouble(chat);
}
