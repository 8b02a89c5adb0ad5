/* SPDX-License-Identifier: MIT */
/* test_past: the file of the lines that were typed: what is written, read back, dropped, left alone. */
#include <stdio.h>
#include <sys/file.h>
#include <time.h>

#include "readline/past.h"
#include "../scratch.h"

#define HEAD "hobnob-history 1\n"

struct world {
	struct scratch files;
	struct past past;
	char got[4096]; /* what was read, each behind "|" */
};

/* Notes an entry. */
static void put(void *ud, const char *entry)
{
	struct world *w = ud;
	size_t n = strlen(w->got);

	snprintf(w->got + n, sizeof w->got - n, "|%s", entry);
}

/* Opens and reads anew. */
static void reopen(struct world *w, size_t most)
{
	w->got[0] = '\0';
	past_open(&w->past, (hn_str){ w->files.dir, strlen(w->files.dir) }, most);
	past_read(&w->past, put, w);
}

/* Reads the file whole; good until the next call. */
static const char *file(struct world *w)
{
	static char text[4096];
	FILE *f = fopen(scratch_path(&w->files, "history"), "r");

	if (!f)
		return "";
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	return text;
}

START_TEST(round_trip)
{
	struct world w = { .got = "" };

	scratch_open(&w.files);
	reopen(&w, 10);
	ck_assert_str_eq(w.got, "");
	past_add(&w.past, "one");
	past_add(&w.past, "two\nlines\\n\r\tand \x1b\xff");
	past_add(&w.past, "");
	past_close(&w.past);
	ck_assert_str_eq(file(&w), HEAD "one\ntwo\\nlines\\\\n\\r\tand \x1b\xff\n\n");
	reopen(&w, 10);
	ck_assert_str_eq(w.got, "|one|two\nlines\\n\r\tand \x1b\xff|");
	ck_assert_str_eq(w.past.trouble, "");
	past_close(&w.past);
	reopen(&w, 2);
	ck_assert_str_eq(w.got, "|two\nlines\\n\r\tand \x1b\xff|");
	past_close(&w.past);
	scratch_close(&w.files);
}
END_TEST

START_TEST(cut_off_line)
{
	struct world w = { .got = "" };

	scratch_open(&w.files);
	scratch_write(&w.files, "history", HEAD "one\ntw");
	past_open(&w.past, (hn_str){ w.files.dir, strlen(w.files.dir) }, 10);
	past_add(&w.past, "three");
	ck_assert_str_eq(file(&w), HEAD "one\ntw\nthree\n");
	past_close(&w.past);
	scratch_write(&w.files, "history", HEAD "one\ntw");
	reopen(&w, 10);
	ck_assert_str_eq(w.got, "|one");
	ck_assert_ptr_nonnull(strstr(w.past.trouble, "/history: 1 damaged line is dropped"));
	ck_assert_str_eq(file(&w), HEAD "one\n");
	past_close(&w.past);
	scratch_close(&w.files);
}
END_TEST

START_TEST(shortening)
{
	struct world w = { .got = "" };

	scratch_open(&w.files);
	scratch_write(&w.files, "history", HEAD "1\n2\n3\n4\n5\n");
	reopen(&w, 3);
	ck_assert_str_eq(file(&w), HEAD "1\n2\n3\n4\n5\n");
	past_add(&w.past, "6");
	past_close(&w.past);
	reopen(&w, 3);
	ck_assert_str_eq(w.got, "|4|5|6");
	ck_assert_str_eq(file(&w), HEAD "4\n5\n6\n");
	past_close(&w.past);
	scratch_close(&w.files);
}
END_TEST

