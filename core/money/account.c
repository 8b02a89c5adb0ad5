/* SPDX-License-Identifier: MIT */
/*
 * account: what each turn used, and the sums.
 *
 * The sums are kept as turns are closed, for they are asked for before each turn: a conversation of
 * 100,000 turns must not be walked for that. They saturate at INT64_MAX: whatever a server
 * reports, an exceeded limit stays exceeded.
 */
#include "money/account.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "call/kind.h"
#include "conversation/message_json.h"
#include "util/mem.h"
#include "util/money.h"
#include "util/said.h"

#define FIRST_LEAST 100 /* ms until the first of a reply: shorter times are not shown */
#define RATE_LEAST 1000 /* ms: tokens per second are not shown for a shorter time */

/* Adds what may be unknown. */
static void add_known(int64_t *sum, int64_t v)
{
	int64_t total;

	if (v > 0)
		*sum = __builtin_add_overflow(*sum, v, &total) ? INT64_MAX : total;
}

/* 1 if nothing was reported and the usage is an estimate. */
static int is_estimate(const struct message *m)
{
	return (m->usage.set & USAGE_ESTIMATED) != 0;
}

/* 1 if the cost is one: of such a usage, or of a reply that was cut. */
static int is_guess(const struct message *m)
{
	return m->cost >= 0 && !strcmp(m->cost_source, "estimate");
}

void account_count(struct account *a, const struct message *m)
{
	struct totals *t = &a->totals;

	t->turns++;
	add_known(&t->prompt, m->usage.prompt);
	add_known(&t->completion, m->usage.completion);
	add_known(&t->cached, m->usage.cached);
	add_known(&t->reasoning, m->usage.reasoning);
	add_known(&t->cost, m->cost);
	add_known(&t->risk, m->risk);
	t->estimated += is_estimate(m);
	t->guessed += is_guess(m);
	t->priced += m->cost >= 0;
	t->unpriced += m->cost < 0 && !message_is_free(m);
}

void account_add(struct account *a, const struct message *m)
{
	a->turns = xgrow(a->turns, a->n, &a->cap, sizeof *a->turns);
	a->turns[a->n++] = m;
	account_count(a, m);
}

/* The sums over all turns that are closed. */
struct totals account_totals(const struct account *a)
{
	struct totals t = a->totals;

	if (!t.priced)
		t.cost = MONEY_UNKNOWN;
	return t;
}

/* The turns of a history: each reply that a provider was asked for, on whatever branch. */
void account_resume(struct account *a, const struct history *h)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->all[i]->role == HN_ROLE_ASSISTANT && h->all[i]->instance)
			account_add(a, h->all[i]);
}

void account_free(struct account *a)
{
	free(a->turns);
	*a = (struct account){ 0 };
}

/* "12" or "?" for a count that was not reported. */
static void add_count(struct buf *out, int64_t v, const char *unit)
{
	if (v < 0)
		buf_addf(out, "? %s", unit);
	else
		buf_addf(out, "%" PRId64 " %s", v, unit);
}

/* Money with its currency, "~" if it is an estimate. */
static void add_dollars(struct buf *out, int64_t pico, int guess)
{
	char text[32];

	if (pico == INT64_MAX)
		buf_adds(out, "more than can be counted");
	else
		buf_addf(out, "%s$%s", guess ? "~" : "", money_text(pico, text));
}

/* The cost with its source, or that it is unpriced. */
static void add_cost(struct buf *out, const struct message *m)
{
	if (m->cost < 0) {
		buf_adds(out, "unpriced");
		return;
	}
	add_dollars(out, m->cost, is_guess(m));
	buf_addf(out, " (%s)", m->cost_source);
}

/* The known parts of a count: " (3 cached, 5 written)". */
static void add_parts(struct buf *out, int64_t one, const char *name, int64_t other, const char *its)
{
	if (one > 0)
		buf_addf(out, " (%" PRId64 " %s", one, name);
	if (other > 0)
		buf_addf(out, "%s%" PRId64 " %s", one > 0 ? ", " : " (", other, its);
	if (one > 0 || other > 0)
		buf_addc(out, ')');
}

/* Tokens and cost of a turn. */
static void add_usage(struct buf *out, const struct message *m)
{
	buf_adds(out, m->usage.set & HN_USAGE_ESTIMATED_PROMPT ? "~" : "");
	add_count(out, m->usage.prompt, "prompt");
	add_parts(out, m->usage.cached, "cached", m->usage.cache_write, "written");
	buf_adds(out, m->usage.set & HN_USAGE_ESTIMATED_COMPLETION ? " + ~" : " + ");
	add_count(out, m->usage.completion, "completion");
	add_parts(out, m->usage.reasoning, "reasoning", 0, NULL);
	buf_adds(out, " tokens, ");
	add_cost(out, m);
}

/* Milliseconds as seconds, cut to tenths. */
static void add_seconds(struct buf *out, int64_t ms)
{
	buf_addf(out, "%" PRId64 ".%" PRId64, ms / 1000, ms % 1000 / 100);
}

/* How long the turn took; how long until the first of it came, unless that reads as 0.0; and how fast
 * the rest came, unless that took too little time to measure. */
