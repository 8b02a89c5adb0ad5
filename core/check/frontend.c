/* SPDX-License-Identifier: MIT */
/* frontend: makes an instance, and runs it on the stage. */
#include "check/frontend.h"

#include <stdlib.h>
#include <unistd.h>

#include "check/ask.h"
#include "check/watch.h"
#include "util/mem.h"

struct running { const struct subject *subject; void *self; hn_session *session; int32_t code; };

static void do_run(void *ud)
{
	struct running *r = ud;
	r->code = r->subject->frontend->run(ask_self(r->self), r->session);
}

/* run() returns 0, how the last turn ended, or HN_ERR_INTERRUPTED; or that the output is gone. */
static void check_end(const struct stage *s, int32_t code)
{
	if (code == 0 || code == HN_ERR_INTERRUPTED || code == s->last_turn || (s->output_full && code == HN_ERR_OUTPUT))
		return;
	breach(RULE_RUNS, "run() returned %d, and the last turn had ended with %d", (int)code, (int)s->last_turn);
}

/* An instance in a world that lacks something; NULL: it says why it cannot live there, or breaks a rule. */
static void *make(struct world *w)
{
	struct call *c;
	void *self = ask_create(w, &c);
	if (!self && !c->failed)
		breach(RULE_GROWTH_PLUGIN, "without %s create() returned %d, and no fail() said why", w->absent, (int)c->returned);
	call_free(c);
	return self;
}

int stage_play(const struct run *r, struct stage *s)
{
	struct world *made = s->world ? NULL : scenario_world(r);
	if (made)
		s->world = made;
	s->way = r->way;
	s->said = BUF(BUF_NO_CAP);
	if (s->way == WAY_TERMINAL && !s->one_turn)
		s->flags |= HN_START_TTY_STDIN | HN_START_TTY_STDOUT;
	struct running run = { .subject = r->subject, .self = s->may_fail ? make(s->world) : scenario_instance(s->world) };
	if (run.self) {
		run.session = session_open(s);
		ends_open(s);
		ask_run(s->world, "run()", do_run, &run);
		s->returned_at = host_us();
		s->returned = run.code;
		session_close();
		ends_close(s);
		check_end(s, run.code);
		ask_destroy(s->world, run.self);
	}
	if (made)
		scenario_end(made);
	s->world = made ? NULL : s->world;
	return run.self ? 0 : -1;
}

void stage_free(struct stage *s)
{
	buf_free(&s->said);
	buf_free(&s->output);
}
