/* SPDX-License-Identifier: MIT */
/*
 * jsonl: the frontend for programs: an object a line in, an object a line out.
 *
 * While a turn runs, input is read on: a cancel must take effect at once. All else waits in a queue
 * and is answered in order, bad lines too, so that a program without ids can tell which answer is
 * whose. Only a line that comes when the queue is full is answered out of order, at once.
 *
 * A program may be slow to read, or stop reading, and still cancel: so input is read while an event
 * waits to be written, too. What cannot be answered then, because the queue is full and an event is
 * half written, is left unread until it can be.
 */
#include "shared/lines.h"
#include "shared/services.h"
#include "shared/show.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/attach.h"
#include "util/buf.h"

#include "events.h"
#include "input.h"

#define TEXT_ROOM 160 /* bytes of a message of ours */
#define GOES_ON 1 /* all else is what run() returns */

struct chat {
	struct show show; /* standard output; and standard error for everything but events */
	struct lines in;
	struct queue queue;
	struct input *now; /* what the session works on, or NULL */
	int open; /* now has not been answered yet */
	int cancelled; /* it has been cancelled in the session */
	size_t stop; /* a cancel came for the turn that is to begin within so many inputs */
	const char *wide, *wide_hint; /* of the first line in UTF-16 or UTF-32, or NULL */
	int writing; /* an event is on its way out: no other may come between */
};

static int sort_lines(struct chat *);

/* ---- output ------------------------------------------------------------------------------ */

/* 1 if input may be read while an event is written. */
static int may_read(const struct chat *chat)
{
	return !chat->in.ended && !queue_full(&chat->queue);
}

/* Looks at both ends without waiting: takes input that has come. 1 if output takes a piece, or
 * fails at once. */
static int look(struct chat *chat)
{
	struct pollfd fds[] = {
		{ .fd = chat->show.out.fd, .events = POLLOUT },
		{ .fd = may_read(chat) ? chat->in.fd : -1, .events = POLLIN },
	};

	if (poll(fds, 2, 0) > 0 && fds[1].revents) {
		lines_read(&chat->in);
		sort_lines(chat);
	}
	return fds[0].revents != 0;
}

/* Waits until output takes a piece. A cancel by the program ends such a wait as Ctrl-C does, but
 * does not ask to leave: the first interrupt after a cancel belongs to it. */
static void wait_to_write(struct chat *chat)
{
	const hn_session_api *api = chat->show.services->session;
	int again = 0, took = 0;

	while (!again && !look(chat)) {
		hn_pollfd fds[] = {
			{ .fd = chat->show.out.fd, .events = HN_POLL_OUT },
			{ .fd = chat->in.fd, .events = HN_POLL_IN },
		};
		int32_t code = api->wait_for(chat->show.session, fds, may_read(chat) ? 2 : 1, -1);
		if (code == HN_WAIT_FAILED) {
			chat->show.out.error = errno;
			chat->show.out.failed = HN_ERR_OUTPUT;
			return;
		}
		again = code < 0 && (code == HN_WAIT_ENDING || !chat->cancelled || took);
		took |= code < 0;
	}
	if (took) /* the wait has used it up, and the turn must still see it */
		api->cancel(chat->show.session);
}

/* Writes a line whole, if it can be written. */
static void send_line(struct chat *chat, hn_str line)
{
	struct out *out = &chat->show.out;

	chat->writing = 1;
	while (line.n && !out->failed) {
		hn_str piece = { line.p, line.n < PIPE_BUF ? line.n : PIPE_BUF };
		wait_to_write(chat);
		out_write(out, piece);
		line = (hn_str){ line.p + piece.n, line.n - piece.n };
	}
	chat->writing = 0;
}

/* Writes an event of an input (NULL: of none). 0, or why it could not be written. */
static int32_t send_event(struct chat *chat, const struct input *in, const hn_session_event *ev)
{
	hn_status status = { .struct_size = sizeof status };
	char *line = NULL;
	size_t n = 0;

	if (ev->type == HN_ON_START)
		chat->show.services->session->status(chat->show.session, &status);
	events_line(in, ev, status.session, &line, &n);
	send_line(chat, (hn_str){ line, n });
	free(line);
	return chat->show.out.failed;
}

