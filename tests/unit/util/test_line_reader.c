/* SPDX-License-Identifier: MIT */
/* test_line_reader: lines come whole whatever their length, and those that nobody wants cost nothing. */
#include "../scratch.h"

#include "util/line_reader.h"
#include "util/mem.h"

#define CHUNK ((size_t)256 << 10) /* as lines.c reads */

/* A file of these bytes, opened for reading. */
static int file_of(struct scratch *s, const struct buf *bytes)
{
	scratch_bytes(s, "lines", bytes->p ? bytes->p : "", bytes->n, 0600);
	int fd = open(scratch_path(s, "lines"), O_RDONLY);
	ck_assert_int_ge(fd, 0);
	return fd;
}

/* Adds n times a byte. */
static void add_run(struct buf *out, char c, size_t n)
{
	char *run = xmalloc(n + 1);
	memset(run, c, n);
	buf_add(out, run, n);
	free(run);
}

/* Lines of every length around a chunk's, from a file and from a text. */
START_TEST(whole)
{
	static const size_t lengths[] = { 0, 1, CHUNK - 2, CHUNK - 1, CHUNK, CHUNK + 1, 3, 0,
		5 * CHUNK, 2, CHUNK - 7, 100 };
	const size_t n = sizeof lengths / sizeof *lengths;
	struct buf bytes = BUF(BUF_NO_CAP);
	struct scratch s;
	scratch_open(&s);
	for (size_t i = 0; i < n; i++) {
		add_run(&bytes, (char)('a' + i), lengths[i]);
		buf_adds(&bytes, i + 1 < n ? "\n" : "");
	}
	for (int text = 0; text < 2; text++) {
		struct line_reader l = { .fd = text ? -1 : file_of(&s, &bytes), .max = bytes.n };
		if (text)
			l.p = bytes.p, l.n = bytes.n;
		hn_str line;
		size_t end = 0;
		for (size_t i = 0; i < n; i++) {
			ck_assert_int_eq(line_reader_next(&l, &line), 1);
			ck_assert_uint_eq(l.number, i + 1);
			ck_assert_uint_eq(line.n, lengths[i]);
			for (size_t at = 0; at < line.n; at++)
				if (line.p[at] != (char)('a' + i))
					ck_abort_msg("line %zu, byte %zu", i, at);
			ck_assert_int_eq(l.ended, i + 1 < n);
			end += lengths[i] + (i + 1 < n);
			ck_assert_uint_eq(l.end, end);
			/* A chunk's length of anything but `begin` is not wanted in a file. */
			l.begin = (char)('a' + i + 1);
		}
		ck_assert_int_eq(line_reader_next(&l, &line), 0);
		line_reader_free(&l);
		if (!text)
			close(l.fd);
	}
	buf_free(&bytes);
	scratch_close(&s);
}
END_TEST

/* A line that is too long, or long and of another kind, is passed over; the next one is there. */
START_TEST(passed_over)
{
	struct buf bytes = BUF(BUF_NO_CAP);
	struct scratch s;
	hn_str line;
	scratch_open(&s);
	add_run(&bytes, '{', 4 * CHUNK);
	buf_adds(&bytes, "\n{fits}\n");
	add_run(&bytes, 'x', 2 * CHUNK);
	buf_adds(&bytes, "\nx\n");
	add_run(&bytes, 'x', 2 * CHUNK);
	struct line_reader l = { .fd = file_of(&s, &bytes), .max = 3 * CHUNK, .begin = '{' };
	for (int i = 0; i < 5; i++) {
		ck_assert_int_eq(line_reader_next(&l, &line), 1);
		ck_assert_int_eq(l.too_long, i % 2 == 0);
		ck_assert_int_eq(l.ended, i < 4);
		if (i == 1)
			ck_assert_int_eq(str_is(line, "{fits}"), 1);
		else if (i == 3)
			ck_assert_int_eq(str_is(line, "x"), 1);
		else
			ck_assert_uint_eq(line.n, 0);
	}
	ck_assert_uint_eq(l.end, bytes.n);
	ck_assert_uint_le(l.cap, 3 * CHUNK + 1);
	ck_assert_int_eq(line_reader_next(&l, &line), 0);
	line_reader_free(&l);
	close(l.fd);
	buf_free(&bytes);
	scratch_close(&s);
}
END_TEST

/* White space is no content. */
START_TEST(blank)
{
	ck_assert_int_eq(line_is_blank((hn_str){ NULL, 0 }), 1);
	ck_assert_int_eq(line_is_blank(str_of(" \t\r")), 1);
	ck_assert_int_eq(line_is_blank(str_of(" x ")), 0);
	ck_assert_int_eq(line_is_blank((hn_str){ "\0", 1 }), 0);
}
END_TEST

/* What cannot be read is told. */
START_TEST(unreadable)
{
	hn_str line;
	struct line_reader l = { .fd = open("/tmp", O_RDONLY | O_DIRECTORY), .max = 10 };
	ck_assert_int_eq(line_reader_next(&l, &line), -1);
	line_reader_free(&l);
	close(l.fd);
}
END_TEST

UNIT_MAIN("line_reader", whole, passed_over, blank, unreadable)
