/* SPDX-License-Identifier: MIT */
/* show: puts a session's events before a person; a table of one function an event. */
#include "shared/show.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "shared/footer.h"
#include "shared/usage_line.h"
#include "util/money.h"
#include "util/part_text.h"
#include "util/said.h"

#define LABEL "Assistant:"
#define LABEL_COLOR "\033[1;36m"

void show_open(struct show *s, const struct services *services, hn_session *session, uint32_t flags,
	int dialogue)
{
	struct out out = { .api = services->session, .session = session };

	*s = (struct show){
		.services = services,
		.session = session,
		.out = out,
		.err = out,
		.flags = flags,
		.dialogue = dialogue,
	};
	s->out.fd = 1;
	s->err.fd = 2;
}

/* ---- standard output: the reply ------------------------------------------------------------ */

/* Ends a line of reasoning before anything else is written. */
static void end_reasoning(struct show *s)
{
	if (s->mid_err)
		out_puts(&s->err, "\n");
	s->mid_err = 0;
}

/* Writes text from the session to standard output. */
static int32_t say(struct show *s, hn_str text)
{
	end_reasoning(s);
	if (!text.n)
		return s->out.failed;
	if (s->reply.md) {
		s->mid_out = rendered_text(&s->reply, s->services->text, text);
		return s->out.failed;
	}
	if (s->flags & HN_START_TTY_STDOUT)
		s->services->text->safe(text, 0, out_put, &s->out);
	else
		out_write(&s->out, text);
	s->mid_out = text.p[text.n - 1] != '\n';
	return s->out.failed;
}

/* Ends the line, if one was begun. */
static int32_t end_line(struct show *s)
{
	end_reasoning(s);
	if (s->reply.md)
		rendered_end(&s->reply);
	else if (s->mid_out)
		out_puts(&s->out, "\n");
	s->mid_out = 0;
	return s->out.failed;
}

/* Markdown begins, after a label of so many columns. */
static void begin_rendered(struct show *s, unsigned label)
{
	s->renders = rendered_wanted(s->services, s->session, s->flags);
	if (s->renders)
		rendered_begin(&s->reply, &s->out, s->services, s->flags, label);
}

static void begin_reply(struct show *s)
{
	if (s->spoke && s->renders && !s->reply.md) /* a remark came between */
		begin_rendered(s, 0);
	if (s->spoke)
		return;
	s->spoke = 1;
	end_reasoning(s);
	begin_rendered(s, s->dialogue ? sizeof LABEL - 1 : 0);
	if (!s->dialogue)
		return;
	out_puts(&s->out, s->flags & HN_START_COLOR ? LABEL_COLOR LABEL : LABEL);
	out_puts(&s->out, s->reply.md ? "" : " "); /* the blank comes with the first word */
	out_puts(&s->out, s->flags & HN_START_COLOR ? "\033[0m" : "");
	s->mid_out = 1;
}

/* ---- standard error: everything else --------------------------------------------------------- */

/* Takes a safe piece to standard error; further lines are indented, so that none can pass for
 * ours. */
static void put_err(void *ud, hn_str piece)
{
	struct show *s = ud;

	while (piece.n) {
		const char *newline = memchr(piece.p, '\n', piece.n);
		size_t n = newline ? (size_t)(newline - piece.p) + 1 : piece.n;
		if (!s->mid_err)
			out_puts(&s->err, "  ");
		out_write(&s->err, (hn_str){ piece.p, n });
		s->mid_err = !newline;
		piece.p += n;
		piece.n -= n;
	}
}

/* 1 if both ends are the terminal. */
static int on_one_screen(const struct show *s)
{
	uint32_t both = HN_START_TTY_STDOUT | HN_START_TTY_STDERR;

	return (s->flags & both) == both;
}

/* Comes to the start of a line of standard error, where the eye sees it. */
static void begin_remark(struct show *s)
{
	end_reasoning(s);
	if (on_one_screen(s))
		end_line(s);
}

/* Writes one remark: what, and what to do about it. */
static void remark(struct show *s, hn_str text, hn_str hint)
{
	begin_remark(s);
	out_puts(&s->err, "hobnob: ");
	s->mid_err = 1;
	s->services->text->safe(text, 0, put_err, s);
	end_reasoning(s);
	s->services->text->safe(hint, 0, put_err, s);
	end_reasoning(s);
}

