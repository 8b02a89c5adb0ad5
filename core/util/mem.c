/* SPDX-License-Identifier: MIT */
/* mem: allocation that never fails; out of memory ends the program with a message. */
#include "util/mem.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static atomic_int is_out;

int mem_is_out(void)
{
	return atomic_load(&is_out);
}

/* Ends the program: a peer can never cause this, because every buffer that it fills has a cap. */
void mem_out(size_t n)
{
	atomic_store(&is_out, 1);
	if (n)
		fprintf(stderr, "hobnob: out of memory (%zu bytes wanted)\n", n);
	else
		fputs("hobnob: out of memory\n", stderr);
	abort();
}

/* malloc that never gives NULL, for n = 0 either. */
void *xmalloc(size_t n)
{
	void *p = malloc(n ? n : 1);
	if (!p)
		mem_out(n);
	return p;
}

/* calloc that never gives NULL. */
void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);
	if (!p)
		mem_out(n > SIZE_MAX / (size ? size : 1) ? SIZE_MAX : n * size);
	return p;
}

/* realloc that never gives NULL. */
void *xrealloc(void *p, size_t n)
{
	void *q = realloc(p, n ? n : 1);
	if (!q)
		mem_out(n);
	return q;
}

/* Makes room for one more element after the first n. */
void *xgrow(void *p, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return p;
	size_t want = *cap ? *cap * 2 : 8;
	if (want > SIZE_MAX / size)
		mem_out(SIZE_MAX);
	*cap = want;
	return xrealloc(p, want * size);
}

void *mem_room(void *p, size_t need, size_t *cap)
{
	if (need <= *cap)
		return p;
	size_t want = need > *cap * 2 ? need : *cap * 2;
	void *q = realloc(p, want);
	if (q)
		*cap = want;
	return q;
}

/* strdup that never fails; NULL stays NULL. */
char *xstrdup(const char *s)
{
	return s ? xmemdup0(s, strlen(s)) : NULL;
}

/* Copies n bytes and adds a NUL. */
char *xmemdup0(const void *p, size_t n)
{
	if (n == SIZE_MAX)
		mem_out(n);
	char *copy = xmalloc(n + 1);
	if (n)
		memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

/* Formats into memory of its own. */
char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *s = xvasprintf(fmt, ap);
	va_end(ap);
	return s;
}

/* The same with a va_list. */
char *xvasprintf(const char *fmt, va_list ap)
{
	char *s;
	if (vasprintf(&s, fmt, ap) < 0)
		mem_out(0);
	return s;
}
