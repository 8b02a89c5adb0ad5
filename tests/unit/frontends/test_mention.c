/* SPDX-License-Identifier: MIT */
/* test_mention: which files a message names. */
#include "../scratch.h"

#include "shared/mention.h"
#include "util/buf.h"

/* What a text names, "|" between them, in a folder with a.c, b.c, "dir/c d", x@y. */
static void names(const char *text, const char *want)
{
	struct buf said = BUF(BUF_NO_CAP);
	struct mentions m;

	mentions_find(&m, (hn_str){ text, strlen(text) });
	for (size_t i = 0; i < m.n; i++)
		buf_addf(&said, "%s%.*s", i ? "|" : "", (int)m.paths[i].n, m.paths[i].p);
	ck_assert_str_eq(said.p ? said.p : "", want);
	buf_free(&said);
}

static void enter(struct scratch *s)
{
	scratch_open(s);
	ck_assert_int_eq(chdir(s->dir), 0);
	scratch_write(s, "a.c", "x");
	scratch_write(s, "b.c", "x");
	scratch_write(s, "x@y", "x");
	ck_assert_int_eq(mkdir("dir", 0700), 0);
	scratch_write(s, "dir/c d", "x");
	ck_assert_int_eq(mkfifo("pipe", 0600), 0);
}

START_TEST(finds)
{
	struct scratch s;

	enter(&s);
	names("", "");
	names("@", "");
	names("@a.c", "a.c");
	names("compare @a.c and\n@b.c, please (@x@y)", "a.c|b.c|x@y");
	names("is it @a.c?", "a.c");
	names("\"see @a.c.\"", "a.c");
	names("@a.c @a.c @./a.c", "a.c|./a.c");
	names("@dir @pipe @none @dir/c d", "");
	names("me@a.c @@a.c", "");
	scratch_close(&s);
}
END_TEST

/* Neither many names nor a long text cost more than they may. */
START_TEST(is_bounded)
{
	struct scratch s;
	struct mentions m;
	struct buf text = BUF(BUF_NO_CAP);

	enter(&s);
	for (int i = 0; i < 30; i++) {
		char name[16];
		snprintf(name, sizeof name, "f%d", i);
		scratch_write(&s, name, "x");
		buf_addf(&text, "@f%d ", i);
	}
	mentions_find(&m, buf_str(&text));
	ck_assert_uint_eq(m.n, MENTIONS_MOST);
	while (text.n <= MENTION_TEXT_MOST)
		buf_addc(&text, ' ');
	mentions_find(&m, buf_str(&text));
	ck_assert_uint_eq(m.n, 0);
	buf_free(&text);
	scratch_close(&s);
}
END_TEST

UNIT_MAIN("mention", finds, is_bounded)
