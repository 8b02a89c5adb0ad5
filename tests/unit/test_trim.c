/* SPDX-License-Identifier: MIT */
/* test_trim: which messages are sent, by example and against a slow reference on random talks. */
#include "unit.h"

#include "chat/trim.h"
#include "hobnob/plugin.h"

#define U HN_ROLE_USER
#define A HN_ROLE_ASSISTANT
#define MOST 24

static const struct trim_budget unlimited = { .tokens = -1 };

/* An array of messages, as trim sees a view. */
struct talk {
	const struct trim_message *m;
	size_t n;
	size_t looked; /* how often a message was looked at */
};

static struct trim_message at(const void *ud, size_t i)
{
	const struct talk *t = ud;
	((struct talk *)(uintptr_t)t)->looked++;
	return t->m[i];
}

/* Counted anew each time. */
static size_t sendable(const void *ud, size_t i)
{
	const struct talk *t = ud;
	size_t n = 0;
	for (size_t k = 0; k < i; k++)
		n += !t->m[k].skip;
	return n;
}

/* The view of a talk; pins has room for as many as it has messages. */
static struct trim_view view_of(const struct talk *t, size_t *pins)
{
	struct trim_view v = { .ud = t, .n = t->n, .at = at, .sendable = sendable, .pins = pins };
	while (v.begin < t->n && (t->m[v.begin].role != U || t->m[v.begin].skip))
		v.begin++;
	for (size_t i = 0; i < t->n; i++)
		if (t->m[i].pinned)
			pins[v.n_pins++] = i;
	return v;
}

/* The plan for an array of messages. */
static struct trim_plan plan_of(const struct trim_message *m, size_t n, struct trim_budget b)
{
	struct talk t = { m, n, 0 };
	size_t pins[MOST];
	struct trim_view v = view_of(&t, pins);
	return trim_plan(&v, b);
}

/* 1 if the plan's list has message i. */
static int sends(const struct trim_message *m, size_t n, size_t i, const struct trim_plan *p)
{
	struct talk t = { m, n, 0 };
	size_t pins[MOST], list[MOST];
	struct trim_view v = view_of(&t, pins);
	ck_assert_uint_le(p->sent, MOST);
	trim_list(&v, p, list);
	for (size_t k = 0; k < p->sent; k++)
		if (list[k] == i)
			return 1;
	return 0;
}

/* Compares a whole plan. */
static void expect(
	struct trim_plan p, size_t first, size_t sent, size_t left_out, int64_t tokens, int fits)
{
	ck_assert_uint_eq(p.first, first);
	ck_assert_uint_eq(p.sent, sent);
	ck_assert_uint_eq(p.left_out, left_out);
	ck_assert_int_eq(p.tokens, tokens);
	ck_assert_int_eq(p.fits, fits);
}

/* Without a budget all is sent. */
START_TEST(everything)
{
	struct trim_message m[] = { { U, 0, 0, 10 }, { A, 0, 0, 20 }, { U, 0, 0, 30 } };
	expect(plan_of(m, 3, unlimited), 0, 3, 0, 60, 1);
	expect(plan_of(m, 3, (struct trim_budget){ 60, 3, 0 }), 0, 3, 0, 60, 1);
	expect(plan_of(m, 0, (struct trim_budget){ 10, 1, 10 }), 0, 0, 0, 10, 1);
	expect(plan_of(m, 0, (struct trim_budget){ 9, 1, 10 }), 0, 0, 0, 10, 0);
}
END_TEST

/* The classic limit of twelve: an answer whose question would be cut off is left out as well. */
START_TEST(classic_twelve)
{
	struct trim_message m[21];
	for (size_t i = 0; i < 21; i++)
		m[i] = (struct trim_message){ i % 2 ? A : U, 0, 0, 1 };
	struct trim_budget twelve = { -1, 12, 0 };
	expect(plan_of(m, 21, twelve), 10, 11, 10, 11, 1);
	expect(plan_of(m, 11, twelve), 0, 11, 0, 11, 1);
	expect(plan_of(m, 13, twelve), 2, 11, 2, 11, 1);
	expect(plan_of(m, 12, twelve), 0, 12, 0, 12, 1);
	struct trim_plan p = plan_of(m, 21, twelve);
	ck_assert_int_eq(sends(m, 21, 9, &p), 0);
	ck_assert_int_eq(sends(m, 21, 10, &p), 1);
}
END_TEST

