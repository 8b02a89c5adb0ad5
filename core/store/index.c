/* SPDX-License-Identifier: MIT */
/*
 * index: the entries of a listing for each conversation, saved in one cache file.
 *
 * A first line with the version and a checksum of all that follows, then a line per conversation,
 * in order of id: fields between tabs, numbers between blanks. The checksum makes a damaged index
 * harmless: hobnob rebuilds it, and also one that a later version wrote. A cache that cannot be
 * written is not an error: listing is slower then, with the same result.
 */
#include "store/store_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/file.h"
#include "util/hash.h"
#include "util/mem.h"

#define INDEX_CAP ((size_t)256 << 20) /* bytes of an index that is read */
#define HEAD "hobnob sessions 2 "
#define NUMBERS 11 /* members of an entry that are numbers */
#define HEAD_BYTES (sizeof HEAD - 1 + 16 + 1) /* with the checksum and the newline */

/* Where it is (allocated), or NULL without a HOME. */
static char *index_path(const struct paths *paths)
{
	return paths->cache ? xasprintf("%s/sessions.index", paths->cache) : NULL;
}

/* Parts of a second since 1970; a file's time may be so far away that there is no number for it. */
static int64_t since_1970(struct timespec t, int64_t parts)
{
	int64_t whole, all;
	if (__builtin_mul_overflow((int64_t)t.tv_sec, parts, &whole) ||
		__builtin_add_overflow(whole, t.tv_nsec / (1000000000 / parts), &all))
		return t.tv_sec < 0 ? INT64_MIN : INT64_MAX;
	return all;
}

int64_t store_used(const struct stat *st)
{
	return since_1970(st->st_mtim, 1000);
}

void index_entry_stamp(struct index_entry *e, const struct stat *st)
{
	e->inode = (int64_t)st->st_ino;
	e->size = (int64_t)st->st_size;
	e->mtime = since_1970(st->st_mtim, 1000000000);
	e->ctime = since_1970(st->st_ctim, 1000000000);
	e->kept.bytes = e->size;
	e->kept.used = store_used(st);
}

/* A program that writes to a file in place and sets its mtime back still changes its ctime. */
int index_entry_is_same(const struct index_entry *a, const struct index_entry *b)
{
	return a->inode == b->inode && a->size == b->size && a->mtime == b->mtime &&
	       a->ctime == b->ctime;
}

/* ---- reading ---- */

/* The members of an entry that are numbers, in the order of the file. */
static void numbers(struct index_entry *e, int64_t *out[NUMBERS])
{
	int64_t *all[NUMBERS] = { &e->inode, &e->size, &e->mtime, &e->ctime, &e->kept.created,
		&e->kept.messages, &e->kept.turns, &e->kept.cost, &e->kept.unpriced,
		&e->kept.damaged, &e->kept.answered };
	memcpy(out, all, sizeof all);
}

/* Length of the bytes from p on that stand for themselves. */
static size_t plain_at(const char *p, const char *end)
{
	size_t n = 0;
	while (p + n < end && p[n] != '\t' && p[n] != '\n' && p[n] != '\\')
		n++;
	return n;
}

/* Takes the next field, up to a tab or the line's end, its escapes undone (allocated). */
static char *take_field(const char **at, const char *end)
{
	struct buf out = BUF(BUF_NO_CAP);
	const char *p = *at;
	size_t plain = plain_at(p, end);
	buf_add(&out, p, plain);
	for (p += plain; p + 1 < end && *p == '\\'; p += plain) {
		buf_addc(&out, p[1] == 't' ? '\t' : p[1] == 'n' ? '\n' : p[1]);
		p += 2;
		plain = plain_at(p, end);
		buf_add(&out, p, plain);
	}
	*at = p < end ? p + 1 : end;
	return buf_take(&out);
}

static void read_entry(const char **at, const char *end, struct index_entry *e)
{
	int64_t *all[NUMBERS];
	char *rest;
	*e = (struct index_entry){ .kept.id = take_field(at, end) };
	numbers(e, all);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		*all[i] = strtoll(*at, &rest, 10);
		*at = rest;
	}
	*at += *at < end;
	e->kept.provider = take_field(at, end);
	e->kept.model = take_field(at, end);
	e->kept.title = take_field(at, end);
}

/* 1 if a text is an index that is whole. */
static int is_whole(hn_str text)
{
	char head[HEAD_BYTES + 1];
	if (text.n < HEAD_BYTES)
		return 0;
	snprintf(head, sizeof head, HEAD "%016" PRIx64 "\n",
		hash_fast(text.p + HEAD_BYTES, text.n - HEAD_BYTES));
	return memcmp(head, text.p, HEAD_BYTES) == 0;
}

void index_read(const struct paths *paths, struct index *out)
{
	struct buf text = BUF(INDEX_CAP);
	char *path = index_path(paths);
	*out = (struct index){ NULL, 0, 0 };
	if (path && file_read(path, INDEX_CAP, &text, NULL) == 0 && is_whole(buf_str(&text))) {
		const char *at = text.p + HEAD_BYTES, *end = text.p + text.n;
		while (at < end) {
			out->all = xgrow(out->all, out->n, &out->cap, sizeof *out->all);
			read_entry(&at, end, &out->all[out->n++]);
		}
	}
	buf_free(&text);
	free(path);
}

static int compare(const void *a, const void *b)
{
	const struct index_entry *x = a, *y = b;
	return strcmp(x->kept.id, y->kept.id);
}

struct index_entry *index_find(const struct index *index, const char *id)
{
	size_t low = 0, high = index->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(index->all[middle].kept.id, id);
		if (order == 0)
			return &index->all[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

void index_free(struct index *index)
{
	for (size_t i = 0; i < index->n; i++)
		if (!index->all[i].is_taken)
			kept_free(&index->all[i].kept);
	free(index->all);
	*index = (struct index){ NULL, 0, 0 };
}

/* ---- writing ---- */

/* Appends a field, so that no byte of it ends it. */
static void add_field(struct buf *out, const char *text, char end)
{
	while (*text) {
		size_t plain = strcspn(text, "\t\n\\");
		buf_add(out, text, plain);
		text += plain;
		if (*text) {
			buf_addc(out, '\\');
			buf_addc(out, *text == '\t' ? 't' : *text == '\n' ? 'n' : '\\');
			text++;
		}
	}
	buf_addc(out, end);
}

static void add_entry(struct buf *out, struct index_entry *e)
{
	int64_t *all[NUMBERS];
	numbers(e, all);
	add_field(out, e->kept.id, '\t');
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		buf_addf(out, "%s%" PRId64, i ? " " : "", *all[i]);
	buf_addc(out, '\t');
	add_field(out, e->kept.provider, '\t');
	add_field(out, e->kept.model, '\t');
	add_field(out, e->kept.title, '\n');
}

/* Writes it beside its place and moves it there. */
void index_write(const struct paths *paths, const struct index *index)
{
	struct buf lines = BUF(BUF_NO_CAP), out = BUF(BUF_NO_CAP);
	char *path = index_path(paths);
	if (path && dir_make(paths->cache) == 0) {
		if (index->n)
			qsort(index->all, index->n, sizeof *index->all, compare);
		for (size_t i = 0; i < index->n; i++)
			add_entry(&lines, &index->all[i]);
		buf_addf(&out, HEAD "%016" PRIx64 "\n", hash_fast(lines.p, lines.n));
		buf_addstr(&out, buf_str(&lines));
		(void)file_replace(path, buf_str(&out), 0600, 0);
	}
	buf_free(&lines);
	buf_free(&out);
	free(path);
}
