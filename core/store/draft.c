/* SPDX-License-Identifier: MIT */
/* draft: a record that is ready but for the end of its text. */
#include "store/draft.h"

#include <string.h>

#include "util/eintr.h"
#include "util/text.h"
#include "util/utf8.h"

/* Where the text of a message's record ends: no text of others comes before it. */
static size_t text_end(hn_str line)
{
	static const char member[] = "\"text\":\"";
	const char *at = memmem(line.p, line.n, member, sizeof member - 1);
	size_t i = at ? (size_t)(at - line.p) + sizeof member - 1 : line.n;
	while (i < line.n && line.p[i] != '"')
		i += line.p[i] == '\\' ? 2 : 1;
	return i;
}

int draft_take(struct draft *d, struct buf *line)
{
	struct buf was = d->line;
	*d = (struct draft){ *line, text_end(buf_str(line)) };
	buf_free(&was);
	return 0;
}

void draft_free(struct draft *d)
{
	buf_free(&d->line);
}

/* ---- writing ---- */

/* What is to be written, a room at a time. */
struct room {
	int fd;
	size_t n;
	char bytes[4096];
};

static void flush_room(struct room *r)
{
	if (r->n)
		eintr_write(r->fd, r->bytes, r->n);
	r->n = 0;
}

static void add_bytes(struct room *r, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (r->n == sizeof r->bytes)
			flush_room(r);
		r->bytes[r->n++] = p[i];
	}
}

/* A character that stands in JSON by its number. */
static void add_number(struct room *r, uint32_t cp)
{
	static const char digits[] = "0123456789abcdef";
	char escape[] = "\\u0000";
	for (size_t i = 0; i < 4; i++)
		escape[2 + i] = digits[cp >> (12 - 4 * i) & 15];
	add_bytes(r, escape, sizeof escape - 1);
}

/* Valid UTF-8 as json_write() would have it. */
static void add_escaped(struct room *r, hn_str text)
{
	for (size_t i = 0, k; i < text.n; i += k) {
		uint32_t cp = (unsigned char)text.p[i];
		k = cp < 0x80 ? 1 : utf8_decode(text.p + i, text.n - i, &cp);
		if (!k)
			return;
		if (cp == '"' || cp == '\\' || cp < 0x20 || (cp <= 0xFFFF && text_is_unsafe(cp, 0)))
			add_number(r, cp);
		else
			add_bytes(r, text.p + i, k);
	}
}

void draft_write(const struct draft *d, int fd, hn_str more)
{
	struct room room = { .fd = fd };
	hn_str line = buf_str(&d->line);
	if (!line.n)
		return;
	add_bytes(&room, line.p, d->at);
	add_escaped(&room, more);
	add_bytes(&room, line.p + d->at, line.n - d->at);
	flush_room(&room);
}
