/* SPDX-License-Identifier: MIT */
/*
 * looks: what the files on the path say of themselves, none of them loaded here: from the cache, or by a child that
 * loads one. A file that crashes, exits or hangs there is refused for what it did.
 */
#ifndef HOBNOB_PLUGIN_LOOKS_H
#define HOBNOB_PLUGIN_LOOKS_H

#include "call/call.h"
#include "config/paths.h"
#include "plugin/search.h"

/* Fills rows[i] for each file i that is not shadowed and has no row yet, and lets all[i].row point to it. only: files of
 * that name; NULL: all. For a process with one thread. 0; HN_ERR_INTERRUPTED, and some have no row. */
int32_t looks_take(struct found *all, size_t n, struct plugin_row *rows, const char *only, const struct paths *,
	const struct cancel *, struct log *);
/* Fills the row of one file, wherever it is, as if it were called STEM.so; always by a child. Returns as looks_take(). */
int32_t looks_file(const char *path, const char *stem, struct plugin_row *, const struct cancel *);

#endif
