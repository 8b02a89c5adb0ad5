/* SPDX-License-Identifier: MIT */
/* test_part_tokens: an image counts by its pixels, a file by its text or its bytes. */
#include "../unit.h"

#include "conversation/history.h"
#include "tokens/estimator.h"
#include "util/mem.h"

/* The head of a PNG of that size. */
static hn_str png(uint32_t width, uint32_t height)
{
	static char bytes[] = "\x89PNG\r\n\x1A\n\0\0\0\rIHDR????????";

	for (int i = 0; i < 4; i++) {
		bytes[16 + i] = (char)(width >> (24 - 8 * i));
		bytes[20 + i] = (char)(height >> (24 - 8 * i));
	}
	return (hn_str){ bytes, sizeof bytes - 1 };
}

static int64_t counts(uint32_t type, uint32_t flags, hn_str data)
{
	const hn_part part = { .type = type, .flags = flags, .data = data };

	return tokens_of_part(TOKENS_O200K, &part);
}

/* (width x height) / 750, rounded up, from 85 to 1,600. */
START_TEST(images)
{
	static const uint32_t sizes[][3] = { { 1, 1, 85 }, { 250, 255, 85 }, { 250, 256, 86 }, { 640, 480, 410 },
		{ 750, 1600, 1600 }, { 750, 1601, 1600 }, { UINT32_MAX, UINT32_MAX, 1600 }, { 0, 100, 1000 } };

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		ck_assert_int_eq(counts(HN_PART_IMAGE, 0, png(sizes[i][0], sizes[i][1])), sizes[i][2]);
	ck_assert_int_eq(counts(HN_PART_IMAGE, 0, str_of("no image")), 1000);
	ck_assert_int_eq(counts(HN_PART_IMAGE, HN_PARTFLAG_URL, png(640, 480)), 1000);
}
END_TEST

/* Text as text, other bytes by the six; a call by its name and its arguments; opaque bytes not at all. */
START_TEST(others)
{
	hn_str text = str_of("Some words of a text file.\n");
	char bytes[600];

	memset(bytes, 0xFF, sizeof bytes);
	ck_assert_int_eq(counts(HN_PART_FILE, 0, text), tokens_prior_in(TOKENS_O200K, text));
	ck_assert_int_eq(counts(HN_PART_FILE, 0, (hn_str){ bytes, sizeof bytes }), 101);
	ck_assert_int_eq(counts(HN_PART_FILE, HN_PARTFLAG_URL, text), 1000);
	ck_assert_int_eq(
		counts(HN_PART_TOOL_CALL, 0, text), tokens_prior_in(TOKENS_O200K, text) + TOKENS_PER_MESSAGE);
	ck_assert_int_eq(
		counts(HN_PART_TOOL_RESULT, 0, text), tokens_prior_in(TOKENS_O200K, text) + TOKENS_PER_MESSAGE);
	const hn_part named = { .type = HN_PART_TOOL_CALL, .name = str_of("weather_of_tomorrow"), .data = text };
	ck_assert_int_eq(tokens_of_part(TOKENS_O200K, &named),
		tokens_prior_in(TOKENS_O200K, named.name) + tokens_prior_in(TOKENS_O200K, text) + TOKENS_PER_MESSAGE);
	ck_assert_int_eq(counts(HN_PART_OPAQUE, 0, text), 0);
	ck_assert_int_eq(counts(HN_PART_TEXT, 0, text), 0);
	ck_assert_int_eq(counts(99, 0, text), 0);
}
END_TEST

/* A message is its text and all that stands beside it. */
START_TEST(messages)
{
	const hn_part image = { .type = HN_PART_IMAGE, .data = png(640, 480) };
	const hn_part call = { .type = HN_PART_TOOL_CALL, .data = str_of("{}") };
	struct message *m = message_new(), *bare = message_new();

	m->text = xstrdup("Hello");
	bare->text = xstrdup("Hello");
	m->n = bare->n = 5;
	message_add_part(m, &image, 5);
	message_add_part(m, &call, 5);
	ck_assert_int_eq(shown_tokens("m", m), 410);
	ck_assert_int_eq(shown_tokens("m", bare), 0);
	ck_assert_int_eq(message_tokens("m", m),
		message_tokens("m", bare) + 410 + tokens_of_part(TOKENS_O200K, &call));
	message_free(m);
	message_free(bare);
}
END_TEST

UNIT_MAIN("part_tokens", images, others, messages)
