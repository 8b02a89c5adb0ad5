/* SPDX-License-Identifier: MIT */
/* test_eintr: reading and writing all that was asked for. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "../unit.h"

#include "util/eintr.h"
#include "util/mem.h"

/* What does not fit a pipe is not written, and errno says why. */
START_TEST(full_pipe)
{
	static char bytes[1 << 20];
	int ends[2];
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
	ck_assert_uint_eq(eintr_write(ends[1], "abc", 3), 3);
	size_t wrote = eintr_write(ends[1], bytes, sizeof bytes);
	ck_assert_int_eq(errno, EAGAIN);
	ck_assert_uint_gt(wrote, 0);
	ck_assert_uint_lt(wrote, sizeof bytes);
	close(ends[1]);
	size_t read_back = 0;
	for (ssize_t n; (n = read(ends[0], bytes, sizeof bytes)) > 0;)
		read_back += (size_t)n;
	ck_assert_uint_eq(read_back, 3 + wrote);
	ck_assert_uint_eq(eintr_write(ends[1], "abc", 3), 0);
	ck_assert_int_eq(errno, EBADF);
	close(ends[0]);
}
END_TEST

/* Room grows at least twofold, and what was there stays. */
START_TEST(room)
{
	size_t cap = 0;
	char *p = mem_room(NULL, 5, &cap);
	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(cap, 5);
	memcpy(p, "12345", 5);
	ck_assert_ptr_eq(mem_room(p, 5, &cap), p);
	ck_assert_uint_eq(cap, 5);
	p = mem_room(p, 6, &cap);
	ck_assert_uint_eq(cap, 10);
	ck_assert_int_eq(memcmp(p, "12345", 5), 0);
	p = mem_room(p, 100, &cap);
	ck_assert_uint_eq(cap, 100);
#ifndef __SANITIZE_ADDRESS__ /* which ends the program there */
	ck_assert_ptr_null(mem_room(p, (size_t)-1 / 2, &cap));
#endif
	ck_assert_uint_eq(cap, 100);
	ck_assert_int_eq(memcmp(p, "12345", 5), 0);
	free(p);
}
END_TEST

UNIT_MAIN("eintr", full_pipe, room)
