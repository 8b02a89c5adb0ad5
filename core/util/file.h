/* SPDX-License-Identifier: MIT */
/* file: files that are read whole, written whole, and the folders that they stand in. */
#ifndef HOBNOB_UTIL_FILE_H
#define HOBNOB_UTIL_FILE_H

#include <sys/types.h>

#include "util/buf.h"
#include "util/fault.h"

/* Reads a regular file of at most `max` bytes into out. 0, or HN_ERR_CONFIG with a fault that names it. */
int32_t file_read(const char *path, size_t max, struct buf *out, struct fault *);
/* The same from where fd stands; the fault names nothing. */
int32_t file_read_open(int fd, size_t max, struct buf *out, struct fault *);
/* Writes a text to a new file. 0, or -1 with errno (EEXIST: the file exists) and no file left over. */
int file_create(const char *path, hn_str text, mode_t mode);
/* The same, replacing a file that exists: writes beside it and renames, so that the old file stays
 * whole until then. durable: it reaches the disk first. 0, or -1 with errno. */
int file_replace(const char *path, hn_str text, mode_t mode, int durable);
/* Creates the directory and its parents, 0700. 0, or -1 with errno. */
int dir_make(const char *path);

#endif
