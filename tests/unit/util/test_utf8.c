/* SPDX-License-Identifier: MIT */
/* test_utf8: decoding, encoding, widths, and streams that are split anywhere. */
#include "../unit.h"

#include "util/utf8.h"

#define BAD "\xEF\xBF\xBD"

struct decoded {
	const char *in;
	size_t n;
	size_t length;
	uint32_t cp;
};

static const struct decoded decoded[] = {
	{ "A", 1, 1, 'A' },
	{ "\0", 1, 1, 0 },
	{ "\xC3\xB6", 2, 2, 0xF6 },
	{ "\xE2\x82\xAC", 3, 3, 0x20AC },
	{ "\xF0\x9F\x98\x80", 4, 4, 0x1F600 },
	{ "\xF4\x8F\xBF\xBF", 4, 4, 0x10FFFF },
	/* unfinished */
	{ "\xC3", 1, 0, UTF8_BAD },
	{ "\xE2\x82", 2, 0, UTF8_BAD },
	{ "\xF0\x9F\x98", 3, 0, UTF8_BAD },
	/* invalid: the maximal prefix */
	{ "\x80", 1, 1, UTF8_BAD },
	{ "\xC0\x80", 2, 1, UTF8_BAD },
	{ "\xC1\xBF", 2, 1, UTF8_BAD },
	{ "\xE0\x9F\x80", 3, 1, UTF8_BAD },
	{ "\xED\xA0\x80", 3, 1, UTF8_BAD },
	{ "\xF5\x80", 2, 1, UTF8_BAD },
	{ "\xF0\x8F\xBF", 3, 1, UTF8_BAD },
	{ "\xF4\x90\x80", 3, 1, UTF8_BAD },
	{ "\xE2\x82x", 3, 2, UTF8_BAD },
	{ "\xF0\x9F\x98x", 4, 3, UTF8_BAD },
	{ "\xFF", 1, 1, UTF8_BAD },
};

/* Every row of the table above. */
START_TEST(decodes)
{
	for (size_t i = 0; i < sizeof decoded / sizeof *decoded; i++) {
		uint32_t cp = 1;
		ck_assert_uint_eq(utf8_decode(decoded[i].in, decoded[i].n, &cp), decoded[i].length);
		ck_assert_uint_eq(cp, decoded[i].cp);
	}
}
END_TEST

/* Every character survives encoding and decoding; surrogates and what lies beyond become U+FFFD. Check writes to a file at
 * each assertion that holds, so here only a failure is one. */
