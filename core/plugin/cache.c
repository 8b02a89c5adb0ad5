/* SPDX-License-Identifier: MIT */
/*
 * cache: rows of plugins' files, in one file of the user's cache folder.
 *
 * A first line with the version of its form, a fingerprint of all that a look depends on beside the file itself, and a
 * checksum of what follows: an entry for each file. hobnob replaces it as a whole.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plugin/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plugin/pack.h"
#include "util/eintr.h"
#include "util/file.h"
#include "util/hash.h"
#include "util/mem.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "0"
#endif

#define HEAD "hobnob plugins 1 "
#define HEAD_BYTES (sizeof HEAD - 1 + 16 + 1 + 16 + 1)
#define CACHE_MOST ((size_t)8 << 20) /* bytes of the file */
#define ENTRIES_MOST 1000
#define PASSING_MS 60000             /* how long a row counts that is not lasting */
#define SECOND INT64_C(1000000000)   /* ns */
#define TICK_NS (SECOND / 20)        /* a file system's times are at least that exact, */
#define COARSE_NS (2 * SECOND)       /* or, where they are whole seconds, that */

/* What a file is known by. */
struct stamp {
	int64_t device, inode, size, mtime, ctime; /* ns */
};

struct entry {
	const char *path;
	struct stamp stamp;
	int64_t until; /* ms since 1970; 0: as long as the stamp is the same */
	hn_str row;
	int fresh;     /* found or put by this run */
	char *owned;   /* path and row, where they are not borrowed from the text */
};

struct cache {
	char *path; /* NULL: there is no place for one */
	struct log *log;
	uint64_t fingerprint;
	int64_t now; /* ms since 1970 */
	struct buf text;
	struct entry *all;
	size_t n, cap;
	int changed;
};

/* ---- what a look depends on ---- */

/* ns since 1970, as far as there is a number for it. */
static int64_t nanoseconds(struct timespec t)
{
	int64_t ns;
	if (__builtin_mul_overflow((int64_t)t.tv_sec, SECOND, &ns) || __builtin_add_overflow(ns, t.tv_nsec, &ns))
		return t.tv_sec < 0 ? INT64_MIN : INT64_MAX;
	return ns;
}

static struct stamp stamp_of(const struct stat *st)
{
	return (struct stamp){ (int64_t)st->st_dev, (int64_t)st->st_ino, (int64_t)st->st_size,
		nanoseconds(st->st_mtim), nanoseconds(st->st_ctim) };
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
	return hash_more(hash, text ? text : "\1", text ? strlen(text) + 1 : 1);
}

static uint64_t hash_file(uint64_t hash, const char *path)
{
	struct stat st;
	struct stamp s = { 0 };
	if (path && stat(path, &st) == 0)
		s = stamp_of(&st);
	return hash_more(hash, &s, sizeof s);
}

/* This hobnob, and where the dynamic loader finds libraries. */
static uint64_t fingerprint_of(const struct paths *paths)
{
	uint64_t hash = hash_text(HASH_BEGIN, PACKAGE_VERSION);
	uint32_t abi[] = { HN_ABI_MAJOR, HN_ABI_MINOR };
	hash = hash_more(hash, abi, sizeof abi);
	hash = hash_file(hash, paths->program);
	hash = hash_file(hash, "/etc/ld.so.cache");
	hash = hash_text(hash, getenv("LD_LIBRARY_PATH"));
	return hash_text(hash, getenv("LD_PRELOAD"));
}

/* ---- reading ---- */

/* Reads the file if it is the user's own, and nobody else may write to it. */
static void read_text(struct cache *c)
{
	struct stat st;
	int fd = c->path ? eintr_open(c->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, 0) : -1;
	if (fd < 0)
		return;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_mode & (S_IWGRP | S_IWOTH))
		log_line(c->log, LOG_STEP, "%s: is not this user's own file: not used", c->path);
	else if (file_read_open(fd, CACHE_MOST, &c->text, NULL))
		buf_free(&c->text);
	close(fd);
}

static void head_of(const struct cache *c, hn_str entries, char head[HEAD_BYTES + 1])
{
	snprintf(head, HEAD_BYTES + 1, HEAD "%016" PRIx64 " %016" PRIx64 "\n", c->fingerprint,
		hash_fast(entries.p, entries.n));
}

static int is_whole(const struct cache *c)
{
	char head[HEAD_BYTES + 1];
	if (c->text.n < HEAD_BYTES)
		return 0;
	head_of(c, (hn_str){ c->text.p + HEAD_BYTES, c->text.n - HEAD_BYTES }, head);
	return !memcmp(head, c->text.p, HEAD_BYTES);
}

static struct entry *add(struct cache *c)
{
	c->all = xgrow(c->all, c->n, &c->cap, sizeof *c->all);
	c->all[c->n] = (struct entry){ .path = NULL };
	return &c->all[c->n++];
}

/* Reads an entry; 0 if it is not one. */
static int read_entry(struct unpack *in, struct entry *e)
{
	e->path = unpack_text(in);
	e->stamp.device = unpack_i64(in);
	e->stamp.inode = unpack_i64(in);
	e->stamp.size = unpack_i64(in);
	e->stamp.mtime = unpack_i64(in);
	e->stamp.ctime = unpack_i64(in);
	e->until = unpack_i64(in);
	e->row = unpack_bytes(in);
	return !in->bad && e->path && e->row.n;
}

