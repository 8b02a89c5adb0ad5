/* SPDX-License-Identifier: MIT */
/* show_collect: a reply that is collected for render_command, and shown when it has ended. */
#include "show_private.h"

#include "shared/handed.h"

/* Has the program show the text; or, after saying why not, shows it as ever. */
static void hand_over(struct show *s, hn_str text)
{
	char why[HANDED_ROOM];

	if (!s->labelled) {
		show_label(s, "");
		out_puts(&s->out, "\n");
	}
	if (!handed_show(s->services, s->session, text, why))
		return;
	if (*why)
		show_remark(s, why);
	show_begin_rendered(s, 0);
	show_say(s, text);
}

void show_collected(struct show *s, int whole)
{
	struct buf text = s->collected;

	if (!s->collects)
		return;
	s->collects = 0;
	s->collected = BUF(BUF_NO_CAP);
	if (whole && text.n) {
		hand_over(s, buf_str(&text));
	} else {
		show_open_reply(s, !s->labelled);
		show_say(s, buf_str(&text));
	}
	buf_free(&text);
}
