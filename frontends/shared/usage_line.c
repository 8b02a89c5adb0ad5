/* SPDX-License-Identifier: MIT */
/* usage_line: tokens, cost and time of a turn in one line. */
#include "shared/usage_line.h"

#include <stdio.h>
#include <string.h>

#include "util/money.h"
#include "util/said.h"

const char *usage_seconds(int64_t ms, char out[32])
{
	snprintf(out, 32, "%lld.%03lld s", (long long)(ms / 1000), (long long)(ms % 1000));
	return out;
}

/* A number of tokens, marked if it is a guess, or that it is not known. */
static const char *tokens(int64_t n, uint32_t guess, char out[32])
{
	if (n < 0)
		return "?";
	snprintf(out, 32, "%s%lld", guess ? "~" : "", (long long)n);
	return out;
}

/* " (N WORD)", or nothing where that is nothing new. */
static const char *share(int64_t n, const char *word, char out[48])
{
	out[0] = '\0';
	if (n > 0)
		snprintf(out, 48, " (%lld %s)", (long long)n, word);
	return out;
}

/* "; MODEL by UPSTREAM": who really answered; empty if that is not reported. */
static void answerer(const hn_session_event *ev, char *out, size_t size)
{
	const char *by = ev->upstream.n ? " by " : "";

	out[0] = '\0';
	if (ev->model.n && ev->model.n + ev->upstream.n < size - 8)
		snprintf(out, size, "; %.*s%s%.*s", (int)ev->model.n, ev->model.p, by,
			(int)ev->upstream.n, ev->upstream.n ? ev->upstream.p : "");
}

/* What it cost and who says so; "~" marks an estimate. */
static void price(const hn_session_event *ev, int guess, char *out, size_t size)
{
	char money[32];

	if (ev->cost < 0) {
		snprintf(out, size, "unpriced");
		return;
	}
	guess |= ev->cost_source.n == 8 && !memcmp(ev->cost_source.p, "estimate", 8);
	snprintf(out, size, "%s$%s%s%.*s%s", guess ? "~" : "", money_text(ev->cost, money),
		ev->cost_source.n ? " (" : "", (int)ev->cost_source.n,
		ev->cost_source.n ? ev->cost_source.p : "", ev->cost_source.n ? ")" : "");
}

void usage_make(const hn_session_event *ev, char line[USAGE_ROOM])
{
	static const hn_usage unknown = { .prompt = -1, .completion = -1 };
	const hn_usage *u = ev->usage ? ev->usage : &unknown;
	int guess = (u->set & USAGE_ESTIMATED) != 0;
	char in[32], out[32], cached[48], thought[48], total[32], first[32];
	char cost[80], begun[64] = "", by[250];

	price(ev, guess, cost, sizeof cost);
	if (ev->ttft_ms >= 0)
		snprintf(begun, sizeof begun, ", first text after %s", usage_seconds(ev->ttft_ms, first));
	answerer(ev, by, sizeof by);
	snprintf(line, USAGE_ROOM, "tokens %s in%s, %s out%s; cost %s; time %s%s%s",
		tokens(u->prompt, u->set & HN_USAGE_ESTIMATED_PROMPT, in),
		share(u->cached, "cached", cached),
		tokens(u->completion, u->set & HN_USAGE_ESTIMATED_COMPLETION, out),
		share(u->reasoning, "reasoning", thought), cost,
		usage_seconds(ev->total_ms < 0 ? 0 : ev->total_ms, total), begun, by);
}
