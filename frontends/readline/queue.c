/* SPDX-License-Identifier: MIT */
/* queue: an array of items, and how texts are joined. */
#include "queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

int queue_is_command(const char *text)
{
	size_t n = 1 + strspn(text + (*text == '/'), "abcdefghijklmnopqrstuvwxyz?");

	return *text == '/' && n > 1 && strchr(" \t\n", text[n]);
}

void queue_add(struct queue *q, enum queue_what what, char *text)
{
	struct queue_item *p = text || what == QUEUE_END ? mem_room(q->p, (q->n + 1) * sizeof *p, &q->cap) : NULL;

	if (!p) {
		free(text);
		return;
	}
	q->p = p;
	q->p[q->n++] = (struct queue_item){ what, text };
}

struct queue_item queue_take(struct queue *q)
{
	struct queue_item first = q->p[0];

	memmove(q->p, q->p + 1, --q->n * sizeof *q->p);
	return first;
}

/* 1 if the two can be rows of one text. */
static int fit(const char *above, const char *below)
{
	return !queue_is_command(above) && !queue_is_command(below);
}

/* Both, as rows; allocated. */
static char *join(const char *above, const char *below)
{
	char *both;

	return asprintf(&both, "%s\n%s", above, below) < 0 ? NULL : both;
}

char *queue_take_back(struct queue *q, const char *below)
{
	struct queue_item *last = q->n ? &q->p[q->n - 1] : NULL;

	if (!last || last->what != QUEUE_LINE || (*below && !fit(last->text, below)))
		return NULL;
	char *text = *below ? join(last->text, below) : strdup(last->text);
	if (text) {
		free(last->text);
		q->n--;
	}
	return text;
}

/* How many of the first can be one text, and its bytes with a NUL. */
static size_t together(const struct queue *q, size_t *bytes)
{
	size_t n = 0;

	*bytes = 0;
	while (n < q->n && q->p[n].what == QUEUE_LINE && (!n || fit(q->p[n - 1].text, q->p[n].text)))
		*bytes += strlen(q->p[n++].text) + 1;
	return n;
}

char *queue_take_together(struct queue *q)
{
	size_t bytes, n = together(q, &bytes);
	char *text = n ? malloc(bytes) : NULL, *end = text;

	if (!text)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (i)
			*end++ = '\n';
		end = stpcpy(end, q->p[i].text);
		free(q->p[i].text);
	}
	q->n -= n;
	memmove(q->p, q->p + n, q->n * sizeof *q->p);
	return text;
}

void queue_lines_only(struct queue *q)
{
	for (size_t i = 0; i < q->n; i++)
		if (q->p[i].what == QUEUE_COMPOSE)
			q->p[i].what = QUEUE_LINE;
}

size_t queue_lines(const struct queue *q)
{
	size_t n = 0;

	for (size_t i = 0; i < q->n; i++)
		n += q->p[i].what == QUEUE_LINE;
	return n;
}

int queue_is_together(const struct queue *q)
{
	for (size_t i = 1; i < q->n; i++)
		if (q->p[i].what == QUEUE_LINE && !fit(q->p[i - 1].text, q->p[i].text))
			return 0;
	return 1;
}

void queue_drop(struct queue *q)
{
	while (q->n)
		free(q->p[--q->n].text);
	free(q->p);
	*q = (struct queue){ 0 };
}
