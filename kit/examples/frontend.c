/* SPDX-License-Identifier: MIT */
/*
 * frontend: reads lines, writes replies; one turn or a conversation. It has a command of its own, /loud.
 *
 * Standard output carries replies and what commands say, standard error all else. A terminal gets safe
 * text only, a pipe the true bytes. It waits by wait_for() alone, so that Ctrl-C works everywhere.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <hobnob/easy.h>
#include <unistd.h>

#define LINE_MOST ((size_t)1 << 20) /* bytes of a line; a longer one is sent in pieces */

struct instance {
	const hn_session_api *api;
	const hn_text *text;
	const hn_commands *commands;
	hn_command loud; /* hobnob borrows it for the life of the session */
};

/* One conversation. */
struct talk {
	const struct instance *instance;
	hn_session *session;
	uint32_t flags;  /* HN_START_* */
	int mid_line;    /* the reply's line has not ended */
	int32_t failed;  /* HN_ERR_OUTPUT once a write failed */
	char line[LINE_MOST];
	size_t n;
	int ended;       /* nothing more will come */
};

static int is_loud; /* there is one user, so there is one volume */

/* ---- output ---- */

/* Writes all of it. Where the reader is slow it waits as hobnob does: interruptibly. */
static void put(struct talk *t, int fd, hn_str bytes)
{
	while (bytes.n && !t->failed) {
		ssize_t n = write(fd, bytes.p, bytes.n);
		hn_pollfd out = { fd, HN_POLL_OUT, 0, 0 };

		if (n >= 0) {
			bytes.p += n;
			bytes.n -= (size_t)n;
		} else if (errno == EAGAIN || errno == EINTR) {
			t->failed = t->instance->api->wait_for(t->session, &out, 1, -1) == HN_WAIT_READY ? 0 : HN_ERR_OUTPUT;
		} else {
			t->failed = HN_ERR_OUTPUT;
		}
	}
}

static void put_out(void *ud, hn_str piece)
{
	put(ud, STDOUT_FILENO, piece);
}

static void put_err(void *ud, hn_str piece)
{
	put(ud, STDERR_FILENO, piece);
}

/* What was asked for: a piece of a reply, or the result of a command. */
static void say(struct talk *t, hn_str text)
{
	if (text.n)
		t->mid_line = text.p[text.n - 1] != '\n';
	if (t->flags & HN_START_TTY_STDOUT)
		t->instance->text->safe(text, 0, put_out, t);
	else
		put_out(t, text);
}

/* A piece of a reply, in capital letters if the user wants it loud. */
static void reply(struct talk *t, hn_str text)
{
	char *copy = is_loud ? hn_copy(text) : NULL;

	for (size_t i = 0; copy && i < text.n; i++)
		copy[i] = copy[i] >= 'a' && copy[i] <= 'z' ? (char)(copy[i] - 32) : copy[i];
	if (copy)
		text.p = copy;
	say(t, text);
	free(copy);
}

static void end_line(struct talk *t)
{
	if (t->mid_line)
		put_out(t, hn_str_of("\n"));
	t->mid_line = 0;
}

/* A line beside the reply. */
static void remark(struct talk *t, hn_str text)
{
	if ((t->flags & HN_START_TTY_STDOUT) && (t->flags & HN_START_TTY_STDERR))
		end_line(t);
	put_err(t, hn_str_of("frontend: "));
	t->instance->text->safe(text, HN_TEXT_LINE, put_err, t);
	put_err(t, hn_str_of("\n"));
}

/* ---- events ---- */

static void done(struct talk *t, const hn_session_event *e)
{
	char line[100];

	if (!e->text.n)
		put_out(t, hn_str_of("\n")); /* an empty reply is an empty line */
	end_line(t);
	if (e->finish == HN_FINISH_LENGTH)
		remark(t, hn_str_of("the reply was cut at its length limit"));
	if (t->flags & HN_START_USAGE && e->usage) {
		snprintf(line, sizeof line, "%lld prompt + %lld completion tokens in %lld ms", (long long)e->usage->prompt,
			(long long)e->usage->completion, (long long)e->total_ms);
		remark(t, hn_str_of(line));
	}
}

/* Shows what happens. A type that it does not know, or has no place for, it passes over. */
static int32_t on_event(void *ud, const hn_session_event *e)
{
	struct talk *t = ud;

	switch (e->type) {
	case HN_ON_TEXT:
		reply(t, e->text);
		break;
	case HN_ON_RESULT:
		say(t, e->text);
		end_line(t);
		break;
	case HN_ON_NOTICE:
		remark(t, e->text);
		break;
	case HN_ON_DONE:
		done(t, e);
		break;
	case HN_ON_ERROR:
		end_line(t);
		remark(t, e->message.n ? e->message : e->kind);
		if (e->hint.n)
			remark(t, e->hint);
		break;
	default:
		break;
	}
	return t->failed;
}

