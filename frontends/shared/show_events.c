/* SPDX-License-Identifier: MIT */
/* show_events: a table of one function a session's event. */
#include "show_private.h"

#include <stdio.h>
#include <string.h>

#include "shared/diff_view.h"
#include "shared/silence.h"
#include "shared/usage_line.h"
#include "util/part_text.h"

/* One of several replies begins, below a row that names its model. */
static void begin_several(struct show *s, hn_str model)
{
	char look[LABEL_ROOM];

	show_end_line(s);
	show_release(s);
	out_puts(&s->out, s->several++ ? "\n" : "");
	out_puts(&s->out, label_on(s->services, s->session, s->flags, MD_LABEL_MODEL, look));
	s->services->text->safe(model, HN_TEXT_LINE, out_put, &s->out);
	out_puts(&s->out, ":");
	out_puts(&s->out, label_off(look));
	out_puts(&s->out, "\n");
	s->spoke = 1;
	show_begin_rendered(s, 0);
}

static int32_t on_start(struct show *s, const hn_session_event *ev)
{
	s->spoke = 0;
	thought_begin(&s->thought, s->status.now);
	if (ev->command.n) {
		s->status.retries = 0;
		begin_several(s, ev->model);
	}
	return s->out.failed;
}

/* Says of what is held how far it has come, where there is a line for it. */
static void tell_held(struct show *s)
{
	unsigned rows = rendered_held(&s->reply);

	if (s->collects)
		snprintf(s->status.progress, sizeof s->status.progress, "the reply, %zu kB", (s->collected.n + 1023) / 1024);
	else if (rows)
		snprintf(s->status.progress, sizeof s->status.progress, "table, %u row%s", rows, rows == 1 ? "" : "s");
}

/* Leaves a line where a countdown was wiped, now that an attempt succeeds. */
static void tell_retried(struct show *s)
{
	unsigned n = s->status.retries;
	char text[160], time[32];

	s->status.retries = 0;
	if (!n || !s->status.counted)
		return;
	snprintf(text, sizeof text, "%s, %u %s, %s", s->status.failure, n, n == 1 ? "retry" : "retries",
		silence_time(s->status.now, time));
	show_remark(s, text);
}

static int32_t on_text(struct show *s, const hn_session_event *ev)
{
	status_thinking(&s->status, 0);
	tell_retried(s);
	show_thought(s, s->status.now, -1);
	show_begin_reply(s);
	show_say(s, ev->text);
	tell_held(s);
	return s->out.failed;
}

static int32_t on_reasoning(struct show *s, const hn_session_event *ev)
{
	if (s->flags & HN_START_REASONING) {
		if (ev->text.n)
			tell_retried(s);
		show_reasoning(s, ev->text);
		return 0;
	}
	thought_add(&s->thought, ev->text);
	status_thinking(&s->status, !s->spoke);
	return 0;
}

/* A failed attempt, and when the next one comes; where there is a status line, that counts down. */
static int32_t on_retry(struct show *s, const hn_session_event *ev)
{
	char text[200], wait[32];

	thought_begin(&s->thought, s->status.now + (ev->wait_ms > 0 ? ev->wait_ms : 0));
	status_retry(&s->status, ev);
	if (s->status.rewrites)
		return 0;
	snprintf(text, sizeof text, "%s; retry %u in %s", s->status.failure, (unsigned)ev->attempt,
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
	if (!show_hold(s, ev->text))
		show_tell(s, ev->text, (hn_str){ NULL, 0 });
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
		if (!show_hold(s, buf_str(&text)))
			show_tell(s, buf_str(&text), (hn_str){ NULL, 0 });
	}
	buf_free(&text);
	return 0;
}

static int32_t on_result(struct show *s, const hn_session_event *ev)
{
	if (str_is(ev->command, "/preview") && show_collect(s, 0)) {
		show_say(s, ev->text);
		show_collected(s, 1);
		return show_end_line(s);
	}
	if (str_is(ev->command, "/preview") || str_is(ev->command, "/resume"))
		show_begin_rendered(s, 0);
	else if (str_is(ev->command, "/reasoning") && (s->flags & (HN_START_TTY_STDOUT | HN_START_DUMB)) == HN_START_TTY_STDOUT)
		rendered_aside(&s->reply, &s->out, s->services, s->flags);
	if (s->several) {
		show_end_line(s);
		show_release(s);
		out_puts(&s->out, "\n");
		show_notify(s, "the replies are here", s->status.now);
	}
	if (diff_view(&s->out, s->services, s->flags, ev))
		return s->out.failed;
	if (str_is(ev->command, "/history") && s->flags & HN_START_TTY_STDOUT)
		show_rows(s, ev->text);
	else
		show_own(s, ev->text);
	return show_end_line(s);
}

