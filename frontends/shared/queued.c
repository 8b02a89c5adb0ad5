/* SPDX-License-Identifier: MIT */
/* queued: a walk over keys that knows pastes, Enter, Up and what erases. */
#include "shared/queued.h"

#include <string.h>

#define CTRL_P '\020'
#define CTRL_U '\025'
#define CTRL_W '\027'
#define ESCAPE '\033'
#define RUBOUT '\177'

static const char paste_begin[] = "\033[200~", paste_end[] = "\033[201~";

/* Another line begins. */
static void begin_line(struct queued *q)
{
	q->typed = q->word = q->row = 0;
	q->ink = q->command = q->dot = q->taken = 0;
}

/* One more character. */
static void add(struct queued *q, char c)
{
	int blank = c == ' ' || c == '\t';

	if (((unsigned char)c & 0xC0) == 0x80)
		return;
	q->taken = 0;
	if (!q->typed)
		q->command = c == '/';
	if (!q->row)
		q->dot = c == '.';
	q->typed++;
	q->row++;
	q->ink |= !blank;
	if (blank)
		q->word = q->typed;
}

/* One more row of the same line. */
static void add_row(struct queued *q)
{
	q->taken = 0;
	q->typed++;
	q->word = q->typed;
	q->row = 0;
}

/* Takes off what follows the first n characters. */
static void cut(struct queued *q, size_t n)
{
	size_t gone = q->typed - n;

	q->taken = 0;
	q->typed = n;
	q->row -= gone < q->row ? gone : q->row;
	if (q->word > n)
		q->word = n;
	if (!n)
		begin_line(q);
}

/* The line is whole; an empty one is not queued. */
static void end_line(struct queued *q)
{
	q->lines += q->ink != 0;
	begin_line(q);
}

static void on_enter(struct queued *q, int other)
{
	int sends = !q->multiline || q->command || (q->dot && q->row == 1);

	if (other ? q->multiline : sends)
		end_line(q);
	else
		add_row(q);
}

static void on_up(struct queued *q)
{
	if (!q->takes_back || !q->lines || (q->typed && !q->taken))
		return;
	q->lines--;
	q->typed++;
	q->ink = q->taken = 1;
}

/* A byte of an escape sequence. */
static void in_escape(struct queued *q, char c)
{
	q->escape[q->n_escape++] = c;
	if (q->n_escape == 2 && (c == '[' || c == 'O'))
		return;
	if (q->n_escape == 2 && (c == '\r' || c == '\n'))
		on_enter(q, 1);
	else if (q->n_escape > 2 && q->n_escape < sizeof q->escape && (c < '@' || c > '~'))
		return;
	else if (q->n_escape == 3 && c == 'A')
		on_up(q);
	else if (q->n_escape == sizeof paste_begin - 1 && !memcmp(q->escape, paste_begin, sizeof paste_begin - 1))
		q->pasting = 1;
	q->n_escape = 0;
}

/* A byte of a paste. */
static void in_paste(struct queued *q, char c)
{
	if (c == paste_end[q->n_escape]) {
		q->pasting = ++q->n_escape < sizeof paste_end - 1;
		q->n_escape = q->pasting ? q->n_escape : 0;
		return;
	}
	q->n_escape = c == paste_end[0];
	if (c == '\r' || c == '\n')
		add_row(q);
	else
		add(q, c);
}

static void on_key(struct queued *q, char c)
{
	if (c == '\r' || c == '\n')
		on_enter(q, 0);
	else if (c == CTRL_P)
		on_up(q);
	else if (c == '\b' || c == RUBOUT)
		cut(q, q->typed ? q->typed - 1 : 0);
	else if (c == CTRL_U)
		cut(q, 0);
	else if (c == CTRL_W)
		cut(q, q->word < q->typed ? q->word : 0);
	else if ((unsigned char)c >= ' ' || c == '\t')
		add(q, c);
}

void queued_keys(struct queued *q, hn_str keys)
{
	for (size_t i = 0; i < keys.n; i++) {
		char c = keys.p[i];
		if (q->pasting) {
			in_paste(q, c);
		} else if (c == ESCAPE) {
			q->escape[0] = c;
			q->n_escape = 1;
		} else if (q->n_escape) {
			in_escape(q, c);
		} else {
			on_key(q, c);
		}
	}
}
