/* SPDX-License-Identifier: MIT */
/*
 * readline: the frontend for a person at a terminal, with GNU readline's line editing.
 *
 * One turn is shown as the plain frontend shows it. A conversation needs a terminal at both ends.
 */
#include "shared/lines.h"
#include "shared/services.h"
#include "shared/talk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "editor.h"

#define HISTORY_SIZE "1000"

struct self {
	struct services *services;
	int history_size;
};

/* The prompt; \001 and \002 tell readline what takes no room. */
static const char *prompt(uint32_t flags)
{
	return flags & HN_START_COLOR ? "\001\033[1;32m\002You: \001\033[0m\002" : "You: ";
}

/* Works on one line and frees it. TALK_ON or run()'s value. */
static int32_t take_line(struct show *show, char *line)
{
	hn_str text = { line, strlen(line) };
	int32_t next = TALK_ON;

	if (!lines_blank(text)) {
		editor_remember(line);
		next = talk_line(show, text);
	}
	free(line);
	return next;
}

/* One line, or one key that is none. TALK_ON or run()'s value. */
static int32_t step(struct show *show)
{
	char *line = NULL;

	switch (editor_read(&line)) {
	case EDITOR_LINE:
		return take_line(show, line);
	case EDITOR_INTERRUPTED:
		out_puts(&show->out, TALK_HOW_TO_LEAVE);
		return TALK_ON;
	case EDITOR_ENDING:
		out_puts(&show->out, "\n");
		return HN_ERR_INTERRUPTED;
	case EDITOR_END:
		break;
	}
	return talk_ended(show);
}

/* A conversation, line by line. */
static int32_t converse(struct show *show, const hn_start *start, int history_size)
{
	if (editor_open(show->services, show->session, prompt(start->flags), history_size)) {
		show_remark(show, strerror(errno));
		return HN_ERR_PLUGIN;
	}
	int32_t next = talk_first(show, start);
	while (next == TALK_ON && !show->out.failed)
		next = step(show);
	editor_close();
	return show->out.failed ? show_failed(show) : next;
}

/* Runs what the command line asked for. */
static int32_t run(void *me, hn_session *session)
{
	const struct self *self = me;
	hn_start start = services_start(self->services, session);
	uint32_t both = HN_TTY_STDIN | HN_TTY_STDOUT;
	int terminal = (start.flags & both) == both;
	struct show show;

	show_open(&show, self->services, session, start.flags,
		terminal && !(start.flags & HN_START_ONE_TURN));
	if (start.flags & HN_START_ONE_TURN)
		return talk_one_turn(&show, &start);
	if (terminal)
		return converse(&show, &start, self->history_size);
	show_remark(&show, "the readline frontend needs a terminal; stdio does not (-f stdio)");
	return HN_ERR_USAGE;
}

/* Ends what create() made. */
static void destroy(void *me)
{
	struct self *self = me;

	if (self)
		services_destroy(self->services);
	free(self);
}

/* Finds the services, reads the one option. */
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

	*self = (struct self){ .services = services };
	self->history_size = size.i < 0 ? 0 : size.i > INT32_MAX ? INT32_MAX : (int)size.i;
	*me = self;
	return 0;
}

static const hn_option options[] = {
	{
		.type = HN_OPT_INT,
		.key = "history_size",
		.initial = HISTORY_SIZE,
		.help = "lines that the up key brings back",
	},
};

static const hn_frontend frontend = {
	.struct_size = sizeof frontend,
	.create = create,
	.destroy = destroy,
	.run = run,
};

/* The plugin's one exported function. */
const hn_plugin *hobnob_plugin_v1(void)
{
	static const hn_plugin plugin = {
		.struct_size = sizeof plugin,
		.abi_major = HN_ABI_MAJOR,
		.kind = HN_FRONTEND,
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
