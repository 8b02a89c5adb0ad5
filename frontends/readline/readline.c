/* SPDX-License-Identifier: MIT */
/*
 * readline: the frontend for a person at a terminal, with GNU readline's line editing.
 *
 * One turn is shown as the plain frontend shows it. A conversation needs a terminal at both ends.
 */
#include "shared/lines.h"
#include "shared/services.h"
#include "shared/talk.h"
#include "shared/typing.h"
#include "util/buf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chat.h"
#include "editor.h"
#include "key_commands.h"

#define PROMPT_MORE "...  "
#define HISTORY_SIZE "1000"

/* Makes the prompt; \001 and \002 mark for readline what has no width. */
static const char *prompt(struct chat *chat)
{
	const struct show *show = &chat->show;
	char look[LABEL_ROOM];
	const char *off = label_off(label_on(show->services, show->session, show->flags, MD_LABEL_USER, look));

	snprintf(chat->prompt, sizeof chat->prompt, *off ? "\001%s\002" CHAT_PROMPT "\001%s\002" : "%s" CHAT_PROMPT "%s", look, off);
	return chat->prompt;
}

/* ---- what was typed during a reply ---- */

/* Says how many lines follow the one that is sent, unless that was to be expected. */
static void tell_queued(struct chat *chat)
{
	struct editor_queue queue = editor_queue();
	size_t n = queue.lines;
	char text[100];

	if (n > chat->queued && !queue.held) {
		snprintf(text, sizeof text, "(%zu more line%s queued; Up takes the last one back)", n, n == 1 ? " is" : "s are");
		show_aside(&chat->show, text);
	}
	chat->queued = n;
}

/* Says that so many lines are not sent by themselves. */
static void tell_held(struct chat *chat, size_t n)
{
	char text[120];

	if (editor_queue().asks)
		snprintf(text, sizeof text, "(%zu queued line%s until that is answered)", n, n == 1 ? " waits" : "s wait");
	else if (n == 1)
		snprintf(text, sizeof text, "(1 queued line is held: Enter sends it, Ctrl-C drops it)");
	else
		snprintf(text, sizeof text, "(%zu queued lines are held: Enter sends %s, Ctrl-C drops them)", n,
			editor_queue().together ? "them as one message" : "them one by one");
	show_aside(&chat->show, text);
}

/* Holds what was typed during an input that went wrong or was stopped, or after which the user has to decide. */
static void look_back(struct chat *chat)
{
	const struct show *show = &chat->show;

	int asks = show->held_word || costly_waits(&show->costly);

	if (asks || show->interrupted || show->code || show->unsent)
		editor_hold(asks);
}

/* Works on one line and frees it. TALK_ON or run()'s value. */
static int32_t take_line(struct chat *chat, char *line)
{
	hn_str text = { line, strlen(line) };
	const char *number;
	int32_t next = TALK_ON;

	tell_queued(chat);
	chat->show.code = 0;
	if (!str_blank(text)) {
		chat_remember(chat, line);
		number = edit_number(line);
		editor_listen(!number);
		next = number		      ? edit_message(chat, number)
		       : !strcmp(line, "/undo") ? edit_undo(chat, text)
						: talk_line(&chat->show, text);
		if (chat->show.unsent)
			editor_preset(line);
		editor_listen(0);
	} else {
		editor_listen(1);
		chat->show.interrupted = 0;
		if (editor_gave_up())
			talk_give_up(&chat->show);
		next = talk_blank(&chat->show);
		editor_listen(0);
	}
	look_back(chat);
	free(line);
	return next;
}

/* One line, or one key that acts by itself. TALK_ON or run()'s value. */
static int32_t step(struct chat *chat)
{
	char *line = NULL;

	editor_prompt(prompt(chat), (chat->show.flags & HN_START_DUMB) != 0);
	size_t held = editor_gather();
	if (held)
		tell_held(chat, held);
	switch (editor_read(&line)) {
	case EDITOR_LINE:
		return take_line(chat, line);
	case EDITOR_COMPOSE:
		return edit_line(chat, line);
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
		.columns = sizeof CHAT_PROMPT - 1,
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
	editor_prompt(setup.prompt, (chat->show.flags & HN_START_DUMB) != 0);
	if (self->commands && HN_HAS_FN(self->commands, hn_commands, add)) {
		self->commands->add(chat->show.session, &keys_command);
		self->commands->add(chat->show.session, &multiline_command);
		clipboard_add(&chat->clipboard, self->commands);
		less_add(&chat->less, self->commands);
	}
	chat_recall(chat, start->keep);
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
		chat_remember(chat, chat->show.costly.text);
	look_back(chat);
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
