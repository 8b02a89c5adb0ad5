/* SPDX-License-Identifier: MIT */
/* test_history: messages are kept for good, and the view moves between their branches. */
#include "../unit.h"

#include <stdio.h>

#include "conversation/history.h"
#include "util/mem.h"

/* Appends a text by that role. */
static struct message *say(struct history *h, uint32_t role, const char *text)
{
	return history_append(h, role, str_of(text), 1000);
}

/* The texts of the view, joined by a bar, compared. */
static void expect_view(const struct history *h, const char *want)
{
	struct buf got = BUF(BUF_NO_CAP);
	buf_adds(&got, "");
	for (size_t i = 0; i < h->n_view; i++)
		buf_addf(&got, "%s%s", i ? "|" : "", h->view[i]->text);
	ck_assert_str_eq(got.n ? got.p : "", want);
	buf_free(&got);
}

/* A message made elsewhere. */
static struct message *made(uint64_t id, uint64_t parent)
{
	struct message *m = message_new();
	m->id = id;
	m->parent = parent;
	m->role = HN_ROLE_USER;
	m->text = xasprintf("%u", (unsigned)id);
	m->n = strlen(m->text);
	return m;
}

/* Messages follow one another, text copied with every byte. */
START_TEST(appends)
{
	struct history h;
	history_init(&h);
	ck_assert_uint_eq(history_head(&h), 0);
	char text[] = "a\0b";
	struct message *first = history_append(&h, HN_ROLE_USER, (hn_str){ text, 3 }, 123);
	text[0] = 'x';
	ck_assert_uint_eq(first->id, 1);
	ck_assert_uint_eq(first->parent, 0);
	ck_assert_uint_eq(first->n, 3);
	ck_assert_int_eq(memcmp(first->text, "a\0b", 4), 0);
	ck_assert_int_eq(first->time_ms, 123);
	ck_assert_int_eq(first->state, MESSAGE_COMPLETE);
	struct message *second = history_append(&h, HN_ROLE_ASSISTANT, (hn_str){ NULL, 0 }, 124);
	ck_assert_uint_eq(second->id, 2);
	ck_assert_uint_eq(second->parent, 1);
	ck_assert_str_eq(second->text, "");
	ck_assert_uint_eq(history_head(&h), 2);
	ck_assert_ptr_eq(history_last(&h, HN_ROLE_USER), first);
	ck_assert_ptr_eq(history_last(&h, HN_ROLE_ASSISTANT), second);
	ck_assert_ptr_null(history_last(&h, HN_ROLE_SYSTEM));
	history_free(&h);
	ck_assert_uint_eq(h.n, 0);
	ck_assert_uint_eq(h.next_id, 1);
}
END_TEST

/* A new message says of itself that nothing is known. */
START_TEST(knows_nothing)
{
	struct message *m = message_new();
	ck_assert_uint_eq(m->usage.struct_size, sizeof(hn_usage));
	ck_assert_int_eq(m->usage.prompt, -1);
	ck_assert_int_eq(m->usage.completion, -1);
	ck_assert_int_eq(m->usage.cached, -1);
	ck_assert_int_eq(m->usage.cache_write, -1);
	ck_assert_int_eq(m->usage.reasoning, -1);
	ck_assert_int_eq(m->usage.cost, -1);
	ck_assert_int_eq(m->cost, -1);
	ck_assert_int_eq(m->ttft_ms, -1);
	ck_assert_int_eq(m->total_ms, -1);
	ck_assert_int_eq(m->tokens, -1);
	ck_assert_str_eq(m->cost_source, "");
	ck_assert_ptr_null(m->text);
	message_free(m);
	message_free(NULL);
}
END_TEST

/* /undo and /retry leave a branch behind, /clear all of them; each can be gone back to. */
START_TEST(branches)
{
	struct history h;
	history_init(&h);
	say(&h, HN_ROLE_USER, "q");
	uint64_t wrong = say(&h, HN_ROLE_ASSISTANT, "wrong")->id;
	ck_assert_int_eq(history_go(&h, 1), 0);
	expect_view(&h, "q");
	say(&h, HN_ROLE_ASSISTANT, "right");
	uint64_t end = say(&h, HN_ROLE_USER, "more")->id;
	expect_view(&h, "q|right|more");
	ck_assert_int_eq(history_go(&h, wrong), 0);
	expect_view(&h, "q|wrong");
	ck_assert_int_eq(history_go(&h, 0), 0);
	expect_view(&h, "");
	ck_assert_uint_eq(history_head(&h), 0);
	ck_assert_uint_eq(say(&h, HN_ROLE_USER, "new")->parent, 0);
	expect_view(&h, "new");
	ck_assert_int_eq(history_go(&h, end), 0);
	expect_view(&h, "q|right|more");
	ck_assert_int_eq(history_go(&h, 99), -1);
	expect_view(&h, "q|right|more");
	ck_assert_uint_eq(h.n, 5);
	ck_assert_uint_eq(history_branch(&h, wrong), 1);
	ck_assert_uint_eq(history_branch(&h, end), 2);
	ck_assert_uint_eq(history_branch(&h, 5), 3);
	ck_assert_uint_eq(history_branch(&h, 1), 0);
	ck_assert_uint_eq(history_branch(&h, 99), 0);
	history_free(&h);
}
END_TEST

