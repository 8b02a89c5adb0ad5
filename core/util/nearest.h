/* SPDX-License-Identifier: MIT */
/* nearest: "did you mean": the known word with the smallest edit distance. */
#ifndef HOBNOB_UTIL_NEAREST_H
#define HOBNOB_UTIL_NEAREST_H

#include "util/buf.h"
#include "util/fault.h"

struct nearest { hn_str word; const char *best; unsigned distance; };

/* Begin with NEAREST(word), offer every known word, then ask. Words are borrowed.
 * A transposition counts one, a change of case nothing. A word longer than 64 bytes is never near. */
#define NEAREST(w) ((struct nearest){ .word = (w), .best = NULL, .distance = 0 })
void nearest_offer(struct nearest *, const char *known);
/* The best, or NULL if nothing is near (more than a third of the word's length, at least 2,
 * away). */
const char *nearest_best(const struct nearest *);
/* Appends ` (did you mean "BEFORE...best"?)`, or nothing if nothing is near. before: a prefix that
 * the words lack, such as "--". */
void nearest_add(const struct nearest *, const char *before, struct buf *out);
/* The same as the aside of a fault. */
void nearest_aside(const struct nearest *, struct fault *);

#endif