/* Answers an input that never reaches the session. */
static void refuse(
	struct chat *chat, const struct input *in, int32_t code, const char *kind, const char *why)
{
	const hn_session_event ev = events_refusal(code, kind, why, NULL);

	send_event(chat, in, &ev);
}

static void refuse_bad(struct chat *chat, const struct input *in)
{
	char text[TEXT_ROOM];

	snprintf(text, sizeof text, "%s%s", in->hint ? "this line is not sent: " : "", in->why);
	const hn_session_event ev = events_refusal(HN_ERR_USAGE, "usage", text, in->hint);
	send_event(chat, in, &ev);
}

/* ---- input ------------------------------------------------------------------------------- */

/* Ends the turn that runs, or that is about to: it came in the same gulp as this cancel. */
static void cancel(struct chat *chat)
{
	if (!chat->now)
		chat->stop = chat->queue.n;
	else if (chat->open && !chat->cancelled) {
		chat->cancelled = 1;
		chat->show.services->session->cancel(chat->show.session);
	}
}

/* Puts an input where it belongs. */
static void sort(struct chat *chat, struct input *in)
{
	if (in->what != INPUT_CANCEL && !queue_full(&chat->queue)) {
		queue_add(&chat->queue, in);
		return;
	}
	if (in->what == INPUT_CANCEL)
		cancel(chat);
	else
		refuse(chat, in, HN_ERR_USAGE, "usage",
			"1 MiB of input is waiting already: send this line again when some of it "
			"is answered");
	input_free(in);
}

/* Answers for a line that was skipped. */
static void sort_too_long(struct chat *chat)
{
	struct input *in = input_read((hn_str){ "", 0 });

	in->why = "the line is longer than 16 MiB";
	sort(chat, in);
}

/* 1 if a line ends what came in UTF-16 or UTF-32: the rest of its last newline. */
static int is_wide_rest(const struct chat *chat, hn_str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] != '\0')
			return 0;
	return chat->wide != NULL;
}

/* Makes an input of a line. After a line in UTF-16 the next one begins in the middle of a character, so it
 * gets the first one's error. */
static struct input *read_input(struct chat *chat, hn_str line)
{
	struct input *in = input_read(line);

	if (!in->hint)
		return in;
	if (!chat->wide && (strstr(in->why, "UTF-16") || strstr(in->why, "UTF-32"))) {
		chat->wide = in->why;
		chat->wide_hint = in->hint;
	} else if (chat->wide && memchr(line.p, '\0', line.n)) {
		in->why = chat->wide;
		in->hint = chat->wide_hint;
	}
	return in;
}

/* Makes inputs of the lines that have come, but for those that could not be answered now. 0 when
 * there will be no more. */
static int sort_lines(struct chat *chat)
{
	for (hn_str line; !chat->writing || !queue_full(&chat->queue);) {
		enum lines_what what = lines_take(&chat->in, &line);
		if (what == LINES_TOO_LONG)
			sort_too_long(chat);
		else if (what != LINES_LINE)
			return what != LINES_END;
		else if (!str_blank(line) && !is_wide_rest(chat, line))
			sort(chat, read_input(chat, line));
	}
	return 1;
}

/* The session's word that input can be read while a turn runs. */
static void on_readable(void *ud)
{
	struct chat *chat = ud;

	lines_read(&chat->in);
	if (!sort_lines(chat))
		chat->show.services->session->watch(chat->show.session, -1, NULL, NULL);
}

/* ---- turns ------------------------------------------------------------------------------- */

/* Writes an event of the input that is worked on. */
static int32_t on_event(void *ud, const hn_session_event *ev)
{
	struct chat *chat = ud;

	if (events_closing(ev->type))
		chat->open = 0;
	if (chat->stop && chat->open) {
		chat->stop = 0;
		cancel(chat);
	}
	int32_t code = send_event(chat, chat->now, ev);
	sort_lines(chat); /* what was left while it was written */
	return code;
}