struct cache *cache_open(const struct paths *paths, int64_t now, struct log *log)
{
	struct cache *c = xcalloc(1, sizeof *c);
	c->log = log;
	c->now = now;
	c->text = BUF(CACHE_MOST);
	c->path = paths->cache ? xasprintf("%s/plugins", paths->cache) : NULL;
	c->fingerprint = fingerprint_of(paths);
	read_text(c);
	if (!is_whole(c))
		return c;
	struct unpack in = { .p = c->text.p + HEAD_BYTES, .left = c->text.n - HEAD_BYTES };
	while (in.left && c->n < ENTRIES_MOST)
		if (!read_entry(&in, add(c))) {
			c->n--;
			break;
		}
	return c;
}

static struct entry *find(struct cache *c, const char *path)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->all[i].path, path))
			return &c->all[i];
	return NULL;
}

/* 1 if an entry that counts for a time counts no more, also by a clock that was set back. */
static int is_over(const struct cache *c, const struct entry *e)
{
	return e->until && (e->until <= c->now || e->until - c->now > PASSING_MS);
}

static int is_of(const struct cache *c, const struct entry *e, const struct stat *st)
{
	struct stamp now = stamp_of(st);
	return !memcmp(&e->stamp, &now, sizeof now) && !is_over(c, e);
}

int cache_find(struct cache *c, const char *path, const struct stat *st, hn_str *row)
{
	struct entry *e = find(c, path);
	if (!e || !is_of(c, e, st))
		return 0;
	e->fresh = 1;
	*row = e->row;
	return 1;
}

/* ---- writing ---- */

/* 1 if a file may change once more and have the same times. */
static int just_changed(const struct cache *c, const struct stamp *s)
{
	int64_t age;
	return __builtin_sub_overflow(c->now * (SECOND / 1000), s->ctime, &age) ||
	       age < (s->ctime % SECOND ? TICK_NS : COARSE_NS);
}

void cache_put(struct cache *c, const char *path, const struct stat *st, hn_str row, int lasting)
{
	struct stamp stamp = stamp_of(st);
	if (!c->path || row.n > CACHE_ROW_MOST || just_changed(c, &stamp))
		return;
	struct entry *e = find(c, path);
	e = e ? e : add(c);
	size_t n = strlen(path) + 1;
	char *owned = xmalloc(n + row.n);
	memcpy(owned, path, n);
	memcpy(owned + n, row.p, row.n);
	free(e->owned);
	*e = (struct entry){ .path = owned, .stamp = stamp, .until = lasting ? 0 : c->now + PASSING_MS,
		.row = { owned + n, row.n }, .fresh = 1, .owned = owned };
	c->changed = 1;
}

/* 1 if an entry of another run's is still worth its place. */
static int is_alive(const struct cache *c, const struct entry *e)
{
	struct stat st;
	return stat(e->path, &st) == 0 && is_of(c, e, &st);
}

static void write_entry(struct buf *out, const struct entry *e)
{
	pack_text(out, e->path);
	pack_i64(out, e->stamp.device);
	pack_i64(out, e->stamp.inode);
	pack_i64(out, e->stamp.size);
	pack_i64(out, e->stamp.mtime);
	pack_i64(out, e->stamp.ctime);
	pack_i64(out, e->until);
	pack_bytes(out, e->row);
}

/* Appends the entries that this run used, or the others, as long as they fit. */
static void write_entries(const struct cache *c, int fresh, struct buf *out, size_t *n)
{
	for (size_t i = 0; i < c->n && *n < ENTRIES_MOST; i++) {
		const struct entry *e = &c->all[i];
		if (e->fresh != fresh || (!fresh && !is_alive(c, e)))
			continue;
		size_t before = out->n;
		write_entry(out, e);
		++*n;
		if (out->n > CACHE_MOST - HEAD_BYTES) {
			buf_cut(out, before);
			return;
		}
	}
}

static void write_file(const struct cache *c)
{
	struct buf entries = BUF(CACHE_MOST * 2), out = BUF(CACHE_MOST);
	char head[HEAD_BYTES + 1], *folder = xmemdup0(c->path, (size_t)(strrchr(c->path, '/') - c->path));
	size_t n = 0;
	write_entries(c, 1, &entries, &n);
	write_entries(c, 0, &entries, &n);
	head_of(c, buf_str(&entries), head);
	buf_adds(&out, head);
	buf_addstr(&out, buf_str(&entries));
	if (dir_make(folder) || file_replace(c->path, buf_str(&out), 0600, 0))
		log_line(c->log, LOG_STEP, "%s: %s: what plugins say of themselves is not kept", c->path, strerror(errno));
	buf_free(&entries);
	buf_free(&out);
	free(folder);
}

void cache_close(struct cache *c)
{
	if (c->changed)
		write_file(c);
	for (size_t i = 0; i < c->n; i++)
		free(c->all[i].owned);
	free(c->all);
	buf_free(&c->text);
	free(c->path);
	free(c);
}
