/* SPDX-License-Identifier: MIT */
/* Tests of core/plugin/cache: a row is found again as long as its file is the same, and a bad cache is as none. */
#include "plugin/cache.h"

#include "../scratch.h"
#include "util/mem.h"

#define HOUR INT64_C(3600000)

static struct scratch at;
static struct paths paths;
static struct log quiet;
static char *file;
static int64_t now; /* ms, an hour after the file was written */

static int64_t ctime_ms(const char *path)
{
	struct stat st;
	ck_assert_int_eq(stat(path, &st), 0);
	return (int64_t)st.st_ctim.tv_sec * 1000 + st.st_ctim.tv_nsec / 1000000;
}

static void begin(void)
{
	scratch_open(&at);
	paths.cache = xasprintf("%s/cache/hobnob", at.dir);
	paths.program = NULL;
	scratch_write(&at, "a.so", "some bytes");
	file = xstrdup(at.path);
	now = ctime_ms(file) + HOUR;
}

static void end(void)
{
	free(paths.cache);
	free(file);
	scratch_close(&at);
}

static void put(const char *row, int lasting)
{
	struct stat st;
	ck_assert_int_eq(stat(file, &st), 0);
	struct cache *c = cache_open(&paths, now, &quiet);
	cache_put(c, file, &st, str_of(row), lasting);
	cache_close(c);
}

/* 1 if another run finds that row of the file. */
static int has(const char *row)
{
	struct stat st;
	hn_str got;
	ck_assert_int_eq(stat(file, &st), 0);
	struct cache *c = cache_open(&paths, now, &quiet);
	int yes = cache_find(c, file, &st, &got) && str_is(got, row);
	cache_close(c);
	return yes;
}

static char *cache_file(void)
{
	return xasprintf("%s/plugins", paths.cache);
}

START_TEST(a_row_is_found_again)
{
	begin();
	ck_assert_int_eq(has("row"), 0);
	put("row", 1);
	ck_assert_int_eq(has("row"), 1);
	put("another", 1);
	ck_assert_int_eq(has("another"), 1);
	struct stat st;
	char *path = cache_file();
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	free(path);
	end();
}
END_TEST

START_TEST(a_file_that_changed_is_unknown)
{
	static const struct timespec then[] = { { 1, 1 }, { 1000000000, 5 } };
	begin();
	put("row", 1);
	ck_assert_int_eq(utimensat(AT_FDCWD, file, then, 0), 0);
	ck_assert_int_eq(has("row"), 0); /* mtime and ctime */
	put("row", 1);
	ck_assert_int_eq(has("row"), 1);
	usleep(20000); /* a tick of the file system's clock */
	scratch_write(&at, "a.so", "same bytes");
	ck_assert_int_eq(utimensat(AT_FDCWD, file, then, 0), 0);
	ck_assert_int_eq(has("row"), 0); /* ctime alone */
	put("row", 1);
	scratch_write(&at, "b.so", "some bytes");
	ck_assert_int_eq(utimensat(AT_FDCWD, at.path, then, 0), 0);
	ck_assert_int_eq(rename(at.path, file), 0);
	ck_assert_int_eq(has("row"), 0); /* another file of that size and mtime */
	end();
}
END_TEST

START_TEST(what_does_not_last_is_kept_for_a_minute)
{
	begin();
	put("passing", 0);
	now += 59000;
	ck_assert_int_eq(has("passing"), 1);
	now += 1001;
	ck_assert_int_eq(has("passing"), 0);
	now -= 2 * HOUR; /* the clock was set back */
	ck_assert_int_eq(has("passing"), 0);
	end();
}
END_TEST

START_TEST(a_file_that_just_changed_is_not_kept)
{
	begin();
	now = ctime_ms(file) + 5;
	put("row", 1);
	ck_assert_int_eq(has("row"), 0);
	now -= HOUR;
	put("row", 1);
	ck_assert_int_eq(has("row"), 0);
	end();
}
END_TEST

START_TEST(another_machine_or_hobnob_is_another_cache)
{
	begin();
	put("row", 1);
	setenv("LD_LIBRARY_PATH", "/somewhere", 1);
	ck_assert_int_eq(has("row"), 0);
	unsetenv("LD_LIBRARY_PATH");
	ck_assert_int_eq(has("row"), 1);
	paths.program = file;
	ck_assert_int_eq(has("row"), 0);
	end();
}
END_TEST

