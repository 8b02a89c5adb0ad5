/* SPDX-License-Identifier: MIT */
/*
 * account: what each turn used, and the sums.
 *
 * The sums are kept as turns are closed, for they are asked for before each turn: a conversation of
 * 100,000 turns must not be gone through for that. They stop at INT64_MAX: whatever a server
 * reports, a limit that was passed stays passed.
 */
#include "money/account.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "call/kind.h"
#include "conversation/message_json.h"
#include "util/mem.h"
#include "util/money.h"

#define FIRST_LEAST 100 /* ms until the first of a reply that are told */
#define RATE_LEAST 1000 /* ms of which tokens a second are told */

/* One more turn, all unknown. */
struct account_turn *account_add(struct account *a)
{
	struct account_turn *t;

	a->turns = xgrow(a->turns, a->n, &a->cap, sizeof *a->turns);
	t = &a->turns[a->n++];
	*t = (struct account_turn){ .cost = { MONEY_UNKNOWN, "" }, .ttft_ms = -1, .total_ms = -1 };
	usage_clear(&t->usage);
	return t;
}

/* Adds what may be unknown. */
static void add_known(int64_t *sum, int64_t v)
{
	int64_t total;

	if (v > 0)
		*sum = __builtin_add_overflow(*sum, v, &total) ? INT64_MAX : total;
}

/* 1 if nothing was reported and the usage is an estimate. */
static int is_estimate(const struct account_turn *t)
{
	return (t->usage.flags & HN_USAGE_ESTIMATED) != 0;
}

/* 1 if the cost is one: of such a usage, or of a reply that was cut. */
static int is_guess(const struct account_turn *t)
{
	return t->cost.pico >= 0 && !strcmp(t->cost.source, "estimate");
}

/* 1 if the turn failed before anything came: nothing can have been billed. */
static int is_free(const struct account_turn *t)
{
	return t->ended && t->usage.prompt < 0 && t->usage.completion < 0;
}

/* The newest turn is as it will stay. */
void account_close(struct account *a)
{
	const struct account_turn *turn = &a->turns[a->n - 1];
	struct totals *t = &a->totals;

	t->turns++;
	add_known(&t->prompt, turn->usage.prompt);
	add_known(&t->completion, turn->usage.completion);
	add_known(&t->cached, turn->usage.cached);
	add_known(&t->reasoning, turn->usage.reasoning);
	add_known(&t->cost, turn->cost.pico);
	add_known(&t->risk, turn->risk);
	t->estimated += is_estimate(turn);
	t->guessed += is_guess(turn);
	t->priced += turn->cost.pico >= 0;
	t->unpriced += turn->cost.pico < 0 && !is_free(turn);
}

/* The sums over all turns that are closed. */
struct totals account_totals(const struct account *a)
{
	struct totals t = a->totals;

	if (!t.priced)
		t.cost = MONEY_UNKNOWN;
	return t;
}

/* One turn as its reply tells it. */
static void resume_turn(struct account *a, const struct message *m)
{
	struct account_turn *t = account_add(a);

	t->instance = xstrdup(m->instance);
	t->model = xstrdup(m->answered ? m->answered : m->model ? m->model : "");
	t->upstream = xstrdup(m->upstream);
	t->usage = m->usage;
	t->cost = (struct cost){ m->cost, m->cost_source };
	t->ttft_ms = m->ttft_ms;
	t->total_ms = m->total_ms;
	t->retries = m->retries;
	t->ended = m->error;
	account_close(a);
}

/* The turns of a history: each reply that a provider was asked for, on whatever branch. */
void account_resume(struct account *a, const struct history *h)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->all[i]->role == HN_ROLE_ASSISTANT && h->all[i]->instance)
			resume_turn(a, h->all[i]);
}

