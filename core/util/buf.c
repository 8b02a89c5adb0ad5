/* SPDX-License-Identifier: MIT */
/* buf: bytes that grow to a hard cap, and small helpers for hn_str. */
#include "util/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/ascii.h"
#include "util/mem.h"

#define FAILED SIZE_MAX /* in cap, with p NULL: the cap was exceeded */
#define SMALLEST 64

/* Frees the bytes and remembers that the cap was passed. */
static int fail(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ .cap = FAILED, .max = b->max };
	return -1;
}

/* Makes room for n more bytes and a NUL, or fails. */
static int reserve(struct buf *b, size_t n)
{
	if (buf_failed(b))
		return -1;
	if (n > b->max || b->n > b->max - n)
		return fail(b);
	size_t need = b->n + n + 1;
	if (need <= b->cap)
		return 0;
	/* Near the cap take all of it at once: growing by the requested size would be quadratic. */
	size_t want = b->cap > b->max / 2 ? b->max + 1 : b->cap * 2;
	if (want < need)
		want = need;
	if (want < SMALLEST)
		want = SMALLEST;
	b->p = xrealloc(b->p, want);
	b->cap = want;
	return 0;
}

/* Appends n bytes. */
int buf_add(struct buf *b, const void *p, size_t n)
{
	if (reserve(b, n) < 0)
		return -1;
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
	return 0;
}

/* Appends a C string. */
int buf_adds(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

/* Appends a hn_str. */
int buf_addstr(struct buf *b, hn_str s)
{
	return buf_add(b, s.p, s.n);
}

/* Appends one byte. */
int buf_addc(struct buf *b, char c)
{
	return buf_add(b, &c, 1);
}

/* Appends formatted text. */
int buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	int rc = buf_vaddf(b, fmt, ap);
	va_end(ap);
	return rc;
}

/* The same with a va_list. */
int buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return fail(b);
	if (reserve(b, (size_t)n) < 0)
		return -1;
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	b->n += (size_t)n;
	return 0;
}

/* 1 once the cap was passed. */
int buf_failed(const struct buf *b)
{
	return b->cap == FAILED;
}

/* Drops all but the first n bytes. */
void buf_cut(struct buf *b, size_t n)
{
	if (n >= b->n)
		return;
	b->n = n;
	b->p[n] = '\0';
}

/* Drops the first n bytes. */
void buf_eat(struct buf *b, size_t n)
{
	if (n > b->n)
		n = b->n;
	if (!n)
		return;
	memmove(b->p, b->p + n, b->n - n + 1);
	b->n -= n;
}

/* The bytes, borrowed. */
hn_str buf_str(const struct buf *b)
{
	return (hn_str){ b->p, b->n };
}

/* Gives the bytes away and leaves the buffer as new. */
char *buf_take(struct buf *b)
{
	char *p = b->p ? b->p : xmemdup0("", 0);
	*b = BUF(b->max);
	return p;
}

/* Frees the bytes and leaves the buffer as new. */
void buf_free(struct buf *b)
{
	free(b->p);
	*b = BUF(b->max);
}

/* A C string as hn_str. */
hn_str str_of(const char *s)
{
	return s ? (hn_str){ s, strlen(s) } : (hn_str){ NULL, 0 };
}

/* 1 if a is exactly the C string b. */
int str_is(hn_str a, const char *b)
{
	return a.n == strlen(b) && (!a.n || !memcmp(a.p, b, a.n));
}

/* 1 if a begins with prefix. */
int str_begins(hn_str a, const char *prefix)
{
	size_t n = strlen(prefix);
	return a.n >= n && (!n || !memcmp(a.p, prefix, n));
}

int str_blank(hn_str s)
{
	size_t i = 0;
	while (i < s.n && ascii_is_space(s.p[i]))
		i++;
	return i == s.n;
}

/* A NUL-terminated copy. */
char *str_dup(hn_str s)
{
	return xmemdup0(s.p, s.n);
}
