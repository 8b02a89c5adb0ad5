/* SPDX-License-Identifier: MIT */
/* test_base64: bytes as text and back. */
#include "../unit.h"

#include "util/base64.h"

/* The examples of RFC 4648, both ways. */
START_TEST(examples)
{
	static const char *const pairs[][2] = { { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" },
		{ "foo", "Zm9v" }, { "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" }, { "\xFF\xEF\xBF", "/++/" } };
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct buf text = BUF(BUF_NO_CAP), bytes = BUF(BUF_NO_CAP);
		ck_assert_int_eq(base64_write(&text, str_of(pairs[i][0])), 0);
		ck_assert(str_is(buf_str(&text), pairs[i][1]));
		ck_assert_int_eq(base64_read(str_of(pairs[i][1]), &bytes), 0);
		ck_assert(str_is(buf_str(&bytes), pairs[i][0]));
		buf_free(&text);
		buf_free(&bytes);
	}
}
END_TEST

/* A text that is not base64 is refused; a NUL is not a digit. */
START_TEST(refuses)
{
	static const hn_str bad[] = { { "A", 1 }, { "Zg", 2 }, { "Zm9v\n", 5 }, { "Zm-v", 4 },
		{ "A===", 4 }, { "A\0==", 4 }, { "=Zg=", 4 }, { "Zm 9", 4 } };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct buf bytes = BUF(BUF_NO_CAP);
		ck_assert_int_eq(base64_read(bad[i], &bytes), -1);
		buf_free(&bytes);
	}
}
END_TEST

/* A buffer that is full says so. */
START_TEST(full)
{
	struct buf out = BUF(7);
	ck_assert_int_eq(base64_write(&out, str_of("foobar")), -1);
	out = BUF(5);
	ck_assert_int_eq(base64_read(str_of("Zm9vYmFy"), &out), -1);
}
END_TEST

UNIT_MAIN("base64", examples, refuses, full)
