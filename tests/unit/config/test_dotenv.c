/* SPDX-License-Identifier: MIT */
/* test_dotenv: every form of a line, and what is refused with which words. */
#include "../fault_is.h"

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
		struct fault fault = { 0 };
		ck_assert_msg(dotenv_read(str_of(lines[i].text), ".env", &env, &fault) == 0,
			"%s: %s", lines[i].text, fault.message);
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
	struct fault fault = { 0 };
	ck_assert_int_eq(
		dotenv_read(str_of("\nA=\"x\n\ny\"\nB=1\nA=2\n"), ".env", &env, &fault), 0);
	ck_assert_uint_eq(env.n, 2);
	ck_assert_int_eq(dotenv_get(&env, "A")->line, 6);
	ck_assert_int_eq(dotenv_get(&env, "B")->line, 5);
	ck_assert_ptr_null(dotenv_get(&env, "C"));
	dotenv_free(&env);
	ck_assert_int_eq(dotenv_read((hn_str){ NULL, 0 }, ".env", &env, &fault), 0);
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
	{ "A=\"x\" y\n", ".env:1: text after the closing quote" },
	{ "A='x'y\n", ".env:1: text after the closing quote" },
	{ "A=${B\n", ".env:1: expected ${NAME}" },
	{ "A=${}\n", ".env:1: expected ${NAME}" },
	{ "A=${B:-sk-secret}\n", ".env:1: expected ${NAME}" },
	{ "A=1\nB=\xFF\n",
		".env:2: it is not text in UTF-8\nif it is text in another encoding, convert it, as "
		"with: iconv -f LATIN1 -t UTF-8" },
};

/* Every row of the table above; no error quotes a value. */
START_TEST(refuses)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct dotenv env;
		struct fault fault = { 0 };
		ck_assert_int_eq(dotenv_read(str_of(refused[i].text), ".env", &env, &fault), HN_ERR_CONFIG);
		fault_is(&fault, HN_ERR_CONFIG, refused[i].error);
		ck_assert_uint_eq(env.n, 0);
	}
	struct dotenv env;
	struct fault fault = { 0 };
	ck_assert_int_eq(dotenv_read((hn_str){ "A=1\nB=\0\n", 8 }, ".env", &env, &fault), HN_ERR_CONFIG);
	fault_is(&fault, HN_ERR_CONFIG, ".env:2: it is not text: it holds a NUL byte\nhobnob takes text in UTF-8");
}
END_TEST

/* A file that doubles a value on every line is refused, soon. */
START_TEST(bomb)
{
	struct buf text = BUF(BUF_NO_CAP);
	struct dotenv env;
	struct fault fault = { 0 };
	buf_adds(&text, "A0=xxxxxxxxxxxxxxxx\n");
	for (int i = 1; i < 64; i++)
		buf_addf(&text, "A%d=$A%d$A%d\n", i, i - 1, i - 1);
	ck_assert_int_eq(dotenv_read(buf_str(&text), ".env", &env, &fault), HN_ERR_CONFIG);
	fault_is(&fault, HN_ERR_CONFIG, ".env:19: the values are too long");
	buf_cut(&text, 0);
	for (int i = 0; i <= 2000; i++)
		buf_addf(&text, "A%d=\n", i);
	ck_assert_int_eq(dotenv_read(buf_str(&text), ".env", &env, &fault), HN_ERR_CONFIG);
	fault_is(&fault, HN_ERR_CONFIG, ".env:2001: too many names");
	buf_cut(&text, 0);
	for (int i = 0; i < 300000; i++) /* each is searched for */
		buf_adds(&text, i ? "$A" : "A=$A");
	ck_assert_int_eq(dotenv_read(buf_str(&text), ".env", &env, &fault), HN_ERR_CONFIG);
	fault_is(&fault, HN_ERR_CONFIG, ".env:1: too many names");
	buf_cut(&text, 0);
	for (int i = 0; i < 80000; i++)
		buf_adds(&text, "A=\n");
	ck_assert_int_eq(dotenv_read(buf_str(&text), ".env", &env, &fault), HN_ERR_CONFIG);
	fault_is(&fault, HN_ERR_CONFIG, ".env:20001: too many names");
	buf_free(&text);
}
END_TEST

