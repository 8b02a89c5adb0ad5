/* SPDX-License-Identifier: MIT */
/* test_rows: lines that are cut to the terminal's columns, and what of them stays. */
#include "../unit.h"
#include "shared/rows.h"

static const struct { unsigned columns; const char *text, *rows; } table[] = {
	{ 0, " 1 user: as long as it is\n", " 1 user: as long as it is\n" },
	{ 14, " 1 user: hello\n 2 user: longer\nend", " 1 user: hello\n 2 user: long…\nend" },
	{ 30, " 2 assistant: one two three four (interrupted)\n", " 2 assistant: o… (interrupted)\n" },
	{ 40, " 2 assistant: one two three f… (failed) (pinned)\n", " 2 assistant: one two… (failed) (pinned)\n" },
	{ 29, " 2 assistant: one two three f… (failed) (pinned)\n", " 2 assistant: one two three…\n" },
	{ 20, " 2 assistant: one (interrupted)\n", " 2 assistant: one (…\n" },
	{ 16, " 1 user: a (b c) (d e) f\n", " 1 user: a (b c…\n" },
	{ 12, " 1 user: one two\n", " 1 user: on…\n" },
	{ 13, " 1 user: one two\n", " 1 user: one…\n" },
	{ 12, " 1 user: 日本語\n", " 1 user: 日…\n" },
	{ 14, " 1 user: 日本語\n", " 1 user: 日本…\n" },
	{ 1, "abc\n\n", "…\n\n" },
	{ 9, "(a) (b) (c)", "(a) (b)…" },
};

START_TEST(each_line_is_one_row)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct buf out = BUF(BUF_NO_CAP);

		rows_cut(&out, table[i].columns, str_of(table[i].text));
		ck_assert_msg(!strcmp(out.p, table[i].rows), "case %zu: %s", i, out.p);
		buf_free(&out);
	}
}
END_TEST

UNIT_MAIN("rows", each_line_is_one_row)
