/* SPDX-License-Identifier: MIT */
/*
 * show_thought: reasoning before a person: its text, if it is wanted, else a line about it.
 *
 * On a terminal the text is dim, indented and wrapped at words, and never taken for Markdown. Elsewhere only its lines are indented.
 */
#include "show_private.h"

void show_reasoning(struct show *s, hn_str text)
{
	uint32_t able = s->flags & (HN_START_TTY_STDERR | HN_START_DUMB);

	if (!text.n)
		return;
	if (!s->mid_err && !s->aloud.md)
		show_begin_remark(s);
	if (able == HN_START_TTY_STDERR && !s->aloud.md)
		rendered_aside(&s->aloud, &s->err, s->services, s->flags);
	if (s->aloud.md)
		rendered_text(&s->aloud, s->services->text, text);
	else
		s->services->text->safe(text, 0, show_put_err, s);
	s->mid_err = text.p[text.n - 1] != '\n';
}

void show_thought(struct show *s, int64_t now, int64_t tokens)
{
	char line[THOUGHT_ROOM];

	if (s->dialogue && show_on_one_screen(s) && thought_line(&s->thought, now, tokens, line))
		show_aside(s, line);
}
