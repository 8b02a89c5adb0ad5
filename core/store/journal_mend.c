/* SPDX-License-Identifier: MIT */
/* journal_mend: from what the lines of a journal say to a history. */
#include "store/journal_mend.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "util/mem.h"

/* A message, and where it stood. */
struct entry {
	struct message *m;
	size_t line;
	int kin; /* how many of those beside it, and its parent, have the ids beside its own */
};

/* What a record says of a message that may come after it. */
struct pin {
	uint64_t id;
	int on;
	size_t line;
};

void mend_fault(struct mend *g, size_t line, const char *fmt, ...)
{
	struct damage *f = g->faults;
	size_t n = g->n_faults;
	va_list ap;
	g->c->reading.damaged++;
	if (n == FAULTS_TOLD && line >= f[n - 1].line)
		return;
	if (n == FAULTS_TOLD)
		free(f[--n].text);
	for (; n > 0 && f[n - 1].line > line; n--)
		f[n] = f[n - 1];
	va_start(ap, fmt);
	f[n] = (struct damage){ line, xvasprintf(fmt, ap) };
	va_end(ap);
	if (g->n_faults < FAULTS_TOLD)
		g->n_faults++;
}

void mend_message(struct mend *g, struct message *m, size_t line)
{
	struct entry *before = g->n > 0 ? &g->all[g->n - 1] : NULL;
	int kin = m->id == (before ? before->m->id : 0) + 1;
	if (before) {
		before->kin += kin;
		g->ordered &= before->m->id < m->id;
	}
	g->all = xgrow(g->all, g->n, &g->cap, sizeof *g->all);
	g->all[g->n++] = (struct entry){
		.m = m, .line = line, .kin = kin + (m->parent + 1 == m->id)
	};
	g->head_line = 0;
}

void mend_pin(struct mend *g, uint64_t id, int on, size_t line)
{
	g->pins = xgrow(g->pins, g->n_pins, &g->cap_pins, sizeof *g->pins);
	g->pins[g->n_pins++] = (struct pin){ id, on, line };
}

void mend_head(struct mend *g, uint64_t id, size_t line)
{
	g->head = id;
	g->head_line = line;
}

/* qsort's: by id. Of two with one id that comes first which the ids beside it speak for: the other
 * one's has been changed by damage. */
static int by_id(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	if (x->m->id != y->m->id)
		return x->m->id < y->m->id ? -1 : 1;
	if (x->kin != y->kin)
		return y->kin - x->kin;
	return x->line < y->line ? -1 : 1;
}

/* Puts a message whose parent is missing after the one before it. */
static void mend_parent(struct mend *g, const struct entry *e, uint64_t before)
{
	const char *what = e->m->parent < e->m->id ? "is missing" : "comes after it";
	if (before > 0)
		mend_fault(g, e->line,
			"message %" PRIu64
			" follows one that %s; it was put after message %" PRIu64,
			e->m->id, what, before);
	else
		mend_fault(g, e->line, "message %" PRIu64 " follows one that %s; it begins a branch",
			e->m->id, what);
	e->m->parent = before;
}

/* Puts a message into the history, after all with smaller ids. 1, or 0: its id is taken. */
static int adopt(struct mend *g, const struct entry *e)
{
	struct history *h = &g->c->history;
	uint64_t before = h->n > 0 ? h->all[h->n - 1]->id : 0;
	if (e->m->id == before) {
		mend_fault(g, e->line, "a second message with the id %" PRIu64 " was passed over",
			e->m->id);
		message_free(e->m);
		return 0;
	}
	if (e->m->parent != 0 && !history_find(h, e->m->parent))
		mend_parent(g, e, before);
	return history_adopt(h, e->m) == 0;
}

/* Puts all messages into the history. The id of the one that stands last in the file. */
static uint64_t adopt_all(struct mend *g)
{
	size_t line = 0;
	uint64_t last = 0;
	if (!g->ordered)
		qsort(g->all, g->n, sizeof *g->all, by_id);
	for (size_t i = 0; i < g->n; i++) {
		if (!adopt(g, &g->all[i]) || g->all[i].line < line)
			continue;
		line = g->all[i].line;
		last = g->all[i].m->id;
	}
	return last;
}

/* Pins messages, in the order in which that was said. */
static void apply_pins(struct mend *g)
{
	for (size_t i = 0; i < g->n_pins; i++) {
		struct message *m = history_find(&g->c->history, g->pins[i].id);
		if (m)
			m->pinned = g->pins[i].on;
		else
			mend_fault(g, g->pins[i].line, "message %" PRIu64 ", which was %spinned, is missing",
				g->pins[i].id, g->pins[i].on ? "" : "un");
	}
}

static void tell_faults(struct mend *g)
{
	struct buf *out = &g->c->reading.faults;
	for (size_t i = 0; i < g->n_faults; i++) {
		buf_addf(out, "line %zu: %s\n", g->faults[i].line, g->faults[i].text);
		free(g->faults[i].text);
	}
	if (g->c->reading.damaged > g->n_faults)
		buf_addf(out, "... and %zu more\n", g->c->reading.damaged - g->n_faults);
}

void mend_finish(struct mend *g)
{
	uint64_t last = adopt_all(g);
	apply_pins(g);
	if (g->head_line == 0 || history_go(&g->c->history, g->head) != 0)
		history_go(&g->c->history, last);
	if (g->head_line != 0 && history_head(&g->c->history) != g->head)
		mend_fault(g, g->head_line,
			"message %" PRIu64 ", in which the conversation was to end, is missing",
			g->head);
	tell_faults(g);
	free(g->all);
	free(g->pins);
}