/* Turns are kept whole, and one token too many leaves out the whole turn. */
START_TEST(whole_turns)
{
	struct trim_message m[] = { { U, 0, 0, 10 }, { A, 0, 0, 10 }, { U, 0, 0, 10 },
		{ A, 0, 0, 10 }, { U, 0, 0, 10 } };
	expect(plan_of(m, 5, (struct trim_budget){ 55, 0, 5 }), 0, 5, 0, 55, 1);
	expect(plan_of(m, 5, (struct trim_budget){ 54, 0, 5 }), 2, 3, 2, 35, 1);
	expect(plan_of(m, 5, (struct trim_budget){ 35, 0, 5 }), 2, 3, 2, 35, 1);
	expect(plan_of(m, 5, (struct trim_budget){ 34, 0, 5 }), 4, 1, 4, 15, 1);
	expect(plan_of(m, 5, (struct trim_budget){ 15, 0, 5 }), 4, 1, 4, 15, 1);
	expect(plan_of(m, 5, (struct trim_budget){ 14, 0, 5 }), 4, 1, 4, 15, 0);
	expect(plan_of(m, 5, (struct trim_budget){ 0, 0, 0 }), 4, 1, 4, 10, 0);
	expect(plan_of(m, 5, (struct trim_budget){ -1, 1, 0 }), 4, 1, 4, 10, 1);
}
END_TEST

/* A small old turn does not slip in behind a large one: the range has no hole. */
START_TEST(no_hole)
{
	struct trim_message m[] = { { U, 0, 0, 1 }, { A, 0, 0, 1 }, { U, 0, 0, 50 },
		{ A, 0, 0, 50 }, { U, 0, 0, 10 } };
	expect(plan_of(m, 5, (struct trim_budget){ 20, 0, 0 }), 4, 1, 4, 10, 1);
}
END_TEST

/* Pinned messages are sent from anywhere, paid in tokens and not counted as messages. */
START_TEST(pinned)
{
	struct trim_message m[] = { { U, 1, 0, 7 }, { A, 0, 0, 10 }, { U, 0, 0, 10 },
		{ A, 1, 0, 5 }, { U, 0, 0, 10 } };
	struct trim_plan p = plan_of(m, 5, (struct trim_budget){ -1, 1, 0 });
	expect(p, 4, 3, 2, 22, 1);
	ck_assert_int_eq(sends(m, 5, 0, &p), 1);
	ck_assert_int_eq(sends(m, 5, 1, &p), 0);
	ck_assert_int_eq(sends(m, 5, 3, &p), 1);
	expect(plan_of(m, 5, (struct trim_budget){ -1, 2, 0 }), 2, 4, 1, 32, 1);
	expect(plan_of(m, 5, (struct trim_budget){ 21, 0, 0 }), 4, 3, 2, 22, 0);
	expect(plan_of(m, 5, (struct trim_budget){ 32, 0, 0 }), 2, 4, 1, 32, 1);
}
END_TEST

/* A failed turn is never sent, pinned or not, and is not missed either. */
START_TEST(skipped)
{
	struct trim_message m[] = { { U, 0, 0, 10 }, { A, 0, 0, 10 }, { U, 1, 1, 99 },
		{ A, 0, 1, 99 }, { U, 0, 0, 10 } };
	struct trim_plan p = plan_of(m, 5, (struct trim_budget){ 30, 3, 0 });
	expect(p, 0, 3, 0, 30, 1);
	ck_assert_int_eq(sends(m, 5, 2, &p), 0);
	ck_assert_int_eq(sends(m, 5, 3, &p), 0);
	struct trim_message none[] = { { U, 0, 1, 10 }, { A, 0, 1, 10 } };
	expect(plan_of(none, 2, (struct trim_budget){ 5, 0, 5 }), 2, 0, 0, 5, 1);
}
END_TEST

/* What comes before the first question is left out even without a budget; alone, the newest is
 * sent. */
START_TEST(without_question)
{
	struct trim_message m[] = { { A, 0, 0, 10 }, { A, 0, 0, 20 }, { U, 0, 0, 30 } };
	expect(plan_of(m, 3, unlimited), 2, 1, 0, 30, 1);
	expect(plan_of(m, 2, unlimited), 1, 1, 0, 20, 1);
	m[1].skip = 1;
	expect(plan_of(m, 2, unlimited), 0, 1, 0, 10, 1);
}
END_TEST

/* Unknown sizes count nothing; sums stay at the top. */
START_TEST(extremes)
{
	struct trim_message m[] = { { U, 0, 0, INT64_MAX }, { A, 0, 0, INT64_MAX },
		{ U, 0, 0, -1 } };
	expect(plan_of(m, 3, unlimited), 0, 3, 0, INT64_MAX, 1);
	expect(plan_of(m, 3, (struct trim_budget){ 5, 0, 5 }), 2, 1, 2, 5, 1);
}
END_TEST

