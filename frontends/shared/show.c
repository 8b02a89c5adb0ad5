/* SPDX-License-Identifier: MIT */
/* show: puts the reply before a person, on standard output. */
#include "show_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "shared/handed.h"
#include "shared/rows.h"
#include "util/wrapped.h"

#define LABEL "Assistant:"

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
		.collected = BUF(BUF_NO_CAP),
	};
	s->out.fd = 1;
	s->err.fd = 2;
	show_looks(s);
}

void show_end_reasoning(struct show *s)
{
	if (s->aloud.md)
		rendered_end(&s->aloud);
	else if (s->mid_err)
		out_puts(&s->err, "\n");
	s->mid_err = 0;
}

int32_t show_say(struct show *s, hn_str text)
{
	show_end_reasoning(s);
	if (!text.n)
		return s->out.failed;
	if (s->collects) {
		buf_addstr(&s->collected, text);
		return s->out.failed;
	}
	if (s->reply.md) {
		s->mid_out = rendered_text(&s->reply, s->services->text, text);
		return s->out.failed;
	}
	if (s->flags & HN_START_TTY_STDOUT)
		s->services->text->safe(text, 0, out_put_text, &s->out);
	else
		out_write(&s->out, text);
	s->mid_out = text.p[text.n - 1] != '\n';
	return s->out.failed;
}

int32_t show_end_line(struct show *s)
{
	show_end_reasoning(s);
	if (s->reply.md)
		rendered_end(&s->reply);
	else if (s->mid_out)
		out_puts(&s->out, "\n");
	s->mid_out = 0;
	return s->out.failed;
}

void show_gather(void *ud, hn_str piece)
{
	buf_addstr(ud, piece);
}

unsigned show_columns(const struct show *s, const struct out *out)
{
	struct md_width width = md_width_of(out->fd, services_setting(s->services, s->session, "wrap"));

	return md_width_columns(&width);
}

int32_t show_own(struct show *s, hn_str text)
{
	struct buf safe = BUF(BUF_NO_CAP), rows = BUF(BUF_NO_CAP);

	if (s->reply.md || !(s->flags & HN_START_TTY_STDOUT))
		return show_say(s, text);
	show_end_line(s);
	s->services->text->safe(text, 0, show_gather, &safe);
	wrapped_add(&rows, &(struct wrapped){ .columns = show_columns(s, &s->out) }, buf_str(&safe));
	out_write(&s->out, buf_str(&rows));
	s->mid_out = rows.n > 0 && rows.p[rows.n - 1] != '\n';
	buf_free(&rows);
	buf_free(&safe);
	return s->out.failed;
}

void show_rows(struct show *s, hn_str text)
{
	struct buf safe = BUF(BUF_NO_CAP), rows = BUF(BUF_NO_CAP);

	show_end_line(s);
	s->services->text->safe(text, 0, show_gather, &safe);
	rows_cut(&rows, show_columns(s, &s->out), buf_str(&safe));
	out_write(&s->out, buf_str(&rows));
	s->mid_out = rows.n > 0 && rows.p[rows.n - 1] != '\n';
	buf_free(&rows);
	buf_free(&safe);
}

void show_pause_line(struct show *s)
{
	show_end_reasoning(s);
	if (s->reply.md)
		rendered_pause(&s->reply);
	else if (s->mid_out)
		out_puts(&s->out, "\n");
	s->mid_out = 0;
}

void show_begin_rendered(struct show *s, unsigned label)
{
	s->renders = rendered_wanted(s->services, s->session, s->flags);
	if (s->renders)
		rendered_begin(&s->reply, &s->out, s->services, s->flags, label);
}

void show_label(struct show *s, const char *blank)
{
	char look[LABEL_ROOM];

	out_puts(&s->out, label_on(s->services, s->session, s->flags, MD_LABEL_MODEL, look));
	out_puts(&s->out, LABEL);
	out_puts(&s->out, blank);
	out_puts(&s->out, label_off(look));
}

int show_collect(struct show *s, int label)
{
	if (!handed_wanted(s->services, s->session, s->flags))
		return 0;
	buf_cut(&s->collected, 0);
	s->collects = 1;
	s->labelled = !label;
	return 1;
}

void show_open_reply(struct show *s, int label)
{
	show_begin_rendered(s, label ? sizeof LABEL - 1 : 0);
	if (!label)
		return;
	show_label(s, s->reply.md ? "" : " "); /* else the blank comes with the first word */
	s->mid_out = 1;
}

void show_begin_reply(struct show *s)
{
	if (s->spoke && s->renders && !s->reply.md && !s->collects) /* a remark came between */
		show_begin_rendered(s, 0);
	if (s->spoke)
		return;
	s->spoke = 1;
	show_end_reasoning(s);
	if (!show_collect(s, s->dialogue))
		show_open_reply(s, s->dialogue);
}

int32_t show_failed(struct show *s)
{
	if (s->out.failed) {
		rendered_end(&s->reply); /* writes nothing any more */
		show_end_reasoning(s);
		buf_free(&s->collected);
		s->collects = 0;
	}
	errno = s->out.error;
	return s->out.failed;
}

void show_looks(struct show *s)
{
	const uint32_t looks = HN_START_COLOR | HN_START_REASONING | HN_START_DUMB;
	hn_start now = services_start(s->services, s->session);

	s->flags = (s->flags & ~looks) | (now.flags & looks);
	s->plain = str_is(services_setting(s->services, s->session, "plain"), "true");
	s->out.whole = s->plain && s->flags & HN_START_TTY_STDOUT;
	s->err.whole = s->plain && s->flags & HN_START_TTY_STDERR;
}

uint32_t show_begin(struct show *s)
{
	s->spoke = s->interrupted = 0;
	s->several = 0;
	thought_begin(&s->thought, 0);
	return status_begin(&s->status, s->flags) ? HN_SUBMIT_TICKS : 0;
}
