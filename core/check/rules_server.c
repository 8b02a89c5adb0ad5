/* SPDX-License-Identifier: MIT */
/* rules_server: a server that refuses, fails, and says odd things. */
#include <stdlib.h>
#include <string.h>

#include "call/kind.h"
#include "check/ask.h"
#include "check/scenario.h"
#include "util/mem.h"

#define SAYS_NO "{\"error\":{\"message\":\"it says no\",\"type\":\"x\",\"code\":\"x\"}}"
#define LARGE (1u << 20)

/* One call of a server that always says this. NULL: the plugin asked no server. */
static struct call *ask_server(struct world *w, void *self, int32_t status, hn_str body, const char *type)
{
	size_t n = body.n;
	struct answer a = { .status = status, .body = body, .ends = &n, .n_ends = 1, .type = (char *)(uintptr_t)type };
	w->only = &a;
	struct call *c = ask(w, self);
	w->only = NULL;
	if (c->requests)
		return c;
	skip_rule("it asks no server");
	call_free(c);
	return NULL;
}

/* Some lines of requests are the same. */
static int repeats(const struct buf *asked)
{
	char *copy = xmemdup0(asked->n ? asked->p : "", asked->n);
	int again = 0;
	for (char *line = copy, *next; *line && !again; line = next) {
		size_t n = strcspn(line, "\n") + 1;
		next = line + n;
		char *key = xmemdup0(line, n);
		again = strstr(next, key) != NULL;
		free(key);
	}
	free(copy);
	return again;
}

void try_no_retry(const struct run *r)
{
	static const int32_t statuses[] = { 429, 500, 503 };
	struct world *w;
	void *self = scenario_begin(r, &w);
	if (!self)
		return;
	for (size_t i = 0; i <= sizeof statuses / sizeof *statuses; i++) {
		int is_broken = i == sizeof statuses / sizeof *statuses;
		w->broken_with = is_broken ? HN_ERR_NETWORK : 0;
		struct call *c = ask_server(w, self, is_broken ? 200 : statuses[i], (hn_str){ SAYS_NO, sizeof SAYS_NO - 1 }, NULL);
		if (!c)
			break;
		if (repeats(&c->asked))
			breach(RULE_NO_RETRY, is_broken ? "after a broken connection it sent the same request again" : "after a %d it sent the same request again",
				is_broken ? 0 : (int)statuses[i]);
		call_free(c);
	}
	w->broken_with = 0;
	scenario_close(w, self);
}

/* ---- errors ---- */

/* 1 if a code may stand for a status: its own, or one that says more. */
static int may_stand(int32_t code, int32_t status)
{
	static const struct { int32_t status, code; } also[] = { { 401, HN_ERR_PERMISSION }, { 403, HN_ERR_AUTH }, { 403, HN_ERR_QUOTA },
		{ 429, HN_ERR_QUOTA }, { 402, HN_ERR_RATE_LIMITED }, { 413, HN_ERR_CONTEXT_TOO_LONG }, { 400, HN_ERR_CONTEXT_TOO_LONG },
		{ 422, HN_ERR_CONTEXT_TOO_LONG }, { 529, HN_ERR_RATE_LIMITED }, { 503, HN_ERR_RATE_LIMITED }, { 504, HN_ERR_TIMEOUT },
		{ 408, HN_ERR_TIMEOUT }, { 409, HN_ERR_BAD_REQUEST } };
	if (code == code_of_status(status))
		return 1;
	for (size_t i = 0; i < sizeof also / sizeof *also; i++)
		if (also[i].status == status && also[i].code == code)
			return 1;
	return 0;
}

static void check_error(const struct call *c, int32_t status)
{
	if (c->returned >= 0)
		breach(RULE_ERRORS_EACH_STATUS, "chat() returned %d after a %d", (int)c->returned, (int)status);
	else if (!may_stand(c->returned, status))
		breach(RULE_ERRORS_EACH_STATUS, "a %d became \"%s\", and is \"%s\"", (int)status, kind_name(c->returned), kind_name(code_of_status(status)));
	else if (c->failed && c->error.status != status)
		breach(RULE_ERRORS_EACH_STATUS, "hn_error.status is %d after a %d", (int)c->error.status, (int)status);
}

static void check_wait(const struct call *c, int64_t ms)
{
	if (ms == 1500 && c->failed && c->error.retry_after_ms != ms)
		breach(RULE_ERRORS_EACH_STATUS, "the server asked for a wait of %lld ms, and hn_error.retry_after_ms is %lld", (long long)ms,
			(long long)c->error.retry_after_ms);
	if (ms < 0 && c->failed && c->error.retry_after_ms > 0)
		breach(RULE_ERRORS_EACH_STATUS, "the server asked for no wait, and hn_error.retry_after_ms is %lld", (long long)c->error.retry_after_ms);
}