START_TEST(replaced_meanwhile)
{
	struct world w = { .got = "" }, other = { .got = "" };

	scratch_open(&w.files);
	other.files = w.files;
	scratch_write(&w.files, "history", HEAD "1\n2\n3\n4\n");
	reopen(&w, 9);
	reopen(&other, 2);
	past_add(&w.past, "5");
	past_add(&other.past, "6");
	ck_assert_str_eq(file(&w), HEAD "3\n4\n5\n6\n");
	ck_assert_int_eq(unlink(scratch_path(&w.files, "history")), 0);
	past_add(&w.past, "7");
	ck_assert_str_eq(file(&w), HEAD "7\n");
	past_close(&w.past);
	past_close(&other.past);
	scratch_close(&w.files);
}
END_TEST

START_TEST(locked_for_long)
{
	struct world w = { .got = "" };
	struct timespec from, to;

	scratch_open(&w.files);
	scratch_write(&w.files, "history", HEAD "1\n");
	reopen(&w, 9);
	int fd = open(scratch_path(&w.files, "history"), O_RDONLY);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	clock_gettime(CLOCK_MONOTONIC, &from);
	past_add(&w.past, "2");
	clock_gettime(CLOCK_MONOTONIC, &to);
	ck_assert_int_lt(to.tv_sec - from.tv_sec, 5);
	close(fd);
	past_add(&w.past, "3");
	ck_assert_str_eq(file(&w), HEAD "1\n3\n");
	ck_assert_str_eq(w.past.trouble, "");
	past_close(&w.past);
	scratch_close(&w.files);
}
END_TEST

START_TEST(too_long)
{
	struct world w = { .got = "" };
	char *text = malloc(PAST_ENTRY_MAX + 2);

	memset(text, '\\', PAST_ENTRY_MAX + 1);
	text[PAST_ENTRY_MAX + 1] = '\0';
	scratch_open(&w.files);
	past_open(&w.past, (hn_str){ w.files.dir, strlen(w.files.dir) }, 9);
	past_add(&w.past, text);
	ck_assert_str_eq(file(&w), "");
	text[PAST_ENTRY_MAX] = '\0';
	past_add(&w.past, text);
	past_add(&w.past, "x");
	past_close(&w.past);
	reopen(&w, 1);
	ck_assert_str_eq(w.got, "|x");
	ck_assert_str_eq(w.past.trouble, "");
	past_close(&w.past);
	scratch_close(&w.files);
	free(text);
}
END_TEST

START_TEST(only_the_end_of_a_huge_file)
{
	struct world w = { .got = "" };
	size_t n = PAST_READ_MAX + 100000;
	char *text = malloc(n);

	scratch_open(&w.files);
	memset(text, 'x', n); /* one line of 16 MiB, then whole ones */
	memcpy(text, HEAD, sizeof HEAD - 1);
	memcpy(text + n - 9, "\none\ntwo\n", 9);
	scratch_bytes(&w.files, "history", text, n, 0644);
	reopen(&w, 9);
	ck_assert_str_eq(w.got, "|one|two");
	ck_assert_str_eq(file(&w), HEAD "one\ntwo\n");
	past_close(&w.past);
	scratch_close(&w.files);
	free(text);
}
END_TEST

START_TEST(full_disk)
{
	struct world w = { .got = "" };

	scratch_open(&w.files);
	ck_assert_int_eq(symlink("/dev/full", scratch_path(&w.files, "history")), 0);
	past_open(&w.past, (hn_str){ w.files.dir, strlen(w.files.dir) }, 9);
	past_add(&w.past, "one");
	ck_assert_ptr_nonnull(strstr(w.past.trouble, "what you type is not kept: "));
	ck_assert_ptr_null(w.past.path);
	w.past.trouble[0] = '\0';
	past_add(&w.past, "two");
	ck_assert_str_eq(w.past.trouble, "");
	past_close(&w.past);
	scratch_close(&w.files);
}
END_TEST

UNIT_MAIN("past", round_trip, cut_off_line, shortening, replaced_meanwhile, locked_for_long,
	too_long, only_the_end_of_a_huge_file, full_disk)
