/* SPDX-License-Identifier: MIT */
/* test_trim: what is sent, by example and against a slow reference on random conversations. */
#include "../unit.h"

#include <stdio.h>

#include "conversation/trim.h"
#include "hobnob/plugin.h"
#include "util/mem.h"

#define MOST 24

static const struct trim_budget unlimited = { .tokens = -1 };

/* ---- conversations, written down ---- */

static size_t looked; /* how often a message was weighed */

/* trim's weight: that of the message itself. */
static int64_t weigh(const void *ud, struct message *m)
{
	(void)ud;
	looked++;
	return m->tokens;
}

/* One more message: its side by a letter, "." for an empty reply; a capital is pinned. */
static void say(struct history *h, char what, int64_t tokens)
{
	static const char letters[] = "uast";
	static const uint32_t roles[] = { HN_ROLE_USER, HN_ROLE_ASSISTANT, HN_ROLE_SYSTEM,
		HN_ROLE_TOOL };
	const char *at = strchr(letters, what | 0x20);
	struct message *m = history_append(h, what == '.' ? HN_ROLE_ASSISTANT : roles[at - letters],
		str_of(what == '.' ? "" : "x"), 0);
	m->tokens = tokens;
	if (what != '.' && what < 'a')
		history_pin(h, h->n_view - 1, 1);
}

/* A conversation of them, each of ten tokens. */
static void talk_of(struct history *h, const char *what)
{
	history_init(h);
	for (; *what; what++)
		say(h, *what, 10);
}

static struct trim_view view_of(const struct history *h)
{
	return (struct trim_view){ .history = h, .asks = 1, .tokens = weigh };
}

/* The places that are sent, as text: "|" before each message of the request. */
static char *list_of(const struct trim_view *v, const struct trim_plan *p)
{
	struct buf out = BUF(BUF_NO_CAP);
	size_t *list = xcalloc(p->places + 1, sizeof *list), messages = 0;
	int before = -1;
	trim_list(v, p, list);
	buf_adds(&out, "");
	for (size_t i = 0; i < p->places; i++) {
		const struct message *m =
			list[i] < v->history->n_view ? v->history->view[list[i]] : v->aside;
		int side = m->role == HN_ROLE_ASSISTANT;
		if (i > 0)
			ck_assert_uint_lt(list[i - 1], list[i]);
		messages += side != before;
		buf_addf(&out, "%s%zu", side != before ? "|" : "+", list[i]);
		before = side;
	}
	ck_assert_uint_eq(messages, p->sent);
	free(list);
	return buf_take(&out);
}

/* Compares what is sent of a conversation, and how many tokens and messages that is and is not. */
static void expect(const char *what, struct trim_budget b, const char *sent, int64_t tokens,
	size_t left_out, int fits)
{
	struct history h;
	talk_of(&h, what);
	struct trim_view v = view_of(&h);
	struct trim_plan p = trim_plan(&v, b);
	char *got = list_of(&v, &p);
	ck_assert_str_eq(got, sent);
	ck_assert_int_eq(p.tokens, tokens);
	ck_assert_uint_eq(p.left_out, left_out);
	ck_assert_int_eq(p.fits, fits);
	free(got);
	history_free(&h);
}

/* ---- by example ---- */

/* Without a budget all is sent. */
START_TEST(everything)
{
	expect("uau", unlimited, "|0|1|2", 30, 0, 1);
	expect("uau", (struct trim_budget){ 30, 3, 0 }, "|0|1|2", 30, 0, 1);
	expect("", (struct trim_budget){ 10, 1, 10 }, "", 10, 0, 1);
	expect("", (struct trim_budget){ 9, 1, 10 }, "", 10, 0, 0);
}
END_TEST