START_TEST(round_trip)
{
	char out[4];
	uint32_t cp;
	for (uint32_t c = 0; c <= 0x110010; c++) {
		size_t n = utf8_encode(c, out);
		int none = (c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF;
		if (utf8_decode(out, n, &cp) != n || cp != (none ? UTF8_BAD : c) || utf8_valid(out, n) != 1)
			ck_abort_msg("U+%04X: %zu bytes, read as U+%04X", (unsigned)c, n, (unsigned)cp);
	}
}
END_TEST

/* Valid is the whole or nothing; U+FFFD itself is valid. */
START_TEST(validity)
{
	ck_assert_int_eq(utf8_valid("", 0), 1);
	ck_assert_int_eq(utf8_valid("a\xC3\xB6\0b", 5), 1);
	ck_assert_int_eq(utf8_valid(BAD, 3), 1);
	ck_assert_int_eq(utf8_valid("a\xC3", 2), 0);
	ck_assert_int_eq(utf8_valid("\xED\xA0\x80", 3), 0);
	ck_assert_int_eq(utf8_valid("\xF0\x9F\x98x", 4), 0);
}
END_TEST

/* One, two and no columns. */
START_TEST(columns)
{
	ck_assert_uint_eq(utf8_columns('a'), 1);
	ck_assert_uint_eq(utf8_columns(0xF6), 1);
	ck_assert_uint_eq(utf8_columns('\n'), 0);
	ck_assert_uint_eq(utf8_columns(0x300), 0);
	ck_assert_uint_eq(utf8_columns(0x200B), 0);
	ck_assert_uint_eq(utf8_columns(0x200D), 0);
	ck_assert_uint_eq(utf8_columns(0x65E5), 2);
	ck_assert_uint_eq(utf8_columns(0xAC00), 2);
	ck_assert_uint_eq(utf8_columns(0xFF21), 2);
	ck_assert_uint_eq(utf8_columns(0x1F600), 2);
	ck_assert_uint_eq(utf8_columns(0x20AC), 1);
	ck_assert_uint_eq(utf8_columns(0xE000), 1);
	ck_assert_uint_eq(utf8_columns(0x10FFFF), 1);
}
END_TEST

/* What a reader takes for one character is one cluster; its width is that of all in it. */
START_TEST(clusters)
{
	static const struct {
		const char *text;
		size_t length;
		unsigned wide;
	} cases[] = {
		{ "ab", 1, 1 }, { "e\u0301x", 3, 1 }, { "\u65E5x", 3, 2 }, { "\n", 1, 0 }, { "\r\nx", 2, 0 },
		{ "\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7", 8, 2 }, /* two flags: the first */
		{ "\U0001F469\u200D\U0001F469\u200D\U0001F467x", 18, 6 }, /* a family: may be shown one by one */
		{ "\xE6\x97", 2, 1 }, { "\xFFx", 1, 1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned got;
		ck_assert_uint_eq(utf8_cluster(cases[i].text, strlen(cases[i].text), &got), cases[i].length);
		ck_assert_msg(got == cases[i].wide, "%zu: %u", i, got);
	}
}
END_TEST

/* Feeds `in` in pieces of `step` bytes and compares. */
static void feed_in_steps(const char *in, size_t n, size_t step, const char *want)
{
	struct utf8_stream stream = { .n = 0 };
	struct buf out = BUF(BUF_NO_CAP);
	for (size_t i = 0; i < n; i += step)
		ck_assert_int_eq(utf8_feed(&stream, in + i, n - i < step ? n - i : step, &out), 0);
	ck_assert_int_eq(utf8_end(&stream, &out), 0);
	buf_addc(&out, '\0');
	ck_assert_str_eq(out.p, want);
	buf_free(&out);
}

/* The split makes no difference, for good bytes and bad ones. */
START_TEST(stream_splits)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "Hello, w\xC3\xB6rld \xF0\x9F\x98\x80!",
			"Hello, w\xC3\xB6rld \xF0\x9F\x98\x80!" },
		{ "a\xE2\x82", "a" BAD },
		{ "a\xF0\x9F\x98", "a" BAD },
		{ "\xE2\x82z\xC3", BAD "z" BAD },
		{ "\xF0\x9F\xC3\xB6", BAD "\xC3\xB6" },
		{ "\xED\xA0\x80", BAD BAD BAD },
		{ "\x80\xC0\xF0\x9F\xF0\x9F\x98\x80", BAD BAD BAD "\xF0\x9F\x98\x80" },
		{ "", "" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (size_t step = 1; step < 8; step++)
			feed_in_steps(rows[i].in, strlen(rows[i].in), step, rows[i].out);
}
END_TEST

/* A character that is not finished is held back until it is. */
START_TEST(stream_holds_back)
{
	struct utf8_stream stream = { .n = 0 };
	struct buf out = BUF(BUF_NO_CAP);
	utf8_feed(&stream, "x\xE2\x82", 3, &out);
	ck_assert_str_eq(out.p, "x");
	ck_assert_uint_eq(stream.n, 2);
	utf8_feed(&stream, "\xAC", 1, &out);
	ck_assert_str_eq(out.p, "x\xE2\x82\xAC");
	ck_assert_uint_eq(stream.n, 0);
	buf_free(&out);
}
END_TEST

/* A full buffer is told. */
START_TEST(stream_cap)
{
	struct utf8_stream stream = { .n = 0 };
	struct buf out = BUF(3);
	ck_assert_int_eq(utf8_feed(&stream, "ab\xC3\xB6", 4, &out), -1);
	ck_assert_int_eq(buf_failed(&out), 1);
}
END_TEST

UNIT_MAIN("utf8", decodes, round_trip, validity, columns, clusters, stream_splits, stream_holds_back,
	stream_cap)
