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

/* Who keeps a task from reacting, as "PLUGIN FUNCTION"; "nobody". */
static const char *stuck(void)
{
	static char text[64];
	const char *plugin, *function;

	if (!tasks_stuck(&all, &plugin, &function))
		return "nobody";
	snprintf(text, sizeof text, "%s %s", plugin, function);
	return text;
}

START_TEST(the_plugin_that_keeps_one_from_reacting)
{
	struct guard_frame run, core, chat;

	begin();
	guard_enter_run(&run, "face");
	task_begin(b);
	guard_enter_core(&core);
	guard_enter(&chat, "bad", "chat");
	ck_assert_str_eq(stuck(), "nobody");
	tasks_interrupt(&all);
	ck_assert_str_eq(stuck(), "bad chat");
	guard_leave(&chat);
	ck_assert_str_eq(stuck(), "nobody");
	guard_leave(&core);
	ck_assert_str_eq(stuck(), "face run");
	task_end(b);
	ck_assert_str_eq(stuck(), "nobody");
	tasks_end(&all, 15);
	ck_assert_str_eq(stuck(), "face run");
	guard_leave(&run);
	ck_assert_str_eq(stuck(), "nobody");
	tasks_close(&all);
}
END_TEST

START_TEST(who_works_for_a_plugin_is_not_to_blame)
{
	struct guard_frame chat, service, elsewhere;

	begin();
	tasks_end(&all, 15);
	guard_enter_elsewhere(&elsewhere, "far", "chat");
	ck_assert_int_eq(guard_now()->part, GUARD_WAITS);
	ck_assert_str_eq(stuck(), "far chat");
	guard_enter(&chat, "near", "models");
	ck_assert_int_eq(guard_now()->part, GUARD_RUNS);
	guard_enter_service(&service);
	ck_assert_int_eq(guard_now()->part, GUARD_WAITS);
	ck_assert_str_eq(stuck(), "near models");
	guard_leave(&service);
	guard_leave(&chat);
	guard_leave(&elsewhere);
	ck_assert_int_eq(guard_now()->part, GUARD_CORE);
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
	the_end_is_for_good, the_plugin_that_keeps_one_from_reacting, who_works_for_a_plugin_is_not_to_blame,
	a_task_is_used_again_with_nothing_left_in_it)
