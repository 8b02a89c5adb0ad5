/* SPDX-License-Identifier: MIT */
/* rules_reply: what chat() makes of an answer, and how it unwinds. */
#include <stdlib.h>
#include <string.h>

#include "check/ask.h"
#include "check/scenario.h"
#include "check/where.h"
#include "util/mem.h"

#define PLACES 40 /* at most, where a call is stopped */

void try_answers(const struct run *r)
{
	struct world *w;
	void *self = scenario_begin(r, &w);
	if (!self)
		return;
	struct call *c = ask(w, self);
	if (c->missing && r->answers)
		breach(RULE_ANSWERS, "no canned answer fits %s", c->missing);
	else if (c->missing)
		skip_rule("it asks for %s, and no canned answers fit: --answers FILE, or NAME.answers.json beside it", c->missing);
	else if (c->returned)
		breach(RULE_ANSWERS, "chat() returned %d: %s", (int)c->returned, c->message ? c->message : "without a word");
	else if (!c->text.n)
		breach(RULE_ANSWERS, "chat() returned 0 and emitted no text");
	else if (c->text.n < sizeof findings->text)
		memcpy(findings->text, c->text.p, c->text.n);
	call_free(c);
	scenario_close(w, self);
}

void try_answer_text(const struct run *r)
{
	static const uint32_t flags[] = { HN_REQUEST_STREAM, 0 };
	struct world *w;
	void *self;
	if (!r->answers || !r->answers->text) {
		skip_rule("the canned answers do not say what is right");
		return;
	}
	if (!(self = scenario_begin(r, &w)))
		return;
	for (size_t i = 0; i < 2; i++) {
		hn_request q = ask_plain();
		q.flags = flags[i];
		struct call *c = ask_chat(w, self, &q);
		if (c->missing && !flags[i])
			;
		else if (c->text.n != strlen(r->answers->text) || memcmp(c->text.p, r->answers->text, c->text.n) != 0)
			breach(RULE_ANSWER_TEXT, "the reply %s is \"%.*s\", and should be \"%s\"", flags[i] ? "as a stream" : "as a whole",
				(int)(c->text.n > 100 ? 100 : c->text.n), c->text.n ? c->text.p : "", r->answers->text);
		call_free(c);
	}
	scenario_close(w, self);
}

/* ---- unwinding ---- */

void try_emit_return(const struct run *r)
{
	static const int32_t values[] = { HN_ERR_OUTPUT, HN_ERR_INTERRUPTED - 81 };
	struct world *w;
	void *self = scenario_begin(r, &w);
	if (!self)
		return;
	struct call *c = ask(w, self);
	unsigned emits = c->emits;
	call_free(c);
	for (unsigned k = 1; k <= emits && k <= PLACES; k++) {
		w->refuse_at = k;
		w->refuse_with = values[k % 2];
		call_free(ask(w, self));
	}
	w->refuse_at = 0;
	call_free(ask_models(w, self, NULL, HN_ERR_OUTPUT));
	call_free(ask_models(w, self, NULL, 7));
	scenario_close(w, self);
}

void try_service_return(const struct run *r)
{
	static const int32_t values[] = { HN_ERR_NETWORK, HN_ERR_TIMEOUT };
	struct world *w;
	void *self = scenario_begin(r, &w);
	if (!self)
		return;
	struct call *c = ask(w, self);
	size_t n = c->fed_by ? c->fed_by->body.n : 0;
	call_free(c);
	if (!n)
		skip_rule("it uses no service that can fail");
	for (size_t k = 0; n && k < PLACES; k++) {
		w->broken_after = n * k / PLACES;
		w->broken_with = values[k % 2];
		call_free(ask(w, self));
	}
	scenario_close(w, self);
}

#define PROMPT_US 100000 /* a cancelled call is over within that */
#define ATTEMPTS 3       /* a machine that is busy may miss one */

/* How long a call took after it was cancelled in its k-th host function, us; -1: it was over before. */
static int64_t cancel_in(struct world *w, void *self, unsigned k)
{
	w->cancel_at = k;
	struct call *c = ask(w, self);
	int64_t took = c->cancelled ? c->returned_at - c->cancelled_at : -1;
	if (c->cancelled && c->returned != 0 && c->returned != HN_ERR_INTERRUPTED && !c->failed)
		breach(RULE_RETURN_CODES, "chat() returned %d after it was cancelled", (int)c->returned);
	call_free(c);
	w->cancel_at = 0;
	return took;
}