START_TEST(damage_is_as_no_cache)
{
	begin();
	put("row", 1);
	char *path = cache_file(), bytes[4096];
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, bytes, sizeof bytes);
	close(fd);
	ck_assert(n > 100 && n < (ssize_t)sizeof bytes);
	for (ssize_t i = 0; i < n; i++) {
		fd = open(path, O_WRONLY | O_TRUNC);
		bytes[i] ^= 1;
		ck_assert_int_eq(write(fd, bytes, (size_t)n), n);
		bytes[i] ^= 1;
		close(fd);
		ck_assert_msg(!has("row"), "byte %zd", i);
		ck_assert_int_eq(truncate(path, i), 0);
		ck_assert_msg(!has("row"), "%zd bytes", i);
	}
	put("row", 1);
	ck_assert_int_eq(has("row"), 1);
	free(path);
	end();
}
END_TEST

START_TEST(what_others_may_write_is_not_read)
{
	begin();
	put("row", 1);
	char *path = cache_file(), *aside = xasprintf("%s.aside", path);
	ck_assert_int_eq(chmod(path, 0620), 0);
	ck_assert_int_eq(has("row"), 0);
	ck_assert_int_eq(chmod(path, 0602), 0);
	ck_assert_int_eq(has("row"), 0);
	ck_assert_int_eq(chmod(path, 0600), 0);
	ck_assert_int_eq(has("row"), 1);
	if (!geteuid()) {
		ck_assert_int_eq(chown(path, 12345, (gid_t)-1), 0);
		ck_assert_int_eq(has("row"), 0);
		ck_assert_int_eq(chown(path, 0, (gid_t)-1), 0);
		ck_assert_int_eq(has("row"), 1);
	}
	ck_assert_int_eq(rename(path, aside), 0);
	ck_assert_int_eq(symlink(aside, path), 0);
	ck_assert_int_eq(has("row"), 0);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(has("row"), 0);
	free(aside);
	free(path);
	end();
}
END_TEST

START_TEST(without_a_place_nothing_is_kept)
{
	begin();
	free(paths.cache);
	paths.cache = NULL;
	put("row", 1);
	ck_assert_int_eq(has("row"), 0);
	paths.cache = xasprintf("%s/no/folder", file);
	put("row", 1);
	ck_assert_int_eq(has("row"), 0);
	end();
}
END_TEST

START_TEST(others_stay_as_long_as_they_are_there)
{
	struct stat st;
	hn_str row;
	begin();
	put("first", 1);
	char *first = file;
	scratch_write(&at, "b.so", "more bytes");
	file = xstrdup(at.path);
	put("second", 1);
	ck_assert_int_eq(stat(first, &st), 0);
	struct cache *c = cache_open(&paths, now, &quiet);
	ck_assert_int_eq(cache_find(c, first, &st, &row), 1);
	cache_close(c);
	ck_assert_int_eq(unlink(first), 0);
	put("again", 1);
	c = cache_open(&paths, now, &quiet);
	ck_assert_int_eq(cache_find(c, first, &st, &row), 0);
	cache_close(c);
	free(first);
	end();
}
END_TEST

START_TEST(a_long_row_is_not_kept)
{
	begin();
	char *row = xmalloc(CACHE_ROW_MOST + 2);
	memset(row, 'r', CACHE_ROW_MOST + 1);
	row[CACHE_ROW_MOST + 1] = '\0';
	put(row, 1);
	ck_assert_int_eq(has(row), 0);
	row[CACHE_ROW_MOST] = '\0';
	put(row, 1);
	ck_assert_int_eq(has(row), 1);
	free(row);
	end();
}
END_TEST

UNIT_MAIN("cache", a_row_is_found_again, a_file_that_changed_is_unknown, what_does_not_last_is_kept_for_a_minute,
	a_file_that_just_changed_is_not_kept, another_machine_or_hobnob_is_another_cache, damage_is_as_no_cache,
	what_others_may_write_is_not_read, without_a_place_nothing_is_kept, others_stay_as_long_as_they_are_there,
	a_long_row_is_not_kept)
