/* SPDX-License-Identifier: MIT */
/* show_remark: puts all but the reply before a person, on standard error: remarks, notices and the line after a reply. */
#include "show_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/footer.h"
#include "shared/notify.h"
#include "shared/usage_line.h"
#include "util/wrapped.h"
#include "util/duration.h"

void show_put_err(void *ud, hn_str piece)
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

int show_on_one_screen(const struct show *s)
{
	uint32_t both = HN_START_TTY_STDOUT | HN_START_TTY_STDERR;

	return (s->flags & both) == both;
}

void show_begin_remark(struct show *s)
{
	show_end_reasoning(s);
	if (show_on_one_screen(s))
		show_end_line(s);
}

/* Writes what and the hint, at the start of a line. Further lines are indented, so that none can pass for ours. */
static void put_remark(struct show *s, hn_str text, hn_str hint)
{
	static const char name[] = "hobnob: ";
	struct wrapped how = {
		.columns = s->flags & HN_START_TTY_STDERR ? show_columns(s, &s->err) : 0,
		.column = sizeof name - 1,
		.indent = 2,
	};
	struct buf safe = BUF(BUF_NO_CAP), rows = BUF(BUF_NO_CAP);

	s->services->text->safe(text, 0, show_gather, &safe);
	if (!safe.n || safe.p[safe.n - 1] != '\n')
		buf_addc(&safe, '\n');
	s->services->text->safe(hint, 0, show_gather, &safe);
	if (safe.p[safe.n - 1] != '\n')
		buf_addc(&safe, '\n');
	buf_adds(&rows, name);
	wrapped_add(&rows, &how, buf_str(&safe));
	out_write(&s->err, buf_str(&rows));
	buf_free(&rows);
	buf_free(&safe);
}

void show_tell(struct show *s, hn_str text, hn_str hint)
{
	show_begin_remark(s);
	put_remark(s, text, hint);
}

void show_aside(struct show *s, const char *text)
{
	struct wrapped how = { .columns = s->flags & HN_START_TTY_STDERR ? show_columns(s, &s->err) : 0 };
	int dim = (s->flags & HN_START_COLOR) != 0;
	struct buf rows = BUF(BUF_NO_CAP);

	show_begin_remark(s);
	buf_adds(&rows, dim ? "\033[2m" : "");
	wrapped_add(&rows, &how, (hn_str){ text, strlen(text) });
	buf_adds(&rows, dim ? "\033[0m\n" : "\n");
	out_write(&s->err, buf_str(&rows));
	buf_free(&rows);
}

void show_interject(struct show *s, const char *text)
{
	show_end_reasoning(s);
	if (show_on_one_screen(s))
		show_pause_line(s);
	put_remark(s, (hn_str){ text, strlen(text) }, (hn_str){ NULL, 0 });
}

void show_remark(struct show *s, const char *text)
{
	show_tell(s, (hn_str){ text, strlen(text) }, (hn_str){ NULL, 0 });
}

int32_t show_unreadable(struct show *s, int error)
{
	char text[160];

	snprintf(text, sizeof text, "cannot read the input: %s", strerror(error));
	show_remark(s, text);
	return HN_ERR_USAGE;
}

int show_hold(struct show *s, hn_str text)
{
	if (!s->mid_out || show_on_one_screen(s) || text.n >= SHOW_HELD_MOST - s->n_held)
		return 0;
	if (text.n)
		memcpy(s->held + s->n_held, text.p, text.n);
	s->n_held += text.n;
	s->held[s->n_held++] = '\0';
	return 1;
}

void show_release(struct show *s)
{
	for (size_t i = 0; i < s->n_held; i += strlen(s->held + i) + 1)
		show_remark(s, s->held + i);
	s->n_held = 0;
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

void show_footer(struct show *s, const hn_session_event *ev)
{
	hn_status now = { .struct_size = sizeof now, .window = -1 };
	hn_str format = services_setting(s->services, s->session, "footer");
	struct buf safe = BUF(BUF_NO_CAP);
	char line[FOOTER_ROOM];

	if (!s->dialogue || !show_on_one_screen(s))
		return;
	s->services->session->status(s->session, &now);
	footer_make(format, ev, &now, s->plain, line);
	if (!*line)
		return;
	s->services->text->safe((hn_str){ line, strlen(line) }, HN_TEXT_LINE, show_gather, &safe);
	show_aside(s, safe.p);
	buf_free(&safe);
}

void show_notify(struct show *s, const char *what, int64_t ms)
{
	int64_t after = duration_ms(services_setting(s->services, s->session, "notify_after"));
	char bytes[NOTIFY_ROOM];

	if (!(s->flags & HN_START_TTY_STDERR) || !(s->dialogue || s->flags & HN_START_ONE_TURN) || s->interrupted || after < 0 || ms <= after)
		return;
	notify_make(services_setting(s->services, s->session, "notify"), what, ms, (s->flags & HN_START_DUMB) != 0,
		notify_through(getenv("TMUX"), getenv("STY")), bytes);
	out_puts(&s->err, bytes);
	out_flush(&s->err);
}