void try_each_status(const struct run *r)
{
	static const int32_t statuses[] = { 301, 400, 401, 402, 403, 404, 405, 408, 409, 413, 418, 422, 429, 500, 501, 502, 503, 504, 529 };
	static const int64_t waits[] = { -1, 0, 1500, INT64_C(1000000000000000000) };
	struct world *w;
	void *self = scenario_begin(r, &w);
	struct call *c = NULL;
	if (!self)
		return;
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		if (!(c = ask_server(w, self, statuses[i], (hn_str){ SAYS_NO, sizeof SAYS_NO - 1 }, NULL)))
			break;
		check_error(c, statuses[i]);
		call_free(c);
	}
	for (size_t i = 0; c && i < sizeof waits / sizeof *waits; i++) {
		w->retry_after_ms = waits[i];
		if (!(c = ask_server(w, self, 429, (hn_str){ SAYS_NO, sizeof SAYS_NO - 1 }, NULL)))
			break;
		check_wait(c, waits[i]);
		call_free(c);
	}
	scenario_close(w, self);
}

static const hn_str odd[] = { { "", 0 }, { "<html><head><title>502 Bad Gateway</title></head></html>", 56 }, { "{\"error\":", 9 }, { "null", 4 },
	{ "[]", 2 }, { "{}", 2 }, { "\"words\"", 7 }, { "{\"error\":null}", 14 }, { "{\"error\":\"words\"}", 17 }, { "{\"error\":{\"message\":7}}", 23 },
	{ "\0\0\xff\xfe", 4 }, { "{\"error\":{\"message\":\"a\\nb\\u0000\\ud800\"}}", 41 } };

static void check_body(const struct call *c, size_t i)
{
	if (c->returned >= 0)
		breach(RULE_ERROR_BODIES, "chat() returned %d after a 500 with the body \"%.*s\"", (int)c->returned, (int)odd[i].n, odd[i].p);
	else if (c->failed && !c->error.message.n)
		breach(RULE_ERROR_BODIES, "it had no message after a 500 with the body \"%.*s\"", (int)odd[i].n, odd[i].p);
}

void try_error_bodies(const struct run *r)
{
	struct world *w;
	void *self = scenario_begin(r, &w);
	struct call *c = NULL;
	if (!self)
		return;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		if (!(c = ask_server(w, self, 500, odd[i], NULL)))
			break;
		check_body(c, i);
		call_free(c);
	}
	char *large = xmalloc(LARGE);
	memset(large, 'x', LARGE);
	if (c && (c = ask_server(w, self, 400, (hn_str){ large, LARGE }, "text/plain"))) {
		if (c->returned >= 0)
			breach(RULE_ERROR_BODIES, "chat() returned %d after a 400 with a body of 1 MiB", (int)c->returned);
		call_free(c);
	}
	memset(large, '[', LARGE);
	call_free(c ? ask_server(w, self, 400, (hn_str){ large, LARGE }, NULL) : NULL);
	free(large);
	scenario_close(w, self);
}

/* ---- answers that are none ---- */

static int is_whole(const struct call *c)
{
	return c->returned == 0 && c->finishes > 0;
}

/* Half an answer: it is no whole reply, unless all of the text came. */
static void cut_answer(struct world *w, void *self, const struct call *good, size_t at)
{
	w->ends_after = at;
	struct call *c = ask(w, self);
	if (is_whole(c) && c->text.n < good->text.n)
		breach(RULE_BROKEN_ANSWERS, "an answer that ended after %zu of %zu bytes passed for a whole reply", at, good->fed_by->body.n);
	call_free(c);
	w->ends_after = 0;
}

#define CUTS 10
#define LINES 30

/* The good answer, cut at ten places, and after each of its lines. */
static void cut_answers(struct world *w, void *self)
{
	struct call *good = ask(w, self);
	const struct answer *a = good->fed_by;
	size_t lines = 0;
	for (size_t k = 1; a && k < CUTS; k++)
		if (a->body.n * k / CUTS)
			cut_answer(w, self, good, a->body.n * k / CUTS);
	for (size_t i = 0; a && i + 1 < a->body.n && lines < LINES; i++)
		if (a->body.p[i] == '\n' && ++lines)
			cut_answer(w, self, good, i + 1);
	call_free(good);
}

void try_broken_answers(const struct run *r)
{
	static const char *const types[] = { "application/json", "text/event-stream" };
	struct world *w;
	void *self = scenario_begin(r, &w);
	if (!self)
		return;
	for (size_t i = 0; i < 2 * sizeof odd / sizeof *odd; i++) {
		hn_str body = odd[i / 2];
		struct call *c = ask_server(w, self, 200, body, types[i % 2]);
		if (!c)
			break;
		if (is_whole(c))
			breach(RULE_BROKEN_ANSWERS, "the answer \"%.*s\" (%s) passed for a whole reply", (int)body.n, body.p, types[i % 2]);
		call_free(c);
	}
	cut_answers(w, self);
	scenario_close(w, self);
}
