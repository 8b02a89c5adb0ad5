/* SPDX-License-Identifier: MIT */
/* test_lent: whoever reads or writes lent memory where it may not gets zeros, and is remembered. */
#include "../unit.h"

#include <signal.h>
#include <stdint.h>

#include "call/lent.h"

/* As hobnob's handler does. */
static void handle(int sig, siginfo_t *info, void *context)
{
	(void)context;
	if (!lent_forgive(info->si_addr))
		signal(sig, SIG_DFL);
}

static void catch(void)
{
	const struct sigaction act = { .sa_sigaction = handle, .sa_flags = SA_SIGINFO };

	sigaction(SIGSEGV, &act, NULL);
}

static struct lent *lend(const char *what, const char *plugin, size_t n)
{
	struct lent *l = lent_new(what, plugin, "chat", n);

	ck_assert_ptr_nonnull(l);
	memset(lent_memory(l), 'x', n);
	lent_seal(l);
	return l;
}

static char read_at(const volatile char *p)
{
	return *p;
}

static struct lent_catch caught;

START_TEST(what_is_used_rightly_is_not_caught)
{
	struct lent *l = lend("it", "p", 5000);

	ck_assert_int_eq(read_at(lent_memory(l)), 'x');
	ck_assert_int_eq(read_at((char *)lent_memory(l) + 4999), 'x');
	ck_assert_str_eq(lent_what(l), "it");
	ck_assert_int_eq(lent_end(l), 0);
	ck_assert_int_eq(lent_end(NULL), 0);
	ck_assert_int_eq(lent_caught(NULL, &caught), 0);
}
END_TEST

START_TEST(a_change_is_seen)
{
	struct lent *l = lend("it", "p", 64);

	((char *)lent_memory(l))[63] = 'y';
	ck_assert_int_eq(lent_end(l), 1);
	ck_assert_int_eq(lent_caught(NULL, &caught), 0);
}
END_TEST

START_TEST(beyond_the_end_there_are_zeros)
{
	struct lent *l;

	catch();
	l = lend("the text", "p", 11);
	ck_assert_int_eq(read_at((char *)lent_memory(l) + 11), 0);
	((char *)lent_memory(l))[12] = 1;
	ck_assert_int_eq(lent_caught("q", &caught), 0);
	ck_assert_int_eq(lent_caught("p", &caught), 1);
	ck_assert_str_eq(caught.what, "the text");
	ck_assert_str_eq(caught.plugin, "p");
	ck_assert_str_eq(caught.function, "chat");
	ck_assert_int_eq(caught.is_over, 1);
	ck_assert_int_eq(lent_caught(NULL, &caught), 0);
	ck_assert_int_eq(lent_end(l), 0);
}
END_TEST

START_TEST(after_its_end_there_are_zeros)
{
	struct lent *l;
	const char *p;

	catch();
	l = lend("the text", "p", 11);
	p = lent_memory(l);
	lent_end(l);
	ck_assert_int_eq(read_at(p + 3), 0);
	ck_assert_int_eq(lent_caught(NULL, &caught), 1);
	ck_assert_int_eq(caught.is_over, 0);
	ck_assert_int_eq(read_at(p + 4), 0);
	ck_assert_int_eq(lent_caught(NULL, &caught), 0);
}
END_TEST

START_TEST(the_last_ones_are_watched)
{
	struct lent *out = lend("out", "p", 8);
	char *first, *last;

	catch();
	first = lent_memory(out);
	for (int i = 0; i < 3 * LENT_MOST; i++) {
		struct lent *l = lend("back", "p", 8);
		last = lent_memory(l);
		lent_end(l);
	}
	ck_assert_int_eq(read_at(first), 'x');
	ck_assert_int_eq(read_at(last), 0);
	ck_assert_int_eq(lent_caught(NULL, &caught), 1);
	ck_assert_str_eq(caught.what, "back");
	lent_end(out);
}
END_TEST

START_TEST(too_many_are_not_lent)
{
	for (int i = 0; i < LENT_MOST; i++)
		ck_assert_ptr_nonnull(lent_new("it", "p", "chat", 8));
	ck_assert_ptr_null(lent_new("it", "p", "chat", 8));
}
END_TEST

START_TEST(other_addresses_are_not_forgiven)
{
	int own = 0;

	lent_end(lend("it", "p", 8));
	ck_assert_int_eq(lent_forgive(NULL), 0);
	ck_assert_int_eq(lent_forgive(&own), 0);
	ck_assert_int_eq(lent_forgive((void *)UINTPTR_MAX), 0);
}
END_TEST

UNIT_MAIN("lent", what_is_used_rightly_is_not_caught, a_change_is_seen, beyond_the_end_there_are_zeros,
	after_its_end_there_are_zeros, the_last_ones_are_watched, too_many_are_not_lent, other_addresses_are_not_forgiven)
