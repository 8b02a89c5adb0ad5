/* SPDX-License-Identifier: MIT */
/*
 * pack: numbers and texts as bytes, for a pipe between two processes or a file on this machine. What is read
 * may come from anybody: nothing is read beyond the bytes, and no text has a NUL but the one at its end.
 */
#ifndef HOBNOB_PLUGIN_PACK_H
#define HOBNOB_PLUGIN_PACK_H

#include <stdint.h>

#include "util/buf.h"

/* Bytes that are read. After a mistake `bad` is set, numbers are 0 and texts NULL. */
struct unpack {
	const char *p;
	size_t left;
	int bad;
};

/* The buffer's cap is below 4 GiB. */
void pack_u32(struct buf *, uint32_t);
void pack_i64(struct buf *, int64_t);
void pack_text(struct buf *, const char *text); /* or NULL */
void pack_bytes(struct buf *, hn_str);
uint32_t unpack_u32(struct unpack *);
int64_t unpack_i64(struct unpack *);
/* Borrowed from the bytes; may be NULL. */
const char *unpack_text(struct unpack *);
hn_str unpack_bytes(struct unpack *);

#endif
