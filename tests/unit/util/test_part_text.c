/* SPDX-License-Identifier: MIT */
/* test_part_text: a part is described on one safe line. */
#include "../unit.h"

#include "util/part_text.h"

static void describes(uint32_t type, const char *name, hn_str data, const char *want)
{
	const hn_part p = { .type = type & 0xFF, .flags = type >> 8, .name = str_of(name), .data = data };
	struct buf out = BUF(BUF_NO_CAP);

	part_describe(&p, &out);
	ck_assert_str_eq(out.p ? out.p : "", want);
	buf_free(&out);
}

/* With a name and a size; what could act on a terminal, or end the line, is made visible. */
START_TEST(described)
{
#define SIZE(bytes) ((hn_str){ NULL, bytes })
	describes(HN_PART_IMAGE, "photo.png", SIZE(12345), "[image photo.png, 12 KB]");
	describes(HN_PART_IMAGE, NULL, SIZE(1), "[image 1 byte]");
	describes(HN_PART_FILE, "photo.png", SIZE(999), "[file photo.png, 999 bytes]");
	describes(HN_PART_IMAGE, NULL, SIZE(2567000), "[image 2.5 MB]");
	describes(HN_PART_IMAGE, "a\033]0;b\nc", SIZE(0), "[image a^[]0;b^Jc, 0 bytes]");
	describes(HN_PART_IMAGE | HN_PARTFLAG_URL << 8, NULL, str_of("https://x.example/a\033[2J.png"),
		"[image https://x.example/a^[[2J.png]");
	describes(HN_PART_TOOL_CALL, "weather", SIZE(9), "[call of the tool weather]");
	describes(HN_PART_TOOL_RESULT, "weather", SIZE(9), "[result of the tool weather]");
	describes(HN_PART_OPAQUE, "photo.png", SIZE(5), "");
	describes(HN_PART_TEXT, NULL, str_of("x"), "");
	describes(99, NULL, str_of("x"), "");
}
END_TEST

UNIT_MAIN("part_text", described)
