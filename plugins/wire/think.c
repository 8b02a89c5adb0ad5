/* SPDX-License-Identifier: MIT */
/* think: reasoning that stands in the content, between tags. */
#include "wire/think.h"

#include <string.h>

enum {
	BEGIN,  /* white space at most has come */
	OPENED, /* the same of the reasoning */
	INSIDE,
	CLOSED, /* and the same of what follows it */
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

/* Blanks inside a tag, at most. */
#define BLANKS 8

static int is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

/* How many bytes a text begins with that are white space: a byte order mark, a space that does not break
 * and one without width are. *more: the rest may become one. */
static size_t blanks_of(hn_str s, int *more)
{
	static const char *const unseen[] = { "\xEF\xBB\xBF", "\xC2\xA0", "\xE2\x80\x8B" };
	size_t i = 0, before;
	do {
		before = i;
		while (i < s.n && is_blank(s.p[i]))
			i++;
		*more = 0;
		for (size_t k = 0; k < sizeof unseen / sizeof *unseen && i < s.n; k++) {
			size_t n = strlen(unseen[k]), left = s.n - i;
			if (memcmp(unseen[k], s.p + i, left < n ? left : n) != 0)
				continue;
			*more = left < n;
			i += left < n ? 0 : n;
			break;
		}
	} while (i > before);
	return i;
}

/* Where the last character of a tag begins. */
static size_t last_of(const char *tag)
{
	size_t n = strlen(tag) - 1;
	while (((unsigned char)tag[n] & 0xC0) == 0x80)
		n--;
	return n;
}

/* How much of a tag the text begins with, in bytes of the text; *whole: all of it. */
static size_t match(const char *tag, hn_str s, int *whole)
{
	size_t n = 0, i = 0, last = last_of(tag);
	while (i < s.n && tag[n]) {
		if (n == last && i < n + BLANKS && is_blank(s.p[i])) {
			i++;
			continue;
		}
		if (lower(tag[n]) != lower(s.p[i]))
			break;
		n++;
		i++;
	}
	*whole = !tag[n];
	return i;
}

/* Begins a block, or skips a closing tag, by the held bytes. */
static void take_tag(struct wire_think *t, size_t tag, int opens, hn_str written)
{
	if (opens) {
		buf_free(&t->block);
		t->block = BUF(THINK_BLOCK);
		buf_addstr(&t->block, written);
		t->parted = t->thought;
	}
	t->state = opens ? OPENED : CLOSED;
	t->tag = tag;
	t->n = 0;
}

/* Takes a byte before anything but white space came, at the beginning or after a block: 1 if it is held
 * back, or passed over, 0 if what is held, the byte included, is text. */
static int begin(struct wire_think *t, char c)
{
	int more, first = t->state == BEGIN, whole;
	t->held[t->n++] = c;
	size_t blank = blanks_of((hn_str){ t->held, t->n }, &more);
	if (!first && blank) { /* it parts the reply from its reasoning, and belongs to neither */
		memmove(t->held, t->held + blank, t->n - blank);
		t->n -= blank;
		blank = 0;
	}
	hn_str rest = { t->held + blank, t->n - blank };
	for (size_t i = 0; i < (first ? 2 : 1) * N_TAGS; i++) {
		int opens = i < N_TAGS;
		if (match(opens ? tags[i].open : tags[i - N_TAGS].close, rest, &whole) < rest.n)
			continue;
		if (whole) {
			take_tag(t, i % N_TAGS, opens, rest);
			return 1;
		}
		if (t->n < THINK_HELD)
			return 1;
	}
	return more && t->n < THINK_HELD;
}

/* Gives a piece of reasoning; what comes after an earlier block is a paragraph of its own. */
static int32_t put_inside(struct wire_think *t, hn_str piece, wire_think_put put, void *ud)
{
	int32_t rc = t->parted ? put(ud, 1, (hn_str){ "\n", 1 }) : 0;
	t->parted = 0;
	t->thought = 1;
	return rc ? rc : put(ud, 1, piece);
}

/* Gives the reasoning of a piece, up to the closing tag; *used is how much of the piece that was. */
static int32_t feed_inside(
	struct wire_think *t, hn_str s, size_t *used, wire_think_put put, void *ud)
{
	const char *close = tags[t->tag].close;
	size_t i = 0;
	int32_t rc = 0;
	int whole = 0;
	while (!rc && i < s.n && !whole) {
		if (!t->n) {
			const char *at = memchr(s.p + i, close[0], s.n - i);
			size_t n = at ? (size_t)(at - s.p) - i : s.n - i;
			rc = n ? put_inside(t, (hn_str){ s.p + i, n }, put, ud) : 0;
			i += n;
			if (rc || i == s.n)
				break;
		}
		t->held[t->n++] = s.p[i++];
		while (!rc && match(close, (hn_str){ t->held, t->n }, &whole) < t->n) {
			rc = put_inside(t, (hn_str){ t->held, 1 }, put, ud);
			memmove(t->held, t->held + 1, --t->n);
		}
	}
	buf_add(&t->block, s.p, i);
	if (!rc && whole) {
		t->state = CLOSED;
		t->n = 0;
	}
	*used = i;
	return rc;
}

int32_t wire_think_feed(struct wire_think *t, hn_str s, wire_think_put put, void *ud)
{
	size_t i = 0, used = 0;
	int32_t rc = 0;
	while (!rc && i < s.n) {
		if (t->state == TEXT)
			return put(ud, 0, (hn_str){ s.p + i, s.n - i });
		if (t->state == INSIDE) {
			rc = feed_inside(t, (hn_str){ s.p + i, s.n - i }, &used, put, ud);
			i += used;
		} else if (t->state == OPENED) {
			if (is_blank(s.p[i]))
				buf_addc(&t->block, s.p[i++]);
			else
				t->state = INSIDE;
		} else if (!begin(t, s.p[i++])) {
			t->state = TEXT;
			if (t->n > i) {
				rc = wire_think_end(t, put, ud);
			} else { /* all of it is of this piece, which is given in one */
				i -= t->n;
				t->n = 0;
			}
		}
	}
	return rc;
}

int32_t wire_think_end(struct wire_think *t, wire_think_put put, void *ud)
{
	size_t n = t->n;
	t->n = 0;
	if (!n)
		return 0;
	return t->state == INSIDE ? put_inside(t, (hn_str){ t->held, n }, put, ud)
				  : put(ud, 0, (hn_str){ t->held, n });
}

hn_str wire_think_open(const struct wire_think *t)
{
	return t->state == INSIDE && !buf_failed(&t->block) ? buf_str(&t->block)
							     : (hn_str){ NULL, 0 };
}

void wire_think_free(struct wire_think *t)
{
	buf_free(&t->block);
}

/* Says whether the text begins with an opening tag, or a closing one, and of which pair. */
static int begins_with_tag(hn_str s, int closing, size_t *which)
{
	for (size_t i = 0; i < N_TAGS; i++) {
		const char *tag = closing ? tags[i].close : tags[i].open;
		int whole;
		*which = i;
		match(tag, s, &whole);
		if (whole)
			return 1;
	}
	return 0;
}

void wire_think_begin(struct wire_think *t, hn_str s)
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