/* The classic limit of twelve: an answer whose question would be cut off is left out as well. */
START_TEST(classic_twelve)
{
	struct trim_budget twelve = { -1, 12, 0 };
	expect("uauauauauauauauauauau", twelve, "|10|11|12|13|14|15|16|17|18|19|20", 110, 10, 1);
	expect("uauauauauau", twelve, "|0|1|2|3|4|5|6|7|8|9|10", 110, 0, 1);
	expect("uauauauauauau", twelve, "|2|3|4|5|6|7|8|9|10|11|12", 110, 2, 1);
}
END_TEST

/* Exchanges are kept whole, and one token too many leaves out the whole exchange. */
START_TEST(whole_exchanges)
{
	expect("uauau", (struct trim_budget){ 55, 0, 5 }, "|0|1|2|3|4", 55, 0, 1);
	expect("uauau", (struct trim_budget){ 54, 0, 5 }, "|2|3|4", 35, 2, 1);
	expect("uauau", (struct trim_budget){ 35, 0, 5 }, "|2|3|4", 35, 2, 1);
	expect("uauau", (struct trim_budget){ 34, 0, 5 }, "|4", 15, 4, 1);
	expect("uauau", (struct trim_budget){ 14, 0, 5 }, "|4", 15, 4, 0);
	expect("uauau", (struct trim_budget){ 0, 0, 0 }, "|4", 10, 4, 0);
	expect("uauau", (struct trim_budget){ -1, 1, 0 }, "|4", 10, 4, 1);
	expect("uauau", (struct trim_budget){ -1, 2, 0 }, "|4", 10, 4, 1);
	expect("uauau", (struct trim_budget){ -1, 3, 0 }, "|2|3|4", 30, 2, 1);
}
END_TEST

/* A small old exchange does not slip in after a large one: the range has no hole. */
START_TEST(no_hole)
{
	struct history h;
	history_init(&h);
	const int64_t tokens[] = { 1, 1, 50, 50, 10 };
	for (size_t i = 0; i < 5; i++)
		say(&h, i % 2 ? 'a' : 'u', tokens[i]);
	struct trim_view v = view_of(&h);
	struct trim_plan p = trim_plan(&v, (struct trim_budget){ 20, 0, 0 });
	ck_assert_uint_eq(p.first, 2);
	ck_assert_uint_eq(p.left_out, 4);
	ck_assert_int_eq(trim_left_out(&v, &p), 102);
	history_free(&h);
}
END_TEST

/* A pinned message brings its other half; it is paid in tokens, and only the half counts as a message. */
START_TEST(pinned_pairs)
{
	expect("Uauau", (struct trim_budget){ -1, 1, 0 }, "|0|1|4", 30, 2, 1);
	expect("uAuau", (struct trim_budget){ -1, 1, 0 }, "|0|1|4", 30, 2, 1);
	expect("UAuau", (struct trim_budget){ -1, 3, 0 }, "|0|1|2|3|4", 50, 0, 1);
	expect("Uauau", (struct trim_budget){ -1, 3, 0 }, "|0|1|4", 30, 2, 1);
	expect("Uauau", (struct trim_budget){ -1, 4, 0 }, "|0|1|2|3|4", 50, 0, 1);
	expect("Uauau", (struct trim_budget){ 29, 0, 0 }, "|0|1|4", 30, 2, 0);
	expect("uauAuau", (struct trim_budget){ 49, 0, 0 }, "|2|3|6", 30, 4, 1);
	expect("uauAuau", (struct trim_budget){ 50, 0, 0 }, "|2|3|4|5|6", 50, 2, 1);
	expect("uauaU", (struct trim_budget){ -1, 2, 0 }, "|2|3|4", 30, 2, 1);
}
END_TEST

/* A question that got no answer is left out: nobody answered it, or nothing came. */
START_TEST(unanswered)
{
	expect("uauu", unlimited, "|0|1|3", 30, 0, 1);
	expect("uau.u", unlimited, "|0|1|4", 30, 0, 1);
	expect("uuuauuu", unlimited, "|2|3|6", 30, 0, 1);
	expect("u.u.u", unlimited, "|4", 10, 0, 1);
	expect("u.au", unlimited, "|0|2|3", 30, 0, 1);
	expect("uau.u", (struct trim_budget){ -1, 2, 0 }, "|4", 10, 2, 1);
}
END_TEST