void show_remark(struct show *s, const char *text)
{
	remark(s, (hn_str){ text, strlen(text) }, (hn_str){ NULL, 0 });
}

int32_t show_unreadable(struct show *s, int error)
{
	char text[160];

	snprintf(text, sizeof text, "cannot read the input: %s", strerror(error));
	show_remark(s, text);
	return HN_ERR_USAGE;
}

int32_t show_failed(struct show *s)
{
	if (s->out.failed)
		rendered_end(&s->reply); /* writes nothing any more */
	errno = s->out.error;
	return s->out.failed;
}

/* A failed turn may have been billed, too. */
int show_counts(const hn_session_event *ev)
{
	const hn_usage *u = ev->usage;

	return ev->cost >= 0 || (u && (u->prompt >= 0 || u->completion >= 0));
}

void show_usage(struct show *s, const hn_session_event *ev)
{
	char line[USAGE_ROOM];

	usage_make(ev, line);
	show_remark(s, line);
}

/* The line after a reply, in a conversation on a terminal. */
static void show_footer(struct show *s, const hn_session_event *ev)
{
	const hn_session_api *api = s->services->session;
	hn_status now = { .struct_size = sizeof now, .window = -1 };
	char line[FOOTER_ROOM];
	hn_str format;

	if (!s->dialogue || !on_one_screen(s) || !HN_HAS_FN(api, hn_session_api, setting) ||
		api->setting(s->session, (hn_str){ "footer", 6 }, &format))
		return;
	api->status(s->session, &now);
	footer_make(format, ev, &now, line);
	if (!*line)
		return;
	begin_remark(s);
	out_puts(&s->err, s->flags & HN_START_COLOR ? "\033[2m" : "");
	s->services->text->safe((hn_str){ line, strlen(line) }, HN_TEXT_LINE, out_put, &s->err);
	out_puts(&s->err, s->flags & HN_START_COLOR ? "\033[0m\n" : "\n");
}

/* Holds a notice until the reply's line has ended: 0 outside of a line, or without room. Both ends may be
 * one file, and the line cannot be ended for it: the reply's bytes are its own. */
static int hold(struct show *s, hn_str text)
{
	if (!s->mid_out || on_one_screen(s) || text.n >= SHOW_HELD_MOST - s->n_held)
		return 0;
	if (text.n)
		memcpy(s->held + s->n_held, text.p, text.n);
	s->n_held += text.n;
	s->held[s->n_held++] = '\0';
	return 1;
}

/* Shows the notices that waited. */
static void release(struct show *s)
{
	for (size_t i = 0; i < s->n_held; i += strlen(s->held + i) + 1)
		show_remark(s, s->held + i);
	s->n_held = 0;
}

/* ---- the events -------------------------------------------------------------------------- */

/* One of several replies begins, below a row that names its model. */
static void begin_several(struct show *s, hn_str model)
{
	end_line(s);
	release(s);
	out_puts(&s->out, s->several++ ? "\n" : "");
	out_puts(&s->out, s->flags & HN_START_COLOR ? LABEL_COLOR : "");
	s->services->text->safe(model, HN_TEXT_LINE, out_put, &s->out);
	out_puts(&s->out, s->flags & HN_START_COLOR ? ":\033[0m\n" : ":\n");
	s->spoke = 1;
	begin_rendered(s, 0);
}

static int32_t on_start(struct show *s, const hn_session_event *ev)
{
	s->spoke = 0;
	if (ev->command.n)
		begin_several(s, ev->model);
	return s->out.failed;
}

/* Says of a table that is held how far it has come, where there is a line for it. */
static void tell_table(struct show *s)
{
	unsigned rows = rendered_held(&s->reply);

	if (rows)
		snprintf(s->status.progress, sizeof s->status.progress, "table, %u row%s", rows, rows == 1 ? "" : "s");
}

static int32_t on_text(struct show *s, const hn_session_event *ev)
{
	status_thinking(&s->status, 0);
	begin_reply(s);
	say(s, ev->text);
	tell_table(s);
	return s->out.failed;
}

