/* SPDX-License-Identifier: MIT */
/*
 * ahead: keys that arrive before readline asks for them: typed while a reply came, or read together
 * with the end of a paste.
 *
 * Lines among them that end with Enter are sent one after the other, as if typed now. After a
 * Ctrl-C the first Enter waits for the user's: someone who stops a reply may want to stop the lines
 * that follow, too.
 */
#include <string.h>

#include "util/mem.h"

#include "editor_private.h"

struct editor editor;

int bytes_grow(struct bytes *b, size_t n)
{
	char *p = mem_room(b->p, b->n + n, &b->cap);

	b->p = p ? p : b->p;
	return p ? 0 : -1;
}

/* 1 if the next key is an Enter, and not part of Alt-Enter. */
static int at_enter(void)
{
	const char *p = editor.ahead.keys.p + editor.ahead.at;

	return (*p == '\r' || *p == '\n') && (editor.ahead.at == 0 || p[-1] != '\033');
}

/* Within a paste an Enter is text. */
size_t ahead_left(void)
{
	size_t left = editor.ahead.keys.n - editor.ahead.at;

	return left && editor.ahead.held && !editor.paste.on && at_enter() ? 0 : left;
}

int ahead_next(void)
{
	return (unsigned char)editor.ahead.keys.p[editor.ahead.at++];
}

void ahead_add(const char *p, size_t n)
{
	if (editor.ahead.at == editor.ahead.keys.n)
		editor.ahead.at = editor.ahead.keys.n = 0;
	if (n && bytes_grow(&editor.ahead.keys, n) == 0) {
		memcpy(editor.ahead.keys.p + editor.ahead.keys.n, p, n);
		editor.ahead.keys.n += n;
	}
}

void ahead_put(const char *p, size_t n)
{
	struct bytes *b = &editor.ahead.keys;
	size_t left = b->n - editor.ahead.at;

	if (!n || bytes_grow(b, n))
		return;
	memmove(b->p + n, b->p + editor.ahead.at, left);
	memcpy(b->p, p, n);
	b->n = n + left;
	editor.ahead.at = 0;
}

void ahead_drop(void)
{
	editor.ahead.keys.n = editor.ahead.at = 0;
	editor.ahead.held = 0;
}
