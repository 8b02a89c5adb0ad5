/* SPDX-License-Identifier: MIT */
/* status: writes, renews and wipes the line that says what is waited for. */
#include "shared/status.h"

#include <stdio.h>
#include <string.h>

#include "markdown/md_terminal.h"
#include "shared/typing.h"

#define QUIET_MS 500 /* of silence, before it appears */
#define SAID_MS 2000 /* of silence, before the row of a terminal without escapes */

int status_begin(struct status *s, uint32_t flags)
{
	int wanted = (flags & HN_START_TTY_STDERR) != 0;

	*s = (struct status){ .wanted = wanted, .rewrites = wanted && !(flags & HN_START_DUMB) };
	return wanted;
}

static const char *what_for(const struct status *s)
{
	return s->thinking ? "thinking" : s->progress[0] ? s->progress : "waiting";
}

/* Adds how many lines wait for the end of the reply. */
static void add_queued(char *out, size_t cap)
{
	size_t lines = typing_queued(), n = strlen(out);

	if (lines && n)
		snprintf(out + n, cap - n, "; %zu line%s queued", lines, lines == 1 ? "" : "s");
}

/* The present line, in fewer columns than the terminal has; empty if nothing is shown. */
static void compose(const struct status *s, size_t room, char *out, size_t cap)
{
	int64_t quiet = s->now - s->quiet_from,
		begun = s->quiet_from && !s->thinking ? quiet : s->now;
	const char *what = what_for(s);

	out[0] = '\0';
	if (s->retry_at > s->now)
		snprintf(out, cap, "%s; retry %u in %lld s (Ctrl-C stops)", s->failure, s->retries,
			(long long)((s->retry_at - s->now + 999) / 1000));
	else if (quiet >= QUIET_MS && begun < 1000)
		snprintf(out, cap, "%s", what);
	else if (quiet >= QUIET_MS)
		snprintf(out, cap, "%s %lld s", what, (long long)(begun / 1000));
	add_queued(out, cap);
	if (strlen(out) < room)
		return;
	for (room--; room > 0 && ((unsigned char)out[room] & 0xC0) == 0x80;)
		room--;
	out[room] = '\0';
}

/* The row that is never renewed. */
static void say_once(struct status *s, struct out *err)
{
	int64_t from = s->retry_at > s->quiet_from ? s->retry_at : s->quiet_from;

	if (s->said || s->now - from < SAID_MS)
		return;
	s->said = 1;
	out_puts(err, what_for(s));
	out_puts(err, "...\n");
}

void status_tick(struct status *s, struct out *err, int64_t total_ms, int may_show)
{
	char text[sizeof s->text];

	s->now = total_ms;
	if (!s->wanted || !may_show)
		return;
	if (!s->rewrites) {
		say_once(s, err);
		return;
	}
	compose(s, md_width_columns(&(struct md_width){ .fd = err->fd }), text, sizeof text);
	if (!text[0] || (s->shown && !strcmp(text, s->text)))
		return;
	snprintf(s->text, sizeof s->text, "%s", text);
	out_puts(err, "\r\033[K");
	out_puts(err, text);
	s->counted |= s->retry_at > s->now;
	s->shown = 1;
}

int status_stalls(struct status *s, int begun)
{
	if (!s->wanted || !begun || s->stalled || s->shown || s->now - s->quiet_from < STATUS_STALL_MS)
		return 0;
	s->stalled = 1;
	return 1;
}

void status_retry(struct status *s, const hn_session_event *ev)
{
	char code[32] = "";

	if (ev->status)
		snprintf(code, sizeof code, " (HTTP %d)", (int)ev->status);
	snprintf(s->failure, sizeof s->failure, "%.*s%s", (int)ev->kind.n, ev->kind.n ? ev->kind.p : "", code);
	s->retries = ev->attempt;
	s->retry_at = s->now + (ev->wait_ms > 0 ? ev->wait_ms : 0);
	s->said = 0;
}

void status_progress(struct status *s, const hn_session_event *ev)
{
	char done[16] = "";
	size_t n = sizeof s->progress - sizeof done;

	if (ev->number)
		snprintf(done, sizeof done, s->rewrites ? " %u %%" : " %u percent", (unsigned)(ev->number / 10));
	if (n >= ev->text.n)
		n = ev->text.n;
	else
		while (n > 0 && ((unsigned char)ev->text.p[n] & 0xC0) == 0x80)
			n--;
	snprintf(s->progress, sizeof s->progress, "%.*s%s", (int)n, n ? ev->text.p : "", done);
}

void status_thinking(struct status *s, int thinking)
{
	s->progress[0] = '\0';
	s->thinking = thinking;
	s->said |= !thinking; /* the reply itself is no longer waited for */
	s->retry_at = 0;
}

int status_wipe(struct status *s, struct out *err)
{
	int shown = s->shown;

	if (shown)
		out_puts(err, "\r\033[K");
	s->shown = 0;
	s->quiet_from = s->now;
	return shown;
}
