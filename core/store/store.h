/* SPDX-License-Identifier: MIT */
/*
 * store: the saved conversations: a folder of journals. Lists, finds, removes, searches.
 *
 * A listing needs a line about each file; an index (cache directory, 0600) saves these lines, each
 * with its file's inode, size and times. An entry is used only while all of them match, else the
 * file is read again; an index that is missing, damaged or of another version is rebuilt. A file
 * that is not a journal is named, not listed; an empty one is just being made, and skipped.
 */
#ifndef HOBNOB_STORE_STORE_H
#define HOBNOB_STORE_STORE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "config/paths.h"
#include "conversation/conversation.h"
#include "util/buf.h"
#include "util/fault.h"
#include "util/log.h"

/* What a listing says about a conversation. */
struct kept {
	char *id;
	char *title;             /* the first question's first line, cut; "" before the first */
	char *provider, *model;  /* of the last reply; "" before the first */
	int64_t created, used;   /* ms since 1970; used: when it was last written to */
	int64_t messages;        /* of the branch that it ends in */
	int64_t turns;           /* replies, those of left branches included */
	int64_t cost;            /* their sum, pico-dollars; -1 while none is priced */
	int64_t unpriced;        /* paid replies whose price is unknown */
	int64_t damaged;         /* lines that were skipped */
	int64_t answered;        /* 1: some reply was given */
	int64_t bytes;
};
struct kept_list { struct kept *all; size_t n; };

/* The folder of the journals (allocated), or NULL without a HOME. */
char *store_dir(const struct paths *);
/* 0 if others may not remove conversations in the folder, nor plant some, or it is not there; else
 * HN_ERR_CONFIG with the chmod that mends it as the hint. */
int32_t store_dir_open(const char *dir, struct fault *);
/* Warns about that, once. */
void store_warn_open(const char *dir, struct log *);
/* The path of a conversation's journal, there or not (allocated); NULL without a HOME. */
char *store_path(const struct paths *, const char *id);
/* The listing entry of one that was read, without used and bytes. Free it with kept_free(). */
void kept_of(const struct conversation *, const char *id, struct kept *out);
void kept_free(struct kept *);
/* A time as lists show it, in the local time zone: "2026-11-23 04:42". Returns out. */
const char *kept_time(int64_t ms, char out[32]);
/* When a journal was last written to, ms since 1970; INT64_MIN or _MAX if it is farther away. */
int64_t store_used(const struct stat *);
/* Every conversation, the one used last first. Names the files that are not conversations in *odd
 * (may be NULL), a line each. 0, or -1 with a fault; a folder that does not exist contains none. */
int store_list(const struct paths *, struct kept_list *out, struct buf *odd, struct fault *);
void kept_list_free(struct kept_list *);
/* The id that a whole id, its beginning or its end means (allocated). NULL with a fault: none or
 * several match; the fault lists the near ones with their titles. lister: what lists all of them where the user is. */
#define STORE_LISTER "`hobnob sessions`"
char *store_find(const struct paths *, const char *said, const char *lister, struct fault *);
/* The id of the conversation that was used last, of those that somebody answered (allocated); NULL with a
 * fault if no conversation has an answer, or if one that was used later cannot be read. */
char *store_last(const struct paths *, struct fault *);
/* Reads one. 0, or -1 with a fault; *out is to be freed either way. */
int store_read(const struct paths *, const char *id, struct conversation *out, struct fault *);
/* What the file of one holds, byte for byte. 0, or -1 with a fault. */
int store_bytes(const struct paths *, const char *id, struct buf *out, struct fault *);
/* Removes one that no program is writing to. 0, or -1 with a fault. */
int store_remove(const struct paths *, const char *id, struct fault *);

/* message: the id of the one that holds the words, line: about 60 columns around the first of them, newlines as spaces;
 * 0 and NULL if only the title holds them. All borrowed. */
struct hit { const struct kept *kept; uint64_t message; const char *line; };
/* Gives put() the first message of each conversation, newest first, that holds all the words, or else the title that
 * the user gave it; letters are compared without their case, a word may hold blanks. 0, -1 with a fault, or what put()
 * returned if that was not 0. Files that cannot be read are named in *odd, as store_list() does. */
int store_search(const struct paths *, char *const *words, size_t n,
	int (*put)(void *ud, const struct hit *), void *ud, struct buf *odd, struct fault *);

#endif
