/* SPDX-License-Identifier: MIT */
/* test_parts: text and parts come out in order. */
#include "../unit.h"

#include "conversation/parts.h"
#include "util/names.h"

/* A part at a place of the text. */
static struct part at(uint32_t type, size_t place)
{
	static char data[] = "d";

	return (struct part){ .type = type, .at = place, .data = data, .n = 1 };
}

/* What parts_split() makes of it: "ab|<image>|c". */
static void splits(const char *text, const struct part *parts, size_t n, const char *want)
{
	hn_part out[16];
	struct buf said = BUF(BUF_NO_CAP);
	size_t made = parts_split(str_of(text), parts, n, out);

	ck_assert_uint_le(made, parts_most(n));
	for (size_t i = 0; i < made; i++) {
		if (out[i].type == HN_PART_TEXT)
			buf_addf(&said, "%s%.*s", i ? "|" : "", (int)out[i].data.n, out[i].data.p);
		else
			buf_addf(&said, "%s<%s>", i ? "|" : "", part_type_name(out[i].type));
	}
	ck_assert_str_eq(said.p ? said.p : "", want);
	buf_free(&said);
}

/* Text between two parts is one piece; where there is none, no piece. */
START_TEST(order)
{
	const struct part both[] = { at(HN_PART_OPAQUE, 0), at(HN_PART_OPAQUE, 2) };
	const struct part ends[] = { at(HN_PART_IMAGE, 0), at(HN_PART_FILE, 0), at(HN_PART_OPAQUE, 4) };

	splits("abcd", both, 2, "<opaque>|ab|<opaque>|cd");
	splits("abcd", ends, 3, "<image>|<file>|abcd|<opaque>");
	splits("abcd", NULL, 0, "abcd");
	splits("", NULL, 0, "");
	splits("", ends, 2, "<image>|<file>");
}
END_TEST

/* A message without anything is one empty text. */
START_TEST(empty)
{
	hn_part out[1];

	ck_assert_uint_eq(parts_split(str_of(NULL), NULL, 0, out), 1);
	ck_assert_uint_eq(out[0].type, HN_PART_TEXT);
	ck_assert_uint_eq(out[0].data.n, 0);
}
END_TEST

/* A copy has its own bytes, whatever they are. */
START_TEST(copies)
{
	char bytes[] = "a\0b";
	hn_part p = { .type = HN_PART_IMAGE, .id = str_of("i"), .mime = str_of("m/x"), .data = { bytes, 3 } };
	struct part own = part_copy(&p, 5);

	bytes[0] = 'X';
	ck_assert_int_eq(memcmp(own.data, "a\0b", 4), 0);
	ck_assert_uint_eq(own.at, 5);
	ck_assert_ptr_null(own.name);
	ck_assert_uint_eq(part_size(&p), sizeof own + 1 + 3 + 3);
	ck_assert(str_is(part_lend(&own).mime, "m/x"));
	part_free(&own);
}
END_TEST

UNIT_MAIN("parts", order, empty, copies)
