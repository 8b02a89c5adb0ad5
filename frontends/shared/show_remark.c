/* SPDX-License-Identifier: MIT */
/* show_remark: puts all but the reply before a person, on standard error: remarks, notices and the line after a reply. */
#include "show_private.h"

#include <stdio.h>
#include <string.h>

#include "shared/footer.h"
#include "shared/usage_line.h"

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

/* Writes what and the hint, at the start of a line. */
static void put_remark(struct show *s, hn_str text, hn_str hint)
{
	out_puts(&s->err, "hobnob: ");
	s->mid_err = 1;
	s->services->text->safe(text, 0, show_put_err, s);
	show_end_reasoning(s);
	s->services->text->safe(hint, 0, show_put_err, s);
	show_end_reasoning(s);
}

void show_tell(struct show *s, hn_str text, hn_str hint)
{
	show_begin_remark(s);
	put_remark(s, text, hint);
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
	const hn_session_api *api = s->services->session;
	hn_status now = { .struct_size = sizeof now, .window = -1 };
	char line[FOOTER_ROOM];
	hn_str format;

	if (!s->dialogue || !show_on_one_screen(s) || !HN_HAS_FN(api, hn_session_api, setting) ||
		api->setting(s->session, (hn_str){ "footer", 6 }, &format))
		return;
	api->status(s->session, &now);
	footer_make(format, ev, &now, line);
	if (!*line)
		return;
	show_begin_remark(s);
	out_puts(&s->err, s->flags & HN_START_COLOR ? "\033[2m" : "");
	s->services->text->safe((hn_str){ line, strlen(line) }, HN_TEXT_LINE, out_put, &s->err);
	out_puts(&s->err, s->flags & HN_START_COLOR ? "\033[0m\n" : "\n");
}