/* Frees all turns. */
void account_free(struct account *a)
{
	for (size_t i = 0; i < a->n; i++) {
		free(a->turns[i].instance);
		free(a->turns[i].model);
		free(a->turns[i].upstream);
	}
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

/* The cost with its source, or that there is none. */
static void add_cost(struct buf *out, const struct account_turn *t)
{
	if (t->cost.pico < 0) {
		buf_adds(out, "unpriced");
		return;
	}
	add_dollars(out, t->cost.pico, is_guess(t));
	buf_addf(out, " (%s)", t->cost.source);
}

/* What of a count is known apart: " (3 cached, 5 written)". */
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
static void add_usage(struct buf *out, const struct account_turn *t)
{
	buf_adds(out, t->usage.flags & HN_USAGE_ESTIMATED_PROMPT ? "~" : "");
	add_count(out, t->usage.prompt, "prompt");
	add_parts(out, t->usage.cached, "cached", t->usage.cache_write, "written");
	buf_adds(out, t->usage.flags & HN_USAGE_ESTIMATED_COMPLETION ? " + ~" : " + ");
	add_count(out, t->usage.completion, "completion");
	add_parts(out, t->usage.reasoning, "reasoning", 0, NULL);
	buf_adds(out, " tokens, ");
	add_cost(out, t);
}

/* Milliseconds as seconds, cut to tenths. */
static void add_seconds(struct buf *out, int64_t ms)
{
	buf_addf(out, "%" PRId64 ".%" PRId64, ms / 1000, ms % 1000 / 100);
}

/* How long the turn took; how long until the first of it came, unless that reads as 0.0; and how fast
 * the rest came, unless that took so little that the clock would tell more of itself. */
static void add_times(struct buf *out, const struct account_turn *t)
{
	int64_t rest = t->ttft_ms < 0 ? 0 : t->total_ms - t->ttft_ms, tenths;

	if (t->total_ms < 0)
		return;
	buf_adds(out, ", ");
	add_seconds(out, t->total_ms);
	buf_adds(out, " s");
	if (t->ttft_ms >= FIRST_LEAST) {
		buf_adds(out, " (first ");
		add_seconds(out, t->ttft_ms);
		buf_addc(out, ')');
	}
	if (rest < RATE_LEAST || t->usage.completion <= 0 ||
		__builtin_mul_overflow(t->usage.completion, 10000, &tenths))
		return;
	tenths /= rest;
	buf_addf(out, ", %s%" PRId64 ".%" PRId64 " tokens/s",
		t->usage.flags & HN_USAGE_ESTIMATED_COMPLETION ? "~" : "",
		tenths / 10, tenths % 10);
}

/* One turn's line. */
static void add_turn(struct buf *out, size_t number, const struct account_turn *t)
{
	buf_addf(out, "%zu. %s %s%s%s: ", number, t->instance, t->model, t->upstream ? " by " : "",
		t->upstream ? t->upstream : "");
	if (is_free(t))
		buf_adds(out, "no reply");
	else
		add_usage(out, t);
	add_times(out, t);
	if (t->retries)
		buf_addf(out, ", %" PRId64 " retr%s", t->retries, t->retries == 1 ? "y" : "ies");
	if (t->ended)
		buf_addf(out, ", %s", kind_name(t->ended));
	buf_addc(out, '\n');
}

/* 1 if a turn was priced by the shipped table. */
static int uses_table(const struct account *a)
{
	for (size_t i = 0; i < a->n; i++)
		if (!strcmp(a->turns[i].cost.source, "table"))
			return 1;
	return 0;
}

/* /stats for people: a line a turn, then the totals. */
void account_text(const struct account *a, struct buf *out)
{
	struct totals t = account_totals(a);
	const char *about = t.estimated ? "~" : "";

	for (size_t i = 0; i < a->n; i++)
		add_turn(out, i + 1, &a->turns[i]);
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
		if (a->turns[i].cost.pico < 0)
			continue;
		if (source && strcmp(source, a->turns[i].cost.source))
			return NULL;
		source = a->turns[i].cost.source;
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

/* One turn as JSON. */
static struct json_object *turn_json(const struct account_turn *t)
{
	struct json_object *o = json_new_object();

	json_add_text(o, "provider", str_of(t->instance));
	json_add_text(o, "model", str_of(t->model));
	json_set(o, "upstream", t->upstream ? json_of(str_of(t->upstream)) : NULL);
	json_set(o, "usage", usage_to_json(&t->usage));
	json_set(o, "estimated", json_new_flag(is_estimate(t)));
	add_money(o, "cost", t->cost.pico);
	add_source(o, t->cost.pico < 0 ? NULL : t->cost.source);
	add_ms(o, "ttft_ms", t->ttft_ms);
	add_ms(o, "total_ms", t->total_ms);
	json_add_int(o, "retries", t->retries);
	json_add_text(o, "ended", str_of(kind_name(t->ended)));
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
		json_append(each, turn_json(&a->turns[i]));
	json_set(o, "each", each);
	return o;
}