/* One that is pinned is asked together with the next one. */
START_TEST(pinned_unanswered)
{
	expect("Uu", unlimited, "|0+1", 20, 0, 1);
	expect("U.uau", unlimited, "|0+2|3|4", 40, 0, 1);
	expect("U.uauau", (struct trim_budget){ -1, 1, 0 }, "|0+2|3|6", 40, 2, 1);
	expect("uaUuUu", (struct trim_budget){ -1, 1, 0 }, "|2+4+5", 30, 2, 1);
}
END_TEST

/* What is neither a question nor a reply goes with the question; replies side by side are one. */
START_TEST(joined)
{
	expect("uaau", unlimited, "|0|1+2|3", 40, 0, 1);
	expect("suau", unlimited, "|0+1|2|3", 40, 0, 1);
	expect("uatau", unlimited, "|0|1|2|3|4", 50, 0, 1);
	expect("utau", unlimited, "|0+1|2|3", 40, 0, 1);
	expect("usu", unlimited, "|1+2", 20, 0, 1);
	expect("uuat", (struct trim_budget){ -1, 1, 0 }, "|3", 10, 2, 1);
	expect("uaau", (struct trim_budget){ -1, 2, 0 }, "|3", 10, 2, 1);
}
END_TEST

/* A reply before the first question is never sent, pinned or not, and is not missed. */
START_TEST(without_question)
{
	expect("aau", unlimited, "|2", 10, 0, 1);
	expect("aAu", unlimited, "|2", 10, 0, 1);
	expect("aa", unlimited, "", 0, 0, 1);
}
END_TEST

/* Before the next question is there: one that got no answer will not be sent with it. */
START_TEST(preview)
{
	const char *talks[][3] = { { "uau", "|0|1", "" }, { "ua", "|0|1", "" },
		{ "uaU", "|0|1|2", "" }, { "u", "", "" }, { "uauu.", "|0|1", "" } };
	for (size_t i = 0; i < sizeof talks / sizeof *talks; i++) {
		struct history h;
		talk_of(&h, talks[i][0]);
		struct trim_view v = view_of(&h);
		v.asks = 0;
		struct trim_plan p = trim_plan(&v, (struct trim_budget){ -1, 2, 0 });
		char *got = list_of(&v, &p);
		ck_assert_str_eq(got, talks[i][1]);
		free(got);
		history_free(&h);
	}
}
END_TEST

