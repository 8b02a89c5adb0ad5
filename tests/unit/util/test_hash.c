/* SPDX-License-Identifier: MIT */
/* test_hash: the values of FNV-1a, which names of cached files are made of. */
#include "../unit.h"

#include "util/hash.h"

/* Published values of FNV-1a with 64 bits. */
START_TEST(published)
{
	ck_assert_uint_eq(hash_more(HASH_BEGIN, "", 0), UINT64_C(0xcbf29ce484222325));
	ck_assert_uint_eq(hash_more(HASH_BEGIN, "a", 1), UINT64_C(0xaf63dc4c8601ec8c));
	ck_assert_uint_eq(hash_more(HASH_BEGIN, "foobar", 6), UINT64_C(0x85944171f73967e8));
}
END_TEST

/* A text in pieces has the hash of the whole. */
START_TEST(pieces)
{
	ck_assert_uint_eq(hash_more(hash_more(HASH_BEGIN, "foo", 3), "bar", 3), hash_more(HASH_BEGIN, "foobar", 6));
}
END_TEST

/* Of up to seven bytes both are the same; each changed byte of a longer text shows. */
START_TEST(fast)
{
	char text[41] = "0123456789012345678901234567890123456789";
	uint64_t whole = hash_fast(text, 40);
	ck_assert_uint_eq(hash_fast("foobar", 6), hash_more(HASH_BEGIN, "foobar", 6));
	for (size_t i = 0; i < 40; i++) {
		text[i]++;
		ck_assert_uint_ne(hash_fast(text, 40), whole);
		text[i]--;
		ck_assert_uint_ne(hash_fast(text, i), whole);
	}
}
END_TEST

UNIT_MAIN("hash", published, pieces, fast)
