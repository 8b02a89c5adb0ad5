/* SPDX-License-Identifier: MIT */
/*
 * readline: the frontend for a person at a terminal, with GNU readline's line editing.
 *
 * One turn is shown as the plain frontend shows it. A conversation needs a terminal at both ends.
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
#include <string.h>

#include "clipboard.h"
#include "compose.h"
#include "editor.h"
#include "key_commands.h"
#include "less.h"
#include "past.h"

#define PROMPT "You: "
#define PROMPT_MORE "...  "
#define HISTORY_SIZE "1000"

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
	struct clipboard clipboard;
	struct less less;
	char prompt[2 * LABEL_ROOM + sizeof PROMPT];
};

/* Makes the prompt; \001 and \002 mark for readline what has no width. */
static const char *prompt(struct chat *chat)
{
	const struct show *show = &chat->show;
	char look[LABEL_ROOM];
	const char *off = label_off(label_on(show->services, show->session, show->flags, MD_LABEL_USER, look));

	snprintf(chat->prompt, sizeof chat->prompt, *off ? "\001%s\002" PROMPT "\001%s\002" : "%s" PROMPT "%s", look, off);
	return chat->prompt;
}

/* ---- the history ---- */

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

/* Adds a line to the history, for this run and later ones. */
static void remember(struct chat *chat, const char *line)
{
	if (is_private(chat, line))
		return;
	editor_remember(line);
	past_add(&chat->past, line);
	tell_trouble(chat);
}

/* ---- the user's own editor ---- */

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

/* Ctrl-X Ctrl-E: the edited text stands at the prompt, and is not sent yet. TALK_ON or run()'s
 * value. */
static int32_t compose_line(struct chat *chat, char *line)
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
		remember(chat, text);
		return talk_message(&chat->show, (hn_str){ text, strlen(text) });
	}
	int n = asprintf(&line, "/edit %s\n%s", number, text);
	if (n >= 0) {
		remember(chat, line);
		next = talk_line(&chat->show, (hn_str){ line, (size_t)n });
		free(line);
	}
	return next;
}

/* /edit, which is about the last question or, before the first, a new one, and /edit N. TALK_ON or run()'s value. */
static int32_t edit(struct chat *chat, const char *number)
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

/* The number in "/edit N", "" for "/edit" alone; NULL if the line is neither. */
static const char *edit_argument(char *line)
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

/* ---- the conversation ---- */

/* /undo: the question that was taken back stands at the prompt. TALK_ON or run()'s value. */
static int32_t undo(struct chat *chat, hn_str line)
{
	uint32_t n = last_question(chat);
	char *question = n ? text_of(message_of(chat, n)) : NULL;
	int32_t next = talk_line(&chat->show, line);

	if (question && next == TALK_ON && last_question(chat) < n)
		editor_preset(question);
	free(question);
	return next;
}

/* Works on one line and frees it. TALK_ON or run()'s value. */
static int32_t take_line(struct chat *chat, char *line)
{
	hn_str text = { line, strlen(line) };
	const char *number;
	int32_t next = TALK_ON;

	if (!lines_blank(text)) {
		remember(chat, line);
		number = edit_argument(line);
		editor_listen(!number);
		next = number		      ? edit(chat, number)
		       : !strcmp(line, "/undo") ? undo(chat, text)
						: talk_line(&chat->show, text);
		if (chat->show.unsent)
			editor_preset(line);
		if (chat->show.interrupted)
			editor_hold();
		editor_listen(0);
	} else {
		editor_listen(1);
		chat->show.interrupted = 0;
		if (editor_gave_up())
			talk_give_up(&chat->show);
		next = talk_blank(&chat->show);
		if (chat->show.interrupted)
			editor_hold();
		editor_listen(0);
	}
	free(line);
	return next;
}

/* One line, or one key that acts by itself. TALK_ON or run()'s value. */
static int32_t step(struct chat *chat)
{
	char *line = NULL;

	editor_prompt(prompt(chat));
	switch (editor_read(&line)) {
	case EDITOR_LINE:
		return take_line(chat, line);
	case EDITOR_COMPOSE:
		return compose_line(chat, line);
	case EDITOR_INTERRUPTED:
		show_own(&chat->show, str_of(talk_give_up(&chat->show) ? TALK_NOT_SENT : TALK_HOW_TO_LEAVE));
		return TALK_ON;
	case EDITOR_ENDING:
		out_puts(&chat->show.out, "\n");
		return HN_ERR_INTERRUPTED;
	case EDITOR_FAILED:
		return show_unreadable(&chat->show, errno);
	case EDITOR_END:
		break;
	}
	return talk_ended(&chat->show);
}

/* Prepares for the first line. 0, or -1 with errno. */
static int begin(struct chat *chat, const hn_start *start)
{
	const struct self *self = chat->self;
	const struct editor_setup setup = {
		.services = self->services,
		.session = chat->show.session,
		.prompt = prompt(chat),
		.columns = sizeof PROMPT - 1,
		.more = PROMPT_MORE,
		.history_size = self->history_size,
	};

	typing_open(self->services, chat->show.session);
	if (editor_open(&setup)) {
		int error = errno;
		typing_close();
		errno = error;
		return -1;
	}
	if (self->commands && HN_HAS_FN(self->commands, hn_commands, add)) {
		self->commands->add(chat->show.session, &keys_command);
		self->commands->add(chat->show.session, &multiline_command);
		clipboard_add(&chat->clipboard, self->commands);
		less_add(&chat->less, self->commands);
	}
	past_open(&chat->past, start->keep, (size_t)self->history_size);
	past_read(&chat->past, put_past, NULL);
	tell_trouble(chat);
	return 0;
}