/* A message aside goes with what it is about, whatever the limit, and neither counts. */
START_TEST(aside)
{
	struct history h;
	struct message *m = message_new();
	m->role = HN_ROLE_USER;
	m->tokens = 5;
	talk_of(&h, "uauaua");
	struct trim_view v = view_of(&h);
	v.aside = m;
	const struct {
		struct trim_budget budget;
		const char *sent;
		int64_t tokens;
	} cases[] = {
		{ { -1, 1, 0 }, "|4|5|6", 25 },
		{ { -1, 2, 0 }, "|2|3|4|5|6", 45 },
		{ { 10, 0, 0 }, "|4|5|6", 25 },
		{ { -1, 0, 0 }, "|0|1|2|3|4|5|6", 65 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct trim_plan p = trim_plan(&v, cases[i].budget);
		char *got = list_of(&v, &p);
		ck_assert_str_eq(got, cases[i].sent);
		ck_assert_int_eq(p.tokens, cases[i].tokens);
		ck_assert_int_eq(p.fits, cases[i].budget.tokens < 0);
		free(got);
	}
	history_free(&h);
	message_free(m);
}
END_TEST

/* Unknown sizes count nothing; sums stay at the top. */
START_TEST(extremes)
{
	struct history h;
	history_init(&h);
	say(&h, 'u', INT64_MAX);
	say(&h, 'a', INT64_MAX);
	say(&h, 'u', -1);
	struct trim_view v = view_of(&h);
	ck_assert_int_eq(trim_plan(&v, unlimited).tokens, INT64_MAX);
	struct trim_plan p = trim_plan(&v, (struct trim_budget){ 5, 0, 5 });
	ck_assert_int_eq(p.tokens, 5);
	ck_assert_uint_eq(p.left_out, 2);
	history_free(&h);
}
END_TEST

/* ---- the reference ---- */

/* A message of the request: what of the view is in it. */
struct group {
	int is_reply, pinned, all_pinned;
	int64_t tokens;
	size_t places[MOST], n;
};

/* 1 if message i of the view may be sent at all, found by looking at all of them. */
static int may_be_sent(const struct history *h, size_t i, int asks)
{
	const struct message *m = h->view[i];
	size_t k = i;
	if (m->role == HN_ROLE_ASSISTANT) {
		while (k > 0 && h->view[k - 1]->role == HN_ROLE_ASSISTANT)
			k--;
		return m->n > 0 && k > 0;
	}
	if (m->pinned || m->role != HN_ROLE_USER)
		return 1;
	for (k = i + 1; k < h->n_view && h->view[k]->role != HN_ROLE_USER; k++)
		if (h->view[k]->role == HN_ROLE_ASSISTANT && h->view[k]->n > 0)
			return 1;
	return asks && k == h->n_view && h->view[k - 1]->role != HN_ROLE_ASSISTANT;
}

/* The request without a budget; how many messages it has. */
static size_t group(const struct history *h, int asks, struct group *out)
{
	size_t n = 0;
	for (size_t i = 0; i < h->n_view; i++) {
		int is_reply = h->view[i]->role == HN_ROLE_ASSISTANT;
		if (!may_be_sent(h, i, asks))
			continue;
		if (n == 0 || out[n - 1].is_reply != is_reply)
			out[n++] = (struct group){ .is_reply = is_reply, .all_pinned = 1 };
		out[n - 1].places[out[n - 1].n++] = i;
		out[n - 1].pinned |= h->view[i]->pinned;
		out[n - 1].all_pinned &= h->view[i]->pinned;
		out[n - 1].tokens += h->view[i]->tokens > 0 ? h->view[i]->tokens : 0;
	}
	return n;
}

/* What is sent if messages from `first` on are; 1 if that keeps to the budget. */
static int measure(const struct group *g, size_t n, size_t first, struct trim_budget b, char *sent,
	struct trim_plan *out)
{
	size_t counted = 0, length = 0;
	*out = (struct trim_plan){ .tokens = b.fixed };
	*sent = '\0';
	for (size_t i = 0; i < n; i++) {
		size_t pair = i & ~(size_t)1;
		int forced = g[pair].pinned || (pair + 1 < n && g[pair + 1].pinned);
		if (i < first && !forced)
			continue;
		out->sent++;
		out->tokens += g[i].tokens;
		counted += !g[i].all_pinned;
		for (size_t k = 0; k < g[i].n; k++)
			length += (size_t)snprintf(sent + length, 400 - length, "%s%zu",
				k ? "+" : "|", g[i].places[k]);
	}
	out->left_out = n - out->sent;
	out->fits = b.tokens < 0 || out->tokens <= b.tokens;
	return out->fits && (b.messages == 0 || counted <= b.messages);
}

/* One number of a fixed sequence. */
static uint32_t next(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

/* A conversation of random shape. */
static void talk(struct history *h, uint32_t *seed)
{
	static const char words[] = "uuuuuuuaaaaaaaa..UAst";
	size_t n = next(seed, MOST + 1);
	history_init(h);
	for (size_t i = 0; i < n; i++)
		say(h, words[next(seed, sizeof words - 1)], (int64_t)next(seed, 40) - 1);
}

/* Compares a plan with the reference: of all beginnings with a question the oldest that fits. */
static void check(const struct trim_view *v, struct trim_budget b)
{
	struct group g[MOST];
	struct trim_plan want, p = trim_plan(v, b);
	size_t n = group(v->history, v->asks, g);
	char sent[400], *got = list_of(v, &p);
	for (size_t first = 0; !measure(g, n, first, b, sent, &want) && first + 2 < n;)
		first += 2;
	ck_assert_str_eq(got, sent);
	ck_assert_uint_eq(p.sent, want.sent);
	ck_assert_uint_eq(p.left_out, want.left_out);
	ck_assert_int_eq(p.tokens, want.tokens);
	ck_assert_int_eq(p.fits, want.fits);
	free(got);
}

/* What a strict server asks for: user and assistant by turns, the user first, and last if asking. */
static void check_turns(const struct trim_view *v, const struct trim_plan *p)
{
	size_t list[MOST + 1];
	uint32_t before = HN_ROLE_ASSISTANT;
	trim_list(v, p, list);
	for (size_t i = 0; i < p->places; i++) {
		uint32_t role = v->history->view[list[i]]->role;
		if (i == 0)
			ck_assert_uint_ne(role, HN_ROLE_ASSISTANT);
		before = role;
	}
	size_t n = v->history->n_view;
	if (v->asks && n > 0 && v->history->view[n - 1]->role == HN_ROLE_USER) {
		ck_assert_uint_eq(list[p->places - 1], n - 1);
		ck_assert_uint_eq(before, HN_ROLE_USER);
		ck_assert_uint_eq(p->sent % 2, 1);
	}
}

/* Random conversations under random budgets are cut as the reference cuts them. */
START_TEST(agrees_with_reference)
{
	uint32_t seed = 20260801;
	for (int round = 0; round < 50000; round++) {
		struct history h;
		talk(&h, &seed);
		struct trim_view v = view_of(&h);
		v.asks = next(&seed, 3) > 0;
		struct trim_budget b = { (int64_t)next(&seed, 500) - 1, next(&seed, 14),
			next(&seed, 30) };
		check(&v, b);
		struct trim_plan p = trim_plan(&v, b);
		check_turns(&v, &p);
		history_free(&h);
	}
}
END_TEST

/* More room never sends less, and pinned questions and answers are always there. */
START_TEST(grows_with_the_budget)
{
	uint32_t seed = 7;
	for (int round = 0; round < 2000; round++) {
		struct history h;
		size_t before = 0;
		talk(&h, &seed);
		struct trim_view v = view_of(&h);
		for (int64_t tokens = 0; tokens < 400; tokens += 7) {
			struct trim_plan p = trim_plan(&v, (struct trim_budget){ tokens, 0, 11 });
			ck_assert_uint_ge(p.places, before);
			before = p.places;
		}
		history_free(&h);
	}
}
END_TEST

/* What is older than the budget goes is not looked at, however much it is. */
START_TEST(reads_what_it_sends)
{
	struct history h;
	history_init(&h);
	for (size_t i = 0; i < 100000; i++)
		say(&h, i % 2 ? 'a' : 'u', 10);
	struct trim_view v = view_of(&h);
	looked = 0;
	struct trim_plan p = trim_plan(&v, (struct trim_budget){ 1000, 0, 0 });
	ck_assert_uint_eq(p.sent, 100);
	ck_assert_uint_eq(p.left_out, 99900);
	ck_assert_uint_le(looked, 104);
	p = trim_plan(&v, (struct trim_budget){ -1, 12, 0 });
	ck_assert_uint_eq(p.sent, 12);
	ck_assert_uint_le(looked, 104 + 16);
	history_free(&h);
}
END_TEST

UNIT_MAIN("trim", reads_what_it_sends, everything, classic_twelve, whole_exchanges, no_hole, pinned_pairs,
	unanswered, pinned_unanswered, joined, without_question, preview, aside, extremes,
	agrees_with_reference, grows_with_the_budget)
