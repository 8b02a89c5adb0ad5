/* SPDX-License-Identifier: MIT */
/* test_task: whom a signal cancels, and who has not reacted. */
#include "../unit.h"

#include "call/task.h"

static struct tasks all;
static struct task *a, *b;

static void begin(void)
{
	ck_assert_int_eq(tasks_open(&all), 0);
	a = task_new(&all);
	b = task_new(&all);
	ck_assert_ptr_nonnull(a);
	ck_assert_ptr_nonnull(b);
}

/* Which are cancelled: the program's own, a, b. */
#define CANCELLED(own_is, a_is, b_is)                                       \
	do {                                                                \
		ck_assert_int_eq(cancel_is_set(&all.own.cancel), own_is);   \
		ck_assert_int_eq(cancel_is_set(&a->cancel), a_is);          \
		ck_assert_int_eq(cancel_is_set(&b->cancel), b_is);          \
	} while (0)

START_TEST(an_interrupt_cancels_all_that_work)
{
	begin();
	task_begin(a);
	ck_assert_int_eq(tasks_interrupt(&all), 0);
	CANCELLED(0, 1, 0);
	task_begin(b);
	ck_assert_int_eq(tasks_interrupt(&all), 1); /* a owes its reaction */
	CANCELLED(0, 1, 1);
	task_took(a);
	CANCELLED(0, 0, 1);
	tasks_close(&all);
}
END_TEST

START_TEST(an_interrupt_while_none_works_is_the_programs)
{
	begin();
	task_begin(a);
	task_begin(a);
	task_end(a);
	task_end(a);
	ck_assert_int_eq(tasks_interrupt(&all), 0);
	CANCELLED(1, 0, 0);
	ck_assert_int_eq(tasks_interrupt(&all), 1);
	task_took(&all.own);
	ck_assert_int_eq(tasks_interrupt(&all), 0);
	tasks_close(&all);
}
END_TEST

START_TEST(the_end_is_for_good)
{
	begin();
	ck_assert_int_eq(tasks_end(&all, 15), 0);
	task_took(a);
	cancel_set(&b->cancel);
	task_took(b);
	CANCELLED(1, 1, 1);
	ck_assert_int_eq(cancel_is_set(&task_new(&all)->cancel), 1);
	ck_assert_int_eq(tasks_interrupt(&all), 1);
	ck_assert_int_eq(tasks_end(&all, 1), 1);
	ck_assert_int_eq(atomic_load(&all.ending), 1);
	tasks_close(&all);
}
END_TEST

START_TEST(the_plugin_that_keeps_one_from_reacting)
{
	begin();
	task_calls(a, "good");
	task_calls(b, "bad");
	ck_assert_ptr_null(tasks_stuck(&all));
	task_begin(b);
	tasks_interrupt(&all);
	ck_assert_str_eq(tasks_stuck(&all), "bad");
	task_calls(b, NULL);
	ck_assert_ptr_null(tasks_stuck(&all));
	tasks_end(&all, 15);
	ck_assert_str_eq(tasks_stuck(&all), "good");
	tasks_close(&all);
}
END_TEST

START_TEST(a_task_is_used_again_with_nothing_left_in_it)
{
	begin();
	task_begin(a);
	tasks_interrupt(&all);
	task_end(a);
	task_free(&all, a);
	task_free(&all, NULL);
	ck_assert_ptr_eq(task_new(&all), a);
	CANCELLED(0, 0, 0);
	task_begin(a);
	ck_assert_int_eq(tasks_interrupt(&all), 0);
	tasks_close(&all);
}
END_TEST

UNIT_MAIN("task", an_interrupt_cancels_all_that_work, an_interrupt_while_none_works_is_the_programs,
	the_end_is_for_good, the_plugin_that_keeps_one_from_reacting, a_task_is_used_again_with_nothing_left_in_it)
