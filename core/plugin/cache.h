/* SPDX-License-Identifier: MIT */
/*
 * cache: the rows of plugins' files from earlier looks, so that a list loads nothing.
 *
 * A row counts while its file has the same path, device, inode, size, times and, where the file's content did not
 * settle it, for a minute. The cache decides nothing about trust, and a chat never asks it: a file that is
 * used is loaded and judged itself. Any trouble with the cache means looking again, never an error.
 */
#ifndef HOBNOB_PLUGIN_CACHE_H
#define HOBNOB_PLUGIN_CACHE_H

#include <stdint.h>
#include <sys/stat.h>

#include "config/paths.h"
#include "util/buf.h"
#include "util/log.h"

#define CACHE_ROW_MOST ((size_t)64 << 10) /* bytes: a longer row is not kept */

struct cache;
/* Reads it; now: ms since 1970. One that is damaged, of another user, or of another hobnob is as one that is empty. */
struct cache *cache_open(const struct paths *, int64_t now, struct log *);
/* 1 if it has the row of the file that `st` is of: *row, borrowed from the cache. */
int cache_find(struct cache *, const char *path, const struct stat *st, hn_str *row);
/* Takes a row. One of a file that changed a moment ago is not kept, since its times would not show the next change. */
void cache_put(struct cache *, const char *path, const struct stat *st, hn_str row, int lasting);
/* Writes it if it changed, and frees it. */
void cache_close(struct cache *);

#endif
