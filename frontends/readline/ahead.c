/* SPDX-License-Identifier: MIT */
/*
 * ahead: keys that arrive before readline asks for them: typed while a reply came, or read together
 * with the end of a paste.
 *
 * Those that end a line are taken by the queue (gather.c), the others by the prompt.
 */
#include <stdlib.h>
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

size_t ahead_left(void)
{
	return editor.ahead.keys.n - editor.ahead.at;
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
	queue_drop(&editor.ahead.queue);
	free(editor.ahead.tail);
	editor.ahead.tail = NULL;
	editor.ahead.held = 0;
}