/* The command line's own message has what that attached. */
static void add_first(struct chat *chat, hn_input *input)
{
	hn_start start = services_start(chat->show.services, chat->show.session);

	input->parts = start.parts;
	input->n_parts = start.n_parts;
	input->part_stride = start.part_stride;
}

/* A message with its files: the texts go into it, the images beside it. */
struct whole { struct buf text; struct attached images; };

static void whole_free(struct whole *w)
{
	buf_free(&w->text);
	attached_free(&w->images);
}

/* Reads the files of an input. 0, or -1 after it was refused. */
static int read_files(struct chat *chat, const struct input *in, struct whole *out)
{
	struct fault f = { 0 };

	buf_add(&out->text, in->text, in->n);
	for (size_t i = 0; i < in->n_files && !f.kind; i++)
		attach_file(&out->images, in->files[i], &out->text, &f);
	if (f.kind)
		fault_hint(&f, "attach " ATTACH_TAKES);
	if (!f.kind && buf_failed(&out->text))
		fault_set(&f, HN_ERR_USAGE, NULL, "the message has more than %zu MiB", ATTACH_TEXT_CAP >> 20);
	if (!f.kind)
		return 0;
	const hn_session_event ev = events_refusal(HN_ERR_USAGE, "usage", f.message, f.hint);
	send_event(chat, in, &ev);
	fault_free(&f);
	return -1;
}

/* Gives an input to the session, watching for more meanwhile. */
static void submit(struct chat *chat, struct input *in, const struct whole *w)
{
	const hn_session_api *api = chat->show.services->session;
	hn_input input = {
		.struct_size = sizeof input,
		.type = in->what == INPUT_COMMAND ? HN_INPUT_LINE : HN_INPUT_MESSAGE,
		.flags = chat->stop ? HN_SUBMIT_TICKS : 0, /* the first of them brings the cancel */
		.n_parts = (uint32_t)w->images.n,
		.part_stride = sizeof *w->images.parts,
		.text = buf_str(&w->text),
		.parts = w->images.parts,
	};

	if (in->is_first)
		add_first(chat, &input);
	chat->now = in;
	chat->open = 1;
	chat->cancelled = 0;
	if (!chat->in.ended)
		api->watch(chat->show.session, chat->in.fd, on_readable, chat);
	api->submit(chat->show.session, &input, on_event, chat);
	api->watch(chat->show.session, -1, NULL, NULL);
	chat->now = NULL;
}

/* Works on the oldest input. GOES_ON or run()'s value. */
static int32_t work(struct chat *chat)
{
	struct input *in = queue_next(&chat->queue);
	struct whole whole = { .text = BUF(ATTACH_TEXT_CAP) };
	hn_status status = { .struct_size = sizeof status };

	if (in->what == INPUT_BAD)
		refuse_bad(chat, in);
	else if (read_files(chat, in, &whole) == 0)
		submit(chat, in, &whole);
	whole_free(&whole);
	/* A cancel is for one turn: for this one, or for one that a later command begins. */
	chat->stop -= chat->stop ? 1 : 0;
	if (in->what == INPUT_SAY)
		chat->stop = 0;
	input_free(in);
	chat->show.services->session->status(chat->show.session, &status);
	return status.leaving ? 0 : GOES_ON;
}

/* Waits for input, or only looks whether the program is to end. GOES_ON or run()'s value. */
static int32_t wait_more(struct chat *chat)
{
	hn_pollfd fd = { .fd = chat->in.fd, .events = HN_POLL_IN };
	int busy = chat->queue.first != NULL;
	int32_t waited = chat->show.services->session->wait_for(
		chat->show.session, &fd, busy ? 0 : 1, busy ? 0 : -1);

	if (waited == HN_WAIT_FAILED)
		lines_fail(&chat->in, errno);
	else if (waited < 0)
		return HN_ERR_INTERRUPTED;
	else if (!busy) {
		lines_read(&chat->in);
		sort_lines(chat);
	}
	return GOES_ON;
}

