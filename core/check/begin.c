/* SPDX-License-Identifier: MIT */
/* begin: what most scenarios begin and end with: a world and an instance in it. */
#include <stdlib.h>
#include <string.h>

#include "check/ask.h"
#include "check/scenario.h"
#include "util/mem.h"

struct world *scenario_world(const struct run *r)
{
	struct world *w = xcalloc(1, sizeof *w);
	w->subject = r->subject;
	w->answers = r->answers;
	world_host(w);
	return w;
}

void scenario_end(struct world *w)
{
	world_end(w);
	free(w);
}

void *scenario_instance(struct world *w)
{
	struct call *c;
	void *self = ask_create(w, &c);
	if (!self)
		breach(RULE_CREATES, "create() failed: %s", c->message ? c->message : "without a word");
	call_free(c);
	return self;
}

void *scenario_begin(const struct run *r, struct world **w)
{
	*w = scenario_world(r);
	return scenario_instance(*w);
}

void scenario_close(struct world *w, void *self)
{
	ask_destroy(w, self);
	scenario_end(w);
}

int same_bytes(const struct buf *a, const struct buf *b)
{
	return a->n == b->n && (!a->n || !memcmp(a->p, b->p, a->n));
}
