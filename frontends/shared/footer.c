/* SPDX-License-Identifier: MIT */
/* footer: the one line after a reply. */
#include "shared/footer.h"

#include <stdio.h>
#include <string.h>

#include "util/money.h"

#define SEPARATOR " · "
#define FACT_ROOM 200 /* bytes of one fact */
#define SPEED_LEAST_MS 500 /* a shorter time says nothing of the speed */

struct facts {
	const hn_session_event *event;
	const hn_status *status;
	int words; /* for signs */
};

/* A line that is being made. */
struct line {
	char *out;
	size_t n;
};

static hn_str text(const char *s)
{
	return (hn_str){ s, strlen(s) };
}

static int is(hn_str a, const char *b)
{
	return a.n == strlen(b) && !memcmp(a.p, b, a.n);
}

/* ---- the facts: each writes itself, or nothing if it is not known ---- */

static void put_str(hn_str s, char *out)
{
	snprintf(out, FACT_ROOM, "%.*s", (int)(s.n < FACT_ROOM ? s.n : FACT_ROOM - 1), s.n ? s.p : "");
}

static void put_model(const struct facts *f, char *out)
{
	put_str(f->event->model, out);
}

static void put_provider(const struct facts *f, char *out)
{
	put_str(f->event->provider, out);
}

/* "128k", "950" */
static void put_count(int64_t n, char out[32])
{
	if (n >= 1000000 && n % 100000 < 50000)
		snprintf(out, 32, "%lld.%lldM", (long long)(n / 1000000), (long long)(n % 1000000 / 100000));
	else if (n >= 10000)
		snprintf(out, 32, "%lldk", (long long)(n / 1000));
	else
		snprintf(out, 32, "%lld", (long long)n);
}

/* a / b, rounded; b > 0. What is too large for that is as good as the largest number. */
static int64_t rounded(int64_t a, int64_t b)
{
	return a / b + (a % b >= b - a % b);
}

/* How much of the window the next request takes at least: this one and its reply. */
static void put_context(const struct facts *f, char *out)
{
	const hn_usage *u = f->event->usage;
	int64_t window = f->status->window, used;
	char room[32];

	if (window <= 0 || !u || u->prompt < 0)
		return;
	if (__builtin_add_overflow(u->prompt, u->completion > 0 ? u->completion : 0, &used) || __builtin_mul_overflow(used, 100, &used))
		used = INT64_MAX;
	put_count(window, room);
	snprintf(out, FACT_ROOM, f->words ? "%lld percent of %s" : "%lld %% of %s", (long long)rounded(used, window), room);
}

static void put_money(const struct facts *f, int64_t pico, int guess, char *out)
{
	char text[32];

	if (pico >= 0 && f->words)
		snprintf(out, FACT_ROOM, "%s%s dollars", guess ? "about " : "", money_short(pico, text));
	else if (pico >= 0)
		snprintf(out, FACT_ROOM, "%s$%s", guess ? "~" : "", money_short(pico, text));
}

static void put_cost(const struct facts *f, char *out)
{
	put_money(f, f->event->cost, is(f->event->cost_source, "estimate"), out);
}

static void put_total(const struct facts *f, char *out)
{
	put_money(f, f->status->cost, 0, out);
}

static void put_tokens(const struct facts *f, char *out)
{
	const hn_usage *u = f->event->usage;

	if (u && u->prompt >= 0 && u->completion >= 0)
		snprintf(out, FACT_ROOM, f->words ? "%lld and %lld tokens" : "%lld + %lld tokens", (long long)u->prompt, (long long)u->completion);
}

/* Tokens a second, from the first to the last. */
static void put_speed(const struct facts *f, char *out)
{
	const hn_usage *u = f->event->usage;
	int64_t ms = f->event->total_ms - (f->event->ttft_ms > 0 ? f->event->ttft_ms : 0);

	if (!u || u->completion <= 0 || u->completion > INT64_MAX / 10000 || ms < SPEED_LEAST_MS)
		return;
	int64_t tenths = rounded(u->completion * 10000, ms);
	const char *unit = f->words ? "tokens a second" : "tok/s";
	if (tenths < 100)
		snprintf(out, FACT_ROOM, "%lld.%lld %s", (long long)(tenths / 10), (long long)(tenths % 10), unit);
	else
		snprintf(out, FACT_ROOM, "%lld %s", (long long)rounded(tenths, 10), unit);
}

static void put_time(const struct facts *f, char *out)
{
	int64_t tenths = rounded(f->event->total_ms, 100);

	if (f->event->total_ms >= 0)
		snprintf(out, FACT_ROOM, f->words ? "%lld.%lld seconds" : "%lld.%lld s", (long long)(tenths / 10), (long long)(tenths % 10));
}

static const struct {
	const char *name;
	void (*put)(const struct facts *, char *out);
} facts_known[] = {
	{ "model", put_model },   { "provider", put_provider }, { "context", put_context }, { "cost", put_cost },
	{ "total", put_total },   { "tokens", put_tokens },	 { "speed", put_speed },     { "time", put_time },
};

/* ---- the format ---- */

static void add(struct line *l, hn_str s)
{
	size_t n = s.n < FOOTER_ROOM - 1 - l->n ? s.n : FOOTER_ROOM - 1 - l->n;

	memcpy(l->out + l->n, s.p, n);
	l->n += n;
	l->out[l->n] = '\0';
}

/* Adds the fact of that name. 1; 0: it is not known now; -1: there is no such fact. */
static int add_fact(struct line *l, const struct facts *f, hn_str name)
{
	char fact[FACT_ROOM] = "";

	for (size_t i = 0; i < sizeof facts_known / sizeof *facts_known; i++) {
		if (!is(name, facts_known[i].name))
			continue;
		facts_known[i].put(f, fact);
		add(l, text(fact));
		return *fact != '\0';
	}
	return -1;
}

/* Adds a part with its facts. 1, or 0: one of them is not known, and what was added does not count. */
static int add_part(struct line *l, const struct facts *f, hn_str part)
{
	for (size_t i = 0; i < part.n; i++) {
		const char *end = part.p[i] == '{' ? memchr(part.p + i, '}', part.n - i) : NULL;
		int known = end ? add_fact(l, f, (hn_str){ part.p + i + 1, (size_t)(end - part.p) - i - 1 }) : -1;

		if (known == 0)
			return 0;
		if (known > 0)
			i = (size_t)(end - part.p);
		else
			add(l, (hn_str){ part.p + i, 1 });
	}
	return 1;
}

/* The next part of a format, which is taken off it. */
static hn_str next_part(hn_str *format)
{
	const char *end = memmem(format->p, format->n, SEPARATOR, sizeof SEPARATOR - 1);
	hn_str part = { format->p, end ? (size_t)(end - format->p) : format->n };
	size_t n = part.n + (end ? sizeof SEPARATOR - 1 : 0);

	*format = (hn_str){ format->p + n, format->n - n };
	return part;
}

void footer_make(hn_str format, const hn_session_event *event, const hn_status *status, int words, char out[FOOTER_ROOM])
{
	const struct facts f = { event, status, words };
	struct line l = { out, 0 };

	out[0] = '\0';
	if (is(format, "off"))
		return;
	if (is(format, "end"))
		format = text(FOOTER_END);
	while (format.n) {
		hn_str part = next_part(&format);
		size_t before = l.n;

		if (before)
			add(&l, text(words ? ", " : SEPARATOR));
		if (!add_part(&l, &f, part) || !part.n)
			l.n = before;
		out[l.n] = '\0';
	}
}