/* What a found file holds: of A to Z "=value", or "!line:fault" where the line was skipped; and the warning. */
static const struct {
	const char *text, *holds, *skipped;
} found[] = {
	{ "A=1\n# caf\xE9\nB=2 # caf\xE9\n", "A=1 B=2 ", NULL },
	{ "DEBUG\nA=1\n", "A=1 ", ".env:1: this line is skipped: expected NAME=value" },
	{ "export A\nB: x\nC\t=1", "A!1:expected NAME=value B!2:expected NAME=value C=1 ",
		".env:1: this line and 1 more are skipped: expected NAME=value" },
	{ "A=1\nA=${X:-2}\n", "A!2:expected ${NAME} ", ".env:2: this line is skipped: expected ${NAME}" },
	{ "A=${X:-2}\nA=1\n", "A=1 ", ".env:1: this line is skipped: expected ${NAME}" },
	/* a longer name is another's */
	{ "A.b=1\nA-B=2\nA/c\nA\xE9=1\n", "", ".env:1: this line and 3 more are skipped: expected NAME=value" },
	{ "=x\n[A]\n{\n\"A\": 1\n}\n", "", ".env:1: this line and 4 more are skipped: expected NAME=value" },
	/* what refers to a skipped line would be another value than was meant */
	{ "H=${X:-good}\nA=https://${H}.example\nB=$A\nC=1",
		"H!1:expected ${NAME} A!2:it refers to a name whose line is skipped "
		"B!3:it refers to a name whose line is skipped C=1 ",
		".env:1: this line and 2 more are skipped: expected ${NAME}" },
	/* all that a quote runs over is skipped, whatever it looks like */
	{ "X=\"one\nA=2\n\" y\nB=3\n", "X!1:text after the closing quote B=3 ",
		".env:3: this line is skipped: text after the closing quote" },
	{ "my.note=\"one\nA=2\nend\"\nB=3\n", "B=3 ", ".env:1: this line is skipped: expected NAME=value" },
	{ "my.note: 'one\nA=2\nend'\nB=3\n", "B=3 ", ".env:1: this line is skipped: expected NAME=value" },
	{ "x-y=`one\nA=2\n`\nB=3\n", "B=3 ", ".env:1: this line is skipped: expected NAME=value" },
	{ "my.note=\"a \\\" b\nA=2\n\"\nB=3\n", "B=3 ", ".env:1: this line is skipped: expected NAME=value" },
	{ "X='it\nA=2\n'\nB=3", "X!1:no closing single quote B=3 ",
		".env:1: this line is skipped: no closing single quote" },
	/* a quote that nothing ends: the rest is not read, but noted */
	{ "A=1\nX=\"no end\nB=2\nexport C=3\nwords\n",
		"A=1 X!2:no closing double quote B!3:an earlier line opens a quote that none closes "
		"C!4:an earlier line opens a quote that none closes ",
		".env:2: this line is skipped: no closing double quote" },
	{ "run \\\nA=2 \\\r\nB=3\nC=4\n", "A!2:an earlier line continues here B!3:an earlier line continues here C=4 ",
		".env:1: this line is skipped: expected NAME=value" },
	{ "A=\xFF\nB=2\n", "A!1:it is not text in UTF-8 B=2 ",
		".env:1: this line is skipped: it is not text in UTF-8 (if it is text in another "
		"encoding, convert it, as with: iconv -f LATIN1 -t UTF-8)" },
};

/* What a file holds, as the table has it. */
static char *held(const struct dotenv *env)
{
	struct buf out = BUF(BUF_NO_CAP);
	for (size_t i = 0; i < env->n; i++) {
		const struct dotenv_pair *p = &env->pairs[i];
		if (p->fault && strlen(p->name) == 1)
			buf_addf(&out, "%s!%d:%s ", p->name, p->line, p->fault);
		else if (!p->fault)
			buf_addf(&out, "%s=%s ", p->name, p->value);
		ck_assert(!p->fault || !*p->value);
	}
	return buf_take(&out);
}

/* Every row of the table above. */
START_TEST(skips)
{
	for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
		struct dotenv env;
		char *skipped = NULL;
		dotenv_read_found(str_of(found[i].text), ".env", &env, &skipped);
		char *holds = held(&env);
		ck_assert_str_eq(holds, found[i].holds);
		ck_assert_pstr_eq(skipped, found[i].skipped);
		free(holds);
		free(skipped);
		dotenv_free(&env);
	}
}
END_TEST

/* Bytes that are no text at all, and more than is read, are skipped. */
START_TEST(skips_whole)
{
	static const char wide[] = "\xFF\xFE" "A\0=\0001\0\n\0B\0=\0002\0\n";
	struct buf text = BUF(BUF_NO_CAP);
	struct dotenv env;
	char *skipped = NULL;
	dotenv_read_found((hn_str){ wide, sizeof wide }, ".env", &env, &skipped);
	ck_assert_str_eq(skipped, ".env:1: this line and 2 more are skipped: it is UTF-16, not UTF-8 "
				  "(convert it, as with: iconv -f UTF-16 -t UTF-8)");
	ck_assert_uint_eq(env.n, 0);
	free(skipped);
	for (int i = 0; i <= 2000; i++)
		buf_addf(&text, "A%d=\n", i);
	dotenv_read_found(buf_str(&text), ".env", &env, &skipped);
	ck_assert_str_eq(skipped, ".env:2001: the file is skipped: too many names");
	ck_assert_uint_eq(env.n, 0);
	free(skipped);
	buf_free(&text);
}
END_TEST

UNIT_MAIN("dotenv", reads, lines_count, refuses, bomb, skips, skips_whole)