/* Messages from a file are taken over in any order of ids, and new ids go on behind them. */
START_TEST(adopts)
{
	struct history h;
	history_init(&h);
	ck_assert_int_eq(history_adopt(&h, made(3, 0)), 0);
	ck_assert_int_eq(history_adopt(&h, made(7, 3)), 0);
	ck_assert_int_eq(history_adopt(&h, made(5, 3)), 0);
	ck_assert_int_eq(history_adopt(&h, made(6, 5)), 0);
	expect_view(&h, "");
	for (size_t i = 1; i < h.n; i++)
		ck_assert_uint_lt(h.all[i - 1]->id, h.all[i]->id);
	ck_assert_int_eq(history_go(&h, 6), 0);
	expect_view(&h, "3|5|6");
	ck_assert_uint_eq(say(&h, HN_ROLE_USER, "x")->id, 8);
	ck_assert_ptr_null(history_find(&h, 4));
	ck_assert_ptr_null(history_find(&h, 9));
	ck_assert_uint_eq(history_find(&h, 3)->id, 3);
	history_free(&h);
}
END_TEST

/* What cannot be taken over stays the caller's, and nothing changes. */
START_TEST(refuses)
{
	static const uint64_t bad[][2] = { { 7, 0 }, { 0, 0 }, { 8, 6 }, { 8, 8 }, { 5, 7 },
		{ INT64_MAX, 0 }, { UINT64_MAX, 0 } };
	struct history h;
	history_init(&h);
	ck_assert_int_eq(history_adopt(&h, made(7, 0)), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct message *m = made(bad[i][0], bad[i][1]);
		ck_assert_int_eq(history_adopt(&h, m), -1);
		message_free(m);
	}
	ck_assert_uint_eq(h.n, 1);
	ck_assert_uint_eq(h.next_id, 8);
	history_free(&h);
}
END_TEST

