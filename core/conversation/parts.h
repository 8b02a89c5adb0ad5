/* SPDX-License-Identifier: MIT */
/*
 * parts: what a message contains beside its text, each at its place in the text: a provider's own bytes,
 * images, files, calls of tools and their results.
 *
 * The text of a message stays one string. A part says how many bytes of it come before the part, and
 * parts of one place stand in the order in which they were emitted. Pure.
 */
#ifndef HOBNOB_CONVERSATION_PARTS_H
#define HOBNOB_CONVERSATION_PARTS_H

#include "util/buf.h"

struct part {
	uint32_t type;             /* HN_PART_*, but never TEXT */
	uint32_t flags;            /* HN_PARTFLAG_* */
	size_t at;                 /* bytes of the text before it; never less than the part's before */
	char *id, *name, *mime;    /* NULL: empty */
	char *data;                /* n bytes and a NUL */
	size_t n;
};

/* A copy that owns its bytes, and the end of one. */
struct part part_copy(const hn_part *, size_t at);
void part_free(struct part *);
/* Bytes that it takes in memory. */
size_t part_size(const hn_part *);
/* The part as plugins see it; borrows its bytes. */
hn_part part_lend(const struct part *);
/* Writes a text and its parts to out as plugins see them, in order: a TEXT part for each stretch of text
 * between two others, and one that is empty if there is nothing else. out has room for parts_most(n). All
 * is borrowed. Returns how many they are. */
size_t parts_split(hn_str text, const struct part *, size_t n, hn_part *out);
size_t parts_most(size_t n);

#endif