/* Input has ended and all is answered: says why, to a person too, if it broke off. Returns run()'s
 * value. */
static int32_t end_of_input(struct chat *chat)
{
	hn_status status = { .struct_size = sizeof status };
	char text[TEXT_ROOM];

	if (chat->in.error) {
		snprintf(text, sizeof text, "cannot read the input: %s", strerror(chat->in.error));
		refuse(chat, NULL, HN_ERR_USAGE, "usage", text);
		return show_unreadable(&chat->show, chat->in.error);
	}
	chat->show.services->session->status(chat->show.session, &status);
	return status.last_turn;
}

/* One step of the conversation. GOES_ON or run()'s value. */
static int32_t step(struct chat *chat)
{
	if (!sort_lines(chat) && !chat->queue.first)
		return end_of_input(chat);
	int32_t next = wait_more(chat);
	if (next == GOES_ON && chat->queue.first)
		next = work(chat);
	return next;
}

/* Answers what was read but never worked on: each input gets its closing event. */
static void leave(struct chat *chat)
{
	sort_lines(chat);
	chat->in.ended = 1; /* what comes now is not read any more */
	for (struct input *in; (in = queue_next(&chat->queue)); input_free(in))
		refuse(chat, in, HN_ERR_INTERRUPTED, "interrupted",
			"the conversation was left before this was worked on");
	lines_free(&chat->in);
}

/* A conversation, the command line's own message first. */
static int32_t converse(struct chat *chat, const hn_start *start)
{
	int32_t next = GOES_ON;

	if (start->flags & HN_START_FIRST)
		queue_add(&chat->queue, input_first(start->first));
	while (next == GOES_ON && !chat->show.out.failed)
		next = step(chat);
	leave(chat);
	return chat->show.out.failed ? show_failed(&chat->show) : next;
}

/* ---- one turn ---------------------------------------------------------------------------- */

/* Writes the closing event; remarks go to standard error, all else is in the closing event. */
static int32_t on_last_event(void *ud, const hn_session_event *ev)
{
	struct chat *chat = ud;
	struct show *show = &chat->show;

	if (ev->type == HN_ON_NOTICE || ev->type == HN_ON_RETRY || ev->type == HN_ON_TRIM)
		return show_event(show, ev);
	if (!events_closing(ev->type))
		return 0;
	int32_t code = send_event(chat, NULL, ev);
	if (show->flags & HN_START_USAGE && (ev->type == HN_ON_DONE || show_counts(ev)))
		show_usage(show, ev);
	return code;
}

/* Runs the one turn that was asked for; standard input is not ours then. */
static int32_t one_turn(struct chat *chat, const hn_start *start)
{
	struct show *show = &chat->show;
	const hn_input input = {
		.struct_size = sizeof input,
		.n_parts = start->n_parts,
		.part_stride = start->part_stride,
		.text = start->first,
		.parts = start->parts,
	};

	chat->in.ended = 1;
	int32_t code = show->services->session->submit(show->session, &input, on_last_event, chat);

	int32_t failed = show_failed(show);
	return failed ? failed : code;
}

/* ---- the plugin -------------------------------------------------------------------------- */

static int32_t run(void *self, hn_session *session)
{
	hn_start start = services_start(self, session);
	struct chat chat = { .in = LINES(STDIN_FILENO, LINES_MAX) };

	show_open(&chat.show, self, session, start.flags, 0);
	if (start.flags & (HN_START_ONE_TURN | HN_START_JSON))
		return one_turn(&chat, &start);
	return converse(&chat, &start);
}

static const hn_frontend frontend = {
	.struct_size = sizeof frontend,
	.flags = HN_FRONTEND_CONVERSES | HN_FRONTEND_CLOSES_JSON,
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
		.name = "jsonl",
		.version = PACKAGE_VERSION,
		.summary = "one JSON object a line, in and out, for programs",
		.license = "MIT",
		.vtable = &frontend,
	};

	return &plugin;
}
