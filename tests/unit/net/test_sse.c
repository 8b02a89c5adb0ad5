/* SPDX-License-Identifier: MIT */
/* test_sse: the vectors of the standard's own tests and ours, whole, byte by byte and at random splits; caps; tails. */
#include "../unit.h"

#include <stdint.h>
#include <stdio.h>

#include "net/sse.h"
#include "util/json.h"
#include "util/mem.h"
#include "util/utf8.h"

#define CAP (1u << 20)
#define SPLITS 200

/* What came, as a JSON array of the vectors' own form. */
static int32_t record(void *ud, const struct sse_event *event)
{
	struct json_object *o = json_object_new_object();
	struct {
		const char *key;
		hn_str bytes;
	} texts[] = { { "type", event->type }, { "data", event->data },
		{ "lastEventId", event->id } };
	for (size_t i = 0; i < 3; i++) {
		/* The standard decodes all of the stream; the bytes here are cleaned one by one. */
		struct buf clean = BUF(BUF_NO_CAP);
		struct utf8_stream stream = { .n = 0 };
		utf8_feed(&stream, texts[i].bytes.p, texts[i].bytes.n, &clean);
		utf8_end(&stream, &clean);
		json_add_text(o, texts[i].key, buf_str(&clean));
		buf_free(&clean);
	}
	json_object_array_add(ud, o);
	return 0;
}

/* Decodes base64; returns the length. */
static size_t unbase64(const char *in, char *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;
	for (; *in && *in != '='; in++) {
		bits = bits << 6 | (uint32_t)(strchr(digits, *in) - digits);
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[n++] = (char)(bits >> have & 255);
		}
	}
	return n;
}

/* A generator with a fixed seed. */
static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Feeds n bytes in pieces of at most `most` (0: all at once), each in memory of its own, and compares. */
static void play(
	struct json_object *vector, const char *bytes, size_t n, size_t most, uint32_t *seed)
{
	struct sse s;
	struct json_object *got = json_object_new_array();
	int32_t rc = 0;
	sse_init(&s, CAP, record, got);
	for (size_t at = 0; at < n;) {
		size_t piece = !most ? n : most == 1 ? 1 : 1 + next_random(seed) % most;
		if (piece > n - at)
			piece = n - at;
		char *copy = xmemdup0(bytes + at, piece);
		rc |= sse_feed(&s, copy, piece);
		free(copy);
		at += piece;
	}
	ck_assert_int_eq(rc, 0);
	struct json_object *expected = json_member(vector, "expected");
	ck_assert_msg(json_object_equal(got, expected), "%s, pieces of %zu: got %s, expected %s",
		json_text(vector, "name").p, most, json_object_to_json_string(got),
		json_object_to_json_string(expected));
	int64_t retry = json_int(vector, "expected_retry_ms", -1);
	if (retry >= 0)
		ck_assert_int_eq(s.retry_ms, retry);
	sse_free(&s);
	json_object_put(got);
}

START_TEST(vectors)
{
	char path[4096], line[65536], bytes[65536];
	uint32_t seed = 20261123;
	int played = 0;
	UNIT_DATA(path, "sse_vectors.jsonl");
	FILE *f = fopen(path, "r");
	ck_assert_msg(f != NULL, "%s", path);
	while (fgets(line, sizeof line, f)) {
		struct json_object *v = json_read(str_of(line), NULL);
		ck_assert_ptr_nonnull(v);
		size_t n = unbase64(json_text(v, "input_base64").p, bytes);
		play(v, bytes, n, 0, &seed);
		play(v, bytes, n, 1, &seed);
		for (int i = 0; i < SPLITS; i++)
			play(v, bytes, n, 2 + (size_t)i % 40, &seed);
		json_object_put(v);
		played++;
	}
	fclose(f);
	ck_assert_int_eq(played, 59);
}
END_TEST

/* Feeds a C string and returns what came of it. */
static int32_t feed(struct sse *s, const char *text)
{
	return sse_feed(s, text, strlen(text));
}

static int32_t count(void *ud, const struct sse_event *event)
{
	(void)event;
	++*(unsigned *)ud;
	return 0;
}