static int32_t submit(struct talk *t, uint32_t type, hn_str text, const hn_start *first)
{
	hn_input input = { .struct_size = sizeof input, .type = type, .text = text };

	if (first) { /* what -a attached goes with it */
		input.n_parts = first->n_parts;
		input.part_stride = first->part_stride;
		input.parts = first->parts;
	}
	return t->instance->api->submit(t->session, &input, on_event, t);
}

/* ---- input ---- */

static void prompt(struct talk *t)
{
	if ((t->flags & HN_START_TTY_STDIN) && (t->flags & HN_START_TTY_STDOUT))
		put_out(t, hn_str_of("> "));
}

/* Waits for input and reads it. 0, or what run() returns. */
static int32_t read_more(struct talk *t)
{
	hn_pollfd in = { STDIN_FILENO, HN_POLL_IN, 0, 0 };
	int32_t waited = t->instance->api->wait_for(t->session, &in, 1, -1);
	ssize_t n;

	if (waited == HN_ERR_INTERRUPTED && t->flags & HN_START_TTY_STDIN) { /* Ctrl-C at the prompt: a new one */
		t->n = 0;
		put_out(t, hn_str_of("\n"));
		prompt(t);
		return HN_OK;
	}
	if (waited != HN_WAIT_READY)
		return waited == HN_WAIT_FAILED ? HN_ERR_USAGE : HN_ERR_INTERRUPTED;
	n = read(STDIN_FILENO, t->line + t->n, sizeof t->line - t->n);
	t->ended = n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
	t->n += n > 0 ? (size_t)n : 0;
	return HN_OK;
}

/* Takes a line off what was read: its length, without the newline; -1: no whole line has come yet. */
static long take(const struct talk *t)
{
	const char *end = t->n ? memchr(t->line, '\n', t->n) : NULL;

	if (end)
		return end - t->line;
	return (t->ended && t->n) || t->n == sizeof t->line ? (long)t->n : -1;
}

static hn_status status(struct talk *t)
{
	hn_status now = { .struct_size = sizeof now };

	t->instance->api->status(t->session, &now);
	return now;
}

static int32_t converse(struct talk *t)
{
	int32_t code = HN_OK;
	long n;

	prompt(t);
	while (code == HN_OK && !t->failed && !status(t).leaving) {
		if ((n = take(t)) < 0) {
			if (t->ended)
				return status(t).last_turn;
			code = read_more(t);
			continue;
		}
		if (n > 0) {
			hn_str line = { t->line, (size_t)n };
			submit(t, HN_INPUT_LINE, line, NULL); /* a turn that failed does not end the conversation */
		}
		n += (size_t)n < t->n && t->line[n] == '\n';
		memmove(t->line, t->line + n, t->n -= (size_t)n);
		prompt(t);
	}
	return t->failed ? t->failed : code;
}

/* ---- the command, and the plugin ---- */

static int32_t loud(void *ud, hn_session *session, hn_str args, hn_str *text)
{
	(void)ud;
	(void)session;
	if (args.n && !hn_same(args, "on") && !hn_same(args, "off")) {
		*text = hn_str_of("/loud takes on or off");
		return HN_ERR_USAGE;
	}
	is_loud = args.n ? hn_same(args, "on") : !is_loud;
	*text = hn_str_of(is_loud ? "loud" : "quiet");
	return HN_OK;
}

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct instance *instance = calloc(1, sizeof *instance);
	const hn_command command = { sizeof command, 0, "/loud", "[on|off]", "replies in capital letters", loud, NULL };

	if (!instance)
		return hn_failf(host, call, HN_ERR_PLUGIN, "out of memory");
	instance->api = host->extension(HN_ID_SESSION);
	instance->text = host->extension(HN_ID_TEXT);
	instance->commands = host->extension(HN_ID_COMMANDS);
	instance->loud = command;
	if (!instance->api || !instance->text || !instance->commands) {
		free(instance);
		return hn_failf(host, call, HN_ERR_PLUGIN, "this hobnob is too old for the frontend");
	}
	*self = instance;
	return HN_OK;
}

static int32_t run(void *self, hn_session *session)
{
	const struct instance *instance = self;
	hn_start start = { .struct_size = sizeof start };
	struct talk *t = calloc(1, sizeof *t);
	int32_t code;

	if (!t)
		return HN_ERR_PLUGIN;
	t->instance = instance;
	t->session = session;
	instance->api->start(session, &start);
	t->flags = start.flags;
	is_loud = 0;
	if (instance->commands->add(session, &instance->loud) != HN_OK)
		remark(t, hn_str_of("the command /loud is taken"));
	code = start.flags & HN_START_FIRST ? submit(t, HN_INPUT_MESSAGE, start.first, &start) : HN_OK;
	if (!(start.flags & HN_START_ONE_TURN))
		code = converse(t); /* a first turn that failed does not end it */
	free(t);
	return code;
}

static const hn_frontend frontend = {
	.struct_size = sizeof frontend,
	.create = create,
	.destroy = free,
	.run = run,
};

HN_PLUGIN_N(HN_TYPE_FRONTEND, frontend, NULL, 0, "frontend", "1.0", "an example: lines and a command", "MIT")
