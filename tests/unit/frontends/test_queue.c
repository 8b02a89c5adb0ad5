/* SPDX-License-Identifier: MIT */
/* test_queue: which texts of a queue are taken alone, which together, and which are taken back. */
#include "readline/queue.h"

#include "../unit.h"

/* A queue of lines; a NULL ends them. */
static struct queue lines(const char *const *texts)
{
	struct queue q = { 0 };

	while (*texts)
		queue_add(&q, QUEUE_LINE, strdup(*texts++));
	return q;
}

#define LINES(...) lines((const char *const[]){ __VA_ARGS__, NULL })

/* Checks a text, NULL included, and frees it. */
static void is(char *text, const char *expected)
{
	ck_assert_pstr_eq(text, expected);
	free(text);
}

START_TEST(commands_are_known)
{
	static const char *const yes[] = { "/a", "/model x", "/?", "/edit 3\ntext", "/x\t" },
				 *const no[] = { "", "/", "a", " /a", "/etc/passwd", "/A", "/1", "a/b", "// no" };

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		ck_assert_msg(queue_is_command(yes[i]), "%s", yes[i]);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		ck_assert_msg(!queue_is_command(no[i]), "%s", no[i]);
}
END_TEST

START_TEST(one_by_one)
{
	struct queue q = LINES("a", "b");

	queue_add(&q, QUEUE_COMPOSE, strdup("c"));
	queue_add(&q, QUEUE_END, NULL);
	queue_add(&q, QUEUE_LINE, NULL);
	ck_assert_uint_eq(q.n, 4);
	ck_assert_uint_eq(queue_lines(&q), 2);
	is(queue_take(&q).text, "a");
	is(queue_take(&q).text, "b");
	ck_assert_int_eq(q.p[0].what, QUEUE_COMPOSE);
	ck_assert_ptr_null(queue_take_together(&q));
	queue_lines_only(&q);
	is(queue_take_together(&q), "c");
	ck_assert_int_eq(queue_take(&q).what, QUEUE_END);
	ck_assert_uint_eq(q.n, 0);
	queue_drop(&q);
}
END_TEST

/* A page that is pasted without marks is a queue of its lines. */
START_TEST(many_together)
{
	const size_t n = 100000;
	struct queue q = { 0 };

	for (size_t i = 0; i < n; i++)
		queue_add(&q, QUEUE_LINE, strdup("x"));
	queue_add(&q, QUEUE_LINE, strdup("/clear"));
	char *text = queue_take_together(&q);
	ck_assert_uint_eq(strlen(text), 2 * n - 1);
	ck_assert_uint_eq(strspn(text, "x\n"), 2 * n - 1);
	ck_assert_uint_eq(q.n, 1);
	is(queue_take_together(&q), "/clear");
	free(text);
	queue_drop(&q);
}
END_TEST

START_TEST(together)
{
	struct queue q = LINES("a", "b\nc", "/model x", "d", "e");

	ck_assert(!queue_is_together(&q));
	is(queue_take_together(&q), "a\nb\nc");
	is(queue_take_together(&q), "/model x");
	ck_assert(queue_is_together(&q));
	queue_add(&q, QUEUE_END, NULL);
	ck_assert(queue_is_together(&q));
	is(queue_take_together(&q), "d\ne");
	ck_assert_ptr_null(queue_take_together(&q));
	ck_assert_uint_eq(q.n, 1);
	queue_drop(&q);
	ck_assert(queue_is_together(&q));
}
END_TEST

START_TEST(taken_back)
{
	struct queue q = LINES("/stats", "a", "b");
	char *text = queue_take_back(&q, "");

	ck_assert_str_eq(text, "b");
	is(queue_take_back(&q, text), "a\nb");
	free(text);
	ck_assert_ptr_null(queue_take_back(&q, "a\nb"));
	ck_assert_uint_eq(q.n, 1);
	is(queue_take_back(&q, ""), "/stats");
	ck_assert_ptr_null(queue_take_back(&q, ""));
	queue_add(&q, QUEUE_LINE, strdup("a"));
	ck_assert_ptr_null(queue_take_back(&q, "/model x"));
	queue_add(&q, QUEUE_END, NULL);
	ck_assert_ptr_null(queue_take_back(&q, ""));
	ck_assert_uint_eq(q.n, 2);
	queue_drop(&q);
}
END_TEST

UNIT_MAIN("queue", commands_are_known, one_by_one, many_together, together, taken_back)