void try_cancel(const struct run *r)
{
	struct world *w;
	void *self = scenario_begin(r, &w);
	if (!self)
		return;
	struct call *c = ask(w, self);
	unsigned hits = c->hits;
	call_free(c);
	for (unsigned k = 1; k <= hits && k <= PLACES && !breached(RULE_CANCEL_100MS); k++) {
		int64_t took = 0, best = INT64_MAX;
		for (int i = 0; i < ATTEMPTS && best > PROMPT_US; i++) {
			took = cancel_in(w, self, k);
			best = took < best ? took : best;
		}
		if (best > PROMPT_US)
			breach(RULE_CANCEL_100MS, "chat() was cancelled in its %u. host function and returned %lld ms later", k, (long long)best / 1000);
	}
	scenario_close(w, self);
}

/* ---- others ---- */

/* 1 if what was sent names the setting. */
static int names(const struct call *c, const char *setting)
{
	return c->sent.n && memmem(c->sent.p, c->sent.n, setting, strlen(setting)) != NULL;
}

/* Asks a server that refuses a setting until the plugin leaves it, at most four times. */
static void refuse_setting(struct world *w, void *self, const char *setting)
{
	char *body = xasprintf("{\"error\":{\"message\":\"Unsupported parameter: '%s' is not supported with this model.\","
			       "\"type\":\"invalid_request_error\",\"param\":\"%s\",\"code\":\"unsupported_parameter\"}}", setting, setting);
	size_t n = strlen(body);
	const struct answer no = { .status = 400, .body = { body, n }, .ends = &n, .n_ends = 1 };
	hn_request q = ask_plain();
	int adapted = 0, named = 0, told = 0, again = 1;
	q.set = w->subject->provider->heeds & (HN_SET_TEMPERATURE | HN_SET_TOP_P | HN_SET_SEED);
	q.temperature = 0.5;
	q.top_p = 0.5;
	q.seed = 7;
	w->only = &no;
	while (again && adapted <= 3) {
		struct call *c = ask_chat(w, self, &q);
		told += c->notices > 0;
		if (adapted && named && !names(c, setting) && !told)
			breach(RULE_ADAPTED, "after HN_ADAPTED it leaves out %s, and no NOTICE says so", setting);
		named = names(c, setting);
		again = c->returned == HN_ADAPTED;
		adapted += again;
		call_free(c);
	}
	if (adapted > 3)
		breach(RULE_ADAPTED, "chat() returned HN_ADAPTED four times, while the server refused %s", setting);
	free(body);
	w->only = NULL;
}

void try_adapted(const struct run *r)
{
	static const char *const settings[] = { "temperature", "top_p", "seed" };
	struct world *w;
	void *self = scenario_begin(r, &w);
	if (!self)
		return;
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		refuse_setting(w, self, settings[i]);
	scenario_close(w, self);
}

void try_dry_run(const struct run *r)
{
	struct world *w;
	void *self = scenario_begin(r, &w);
	hn_request q = ask_plain();
	if (!self)
		return;
	q.flags |= HN_REQUEST_DRY;
	watched.dry = 1;
	struct call *c = ask_chat(w, self, &q);
	watched.dry = 0;
	if (c->returned && c->returned != c->refused)
		breach(RULE_DRY_RUN, "chat() returned %d: 0, or what request() returned, is right", (int)c->returned);
	if (c->text.n)
		breach(RULE_DRY_RUN, "it answered");
	if (c->requests > 1)
		breach(RULE_DRY_RUN, "it called request() again after that had stopped it");
	call_free(c);
	scenario_close(w, self);
}

void try_pieces(const struct run *r)
{
	static const size_t cuts[] = { 1, 2, 3, 7, 64 };
	struct world *w;
	void *self = scenario_begin(r, &w);
	if (!self)
		return;
	struct call *base = ask(w, self);
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		w->cut = cuts[i];
		struct call *c = ask(w, self);
		if (c->returned != base->returned || !same_bytes(&c->trace, &base->trace))
			breach(RULE_PIECES, "in pieces of %zu bytes the reply is \"%.*s\" (chat() returned %d)", cuts[i], (int)(c->text.n > 100 ? 100 : c->text.n),
				c->text.n ? c->text.p : "", (int)c->returned);
		call_free(c);
	}
	call_free(base);
	scenario_close(w, self);
}
