/* SPDX-License-Identifier: MIT */
/* store_private: what the files of the store share. */
#ifndef HOBNOB_STORE_STORE_PRIVATE_H
#define HOBNOB_STORE_STORE_PRIVATE_H

#include <sys/stat.h>

#include "store/store.h"

#define STORE_ENDING ".jsonl"

/* ---- folder.c ---- */
/* 1 if a text may be an id: digits, letters and "-" alone, so that it never leads elsewhere. */
int store_is_id(const char *text);
/* A file of the folder by its name: the id that it stands for (allocated), or NULL. */
char *store_id_of(const char *name);
/* Calls put() with each file of a folder that is not hidden, until that is not 0; dir is open meanwhile.
 * What put() returned last; a folder that does not exist has none. *unread: errno of what kept the folder
 * from being read to its end, or 0. */
int store_walk(const char *folder, int (*put)(void *ud, int dir, const char *name), void *ud, int *unread);
/* Calls put() with each file of the folder that is not hidden, until that is not 0; *dir is open
 * meanwhile. 0, what put() returned, or -1 with a fault; a folder that does not exist has none. */
int store_files(const struct paths *, int (*put)(void *ud, int dir, const char *name), void *ud,
	struct fault *);
/* Opens a journal of the folder to read it. Its descriptor; or -1 with a fault without
 * the file's name: errno says why it cannot be read; 0: there is no journal of that name. */
int store_open(int dir, const char *name, struct stat *, struct fault *);

/* ---- list.c ---- */
/* store_list() at a time, in ns since 1970: what changed within the last two seconds is not remembered. */
int store_list_at(const struct paths *, int64_t time, struct kept_list *out, struct buf *odd,
	struct fault *);

/* ---- index.c ---- */
struct index_entry {
	int64_t inode, size, mtime, ctime; /* of the file that was read; times in ns */
	struct kept kept;
	int is_taken; /* kept was given away, and is borrowed here for its id */
};
/* In order of id. */
struct index { struct index_entry *all; size_t n, cap; };
void index_entry_stamp(struct index_entry *, const struct stat *);
/* 1 if both are about the very same state of a file. */
int index_entry_is_same(const struct index_entry *, const struct index_entry *);
/* The saved index; empty if there is no valid one. */
void index_read(const struct paths *, struct index *out);
/* Entry of that id, or NULL. */
struct index_entry *index_find(const struct index *, const char *id);
/* Remembers it, whatever its order; where that is not possible it is forgotten. */
void index_write(const struct paths *, const struct index *);
void index_free(struct index *);

#endif
