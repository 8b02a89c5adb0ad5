/* SPDX-License-Identifier: MIT */
/* line_reader: the lines of a file, read by chunks. */
#include "util/line_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/mem.h"

#define CHUNK ((size_t)256 << 10)

/* Forgets what is held up to a place. */
static void drop(struct line_reader *l, size_t upto)
{
	if (upto == 0)
		return;
	memmove(l->room, l->room + upto, l->n - upto);
	l->passed += upto;
	l->n -= upto;
	l->next = 0;
	l->looked -= upto;
}

/* 1 if the line in the buffer is not wanted. NUL bytes are a hole in the file. */
static int is_unwanted(const struct line_reader *l)
{
	return l->n > l->max ||
	       (l->n >= CHUNK && (l->p[0] != l->begin || memchr(l->p, 0, l->n) != NULL));
}

/* Makes room for the rest of the line in the buffer; skips a line that is not wanted. */
static void make_room(struct line_reader *l)
{
	drop(l, l->next);
	if (is_unwanted(l))
		l->too_long = 1;
	if (l->too_long)
		drop(l, l->n);
	if (l->n < l->cap)
		return;
	l->cap = l->cap == 0 ? CHUNK : l->cap > l->max / 2 ? l->max + 1 : l->cap * 2;
	l->p = l->room = xrealloc(l->room, l->cap);
}

/* Reads on. 1, 0 at the end of the file, -1 with errno. */
static int read_on(struct line_reader *l)
{
	ssize_t got;
	if (l->fd < 0)
		return 0;
	make_room(l);
	do
		got = read(l->fd, l->room + l->n, l->cap - l->n);
	while (got < 0 && errno == EINTR);
	if (got > 0)
		l->n += (size_t)got;
	return got > 0 ? 1 : (int)got;
}

/* Gives what is held up to a place as the next line. */
static int give(struct line_reader *l, size_t upto, hn_str *line)
{
	if (!l->too_long)
		*line = (hn_str){ l->p + l->next, upto - l->next };
	l->next = l->looked = upto + (size_t)l->ended;
	l->end = l->passed + l->next;
	l->number++;
	return 1;
}

/* The next line. */
int line_reader_next(struct line_reader *l, hn_str *line)
{
	int more = 1;
	*line = (hn_str){ NULL, 0 };
	l->too_long = 0;
	for (l->ended = 0; more > 0; more = read_on(l)) {
		const char *newline =
			l->n > l->looked ? memchr(l->p + l->looked, '\n', l->n - l->looked) : NULL;
		l->ended = newline != NULL;
		if (newline)
			return give(l, (size_t)(newline - l->p), line);
		l->looked = l->n;
	}
	if (more < 0)
		return -1;
	return l->n > l->next || l->too_long ? give(l, l->n, line) : 0;
}

int line_is_blank(hn_str line)
{
	while (line.n > 0 && memchr(" \t\r", line.p[line.n - 1], 3))
		line.n--;
	return line.n == 0;
}

/* Forgets all. */
void line_reader_free(struct line_reader *l)
{
	free(l->room);
	l->p = l->room = NULL;
}
