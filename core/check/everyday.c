/* SPDX-License-Identifier: MIT */
/* everyday: an ordinary life under the strict host, in which most rules show: two instances, one after the other. */
#include <string.h>
#include <unistd.h>

#include "check/ask.h"
#include "check/frontend.h"
#include "check/scenario.h"
#include "check/watch.h"
#include "check/where.h"
#include "util/mem.h"

#define LATE_US 30000 /* who uses a call after its end does so within that */

/* ---- everyday ---- */

/* An answer of a server, by status and body. */
static struct answer failing(int32_t status, const char *body)
{
	static size_t end;
	end = strlen(body);
	return (struct answer){ .status = status, .body = { body, end }, .ends = &end, .n_ends = 1 };
}

static void ask_once(struct world *w, void *self, uint32_t flags)
{
	hn_request r = ask_plain();
	r.flags = flags;
	call_free(ask_chat(w, self, &r));
}

/* Calls to which the server says no. */
static void ask_in_vain(struct world *w, void *self)
{
	static const int32_t statuses[] = { 401, 429, 500 };
	struct answer no = failing(0, "{\"error\":{\"message\":\"it says no\",\"type\":\"x\",\"code\":\"x\"}}");
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		no.status = statuses[i];
		w->only = &no;
		ask_once(w, self, HN_REQUEST_STREAM);
		call_free(ask_models(w, self, NULL, 0));
		call_free(ask_credit(w, self));
	}
	w->only = NULL;
}

/* Calls that are cut short. */
static void ask_and_stop(struct world *w, void *self)
{
	w->cancel_at = 2;
	ask_once(w, self, HN_REQUEST_STREAM);
	w->cancel_at = 0;
	w->broken_with = HN_ERR_NETWORK;
	w->broken_after = 40;
	ask_once(w, self, HN_REQUEST_STREAM);
	w->broken_with = 0;
}

static void provide(const struct run *r)
{
	struct buf ids = BUF(BUF_NO_CAP);
	struct world *w = scenario_world(r);
	void *self = scenario_instance(w);
	if (self && r->subject->provider) {
		ask_once(w, self, HN_REQUEST_STREAM);
		ask_once(w, self, 0);
		call_free(ask_models(w, self, &ids, 0));
		call_free(ask_credit(w, self));
		ask_in_vain(w, self);
		ask_and_stop(w, self);
		ask_once(w, self, HN_REQUEST_STREAM);
		usleep(LATE_US);
	}
	if (self)
		ask_destroy(w, self);
	scenario_end(w);
	buf_free(&ids);
}

void try_everyday(const struct run *r)
{
	struct watch_fds fds;
	watched.sleep = r->subject->provider && !(r->subject->provider->flags & HN_PROVIDER_BLOCKS);
	void (*live)(const struct run *) = r->subject->frontend ? frontend_everyday : provide;
	live(r); /* what is made once is there now */
	watch_fds(&fds);
	unsigned threads = watch_threads();
	live(r);
	watch_fds_compare(&fds);
	for (int i = 0; i < 10 && watch_threads() > threads; i++)
		usleep(20000);
	if (watch_threads() > threads)
		breach(RULE_THREADS, "%u threads are left after destroy()", watch_threads() - threads);
}

void try_wire(const struct run *r)
{
	struct world *w = scenario_world(r);
	void *self = ask_create(w, NULL);
	if (!self)
		return;
	struct call *c = ask(w, self);
	if (c->returned == 0 && c->text.n && c->text.n < sizeof findings->text)
		memcpy(findings->text, c->text.p, c->text.n);
	call_free(c);
}
