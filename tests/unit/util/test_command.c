/* SPDX-License-Identifier: MIT */
/* test_command: which command a reply suggests, and what in it nobody sees. */
#include "../unit.h"

#include <stdlib.h>

#include "util/command.h"

/* The reply's command, and how many lines it has. */
static void takes(const char *reply, const char *want, size_t lines)
{
	struct buf out = BUF(BUF_NO_CAP);
	struct fault f = { 0 };

	ck_assert_int_eq(command_take(str_of(reply), &out, &f), 0);
	ck_assert_str_eq(out.p, want);
	ck_assert_uint_eq(command_lines(buf_str(&out)), lines);
	buf_free(&out);
}

/* The reply has none; why, from its beginning. */
static void refuses(hn_str reply, const char *why)
{
	struct buf out = BUF(BUF_NO_CAP);
	struct fault f = { 0 };

	ck_assert_int_eq(command_take(reply, &out, &f), HN_ERR_PROTOCOL);
	ck_assert_str_eq(f.message, why);
	ck_assert_uint_eq(out.n, 0);
	fault_free(&f);
	buf_free(&out);
}

START_TEST(plain)
{
	takes("ls -l", "ls -l", 1);
	takes("\n\n  rm -rf x \t\r\n", "rm -rf x", 1);
	takes("for i in 1 2\r\ndo echo $i\r\ndone\r\n", "for i in 1 2\ndo echo $i\ndone", 3);
	takes("$ ls", "ls", 1);
	takes("$ ls\n$ pwd", "$ ls\n$ pwd", 2);
	takes("$x", "$x", 1);
	takes("#!/bin/sh\nls", "#!/bin/sh\nls", 2);
	takes("# all of them\nls", "# all of them\nls", 2);
	takes("printf 'a\rb'", "printf 'a\rb'", 1);
}
END_TEST

START_TEST(marked)
{
	takes("Do this:\n```sh\nls -l\n```\nGood luck!\n```\nrm x\n```\n", "ls -l", 1);
	takes("```\n\n$ make\n\n```", "make", 1);
	takes("`ls -l`", "ls -l", 1);
	takes("` ls `\n", "ls", 1);
	takes("echo `date`", "echo `date`", 1);
	takes("`a` `b`", "`a` `b`", 1);
}
END_TEST

START_TEST(none)
{
	size_t n = COMMAND_MOST + 1;
	char *much = malloc(n);

	refuses(str_of(""), "no command came");
	refuses(str_of(" \n\t\r\n"), "no command came");
	refuses(str_of("```sh\n```"), "no command came");
	refuses(str_of("``"), "no command came");
	refuses(str_of("# nothing\n\n  # does that\n"), "no command came: # nothing\n\n  # does that");
	memset(much, 'x', n);
	refuses((hn_str){ much, n }, "16385 bytes came, which nobody reads before they run: a command has 16384 at most");
	struct buf out = BUF(BUF_NO_CAP);
	struct fault f = { 0 };
	ck_assert_int_eq(command_take((hn_str){ much, n - 1 }, &out, &f), 0);
	ck_assert_uint_eq(out.n, COMMAND_MOST);
	buf_free(&out);
	free(much);
}
END_TEST

/* The fault of a command of n bytes; NULL: all of it is seen. */
static void hides(const char *command, size_t n, const char *why)
{
	struct fault f = { 0 };

	ck_assert_int_eq(command_hides((hn_str){ command, n }, &f), why ? HN_ERR_PROTOCOL : 0);
	if (why)
		ck_assert_ptr_nonnull(strstr(f.message, why));
	fault_free(&f);
}
#define HIDES(command, why) hides(command, sizeof command - 1, why)

START_TEST(hidden)
{
	HIDES("", NULL);
	HIDES("ls\t-l\necho 'Gr\u00fc\u00dfe' \u65e5\u672c e\u0301 \U0001F600", NULL);
	HIDES("ls \033[2J", "U+001B (line 1, character 4)");
	HIDES("a\nbc\0d", "U+0000 (line 2, character 3)");
	HIDES("a\rb", "U+000D (line 1, character 2)");
	HIDES("a\177", "U+007F");
	HIDES("a\xc2\x85", "U+0085");
	HIDES("\u00fc\u202e", "U+202E (line 1, character 2)");
	HIDES("a\u2066", "U+2066");
	HIDES("a\u200bb", "U+200B");
	HIDES("a\u200d", "U+200D");
	HIDES("a\ufeff", "U+FEFF");
	HIDES("a\u00ad", "U+00AD");
	HIDES("a\u00a0b", "U+00A0");
	HIDES("a\u3000b", "U+3000");
	HIDES("a\u2028b", "U+2028");
	HIDES("a\u3164", "U+3164");
	HIDES("a\ufe0f", "U+FE0F");
	HIDES("a\U000E0041", "U+E0041");
	HIDES("a\U000E0100", "U+E0100");
	HIDES("a\U000E1000", "U+E1000");
	HIDES("a\xff", "U+FFFD");
	HIDES("a\xc3", "U+FFFD");
}
END_TEST

START_TEST(edited)
{
	struct buf out = BUF(BUF_NO_CAP);
	struct fault f = { 0 };

	ck_assert_int_eq(command_trim(str_of(" # `x`\r\n"), &out, &f), 0);
	ck_assert_str_eq(out.p, "# `x`");
	buf_free(&out);
	ck_assert_int_eq(command_trim(str_of(" \n"), &out, &f), HN_ERR_PROTOCOL);
	fault_free(&f);
}
END_TEST

UNIT_MAIN("command", plain, marked, none, hidden, edited)
