/* SPDX-License-Identifier: MIT */
/* fixtures: the plugins of tests/abi, copied to where a test wants them. */
#ifndef HOBNOB_TESTS_FIXTURES_H
#define HOBNOB_TESTS_FIXTURES_H

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

/* Path of a built fixture plugin. */
static inline void fixture_path(char out[4096], const char *fixture)
{
	const char *build = getenv("HOBNOB_TEST_BUILDDIR");
	snprintf(out, 4096, "%s/tests/abi/.libs/%s.so", build ? build : ".", fixture);
}

/* Copies a fixture into a directory, as STEM.so, writable by its owner alone. */
static inline void fixture_copy(const char *dir, const char *fixture, const char *stem)
{
	char from[4096], to[4096], piece[65536];
	ssize_t n;
	fixture_path(from, fixture);
	snprintf(to, sizeof to, "%s/%s.so", dir, stem);
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	ck_assert_msg(in >= 0, "no fixture %s", from);
	ck_assert_int_ge(out, 0);
	while ((n = read(in, piece, sizeof piece)) > 0)
		ck_assert_int_eq(write(out, piece, (size_t)n), n);
	ck_assert_int_eq(fchmod(out, 0644), 0);
	close(in);
	close(out);
}

#endif