/* One number of a fixed sequence. */
static uint32_t next(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

/* Wherever the view goes, it is the chain of parents, and every message is still there. */
START_TEST(random_walk)
{
	struct history h;
	uint32_t seed = 5;
	history_init(&h);
	for (unsigned i = 1; i <= 3000; i++) {
		char text[16];
		snprintf(text, sizeof text, "%u", i);
		if (next(&seed, 3) == 0)
			ck_assert_int_eq(history_go(&h, next(&seed, i)), 0);
		uint64_t parent = history_head(&h);
		struct message *m = say(&h, HN_ROLE_USER, text);
		ck_assert_uint_eq(m->id, i);
		ck_assert_uint_eq(m->parent, parent);
		for (size_t k = 0; k < h.n_view; k++)
			ck_assert_uint_eq(h.view[k]->parent, k ? h.view[k - 1]->id : 0);
	}
	for (unsigned i = 1; i <= 3000; i++)
		ck_assert_uint_eq(strtoul(history_find(&h, i)->text, NULL, 10), i);
	history_free(&h);
}
END_TEST

/* A part's bytes are kept as they are, and it is lent in its place in the text. */
START_TEST(parts)
{
	const hn_part signature = { .type = HN_PART_OPAQUE, .name = str_of("sig"), .data = { "\0\xFF", 2 } };
	const hn_part nothing = { .type = HN_PART_OPAQUE };
	struct message *m = message_new();
	hn_part lent[5];
	m->role = HN_ROLE_ASSISTANT;
	m->id = 7;
	m->text = xmemdup0("ab", 2);
	m->n = 2;
	message_add_part(m, &signature, 1);
	message_add_part(m, &nothing, 2);
	hn_message out = message_lend(m, lent);
	ck_assert_uint_eq(out.role, HN_ROLE_ASSISTANT);
	ck_assert_uint_eq(out.id, 7);
	ck_assert_uint_eq(out.text.n, 2);
	ck_assert_uint_eq(out.n_parts, 4);
	ck_assert_uint_eq(out.part_stride, sizeof(hn_part));
	ck_assert_uint_eq(lent[0].type, HN_PART_TEXT);
	ck_assert(str_is(lent[0].data, "a"));
	ck_assert_uint_eq(lent[1].type, HN_PART_OPAQUE);
	ck_assert(str_is(lent[1].name, "sig"));
	ck_assert_uint_eq(lent[1].data.n, 2);
	ck_assert_int_eq(memcmp(lent[1].data.p, "\0\xFF", 3), 0);
	ck_assert(str_is(lent[2].data, "b"));
	ck_assert_uint_eq(lent[3].data.n, 0);
	message_free(m);
}
END_TEST

/* A reply without text is an answer if a person would see something of it. */
START_TEST(shown)
{
	const struct { uint32_t type; int shows; } cases[] = {
		{ HN_PART_OPAQUE, 0 }, { HN_PART_IMAGE, 1 }, { HN_PART_FILE, 1 }, { HN_PART_TOOL_CALL, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct history h;
		struct message *reply = message_new();
		hn_part part = { .type = cases[i].type, .data = str_of("x") };
		history_init(&h);
		history_append(&h, HN_ROLE_USER, str_of("q"), 0);
		reply->role = HN_ROLE_ASSISTANT;
		reply->text = xmemdup0("", 0);
		message_add_part(reply, &part, 0);
		history_add(&h, reply);
		history_append(&h, HN_ROLE_USER, str_of("r"), 0);
		ck_assert_int_eq(message_shows(reply), cases[i].shows);
		ck_assert_int_eq(exchange_is_answered(&h.exchanges[0]), cases[i].shows);
		ck_assert_int_eq(history_skips(&h, 0), !cases[i].shows);
		ck_assert_int_eq(history_skips(&h, 1), !cases[i].shows);
		history_free(&h);
	}
}
END_TEST

/* A call of a tool is sent with the results that come next, and not without. */
START_TEST(called)
{
	const hn_part call = { .type = HN_PART_TOOL_CALL, .id = str_of("c1"), .name = str_of("f") };
	const hn_part result = { .type = HN_PART_TOOL_RESULT, .id = str_of("c1"), .data = str_of("4") };
	struct history h;
	struct message *m;
	history_init(&h);
	history_append(&h, HN_ROLE_USER, str_of("q"), 0);
	m = message_new();
	m->role = HN_ROLE_ASSISTANT;
	m->text = xmemdup0("", 0);
	message_add_part(m, &call, 0);
	history_add(&h, m);
	ck_assert_int_eq(history_skips(&h, 1), 1);
	m = message_new();
	m->role = HN_ROLE_TOOL;
	m->text = xmemdup0("", 0);
	message_add_part(m, &result, 0);
	history_add(&h, m);
	history_append(&h, HN_ROLE_ASSISTANT, str_of("four"), 0);
	for (size_t i = 0; i < 4; i++) {
		ck_assert_int_eq(history_skips(&h, i), 0);
		ck_assert_int_eq(exchange_sends(&h, &h.exchanges[0], i, 1), 1);
	}
	ck_assert_uint_eq(h.n_exchanges, 1);
	history_free(&h);
}
END_TEST

/* Every state has a name that leads back to it. */
START_TEST(names)
{
	for (int i = MESSAGE_COMPLETE; i <= MESSAGE_FAILED; i++)
		ck_assert_int_eq(
			message_state_find(str_of(message_state_name((enum message_state)i))), i);
	ck_assert_str_eq(message_state_name(MESSAGE_INTERRUPTED), "interrupted");
	ck_assert_int_eq(message_state_find(str_of("Complete")), -1);
}
END_TEST

/* 1 if a reply with text comes after message i before the next question does. */
static int is_answered(const struct history *h, size_t i)
{
	for (size_t k = i + 1; k < h->n_view && h->view[k]->role == HN_ROLE_ASSISTANT; k++)
		if (h->view[k]->n > 0)
			return 1;
	return 0;
}

/* What the exchanges say, found the slow way. */
static void check_counts(struct history *h)
{
	size_t pins = 0, asked = 0;
	for (size_t i = 0; i < h->n_view; i++) {
		int is_user = h->view[i]->role == HN_ROLE_USER, answered = is_answered(h, i);
		size_t k = history_exchange(h, i);
		asked += (size_t)is_user;
		ck_assert_int_eq(history_skips(h, i), is_user ? !answered && !h->view[i]->pinned &&
									 i + 1 < h->n_view
							      : h->view[i]->n == 0);
		if (is_user && answered)
			ck_assert_uint_eq(h->exchanges[k].question, i);
		if (!is_user && h->view[i]->n > 0)
			ck_assert_int_eq(k < h->n_exchanges, asked > 0);
		if (h->view[i]->pinned)
			ck_assert_uint_eq(h->pins[pins++], i);
	}
	ck_assert_uint_eq(h->n_pins, pins);
	for (size_t k = 0; k < h->n_exchanges; k++)
		ck_assert_int_eq(exchange_is_answered(&h->exchanges[k]),
			k + 1 < h->n_exchanges ||
				is_answered(h, h->exchanges[k].question));
}

/* Whatever is said, answered or not, pinned and gone back to, the exchanges are those of the view. */
START_TEST(running_exchanges)
{
	uint32_t seed = 11;
	for (int talk = 0; talk < 200; talk++) {
		struct history h;
		history_init(&h);
		for (int step = 0; step < 60; step++) {
			uint32_t what = next(&seed, 10);
			if (what < 4)
				history_append(&h, HN_ROLE_USER, str_of("?"), 0);
			else if (what < 8)
				history_append(&h, HN_ROLE_ASSISTANT, str_of(what < 6 ? "!" : ""), 0);
			else if (what == 8 && h.n_view)
				history_pin(&h, next(&seed, (uint32_t)h.n_view), (int)next(&seed, 2));
			else
				history_go(&h, h.n ? h.all[next(&seed, (uint32_t)h.n)]->id : 0);
			check_counts(&h);
		}
		history_free(&h);
	}
}
END_TEST

UNIT_MAIN("history", appends, knows_nothing, branches, adopts, refuses, random_walk, parts, shown, called, names,
	running_exchanges)
