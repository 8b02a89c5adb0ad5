/* SPDX-License-Identifier: MIT */
/* test_fenced: the blocks of code that a text has, by the rules of Markdown. */
#include "../unit.h"

#include "util/fenced.h"

/* All blocks of a text: "LANGUAGE:CODE" each, "|" between them, a newline as "/". */
static void has(const char *text, const char *want)
{
	struct buf said = BUF(BUF_NO_CAP);
	hn_str rest = str_of(text);
	struct fenced b, again;
	size_t n = 0;

	while (fenced_next(&rest, &b)) {
		buf_addf(&said, "%s%.*s:", n++ ? "|" : "", (int)b.language.n, b.language.p);
		fenced_add(&b, &said);
		ck_assert_int_eq(fenced_find(str_of(text), n, &again), 1);
		ck_assert_ptr_eq(again.lines.p, b.lines.p);
		ck_assert_uint_eq(again.lines.n, b.lines.n);
	}
	for (size_t i = 0; i < said.n; i++)
		if (said.p[i] == '\n')
			said.p[i] = '/';
	ck_assert_str_eq(said.p ? said.p : "", want);
	ck_assert_uint_eq(fenced_count(str_of(text)), n);
	ck_assert_int_eq(fenced_find(str_of(text), n + 1, &again), 0);
	ck_assert_int_eq(fenced_find(str_of(text), 0, &again), 0);
	buf_free(&said);
}

START_TEST(blocks)
{
	has("", "");
	has("no code, `not here` either\n", "");
	has("Do:\n```c\nint a;\n\nint b;\n```\nand\n```\nls\n```\n", "c:int a;//int b;/|:ls/");
	has("```\n```\n", ":");
	has("```sh\n", "sh:");
	has("```sh", "sh:");
}
END_TEST

/* A fence is closed by its own kind, as long or longer, with nothing after it. */
START_TEST(fences)
{
	has("````md\n```c\nx\n```\n````\n", "md:```c/x/```/");
	has("~~~\n```\n~~~~\n", ":```/");
	has("```\na\n``` b\n``\n`````  \n", ":a/``` b/``/");
	has("```a`b\nx\n", "");
	has("~~~ a`b\nx\n", "a`b:x/");
	has("``` python, title=\"x\"\nx\n```", "python:x/");
	has("``` {.r}\nx\n```", ":x/");
	has("```c\r\nx\r\n```\r\nafter\n", "c:x\r/");
}
END_TEST

/* What nothing closes ends with the text, as a reply does that was cut. */
START_TEST(open_ended)
{
	has("```c\nint a;\nint", "c:int a;/int/");
	has("> ```c\n> int a;\n> > b\n>\n> c\nafter\n", "c:int a;/> b//c/");
}
END_TEST

/* A list indents its blocks; that much is not code. */
START_TEST(indented)
{
	has("1. Do\n\n   ```sh\n   make\n     check\n all\n\n   ```\n2. Then\n", "sh:make/  check/all//");
	has("   ```\nx\n", ":x/");
	has("> ```c\n> \tx\n> ```\n> y\n", "c:\tx/");
	has("> ```\n> x\n```\ny\n", ":x/|:y/");
}
END_TEST

UNIT_MAIN("fenced", blocks, fences, open_ended, indented)
