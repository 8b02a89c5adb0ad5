/* SPDX-License-Identifier: MIT */
/* image: what the first bytes of an image say of it, without decoding it. */
#ifndef HOBNOB_UTIL_IMAGE_H
#define HOBNOB_UTIL_IMAGE_H

#include <stdint.h>

#include "util/buf.h"

struct image {
	const char *mime;       /* static; NULL: not a PNG, JPEG, GIF or WebP */
	uint32_t width, height; /* pixels; both 0 where they are not found */
};

struct image image_read(hn_str bytes);

#endif
