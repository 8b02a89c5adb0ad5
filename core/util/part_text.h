/* SPDX-License-Identifier: MIT */
/* part_text: what a person sees of an image, a file or a tool's call. */
#ifndef HOBNOB_UTIL_PART_TEXT_H
#define HOBNOB_UTIL_PART_TEXT_H

#include "util/buf.h"

/* Appends "[image photo.png, 12 KB]", safe on one line of a terminal; calls and results of tools are named,
 * too. Nothing for TEXT, OPAQUE and what is unknown. */
void part_describe(const hn_part *, struct buf *out);

#endif
