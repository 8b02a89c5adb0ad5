/* SPDX-License-Identifier: MIT */
/* attach: files that go with a message: a text into it, between fences, and an image beside it as a part. */
#ifndef HOBNOB_UTIL_ATTACH_H
#define HOBNOB_UTIL_ATTACH_H

#include "hobnob/plugin.h"
#include "util/buf.h"
#include "util/fault.h"

#define ATTACH_TEXT_CAP ((size_t)64 << 20)  /* bytes of one text, and of all images of a message */
#define ATTACH_IMAGE_CAP ((size_t)20 << 20) /* bytes of one image */

/* What can be attached, for hints. */
#define ATTACH_TAKES "takes text files in UTF-8, up to 64 MiB, and PNG, JPEG, GIF and WebP images, up to 20 MiB"

/* The images of a message; zero-initialise. Their bytes and names are owned. */
struct attached { hn_part *parts; size_t n, cap; };

/* Appends a text file to the message, after a blank line: its name and a colon, then its content between two
 * fences that nothing in it can close. An image, by its first bytes, becomes a part instead. 0, or HN_ERR_USAGE
 * with a fault that names the file: also of a text whose name is an image's. */
int32_t attach_file(struct attached *, const char *path, struct buf *message, struct fault *);
/* Puts a blank line between what is there and what comes. */
void attach_separate(struct buf *message);
void attached_free(struct attached *);

#endif