/* A piece of the reasoning, where it is wanted; dim, where that is possible. */
static int32_t on_reasoning(struct show *s, const hn_session_event *ev)
{
	uint32_t dim = HN_START_TTY_STDERR | HN_START_COLOR;
	int dimmed = (s->flags & dim) == dim;

	if (!(s->flags & HN_START_REASONING)) {
		status_thinking(&s->status, !s->spoke);
		return 0;
	}
	if (!ev->text.n)
		return 0;
	if (!s->mid_err)
		begin_remark(s);
	if (dimmed)
		out_puts(&s->err, "\033[2m");
	s->services->text->safe(ev->text, 0, put_err, s);
	if (dimmed)
		out_puts(&s->err, "\033[0m");
	return 0;
}

/* A failed attempt, and when the next one comes; where there is a status line, that counts down. */
static int32_t on_retry(struct show *s, const hn_session_event *ev)
{
	char text[200], wait[32], status[32] = "";

	if (s->status.wanted) {
		status_retry(&s->status, ev);
		return 0;
	}
	if (ev->status)
		snprintf(status, sizeof status, " (HTTP %d)", (int)ev->status);
	snprintf(text, sizeof text, "%.*s%s; retry %u in %s", (int)ev->kind.n,
		ev->kind.n ? ev->kind.p : "", status, (unsigned)ev->attempt,
		usage_seconds(ev->wait_ms < 0 ? 0 : ev->wait_ms, wait));
	show_remark(s, text);
	return 0;
}

static int32_t on_trim(struct show *s, const hn_session_event *ev)
{
	char text[120];

	snprintf(text, sizeof text,
		"the oldest %u messages are left out of the request; %u are sent",
		(unsigned)ev->left_out, (unsigned)ev->sent);
	show_remark(s, text);
	return 0;
}

/* A warning or a remark of the core's. */
static int32_t on_notice(struct show *s, const hn_session_event *ev)
{
	if (!hold(s, ev->text))
		remark(s, ev->text, (hn_str){ NULL, 0 });
	return 0;
}

/* What the provider waits for: only where there is a line for it. */
static int32_t on_progress(struct show *s, const hn_session_event *ev)
{
	status_progress(&s->status, ev);
	return 0;
}

/* An image or a file of the reply, which no terminal shows. A call of a tool is a notice's business. */
static int32_t on_part(struct show *s, const hn_session_event *ev)
{
	struct buf text = BUF(BUF_NO_CAP);

	status_thinking(&s->status, 0);
	if (ev->part->type == HN_PART_IMAGE || ev->part->type == HN_PART_FILE) {
		part_describe(ev->part, &text);
		if (!hold(s, buf_str(&text)))
			remark(s, buf_str(&text), (hn_str){ NULL, 0 });
	}
	buf_free(&text);
	return 0;
}

static int32_t on_result(struct show *s, const hn_session_event *ev)
{
	if (ev->command.n == 8 && !memcmp(ev->command.p, "/preview", 8))
		begin_rendered(s, 0);
	if (s->several) {
		end_line(s);
		release(s);
		out_puts(&s->out, "\n");
	}
	say(s, ev->text);
	return end_line(s);
}

/* A reply that was stopped: what came stands on a line of its own. */
static int32_t cut_short(struct show *s)
{
	s->interrupted = 1;
	end_line(s);
	if (!(s->flags & HN_START_ONE_TURN))
		out_puts(&s->err, "(interrupted)\n");
	return s->out.failed;
}

static int32_t on_done(struct show *s, const hn_session_event *ev)
{
	if (ev->finish == HN_FINISH_INTERRUPTED) {
		cut_short(s);
	} else {
		begin_reply(s);
		if (!ev->text.n && s->renders && !s->dialogue)
			out_puts(&s->out, "\n");
		else if (!ev->text.n)
			s->mid_out = 1; /* an empty reply is an empty line */
		end_line(s);
	}
	release(s);
	if (ev->finish == HN_FINISH_LENGTH && ev->text.n)
		show_remark(s, "the reply was cut at its length limit");
	else if (ev->finish == HN_FINISH_CONTENT_FILTER)
		show_remark(s, "the reply was cut by the provider's content filter");
	if (s->flags & HN_START_USAGE)
		show_usage(s, ev);
	show_footer(s, ev);
	return s->out.failed;
}