static int32_t converse(struct chat *chat, const hn_start *start)
{
	if (begin(chat, start)) {
		show_remark(&chat->show, strerror(errno));
		return HN_ERR_PLUGIN;
	}
	editor_listen(1);
	int32_t next = talk_first(&chat->show, start);
	if (costly_waits(&chat->show.costly)) /* the up key brings it back */
		remember(chat, chat->show.costly.text);
	if (chat->show.interrupted)
		editor_hold();
	editor_listen(0);
	while (next == TALK_ON && !chat->show.out.failed)
		next = step(chat);
	past_close(&chat->past);
	costly_drop(&chat->show.costly);
	editor_close();
	typing_close();
	return chat->show.out.failed ? show_failed(&chat->show) : next;
}

static int32_t run(void *me, hn_session *session)
{
	const struct self *self = me;
	hn_start start = services_start(self->services, session);
	uint32_t both = HN_START_TTY_STDIN | HN_START_TTY_STDOUT;
	int terminal = (start.flags & both) == both;
	struct chat chat = { .self = self };

	show_open(&chat.show, self->services, session, start.flags,
		terminal && !(start.flags & HN_START_ONE_TURN));
	chat.clipboard = (struct clipboard){ .show = &chat.show, .command = self->clipboard_command };
	chat.less.show = &chat.show;
	if (start.flags & HN_START_ONE_TURN)
		return talk_one_turn(&chat.show, &start);
	if (terminal)
		return converse(&chat, &start);
	show_remark(
		&chat.show, "the readline frontend needs a terminal; stdio does not (-f stdio)");
	return HN_ERR_USAGE;
}

/* ---- the plugin ---- */

static void destroy(void *me)
{
	struct self *self = me;

	if (!self)
		return;
	services_destroy(self->services);
	free(self->editor);
	free(self->editor_folder);
	free(self->clipboard_command);
	free(self);
}

/* The text of an option, allocated; NULL without memory. */
static char *option_text(const hn_host *host, hn_call *call, const char *key)
{
	hn_value value = { .struct_size = sizeof value };

	if (host->option(call, key, &value) || !value.s.n)
		return strdup("");
	return strndup(value.s.p, value.s.n);
}

static int32_t create(const hn_host *host, hn_call *call, void **me)
{
	hn_value size = { .struct_size = sizeof size };
	void *services = NULL;
	int32_t code = services_create(host, call, &services);
	if (!code)
		code = host->option(call, "history_size", &size);
	struct self *self = code ? NULL : malloc(sizeof *self);
	if (!self) {
		services_destroy(services);
		return code ? code : HN_ERR_PLUGIN;
	}

	*self = (struct self){
		.services = services,
		.commands = host->extension(HN_ID_COMMANDS),
		.editor = option_text(host, call, "editor"),
		.editor_folder = option_text(host, call, "editor_folder"),
		.clipboard_command = option_text(host, call, "clipboard_command"),
	};
	self->history_size = size.i < 0 ? 0 : size.i > INT32_MAX ? INT32_MAX : (int)size.i;
	if (!self->editor || !self->editor_folder || !self->clipboard_command) {
		destroy(self);
		return HN_ERR_PLUGIN;
	}
	*me = self;
	return 0;
}

static const hn_env editor_env[] = { { "VISUAL", NULL }, { "EDITOR", NULL } };
static const hn_env folder_env[] = { { "TMPDIR", NULL } };

static const hn_option options[] = {
	{
		.type = HN_OPT_INT,
		.key = "history_size",
		.initial = HISTORY_SIZE,
		.help = "lines that the up key brings back, from earlier runs too; 0: none are "
			"kept",
	},
	{
		.type = HN_OPT_PATH, /* it contains a path, in any encoding */
		.n_env = sizeof editor_env / sizeof *editor_env,
		.key = "editor",
		.initial = "vi",
		.help = "what /edit and Ctrl-X Ctrl-E run, as a shell reads it; the file's name follows it",
		.env = editor_env,
	},
	{
		.type = HN_OPT_PATH,
		.n_env = sizeof folder_env / sizeof *folder_env,
		.key = "editor_folder",
		.initial = "/tmp",
		.help = "where the text is while it is edited",
		.env = folder_env,
	},
	{
		.type = HN_OPT_PATH,
		.key = "clipboard_command",
		.help = "what /copy runs, as a shell reads it, such as wl-copy; it gets the text as its input. "
			"Without it the terminal gets an OSC 52",
	},
};

static const hn_frontend frontend = {
	.struct_size = sizeof frontend,
	.create = create,
	.destroy = destroy,
	.run = run,
};

const hn_plugin *hobnob_plugin_v1(void)
{
	static const hn_plugin plugin = {
		.struct_size = sizeof plugin,
		.abi_major = HN_ABI_MAJOR,
		.type = HN_TYPE_FRONTEND,
		.n_options = sizeof options / sizeof *options,
		.option_stride = sizeof(hn_option),
		.name = "readline",
		.version = PACKAGE_VERSION,
		.summary = "line editing and completion on a terminal, by GNU readline",
		.license = "MIT AND GPL-3.0-or-later",
		.options = options,
		.vtable = &frontend,
	};

	return &plugin;
}
