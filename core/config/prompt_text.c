/* SPDX-License-Identifier: MIT */
/*
 * prompt_text: cuts the message of a prompt file into text and variables. Pure.
 *
 * What begins with {{ and is not a variable is an error: sent as it stands it would be a question with a hole in it.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "config/prompt_private.h"
#include "hobnob/plugin.h"
#include "util/text.h"

#define OPEN "{{"
#define CLOSE "}}"
#define ESCAPE_HINT "\\{{ stands for {{ itself"
#define SHOWN_COLUMNS 40 /* of what is not a variable */

/* Takes bytes off the rest, and counts their lines. */
static hn_str take(struct prompt_scan *s, size_t n)
{
	hn_str taken = { s->rest.p, n };

	for (size_t i = 0; i < n; i++)
		s->line += taken.p[i] == '\n';
	s->rest = (hn_str){ s->rest.p + n, s->rest.n - n };
	return taken;
}

static hn_str trim(hn_str s)
{
	while (s.n && strchr(" \t", s.p[0]))
		s = (hn_str){ s.p + 1, s.n - 1 };
	while (s.n && strchr(" \t", s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Bytes of a variable's name at the beginning: letters, digits, _ and -, the first a letter or _. */
static size_t name_length(hn_str s)
{
	size_t n = 0;

	for (; n < s.n; n++) {
		char c = s.p[n];
		int letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

		if (!letter && !(n && ((c >= '0' && c <= '9') || c == '-')))
			break;
	}
	return n;
}

static int refuse(const struct prompt_scan *s, hn_str inside, const char *why, struct fault *f)
{
	struct buf shown = BUF(BUF_NO_CAP);

	text_add_line(&shown, inside, SHOWN_COLUMNS);
	fault_set(f, HN_ERR_CONFIG, ESCAPE_HINT, "%d: {{%s%s", s->line, shown.p ? shown.p : "", why);
	buf_free(&shown);
	return -1;
}

/* The rest begins with {{. */
static int take_var(struct prompt_scan *s, struct prompt_piece *out, struct fault *f)
{
	hn_str inside = { s->rest.p + 2, s->rest.n - 2 };
	const char *newline = memchr(inside.p, '\n', inside.n), *close;

	inside.n = newline ? (size_t)(newline - inside.p) : inside.n;
	close = memmem(inside.p, inside.n, CLOSE, 2);
	if (!close)
		return refuse(s, inside, " has no }} in its line", f);
	inside.n = (size_t)(close - inside.p);
	hn_str said = trim(inside), after;
	size_t n = name_length(said);
	after = trim((hn_str){ said.p + n, said.n - n });
	if (!n || (after.n && after.p[0] != '='))
		return refuse(s, inside, "}} is not a variable: its name has letters, digits, _ and -, then }} or =", f);
	if (memmem(after.p, after.n, OPEN, 2))
		return refuse(s, inside, "}}: a default holds no variable", f);
	*out = (struct prompt_piece){ .is_var = 1, .text = { said.p, n }, .has_fallback = after.n > 0, .line = s->line };
	if (after.n)
		out->fallback = trim((hn_str){ after.p + 1, after.n - 1 });
	take(s, inside.n + 4);
	return 1;
}

int prompt_next(struct prompt_scan *s, struct prompt_piece *out, struct fault *f)
{
	const char *open = s->rest.n ? memmem(s->rest.p, s->rest.n, OPEN, 2) : NULL;
	size_t n = open ? (size_t)(open - s->rest.p) : s->rest.n, slashes = 0;

	*out = (struct prompt_piece){ .line = s->line };
	if (!s->rest.n)
		return 0;
	if (s->escaped) {
		s->escaped = 0;
		out->text = take(s, 2);
		return 1;
	}
	if (n == 0)
		return take_var(s, out, f);
	while (open && slashes < n && open[-1 - (ptrdiff_t)slashes] == '\\')
		slashes++;
	/* Of backslashes before {{ every second one counts; an odd one escapes the braces. */
	out->text = take(s, n);
	out->text.n -= slashes - slashes / 2;
	s->escaped = slashes % 2;
	return 1;
}
