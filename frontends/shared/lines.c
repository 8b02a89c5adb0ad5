/* SPDX-License-Identifier: MIT */
/* lines: takes lines out of a descriptor, with a cap on each. */
#include "shared/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/mem.h"

#define CHUNK ((size_t)64 << 10)

static void drop_read(struct lines *l)
{
	l->start = l->end = l->seen = 0;
}

static void drop_aside(struct lines *l)
{
	free(l->aside);
	l->aside = NULL;
	l->n_aside = 0;
	l->ended_aside = 0;
}

void lines_drop(struct lines *l)
{
	drop_read(l);
	drop_aside(l);
}

/* Takes n bytes and the newline after them off the front. A byte order mark is not part of a line:
 * joined files may have one before any line. */
static hn_str cut(struct lines *l, size_t n, size_t newline)
{
	static const char mark[] = "\xEF\xBB\xBF";
	hn_str line = { l->p + l->start, n };

	l->start += n + newline;
	l->seen = 0;
	if (newline && n && line.p[n - 1] == '\r')
		line.n--;
	if (line.n >= sizeof mark - 1 && !memcmp(line.p, mark, sizeof mark - 1))
		line = (hn_str){ line.p + sizeof mark - 1, line.n - (sizeof mark - 1) };
	return line;
}

/* What there is when no newline has come. */
static enum lines_what take_rest(struct lines *l, hn_str *line)
{
	size_t left = l->end - l->start;

	l->seen = left;
	if (l->skipping) {
		drop_read(l);
		return l->ended ? LINES_END : LINES_MORE;
	}
	if (left > l->max) {
		drop_read(l);
		l->skipping = 1;
		return LINES_TOO_LONG;
	}
	if (!l->ended)
		return LINES_MORE;
	if (!left)
		return LINES_END;
	*line = cut(l, left, 0);
	return LINES_LINE;
}

enum lines_what lines_take(struct lines *l, hn_str *line)
{
	for (;;) {
		size_t left = l->end - l->start;
		const char *from = left ? l->p + l->start : NULL;
		const char *newline =
			left > l->seen ? memchr(from + l->seen, '\n', left - l->seen) : NULL;
		if (!newline)
			return take_rest(l, line);
		*line = cut(l, (size_t)(newline - from), 1);
		if (!l->skipping)
			return line->n > l->max ? LINES_TOO_LONG : LINES_LINE;
		l->skipping = 0;
	}
}

hn_str lines_pending(const struct lines *l)
{
	hn_str rest = { l->start < l->end ? l->p + l->start : "", l->end - l->start };
	const char *newline = memchr(rest.p, '\n', rest.n);

	if (newline)
		rest.n = (size_t)(newline - rest.p) + 1;
	return rest;
}

/* Makes room for one more chunk. 0, or -1 without memory, which ends the input. */
static int make_room(struct lines *l)
{
	if (l->start) {
		memmove(l->p, l->p + l->start, l->end - l->start);
		l->end -= l->start;
		l->start = 0;
	}
	char *p = mem_room(l->p, l->end + CHUNK, &l->cap);
	l->p = p ? p : l->p;
	return p ? 0 : -1;
}

void lines_read(struct lines *l)
{
	if (l->ended)
		return;
	ssize_t n = -1;
	if (make_room(l) == 0)
		n = read(l->fd, l->p + l->end, CHUNK);
	else
		errno = ENOMEM;
	if (n > 0) {
		l->end += (size_t)n;
	} else if (n == 0) {
		l->ended = 1;
	} else if (errno != EAGAIN && errno != EINTR) {
		lines_fail(l, errno);
	}
}

void lines_add(struct lines *l, hn_str bytes)
{
	while (bytes.n && make_room(l) == 0) {
		size_t n = bytes.n < CHUNK ? bytes.n : CHUNK;
		memcpy(l->p + l->end, bytes.p, n);
		l->end += n;
		bytes = (hn_str){ bytes.p + n, bytes.n - n };
	}
}

void lines_hold(struct lines *l)
{
	hn_str line = lines_pending(l);
	size_t n = l->end - l->start - line.n;
	char *aside = NULL;

	if (!line.n || line.p[line.n - 1] != '\n' || !(aside = malloc(n + 1)))
		return;
	memcpy(aside, line.p + line.n, n);
	drop_aside(l);
	l->aside = aside;
	l->n_aside = n;
	l->ended_aside = l->ended && !l->error;
	l->ended = l->ended && l->error;
	l->end -= n + 1;
	l->seen = 0;
}

size_t lines_release(struct lines *l)
{
	size_t n = l->n_aside;

	lines_add(l, (hn_str){ l->aside, n });
	l->ended = l->ended || l->ended_aside;
	drop_aside(l);
	return n;
}

void lines_fail(struct lines *l, int error)
{
	l->error = error;
	l->ended = 1;
}

/* The descriptor stays open. */
void lines_free(struct lines *l)
{
	free(l->p);
	drop_aside(l);
	*l = LINES(l->fd, l->max);
}
