/* SPDX-License-Identifier: MIT */
/*
 * ahead: keys that are there before readline asks for them: typed while a reply came, or read
 * together with the end of a paste.
 *
 * Lines among them that were ended by Enter are sent one after the other, as if they were typed
 * now. After a Ctrl-C the first Enter is held until the user presses one: who stops a reply may
 * want to stop what was to follow, too.
 */
#include <stdlib.h>
#include <string.h>

#include "editor_private.h"

struct editor editor;

/* Makes room for n more bytes. */
int bytes_grow(struct bytes *b, size_t n)
{
	size_t cap = (b->n + n) * 2;
	char *p = b->n + n <= b->cap ? b->p : realloc(b->p, cap);

	if (!p)
		return -1;
	if (p != b->p)
		b->cap = cap;
	b->p = p;
	return 0;
}

/* 1 if an Enter is the next, and not part of Alt-Enter. */
static int at_enter(void)
{
	const char *p = editor.ahead.p + editor.ahead_at;

	return (*p == '\r' || *p == '\n') && (editor.ahead_at == 0 || p[-1] != '\033');
}

/* What may be taken now; within a paste an Enter is text. */
size_t ahead_left(void)
{
	size_t left = editor.ahead.n - editor.ahead_at;

	return left && editor.held && !editor.pasting && at_enter() ? 0 : left;
}

/* The next key. */
int ahead_next(void)
{
	return (unsigned char)editor.ahead.p[editor.ahead_at++];
}

/* Adds keys at the end. */
void ahead_add(const char *p, size_t n)
{
	if (editor.ahead_at == editor.ahead.n)
		editor.ahead_at = editor.ahead.n = 0;
	if (n && bytes_grow(&editor.ahead, n) == 0) {
		memcpy(editor.ahead.p + editor.ahead.n, p, n);
		editor.ahead.n += n;
	}
}

/* Puts keys before the others. */
void ahead_put(const char *p, size_t n)
{
	struct bytes *b = &editor.ahead;
	size_t left = b->n - editor.ahead_at;

	if (!n || bytes_grow(b, n))
		return;
	memmove(b->p + n, b->p + editor.ahead_at, left);
	memcpy(b->p, p, n);
	b->n = n + left;
	editor.ahead_at = 0;
}

/* Forgets them. */
void ahead_drop(void)
{
	editor.ahead.n = editor.ahead_at = 0;
	editor.held = 0;
}
