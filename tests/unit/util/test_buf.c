/* SPDX-License-Identifier: MIT */
/* test_buf: growing bytes, their cap, and hn_str's helpers. */
#include "../unit.h"

#include "util/buf.h"

/* Adders join bytes and keep a NUL behind them. */
START_TEST(adders_join)
{
	struct buf b = BUF(BUF_NO_CAP);
	ck_assert_ptr_null(b.p);
	ck_assert_int_eq(buf_adds(&b, "ab"), 0);
	ck_assert_int_eq(buf_addc(&b, 'c'), 0);
	ck_assert_int_eq(buf_addf(&b, "-%d-%s", 42, "x"), 0);
	ck_assert_int_eq(buf_addstr(&b, (hn_str){ "yz!", 2 }), 0);
	ck_assert_int_eq(buf_add(&b, "\0q", 2), 0);
	ck_assert_uint_eq(b.n, 12);
	ck_assert_mem_eq(b.p, "abc-42-xyz\0q\0", 13);
	buf_free(&b);
	ck_assert_ptr_null(b.p);
}
END_TEST

/* Many small adds keep what was there. */
START_TEST(grows)
{
	struct buf b = BUF(BUF_NO_CAP);
	for (int i = 0; i < 10000; i++)
		buf_addf(&b, "%d,", i % 10);
	ck_assert_uint_eq(b.n, 20000);
	for (size_t i = 0; i < b.n; i += 2)
		ck_assert_int_eq(b.p[i], '0' + (int)(i / 2 % 10));
	buf_free(&b);
}
END_TEST

/* A large buffer grows in few steps, also close to its cap. */
START_TEST(grows_in_steps)
{
	struct buf b = BUF(1000000);
	unsigned steps = 0;
	for (size_t cap = 0; b.n < 1000000; steps += b.cap != cap, cap = b.cap)
		buf_addc(&b, 'x');
	ck_assert_uint_le(steps, 20);
	ck_assert_int_eq(buf_addc(&b, 'x'), -1);
	buf_free(&b);
}
END_TEST

/* The cap itself fits; one more byte empties the buffer for good. */
START_TEST(cap_holds)
{
	struct buf b = BUF(4);
	ck_assert_int_eq(buf_adds(&b, "1234"), 0);
	ck_assert_int_eq(buf_failed(&b), 0);
	ck_assert_int_eq(buf_addc(&b, '5'), -1);
	ck_assert_int_eq(buf_failed(&b), 1);
	ck_assert_ptr_null(b.p);
	ck_assert_uint_eq(b.n, 0);
	ck_assert_int_eq(buf_adds(&b, "x"), -1);
	ck_assert_int_eq(buf_addf(&b, "x"), -1);
	buf_free(&b);
	ck_assert_int_eq(buf_adds(&b, "x"), 0);
	ck_assert_str_eq(b.p, "x");
	buf_free(&b);
	struct buf f = BUF(4);
	ck_assert_int_eq(buf_addf(&f, "%s", "12345"), -1);
	ck_assert_int_eq(buf_failed(&f), 1);
}
END_TEST

/* Both ends can be shortened. */
START_TEST(cut_and_eat)
{
	struct buf b = BUF(BUF_NO_CAP);
	buf_cut(&b, 3);
	buf_eat(&b, 3);
	buf_adds(&b, "abcdef");
	buf_cut(&b, 9);
	ck_assert_str_eq(b.p, "abcdef");
	buf_cut(&b, 5);
	ck_assert_str_eq(b.p, "abcde");
	buf_eat(&b, 2);
	ck_assert_str_eq(b.p, "cde");
	buf_eat(&b, 99);
	ck_assert_uint_eq(b.n, 0);
	ck_assert_str_eq(b.p, "");
	buf_free(&b);
}
END_TEST

/* What is taken is never NULL, and the buffer begins anew. */
START_TEST(take_gives_away)
{
	struct buf b = BUF(8);
	char *empty = buf_take(&b);
	ck_assert_str_eq(empty, "");
	free(empty);
	buf_adds(&b, "full");
	char *full = buf_take(&b);
	ck_assert_str_eq(full, "full");
	free(full);
	ck_assert_ptr_null(b.p);
	ck_assert_uint_eq(buf_str(&b).n, 0);
	ck_assert_uint_eq(b.max, 8);
}
END_TEST

/* Strings compare by their bytes and length. */
START_TEST(strings)
{
	ck_assert_uint_eq(str_of(NULL).n, 0);
	ck_assert_int_eq(str_is(str_of("abc"), "abc"), 1);
	ck_assert_int_eq(str_is(str_of("abc"), "ab"), 0);
	ck_assert_int_eq(str_is((hn_str){ "abc", 2 }, "ab"), 1);
	ck_assert_int_eq(str_is((hn_str){ NULL, 0 }, ""), 1);
	ck_assert_int_eq(str_begins(str_of("abc"), "ab"), 1);
	ck_assert_int_eq(str_begins(str_of("a"), "ab"), 0);
	ck_assert_int_eq(str_begins((hn_str){ NULL, 0 }, ""), 1);
	ck_assert_int_eq(str_blank((hn_str){ NULL, 0 }), 1);
	ck_assert_int_eq(str_blank(str_of(" \t\r\n\v\f")), 1);
	ck_assert_int_eq(str_blank(str_of(" \n.")), 0);
	ck_assert_int_eq(str_blank((hn_str){ " \0", 2 }), 0);
	ck_assert_int_eq(str_blank(str_of("\xC2\xA0")), 0); /* a blank that is not ASCII is a text */
	char *copy = str_dup((hn_str){ "abc", 2 });
	ck_assert_str_eq(copy, "ab");
	free(copy);
}
END_TEST

UNIT_MAIN(
	"buf", adders_join, grows, grows_in_steps, cap_holds, cut_and_eat, take_gives_away, strings)