/* One number of a fixed sequence. */
static uint32_t next(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

/* A talk of random shape. */
static size_t talk(struct trim_message *m, uint32_t *seed)
{
	size_t n = next(seed, MOST + 1);
	for (size_t i = 0; i < n; i++)
		m[i] = (struct trim_message){ .role = next(seed, 2) ? U : A,
			.pinned = next(seed, 6) == 0,
			.skip = next(seed, 6) == 0,
			.tokens = (int64_t)next(seed, 40) - 1 };
	return n;
}

/* What a range that begins at `first` would send, counted the slow way. */
static struct trim_plan measure(
	const struct trim_message *m, size_t n, size_t first, int64_t fixed, size_t *counted)
{
	struct trim_plan p = { .first = first, .tokens = fixed };
	*counted = 0;
	for (size_t i = 0; i < n; i++) {
		if (m[i].skip || (i < first && !m[i].pinned))
			continue;
		p.sent++;
		p.tokens += m[i].tokens > 0 ? m[i].tokens : 0;
		*counted += !m[i].pinned;
	}
	return p;
}

/* The reference: tries every beginning of a turn from the oldest; the first that fits is the
 * longest. */
static struct trim_plan reference(const struct trim_message *m, size_t n, struct trim_budget b)
{
	struct trim_plan best = { .first = n }, all = { .first = n };
	size_t starts[MOST], k = 0, counted;
	for (size_t i = 0; i < n; i++)
		if (m[i].role == U && !m[i].skip)
			starts[k++] = i;
	for (size_t i = n; k == 0 && i > 0; i--)
		if (!m[i - 1].skip)
			starts[k++] = i - 1;
	if (k == 0)
		starts[k++] = n;
	all = measure(m, n, starts[0], b.fixed, &counted);
	for (size_t i = 0; i < k; i++) {
		best = measure(m, n, starts[i], b.fixed, &counted);
		best.fits = b.tokens < 0 || best.tokens <= b.tokens;
		if (best.fits && (b.messages == 0 || counted <= b.messages))
			break;
	}
	best.left_out = all.sent - best.sent;
	return best;
}

/* Random talks under random budgets are cut as the reference cuts them. */
START_TEST(agrees_with_reference)
{
	uint32_t seed = 20260801;
	for (int round = 0; round < 50000; round++) {
		struct trim_message m[MOST];
		size_t n = talk(m, &seed);
		struct trim_budget b = { (int64_t)next(&seed, 500) - 1, next(&seed, 14),
			next(&seed, 30) };
		struct trim_plan want = reference(m, n, b);
		expect(plan_of(m, n, b), want.first, want.sent, want.left_out, want.tokens,
			want.fits);
	}
}
END_TEST

/* What holds for every plan: pinned sent, no turn split, the budget kept unless said. */
static void check_plan(const struct trim_message *m, size_t n, struct trim_budget b)
{
	struct trim_plan p = plan_of(m, n, b);
	size_t sent = 0;
	int users = 0;
	for (size_t i = 0; i < n; i++) {
		sent += (size_t)sends(m, n, i, &p);
		users += m[i].role == U && !m[i].skip;
		if (m[i].pinned && !m[i].skip)
			ck_assert_int_eq(sends(m, n, i, &p), 1);
	}
	ck_assert_uint_eq(p.sent, sent);
	if (p.first < n && users > 0)
		ck_assert_uint_eq(m[p.first].role, U);
	ck_assert_int_eq(p.fits, b.tokens < 0 || p.tokens <= b.tokens);
}

/* More money never sends less, and the newest message goes out always. */
START_TEST(grows_with_the_budget)
{
	uint32_t seed = 7;
	for (int round = 0; round < 2000; round++) {
		struct trim_message m[MOST];
		size_t n = talk(m, &seed), before = 0;
		if (n > 0)
			m[n - 1] = (struct trim_message){ .role = U, .tokens = 5 };
		for (int64_t tokens = 0; tokens < 400; tokens += 7) {
			struct trim_budget b = { tokens, 0, 11 };
			struct trim_plan p = plan_of(m, n, b);
			check_plan(m, n, b);
			ck_assert_uint_ge(p.sent, before);
			ck_assert(n == 0 || sends(m, n, n - 1, &p));
			before = p.sent;
		}
	}
}
END_TEST

/* What is older than the budget goes is not looked at, however much it is. */
START_TEST(reads_what_it_sends)
{
	static struct trim_message m[100000];
	struct talk t = { m, 100000, 0 };
	size_t pins[1];
	for (size_t i = 0; i < t.n; i++)
		m[i] = (struct trim_message){ i % 2 ? A : U, 0, 0, 10 };
	struct trim_view v = view_of(&t, pins);
	struct trim_plan p = trim_plan(&v, (struct trim_budget){ 1000, 0, 0 });
	expect(p, 99900, 100, 99900, 1000, 1);
	ck_assert_uint_eq(t.looked, 101);
	p = trim_plan(&v, (struct trim_budget){ -1, 12, 0 });
	expect(p, 99988, 12, 99988, 120, 1);
	ck_assert_uint_eq(t.looked, 101 + 13);
}
END_TEST

UNIT_MAIN("trim", reads_what_it_sends, everything, classic_twelve, whole_turns, no_hole, pinned, skipped,
	without_question, extremes, agrees_with_reference, grows_with_the_budget)