/* A reply that was stopped: what came stands on a line of its own. */
static int32_t cut_short(struct show *s)
{
	s->interrupted = 1;
	show_collected(s, 0);
	show_end_line(s);
	if (!(s->flags & HN_START_ONE_TURN))
		out_puts(&s->err, "(interrupted)\n");
	return s->out.failed;
}

static int32_t on_done(struct show *s, const hn_session_event *ev)
{
	show_thought(s, ev->total_ms, ev->usage ? ev->usage->reasoning : -1);
	if (ev->finish == HN_FINISH_INTERRUPTED) {
		cut_short(s);
	} else {
		tell_retried(s);
		show_begin_reply(s);
		show_collected(s, 1);
		if (!ev->text.n && s->renders && !s->dialogue)
			out_puts(&s->out, "\n");
		else if (!ev->text.n)
			s->mid_out = 1; /* an empty reply is an empty line */
		show_end_line(s);
	}
	show_release(s);
	if (ev->finish == HN_FINISH_LENGTH && ev->text.n)
		show_remark(s, "the reply was cut at its length limit");
	else if (ev->finish == HN_FINISH_CONTENT_FILTER)
		show_remark(s, "the reply was cut by the provider's content filter");
	if (s->flags & HN_START_USAGE)
		show_usage(s, ev);
	if (ev->text.n || ev->finish != HN_FINISH_INTERRUPTED) /* else there is no reply that the line could be about */
		show_footer(s, ev);
	show_notify(s, "the reply is here", ev->total_ms);
	return s->out.failed;
}

/* 1 if somebody can press Enter, having seen why. */
static int can_ask(const struct show *s)
{
	uint32_t person = HN_START_TTY_STDIN | HN_START_TTY_STDERR;

	return s->dialogue || (s->flags & HN_START_ONE_TURN && (s->flags & person) == person);
}

/* Shows why the input failed; after how many attempts, where there was more than one. */
static void tell_error(struct show *s, const hn_session_event *ev)
{
	hn_str message = ev->message.n ? ev->message : ev->kind;
	struct buf text = BUF(BUF_NO_CAP);
	int64_t ms = ev->total_ms > 0 ? ev->total_ms : s->status.now;
	hn_str hint = ev->hint;
	char time[32];

	if (!hint.n && s->status.retries && s->dialogue)
		hint = (hn_str){ "/retry asks again", 17 };
	buf_addstr(&text, message);
	if (s->status.retries)
		buf_addf(&text, "; given up after %u attempts", s->status.retries + 1);
	if (s->status.retries && ms > 0)
		buf_addf(&text, " in %s", silence_time(ms, time));
	show_tell(s, buf_str(&text), hint);
	buf_free(&text);
}

/* The input failed; what came of a reply stays on the screen. */
static int32_t on_error(struct show *s, const hn_session_event *ev)
{
	if (costly_refuses(ev) && can_ask(s)) {
		costly_refused(&s->costly, ev->message);
		s->interrupted = 1; /* what was typed before is no answer */
		return s->out.failed;
	}
	show_thought(s, ev->total_ms, ev->usage ? ev->usage->reasoning : -1);
	if (ev->code == HN_ERR_INTERRUPTED) {
		cut_short(s);
		show_release(s);
		return s->out.failed;
	}
	show_collected(s, 0);
	show_end_line(s);
	show_release(s);
	if (ev->code != HN_ERR_OUTPUT || !s->out.failed)
		tell_error(s, ev);
	if (s->flags & HN_START_USAGE && show_counts(ev))
		show_usage(s, ev);
	show_notify(s, "the reply failed", ev->total_ms);
	return s->out.failed;
}

/* Time passes. The status line never follows text on its line, nor, where the reply goes elsewhere,
 * comes between its pieces. */
static int32_t on_tick(struct show *s, const hn_session_event *ev)
{
	int between = s->flags & HN_START_TTY_STDOUT ? s->mid_out : s->spoke;
	char text[SILENCE_ROOM];

	status_tick(&s->status, &s->err, ev->total_ms, !between && !s->mid_err);
	if (status_stalls(&s->status, s->spoke || s->mid_err)) {
		silence_make(s->services, s->session, STATUS_STALL_MS, text);
		show_interject(s, text);
	}
	return 0;
}

/* 1 if something is written for the event, so that the status line has to go. */
static int writes(const struct show *s, const hn_session_event *ev)
{
	if (ev->type == HN_ON_REASONING)
		return s->flags & HN_START_REASONING && ev->text.n;
	if (ev->type == HN_ON_TEXT && s->collects)
		return 0;
	if (ev->type == HN_ON_START)
		return ev->command.n > 0;
	return ev->type != HN_ON_USAGE && ev->type != HN_ON_TICK &&
	       ev->type != HN_ON_PROGRESS && ev->type != HN_ON_TOOL_PIECE;
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
