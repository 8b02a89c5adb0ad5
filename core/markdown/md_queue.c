/* SPDX-License-Identifier: MIT */
/*
 * md_queue: the text of a line from the first mark on that may yet open emphasis or a link. What such a mark means is decided when its
 * closer comes; a mark that has waited for too long is text.
 */
#include <string.h>

#include "md_private.h"

static void emit(struct md *md, const char *p, size_t n, unsigned style)
{
	if (md->in.cells)
		md_cell_add(md->in.cells, p, n, style);
	else
		md_words(md, p, n, style);
}

void md_queue_flush(struct md *md)
{
	struct md_queue *q = &md->in.q;
	size_t end = q->count ? q->mark[0].at : q->n;

	for (size_t i = q->head, k; i < end; i = k) {
		for (k = i + 1; k < end && q->style[k] == q->style[i];)
			k++;
		if (!(q->style[i] & MD_GONE))
			emit(md, q->text + i, k - i, q->style[i]);
		md->work += k - i;
	}
	q->head = end;
	if (q->head == q->n)
		q->head = q->n = 0;
}

void md_queue_forget(struct md *md, unsigned i)
{
	struct md_queue *q = &md->in.q;

	memmove(q->mark + i, q->mark + i + 1, (--q->count - i) * sizeof *q->mark);
	if (i == 0)
		md_queue_flush(md);
}

/* Moves the queue to the beginning of its memory. */
static void compact(struct md *md)
{
	struct md_queue *q = &md->in.q;

	memmove(q->text, q->text + q->head, q->n - q->head);
	memmove(q->style, q->style + q->head, (q->n - q->head) * sizeof *q->style);
	for (unsigned i = 0; i < q->count; i++)
		q->mark[i].at -= (uint32_t)q->head;
	md->work += q->n - q->head;
	q->n -= q->head;
	q->head = 0;
}

int md_queue_is_bracket(const struct md_mark *mark)
{
	return mark->c == '[' || mark->c == '!';
}

int md_queue_too_old(const struct md *md, const struct md_mark *mark)
{
	return md->in.age - mark->age > (md_queue_is_bracket(mark) ? MD_LINK_TEXT : MD_EMPHASIS);
}

void md_queue_add(struct md *md, const char *p, size_t n, unsigned style)
{
	struct md_queue *q = &md->in.q;

	while (q->count && q->n - q->head + n > MD_QUEUE)
		md_queue_forget(md, 0);
	if (!q->count) {
		emit(md, p, n, style);
		return;
	}
	if (q->n + n > MD_QUEUE)
		compact(md);
	memcpy(q->text + q->n, p, n);
	for (size_t i = 0; i < n; i++)
		q->style[q->n + i] = (uint16_t)style;
	q->n += n;
}

void md_queue_text(struct md *md, const char *p, size_t n, unsigned style)
{
	md_queue_add(md, p, n, style | md->in.base);
	md->in.age += (uint32_t)n;
	md->work++;
	while (md->in.q.count && md_queue_too_old(md, &md->in.q.mark[0]))
		md_queue_forget(md, 0);
}

void md_queue_open(struct md *md, uint8_t c, const char *p, size_t n)
{
	struct md_inline *in = &md->in;
	struct md_queue *q = &in->q;

	if (q->count == MD_MARKS)
		md_queue_forget(md, 0);
	if (!q->count)
		q->head = q->n = 0;
	q->mark[q->count++] = (struct md_mark){ .at = (uint32_t)q->n, .age = in->age, .gaps = in->gaps, .c = c, .n = (uint8_t)n };
	if (q->n + n > MD_QUEUE)
		compact(md);
	q->mark[q->count - 1].at = (uint32_t)q->n;
	md_queue_text(md, p, n, 0);
}

void md_queue_style(struct md *md, size_t from, size_t to, unsigned style)
{
	for (size_t i = from; i < to; i++)
		md->in.q.style[i] |= (uint16_t)style;
	md->work += to - from;
}
