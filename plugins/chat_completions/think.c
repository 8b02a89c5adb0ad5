/* SPDX-License-Identifier: MIT */
/* think: reasoning that stands in the content, between tags. */
#include "think.h"

#include <string.h>

enum {
	BEGIN,  /* white space at most has come */
	OPENED, /* the same of the reasoning */
	INSIDE,
	CLOSED, /* and the same of the text after it */
	TEXT,
};

/* The tags that models are trained on; in any case of ASCII letters. */
static const struct {
	const char *open, *close;
} tags[] = {
	{ "<think>", "</think>" },
	{ "<thinking>", "</thinking>" },
	{ "<thought>", "</thought>" },
	{ "<reasoning>", "</reasoning>" },
	{ "<seed:think>", "</seed:think>" },
	{ "[THINK]", "[/THINK]" },
	{ "\xE2\x97\x81think\xE2\x96\xB7", "\xE2\x97\x81/think\xE2\x96\xB7" },
};

#define N_TAGS (sizeof tags / sizeof *tags)

static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

/* How much of a tag the text begins with, in bytes. */
static size_t match(const char *tag, hn_str s)
{
	size_t n = 0;
	while (n < s.n && tag[n] && lower(tag[n]) == lower(s.p[n]))
		n++;
	return n;
}

/* Gives what is held, if there is any. */
static int32_t put_held(struct cc_think *t, int reasoning, cc_think_put put, void *ud)
{
	size_t n = t->n;
	t->n = 0;
	return n ? put(ud, reasoning, (hn_str){ t->held, n }) : 0;
}

/* Takes a byte before anything but white space came: 1 if it is held back, 0 if what is held, the
 * byte included, is text. */
static int begin(struct cc_think *t, char c)
{
	size_t blank = 0;
	t->held[t->n++] = c;
	while (blank < t->n && is_blank(t->held[blank]))
		blank++;
	hn_str rest = { t->held + blank, t->n - blank };
	for (size_t i = 0; i < 2 * N_TAGS; i++) {
		const char *tag = i < N_TAGS ? tags[i].open : tags[i - N_TAGS].close;
		if (match(tag, rest) < rest.n)
			continue;
		if (!tag[rest.n]) {
			*t = (struct cc_think){ .state = i < N_TAGS ? OPENED : CLOSED,
				.tag = i % N_TAGS };
			return 1;
		}
		if (t->n < THINK_HELD)
			return 1;
	}
	return 0;
}

/* Gives the reasoning of a piece, up to the closing tag; *used is how much of the piece that was. */
static int32_t feed_inside(
	struct cc_think *t, hn_str s, size_t *used, cc_think_put put, void *ud)
{
	const char *close = tags[t->tag].close;
	size_t i = 0;
	int32_t rc = 0;
	while (!rc && i < s.n) {
		if (!t->n) {
			const char *at = memchr(s.p + i, close[0], s.n - i);
			size_t n = at ? (size_t)(at - s.p) - i : s.n - i;
			rc = n ? put(ud, 1, (hn_str){ s.p + i, n }) : 0;
			i += n;
			if (rc || i == s.n)
				break;
		}
		t->held[t->n++] = s.p[i++];
		while (!rc && match(close, (hn_str){ t->held, t->n }) < t->n) {
			rc = put(ud, 1, (hn_str){ t->held, 1 });
			memmove(t->held, t->held + 1, --t->n);
		}
		if (t->n && !close[t->n]) {
			*t = (struct cc_think){ .state = CLOSED };
			break;
		}
	}
	*used = i;
	return rc;
}

/* Takes a piece. */
int32_t cc_think_feed(struct cc_think *t, hn_str s, cc_think_put put, void *ud)
{
	size_t i = 0, used = 0;
	int32_t rc = 0;
	while (!rc && i < s.n) {
		if (t->state == TEXT)
			return put(ud, 0, (hn_str){ s.p + i, s.n - i });
		if (t->state == INSIDE) {
			rc = feed_inside(t, (hn_str){ s.p + i, s.n - i }, &used, put, ud);
			i += used;
		} else if (t->state == BEGIN) {
			if (begin(t, s.p[i++]))
				continue;
			t->state = TEXT;
			if (t->n > i) {
				rc = put_held(t, 0, put, ud);
			} else { /* all of it is of this piece, which is given in one */
				i -= t->n;
				t->n = 0;
			}
		} else if (is_blank(s.p[i])) {
			i++; /* it parts the reply from its reasoning, and belongs to neither */
		} else {
			t->state = t->state == OPENED ? INSIDE : TEXT;
		}
	}
	return rc;
}

/* Ends. */
int32_t cc_think_end(struct cc_think *t, cc_think_put put, void *ud)
{
	return put_held(t, t->state == INSIDE, put, ud);
}

/* Says whether the text begins with an opening tag, or a closing one, and of which pair. */
static int begins_with_tag(hn_str s, int closing, size_t *which)
{
	for (size_t i = 0; i < N_TAGS; i++) {
		const char *tag = closing ? tags[i].close : tags[i].open;
		*which = i;
		if (match(tag, s) == strlen(tag))
			return 1;
	}
	return 0;
}

/* Looks for a closing tag at the beginning of a line. */
void cc_think_begin(struct cc_think *t, hn_str s)
{
	int fenced = 0, starts = 1; /* a line, but for white space */
	for (size_t i = 0; i < s.n; i++) {
		hn_str rest = { s.p + i, s.n - i };
		if (begins_with_tag(rest, 0, &t->tag))
			return;
		if (starts && !fenced && begins_with_tag(rest, 1, &t->tag)) {
			t->state = OPENED;
			return;
		}
		if (starts && rest.n >= 3 && (!memcmp(rest.p, "```", 3) || !memcmp(rest.p, "~~~", 3)))
			fenced = !fenced;
		starts = s.p[i] == '\n' || (starts && is_blank(s.p[i]));
	}
}
