/* SPDX-License-Identifier: MIT */
/* guarded: memory that ends where a page begins that nobody may touch: reading or writing one byte
 * too far ends the test. */
#ifndef HOBNOB_TESTS_GUARDED_H
#define HOBNOB_TESTS_GUARDED_H

#include <check.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* n bytes, all 0xA5, before the guard; n is at most a page. They stay for the life of the test. */
static inline void *guarded(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *base = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(base, MAP_FAILED);
	ck_assert_uint_le(n, page);
	ck_assert_int_eq(mprotect(base + page, page, PROT_NONE), 0);
	memset(base + page - n, 0xA5, n);
	return base + page - n;
}

/* A copy of n bytes before a guard. */
static inline void *guarded_copy(const void *of, size_t n)
{
	return memcpy(guarded(n), of, n);
}

#endif