START_TEST(the_tail_is_what_was_not_ended)
{
	static const struct {
		const char *in, *type, *data; /* data NULL: there is no tail */
	} cases[] = {
		{ "data: [DONE]", "message", "[DONE]" },
		{ "data: [DONE]\n", "message", "[DONE]" },
		{ "data: a\ndata: b", "message", "a\nb" },
		{ "event: x\r\ndata:y\r", "x", "y" },
		{ "data", "message", "" },
		{ "data: a\n\n", NULL, NULL },
		{ "data: a\n\nevent: x", NULL, NULL },
		{ ": comment", NULL, NULL },
		{ "", NULL, NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sse s;
		struct sse_event e;
		unsigned n = 0;
		sse_init(&s, CAP, count, &n);
		ck_assert_int_eq(feed(&s, cases[i].in), 0);
		ck_assert_msg(sse_tail(&s, &e) == (cases[i].data != NULL), "%s", cases[i].in);
		if (cases[i].data) {
			ck_assert_msg(str_is(e.data, cases[i].data), "%s", cases[i].in);
			ck_assert(str_is(e.type, cases[i].type));
		}
		sse_free(&s);
	}
}
END_TEST

START_TEST(comments_are_counted_and_are_no_events)
{
	struct sse s;
	unsigned n = 0;
	sse_init(&s, CAP, count, &n);
	ck_assert_int_eq(feed(&s, ": OPENROUTER PROCESSING\n\n:\n:\n\n"), 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_uint_eq(s.comments, 3);
	sse_free(&s);
}
END_TEST

START_TEST(an_event_may_be_as_large_as_the_cap_and_no_larger)
{
	enum { SMALL = 100 };
	char data[SMALL + 1];
	for (int over = 0; over < 2; over++)
		for (size_t piece = 1; piece <= 200; piece += 199) {
			struct sse s;
			unsigned n = 0;
			struct buf in = BUF(BUF_NO_CAP);
			memset(data, 'x', SMALL);
			data[SMALL - 6 + over] = '\0';
			buf_addf(&in, "data: %s\n\n", data);
			sse_init(&s, SMALL, count, &n);
			int32_t rc = 0;
			for (size_t at = 0; at < in.n && !rc; at += piece)
				rc = sse_feed(&s, in.p + at, piece < in.n - at ? piece : in.n - at);
			ck_assert_int_eq(rc, over ? SSE_TOO_LARGE : 0);
			ck_assert_uint_eq(n, !over);
			sse_free(&s);
			buf_free(&in);
		}
}
END_TEST

START_TEST(many_small_lines_of_one_event_have_the_cap_too)
{
	struct sse s;
	unsigned n = 0;
	int lines = 0;
	sse_init(&s, 1000, count, &n);
	while (!feed(&s, "data: 123456789\n"))
		lines++;
	ck_assert_int_eq(lines, 100); /* nine bytes and the line feed between two */
	sse_free(&s);
	sse_init(&s, 1000, count, &n);
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(feed(&s, "data: 123456789\n\n"), 0);
	ck_assert_uint_eq(n, 1000);
	sse_free(&s);
	sse_init(&s, 20, count, &n);
	ck_assert_int_eq(feed(&s, "event: 1234567890\n"), 0);
	ck_assert_int_eq(feed(&s, "data: 12345\n"), 0);
	ck_assert_int_eq(feed(&s, "data: 12345\n"), SSE_TOO_LARGE);
	sse_free(&s);
}
END_TEST

static int32_t stop_at_second(void *ud, const struct sse_event *event)
{
	(void)event;
	return ++*(int *)ud == 2 ? 77 : 0;
}

START_TEST(the_reader_can_stop_it)
{
	struct sse s;
	int n = 0;
	sse_init(&s, CAP, stop_at_second, &n);
	ck_assert_int_eq(feed(&s, "data:1\n\ndata:2\n\ndata:3\n\n"), 77);
	ck_assert_int_eq(n, 2);
	sse_free(&s);
}
END_TEST

START_TEST(a_long_line_in_small_pieces_is_copied_few_times)
{
	struct sse s;
	unsigned n = 0, moves = 0;
	size_t cap = 0;
	int32_t rc = 0;
	sse_init(&s, 8u << 20, count, &n);
	ck_assert_int_eq(feed(&s, "data: "), 0);
	for (size_t i = 0; i < (1u << 20); i++) {
		rc |= sse_feed(&s, "x", 1);
		moves += s.line.cap != cap;
		cap = s.line.cap;
	}
	ck_assert_int_eq(rc, 0);
	ck_assert_uint_lt(moves, 30);
	ck_assert_int_eq(feed(&s, "\n\n"), 0);
	ck_assert_uint_eq(n, 1);
	sse_free(&s);
}
END_TEST

UNIT_MAIN("sse", vectors, the_tail_is_what_was_not_ended, comments_are_counted_and_are_no_events,
	an_event_may_be_as_large_as_the_cap_and_no_larger,
	many_small_lines_of_one_event_have_the_cap_too, the_reader_can_stop_it,
	a_long_line_in_small_pieces_is_copied_few_times)
