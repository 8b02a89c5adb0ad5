/* SPDX-License-Identifier: MIT */
/* test_dotenv: every form of a line, and what is refused with which words. */
#include "unit.h"

#include "config/dotenv.h"

struct line {
	const char *text, *name, *value;
};

static const struct line lines[] = {
	{ "A=1", "A", "1" },
	{ "A=1\n", "A", "1" },
	{ "A=1\r\nB=2\r\n", "A", "1" },
	{ "A=1\r\nB=2\r\n", "B", "2" },
	{ "\xEF\xBB\xBF"
	  "A=1",
		"A", "1" },
	{ "# c\n\n  A = 1  \n", "A", "1" },
	{ "export A=1", "A", "1" },
	{ "export\tA=1", "A", "1" },
	{ "export=1", "export", "1" },
	{ "export =1", "export", "1" },
	{ "A=", "A", "" },
	{ "A=a b # comment", "A", "a b" },
	{ "A=a#b", "A", "a#b" },
	{ "A=#x", "A", "#x" },
	{ "A= # x", "A", "" },
	{ "A='a # $B \\n \"x\"' # c", "A", "a # $B \\n \"x\"" },
	{ "A=\"a\\n\\t\\\"\\\\\\$B\\q # x\"", "A", "a\n\t\"\\$B\\q # x" },
	{ "A=\"one\ntwo\"\nB=3", "A", "one\ntwo" },
	{ "A=\"one\ntwo\"\nB=3", "B", "3" },
	{ "A=\"  x  \"", "A", "  x  " },
	{ "B=1\nA=${B}2$B", "A", "121" },
	{ "B=1\nA=\"<${B}>\"", "A", "<1>" },
	{ "B=1\nA='${B}'", "A", "${B}" },
	{ "A=${HOME}x", "A", "x" },
	{ "A=$HOME", "A", "" },
	{ "A=$5 and $", "A", "$5 and $" },
	{ "A=1\nA=2", "A", "2" },
	{ "A=1\nB=$A\nA=2", "B", "1" },
	{ "_a1=x", "_a1", "x" },
	{ "A=x'y'", "A", "x'y'" },
	{ "A=a=b", "A", "a=b" },
};

/* Every row of the table above. */
START_TEST(reads)
{
	ck_assert_int_eq(setenv("HOME", "/elsewhere", 1), 0);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct dotenv env;
		char *error = NULL;
		ck_assert_msg(dotenv_read(str_of(lines[i].text), ".env", &env, &error) == 0,
			"%s: %s", lines[i].text, error);
		const struct dotenv_pair *pair = dotenv_get(&env, lines[i].name);
		ck_assert_msg(pair != NULL, "%s", lines[i].text);
		ck_assert_str_eq(pair->value, lines[i].value);
		dotenv_free(&env);
	}
}
END_TEST

/* A pair knows its line; of equal names there is one, with the last line. */
START_TEST(lines_count)
{
	struct dotenv env;
	char *error;
	ck_assert_int_eq(
		dotenv_read(str_of("\nA=\"x\n\ny\"\nB=1\nA=2\n"), ".env", &env, &error), 0);
	ck_assert_uint_eq(env.n, 2);
	ck_assert_int_eq(dotenv_get(&env, "A")->line, 6);
	ck_assert_int_eq(dotenv_get(&env, "B")->line, 5);
	ck_assert_ptr_null(dotenv_get(&env, "C"));
	dotenv_free(&env);
	ck_assert_int_eq(dotenv_read((hn_str){ NULL, 0 }, ".env", &env, &error), 0);
	ck_assert_uint_eq(env.n, 0);
}
END_TEST

static const struct {
	const char *text, *error;
} refused[] = {
	{ "A=1\nnonsense sk-secret\n", ".env:2: expected NAME=value" },
	{ "1A=1\n", ".env:1: expected NAME=value" },
	{ "=1\n", ".env:1: expected NAME=value" },
	{ "A-B=1\n", ".env:1: expected NAME=value" },
	{ "A='x\n", ".env:1: no closing single quote" },
	{ "B=1\nA=\"x\n\n\n", ".env:2: no closing double quote" },
	{ "A=\"x\" y\n", ".env:1: text behind the closing quote" },
	{ "A='x'y\n", ".env:1: text behind the closing quote" },
	{ "A=${B\n", ".env:1: expected ${NAME}" },
	{ "A=${}\n", ".env:1: expected ${NAME}" },
	{ "A=${B:-sk-secret}\n", ".env:1: expected ${NAME}" },
	{ "A=1\nB=\xFF\n", ".env:2: invalid UTF-8" },
};

/* Every row of the table above; no error quotes a value. */
START_TEST(refuses)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct dotenv env;
		char *error = NULL;
		ck_assert_int_eq(dotenv_read(str_of(refused[i].text), ".env", &env, &error), -1);
		ck_assert_str_eq(error, refused[i].error);
		ck_assert_uint_eq(env.n, 0);
		free(error);
	}
	struct dotenv env;
	char *error = NULL;
	ck_assert_int_eq(dotenv_read((hn_str){ "A=1\nB=\0\n", 8 }, ".env", &env, &error), -1);
	ck_assert_str_eq(error, ".env:2: NUL byte");
	free(error);
}
END_TEST

/* A file that doubles a value on every line is refused, soon. */
START_TEST(bomb)
{
	struct buf text = BUF(BUF_NO_CAP);
	struct dotenv env;
	char *error = NULL;
	buf_adds(&text, "A0=xxxxxxxxxxxxxxxx\n");
	for (int i = 1; i < 64; i++)
		buf_addf(&text, "A%d=$A%d$A%d\n", i, i - 1, i - 1);
	ck_assert_int_eq(dotenv_read(buf_str(&text), ".env", &env, &error), -1);
	ck_assert_str_eq(error, ".env:19: the values are too long");
	free(error);
	buf_cut(&text, 0);
	for (int i = 0; i <= 2000; i++)
		buf_addf(&text, "A%d=\n", i);
	ck_assert_int_eq(dotenv_read(buf_str(&text), ".env", &env, &error), -1);
	ck_assert_str_eq(error, ".env:2001: too many names");
	free(error);
	buf_cut(&text, 0);
	for (int i = 0; i < 300000; i++) /* each is searched for */
		buf_adds(&text, i ? "$A" : "A=$A");
	ck_assert_int_eq(dotenv_read(buf_str(&text), ".env", &env, &error), -1);
	ck_assert_str_eq(error, ".env:1: too many names");
	free(error);
	buf_cut(&text, 0);
	for (int i = 0; i < 80000; i++)
		buf_adds(&text, "A=\n");
	ck_assert_int_eq(dotenv_read(buf_str(&text), ".env", &env, &error), -1);
	ck_assert_str_eq(error, ".env:20001: too many names");
	free(error);
	buf_free(&text);
}
END_TEST

UNIT_MAIN("dotenv", reads, lines_count, refuses, bomb)
