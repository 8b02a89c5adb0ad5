/* SPDX-License-Identifier: MIT */
/* edit: what /edit, /undo and Ctrl-X Ctrl-E do with the user's own editor and the prompt. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/talk.h"
#include "shared/typing.h"

#include "chat.h"
#include "compose.h"
#include "editor.h"

/* Runs it on a text. Returns as compose(); reports what went wrong. */
static enum compose_what run_composer(struct chat *chat, const char *text, char **out)
{
	char why[600] = "";
	const struct composer composer = {
		.services = chat->self->services,
		.session = chat->show.session,
		.editor = chat->self->editor,
		.folder = chat->self->editor_folder,
		.escapes = !(chat->show.flags & HN_START_DUMB),
	};
	typing_pause();
	enum compose_what what = compose(&composer, text, out, why, sizeof why);
	typing_resume();

	if (*why)
		show_remark(&chat->show, why);
	return what;
}

int32_t edit_line(struct chat *chat, char *line)
{
	char *text;
	enum compose_what what = run_composer(chat, line, &text);

	editor_preset(text ? text : line);
	free(text);
	free(line);
	return what == COMPOSE_ENDING ? HN_ERR_INTERRUPTED : TALK_ON;
}

/* Message n of the conversation, from 1; NULL: there is no such message. */
static const hn_message *message_of(const struct chat *chat, uint64_t n)
{
	uint32_t stride;

	if (n == 0 || n > UINT32_MAX)
		return NULL;
	return chat->self->services->session->message(chat->show.session, (uint32_t)(n - 1), &stride);
}

/* A message's text, allocated; NULL without memory. */
static char *text_of(const hn_message *m)
{
	return m->text.n ? strndup(m->text.p, m->text.n) : strdup("");
}

/* The number of the last question, as /history has it; 0: nothing was asked yet. */
static uint32_t last_question(const struct chat *chat)
{
	hn_status now = { .struct_size = sizeof now };
	uint32_t n;

	chat->self->services->session->status(chat->show.session, &now);
	for (n = now.n_messages; n > 0; n--) {
		const hn_message *m = message_of(chat, n);
		if (m && m->role == HN_ROLE_USER)
			break;
	}
	return n;
}

/* The text that /edit begins with: empty, or that of message N; allocated, or NULL if there is no
 * such message. */
static char *text_to_edit(const struct chat *chat, const char *number)
{
	const hn_message *m = *number ? message_of(chat, strtoull(number, NULL, 10)) : NULL;

	return m ? text_of(m) : *number ? NULL : strdup("");
}

/* Sends the edited text: for /edit N as that command's text, else as a message, verbatim. TALK_ON
 * or run()'s value. */
static int32_t send_text(struct chat *chat, const char *number, char *text)
{
	char *line = NULL;
	int32_t next = TALK_ON;

	editor_show(text);
	if (!*number) {
		chat_remember(chat, text);
		return talk_message(&chat->show, (hn_str){ text, strlen(text) });
	}
	int n = asprintf(&line, "/edit %s\n%s", number, text);
	if (n >= 0) {
		chat_remember(chat, line);
		next = talk_line(&chat->show, (hn_str){ line, (size_t)n });
		free(line);
	}
	return next;
}

int32_t edit_message(struct chat *chat, const char *number)
{
	char last[12];
	if (!*number && last_question(chat)) {
		snprintf(last, sizeof last, "%u", (unsigned)last_question(chat));
		number = last;
	}
	char *before = text_to_edit(chat, number), *text = NULL;
	int32_t next = TALK_ON;

	if (!before) {
		show_remark(&chat->show, "there is no such message: /history numbers them");
		return next;
	}
	enum compose_what what = run_composer(chat, before, &text);
	if (what == COMPOSE_ENDING)
		next = HN_ERR_INTERRUPTED;
	else if (what == COMPOSE_CHANGED)
		next = send_text(chat, number, text);
	else if (what == COMPOSE_SAME)
		show_remark(&chat->show, "nothing is sent: the text is empty or as it was");
	else if (text)
		editor_preset(text);
	free(before);
	free(text);
	return next;
}

const char *edit_number(char *line)
{
	static const char name[] = "/edit";
	char *at = line + sizeof name - 1;

	if (strncmp(line, name, sizeof name - 1) != 0 || (*at && *at != ' ' && *at != '\t'))
		return NULL;
	at += strspn(at, " \t");
	size_t n = strspn(at, "0123456789");
	if (at[n + strspn(at + n, " \t")])
		return NULL;
	at[n] = '\0';
	return at;
}

int32_t edit_undo(struct chat *chat, hn_str line)
{
	uint32_t n = last_question(chat);
	char *question = n ? text_of(message_of(chat, n)) : NULL;
	int32_t next = talk_line(&chat->show, line);

	if (question && next == TALK_ON && last_question(chat) < n && !editor_queue().waits)
		editor_preset(question);
	free(question);
	return next;
}
