/* SPDX-License-Identifier: MIT */
/* scratch: a folder of a test's own, with files in it, that goes away at the end. */
#ifndef HOBNOB_TESTS_SCRATCH_H
#define HOBNOB_TESTS_SCRATCH_H

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

struct scratch { char dir[40]; char path[256]; int stderr_was; };

/* Makes the folder. */
static inline void scratch_open(struct scratch *s)
{
	snprintf(s->dir, sizeof s->dir, "/tmp/hobnob-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(s->dir));
}

/* The path of a file in it; good until the next call. */
static inline const char *scratch_path(struct scratch *s, const char *name)
{
	snprintf(s->path, sizeof s->path, "%s/%s", s->dir, name);
	return s->path;
}

/* Writes a file of n bytes with a mode. */
static inline void scratch_bytes(struct scratch *s, const char *name, const void *bytes, size_t n, mode_t mode)
{
	int fd = open(scratch_path(s, name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, n), (ssize_t)n);
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

/* Writes a text that its owner alone may read. */
static inline void scratch_write(struct scratch *s, const char *name, const char *text)
{
	scratch_bytes(s, name, text, strlen(text), 0600);
}

/* From here on stderr goes into a file of the folder. */
static inline void scratch_catch(struct scratch *s)
{
	fflush(stderr);
	s->stderr_was = dup(2);
	int fd = open(scratch_path(s, "stderr"), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	dup2(fd, 2);
	close(fd);
}

/* What stands in a file of it, 16 kB at most; the caller frees. */
static inline char *scratch_read(struct scratch *s, const char *name)
{
	char *text = calloc(1, 16384);
	FILE *f = fopen(scratch_path(s, name), "r");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_lt(fread(text, 1, 16383, f), 16383);
	fclose(f);
	return text;
}

/* Gives stderr back and says what was written meanwhile; the caller frees. */
static inline char *scratch_caught(struct scratch *s)
{
	fflush(stderr);
	dup2(s->stderr_was, 2);
	close(s->stderr_was);
	return scratch_read(s, "stderr");
}

/* nftw's visitor: removes. */
static inline int scratch_remove(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

/* Removes the folder. */
static inline void scratch_close(struct scratch *s)
{
	nftw(s->dir, scratch_remove, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
