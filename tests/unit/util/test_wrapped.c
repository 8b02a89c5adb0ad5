/* SPDX-License-Identifier: MIT */
/* test_wrapped: rows of hobnob's own messages: where they break, how they are indented, and what stays whole. */
#include "../unit.h"
#include "util/wrapped.h"

#define HELP "/help (/?)   this list\n/retry [M]   ask the last question again\n"

static const struct { struct wrapped how; const char *text, *rows; } table[] = {
	{ { .columns = 0 }, "one two three\n", "one two three\n" },
	{ { .columns = 13 }, "one two three", "one two three" },
	{ { .columns = 12 }, "one two three\n", "one two\n  three\n" },
	/* a remark: the label, a hint below */
	{ { 20, 8, 2 }, "cannot be read here\nask again, later then\n", "hobnob: cannot be\n  read here\n  ask again, later\n    then\n" },
	{ { 20, 8, 2 }, "cannot/be/read here", "hobnob:\n  cannot/be/read\n  here" },
	{ { 20, 8, 2 }, "/this/path/is/too/long here", "hobnob: /this/path/is/too/long\n  here" },
	{ { 0, 8, 2 }, "cannot be read\n\nask again\n", "hobnob: cannot be read\n\n  ask again\n" },
	/* a right column, unless it has too little room */
	{ { .columns = 30 }, HELP, "/help (/?)   this list\n/retry [M]   ask the last\n             question again\n" },
	{ { .columns = 20 }, HELP, "/help (/?)  this\n  list\n/retry [M]  ask the\n  last question\n  again\n" },
	{ { .columns = 34 }, HELP, "/help (/?)   this list\n/retry [M]   ask the last question\n             again\n" },
	{ { .columns = 40 }, "a                   b c d e f g h i j k l m", "a                   b c d e f g h i j k\n                    l m" },
	{ { .columns = 40 }, "a                    b c d e f g h i j k l m", "a  b c d e f g h i j k l m" },
	{ { .columns = 24 }, "  sent     about 2 tokens, 2 messages", "  sent     about 2\n           tokens, 2\n           messages" },
	/* paths and addresses are never broken, what is quoted only if it must be */
	{ { .columns = 12 }, "see https://example.org/a/b or", "see\n  https://example.org/a/b\n  or" },
	{ { .columns = 20 }, "try `hobnob models` or `hobnob -m another model`", "try `hobnob models`\n  or `hobnob -m\n  another model`" },
	{ { .columns = 20 }, "or try `hobnob models`", "or try\n  `hobnob models`" },
	/* wide characters take two columns, marks none */
	{ { .columns = 9 }, "\u65e5\u672c\u8a9e \u672c\u8a9e", "\u65e5\u672c\u8a9e\n  \u672c\u8a9e" },
	{ { .columns = 11 }, "\u65e5\u672c\u8a9e \u672c\u8a9e", "\u65e5\u672c\u8a9e \u672c\u8a9e" },
	{ { .columns = 8 }, "cafe\u0301 now", "cafe\u0301 now" },
	/* no row ends in a blank; a tiny terminal gets words all the same */
	{ { .columns = 5 }, "alpha   beta  \n", "alpha\n  beta\n" },
	{ { .columns = 1 }, "a b", "a\n  b" },
	{ { .columns = 10 }, "", "" },
	{ { .columns = 10 }, "\n\n", "\n\n" },
};

START_TEST(rows_of_words)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct buf out = BUF(BUF_NO_CAP);

		if (table[i].how.column)
			buf_adds(&out, "hobnob: ");
		wrapped_add(&out, &table[i].how, str_of(table[i].text));
		ck_assert_msg(!strcmp(out.p ? out.p : "", table[i].rows), "case %zu: %s", i, out.p ? out.p : "");
		buf_free(&out);
	}
}
END_TEST

UNIT_MAIN("wrapped", rows_of_words)
