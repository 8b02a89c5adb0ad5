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

char *queue_take_together(struct queue *q)
{
	char *text = q->n && q->p[0].what == QUEUE_LINE ? queue_take(q).text : NULL;

	while (text && q->n && q->p[0].what == QUEUE_LINE && fit(text, q->p[0].text)) {
		char *both = join(text, q->p[0].text);
		if (!both)
			break;
		free(text);
		free(queue_take(q).text);
		text = both;
	}
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
