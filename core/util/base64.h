/* SPDX-License-Identifier: MIT */
/* base64: bytes as text and back (RFC 4648, with padding). */
#ifndef HOBNOB_UTIL_BASE64_H
#define HOBNOB_UTIL_BASE64_H

#include "util/buf.h"

/* Appends the bytes in base64; returns as buf_add. */
int base64_write(struct buf *out, hn_str bytes);
/* Appends the bytes that a text stands for. 0, or -1 if the text is not base64 (white space and
 * missing padding included): then out may hold some of them. */
int base64_read(hn_str text, struct buf *out);

#endif