/* 1 if somebody can press Enter, having seen why. */
static int can_ask(const struct show *s)
{
	uint32_t person = HN_START_TTY_STDIN | HN_START_TTY_STDERR;

	return s->dialogue || (s->flags & HN_START_ONE_TURN && (s->flags & person) == person);
}

/* Asks whether a costly input is to be sent. What was typed before it was seen does not answer. */
static int32_t ask_costly(struct show *s, const hn_session_event *ev)
{
	struct buf text = BUF(BUF_NO_CAP);

	if (s->flags & HN_START_ONE_TURN)
		costly_forget_typed();
	buf_addstr(&text, ev->message);
	buf_adds(&text, ": Enter sends, Ctrl-C or another line does not");
	remark(s, buf_str(&text), (hn_str){ NULL, 0 });
	buf_free(&text);
	s->costly.asked = s->interrupted = 1;
	return s->out.failed;
}

/* The input failed; what came of a reply stays on the screen. */
static int32_t on_error(struct show *s, const hn_session_event *ev)
{
	if (costly_refuses(ev) && can_ask(s))
		return ask_costly(s, ev);
	if (ev->code == HN_ERR_INTERRUPTED) {
		cut_short(s);
		release(s);
		return s->out.failed;
	}
	end_line(s);
	release(s);
	if (ev->code != HN_ERR_OUTPUT || !s->out.failed)
		remark(s, ev->message.n ? ev->message : ev->kind, ev->hint);
	if (s->flags & HN_START_USAGE && show_counts(ev))
		show_usage(s, ev);
	return s->out.failed;
}

/* Time passes. The status line never follows text on its line, nor, where the reply goes elsewhere,
 * comes between its pieces. */
static int32_t on_tick(struct show *s, const hn_session_event *ev)
{
	int between = s->flags & HN_START_TTY_STDOUT ? s->mid_out : s->spoke;

	status_tick(&s->status, &s->err, ev->total_ms, !between && !s->mid_err);
	return 0;
}

/* 1 if something is written for the event, so that the status line has to go. */
static int writes(const struct show *s, const hn_session_event *ev)
{
	if (ev->type == HN_ON_REASONING)
		return s->flags & HN_START_REASONING && ev->text.n;
	if (ev->type == HN_ON_START)
		return ev->command.n > 0;
	return ev->type != HN_ON_USAGE && ev->type != HN_ON_TICK &&
	       ev->type != HN_ON_PROGRESS && ev->type != HN_ON_TOOL_PIECE;
}

void show_looks(struct show *s)
{
	const uint32_t looks = HN_START_COLOR | HN_START_REASONING;
	hn_start now = services_start(s->services, s->session);

	s->flags = (s->flags & ~looks) | (now.flags & looks);
}

uint32_t show_begin(struct show *s)
{
	int possible = status_possible(s->flags);

	s->spoke = s->interrupted = s->costly.asked = 0;
	s->several = 0;
	status_begin(&s->status, possible);
	return possible ? HN_SUBMIT_TICKS : 0;
}

int32_t show_event(void *ud, const hn_session_event *ev)
{
	static int32_t (*const on[])(struct show *, const hn_session_event *) = {
		[HN_ON_START] = on_start,
		[HN_ON_TEXT] = on_text,
		[HN_ON_REASONING] = on_reasoning,
		[HN_ON_RETRY] = on_retry,
		[HN_ON_TRIM] = on_trim,
		[HN_ON_TICK] = on_tick,
		[HN_ON_NOTICE] = on_notice,
		[HN_ON_RESULT] = on_result,
		[HN_ON_DONE] = on_done,
		[HN_ON_ERROR] = on_error,
		[HN_ON_PROGRESS] = on_progress,
		[HN_ON_PART] = on_part,
	};
	struct show *s = ud;

	if (writes(s, ev))
		status_wipe(&s->status, &s->err);
	if (s->out.failed)
		return s->out.failed;
	return ev->type < sizeof on / sizeof *on && on[ev->type] ? on[ev->type](s, ev) : 0;
}
