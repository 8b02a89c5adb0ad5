/* SPDX-License-Identifier: MIT */
/* encoding: the one rule for bytes from outside that are to be text: UTF-8 without NUL bytes, a
 * byte order mark in front taken off. Every file, pipe, line and value is judged by it. */
#ifndef HOBNOB_UTIL_ENCODING_H
#define HOBNOB_UTIL_ENCODING_H

#include "util/buf.h"
#include "util/fault.h"

/* The text after its byte order mark, if it begins with one. */
hn_str text_unmarked(hn_str text);
/* The text without one line's end, LF or CR LF, if it ends with one. */
hn_str text_chomped(hn_str text);
/* Why the bytes are not such a text ("it is UTF-16, not UTF-8": always "it ..."), and in *hint how
 * to convert them; both static. NULL if they are text; *hint is NULL then. */
const char *text_fault(hn_str bytes, const char **hint);
/* The line of the first invalid byte, from 1; the last line if all are valid. */
int text_fault_line(hn_str bytes);
/* Judges what a file or a pipe gave, and takes the mark off in place. 0, or HN_ERR_USAGE with a fault. */
int32_t text_take(struct buf *bytes, struct fault *);

#endif