static void add_times(struct buf *out, const struct message *m)
{
	int64_t rest = m->ttft_ms < 0 ? 0 : m->total_ms - m->ttft_ms, tenths;

	if (m->total_ms < 0)
		return;
	buf_adds(out, ", ");
	add_seconds(out, m->total_ms);
	buf_adds(out, " s");
	if (m->ttft_ms >= FIRST_LEAST) {
		buf_adds(out, " (first ");
		add_seconds(out, m->ttft_ms);
		buf_addc(out, ')');
	}
	if (rest < RATE_LEAST || m->usage.completion <= 0 ||
		__builtin_mul_overflow(m->usage.completion, 10000, &tenths))
		return;
	tenths /= rest;
	buf_addf(out, ", %s%" PRId64 ".%" PRId64 " tokens/s",
		m->usage.set & HN_USAGE_ESTIMATED_COMPLETION ? "~" : "",
		tenths / 10, tenths % 10);
}

static const char *model_of(const struct message *m)
{
	return m->answered ? m->answered : m->model ? m->model : "";
}

static void add_turn(struct buf *out, size_t number, const struct message *m)
{
	buf_addf(out, "%zu. %s %s%s%s: ", number, m->instance, model_of(m), m->upstream ? " by " : "",
		m->upstream ? m->upstream : "");
	if (message_is_free(m))
		buf_adds(out, "no reply");
	else
		add_usage(out, m);
	add_times(out, m);
	if (m->retries)
		buf_addf(out, ", %" PRId64 " retr%s", m->retries, m->retries == 1 ? "y" : "ies");
	if (m->error)
		buf_addf(out, ", %s", kind_name(m->error));
	buf_addc(out, '\n');
}

/* 1 if a turn was priced by the shipped table. */
static int uses_table(const struct account *a)
{
	for (size_t i = 0; i < a->n; i++)
		if (!strcmp(a->turns[i]->cost_source, "table"))
			return 1;
	return 0;
}

/* /stats for people: a line a turn, then the totals. */
void account_text(const struct account *a, struct buf *out)
{
	struct totals t = account_totals(a);
	const char *about = t.estimated ? "~" : "";

	for (size_t i = 0; i < a->n; i++)
		add_turn(out, i + 1, a->turns[i]);
	buf_addf(out, "total: %zu turn%s, %s%" PRId64 " prompt + %s%" PRId64 " completion tokens, ",
		t.turns, t.turns == 1 ? "" : "s", about, t.prompt, about, t.completion);
	if (t.cost < 0)
		buf_adds(out, t.unpriced ? "unpriced" : "$0");
	else
		add_dollars(out, t.cost, t.guessed > 0);
	if (t.cost >= 0 && t.unpriced)
		buf_addf(out, " and %zu unpriced", t.unpriced);
	if (a->table_date && *a->table_date && uses_table(a))
		buf_addf(out, " (table: prices of %s)", a->table_date);
}

/* The source that all priced turns share, or NULL. */
static const char *common_source(const struct account *a)
{
	const char *source = NULL;

	for (size_t i = 0; i < a->n; i++) {
		if (a->turns[i]->cost < 0)
			continue;
		if (source && strcmp(source, a->turns[i]->cost_source))
			return NULL;
		source = a->turns[i]->cost_source;
	}
	return source;
}

/* Adds a cost as exact decimal text, or null: it is not known, or cannot be counted. */
static void add_money(struct json_object *o, const char *key, int64_t pico)
{
	char text[32];

	if (pico < 0 || pico == INT64_MAX)
		json_add_null(o, key);
	else
		json_add_text(o, key, str_of(money_text(pico, text)));
}

/* Adds who says what it costs; NULL: nobody, or not one alone. */
static void add_source(struct json_object *o, const char *source)
{
	if (source)
		json_add_text(o, "cost_source", str_of(source));
	else
		json_add_null(o, "cost_source");
}

/* Adds a time, or null. */
static void add_ms(struct json_object *o, const char *key, int64_t ms)
{
	if (ms >= 0)
		json_add_int(o, key, ms);
	else
		json_add_null(o, key);
}

static struct json_object *turn_json(const struct message *m)
{
	struct json_object *o = json_new_object();

	json_add_text(o, "provider", str_of(m->instance));
	json_add_text(o, "model", str_of(model_of(m)));
	json_set(o, "upstream", m->upstream ? json_of(str_of(m->upstream)) : NULL);
	json_set(o, "usage", usage_to_json(&m->usage));
	json_set(o, "estimated", json_new_flag(is_estimate(m)));
	add_money(o, "cost", m->cost);
	add_source(o, m->cost < 0 ? NULL : m->cost_source);
	add_ms(o, "ttft_ms", m->ttft_ms);
	add_ms(o, "total_ms", m->total_ms);
	json_add_int(o, "retries", m->retries);
	json_add_text(o, "ended", str_of(kind_name(m->error)));
	return o;
}

/* /stats for programs: turns, the four sums, cost and its source, and each turn. */
struct json_object *account_json(const struct account *a)
{
	struct totals t = account_totals(a);
	struct json_object *o = json_new_object(), *each = json_new_array();

	json_add_int(o, "turns", (int64_t)t.turns);
	json_add_int(o, "prompt_tokens", t.prompt);
	json_add_int(o, "completion_tokens", t.completion);
	json_add_int(o, "cached_tokens", t.cached);
	json_add_int(o, "reasoning_tokens", t.reasoning);
	add_money(o, "cost", t.cost);
	add_source(o, common_source(a));
	for (size_t i = 0; i < a->n; i++)
		json_append(each, turn_json(a->turns[i]));
	json_set(o, "each", each);
	return o;
}
