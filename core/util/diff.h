/* SPDX-License-Identifier: MIT */
/*
 * diff: what differs between two lists, by Myers' algorithm in linear space (1986).
 *
 * Its time is the lengths times the differences, so it takes an effort: two lists that share next to
 * nothing cost no more than that, and are said to be too different.
 */
#ifndef HOBNOB_UTIL_DIFF_H
#define HOBNOB_UTIL_DIFF_H

#include <stddef.h>
#include <stdint.h>

#define DIFF_MOST ((size_t)1 << 20) /* elements of both lists together */

/* Two lists of numbers, equal where the elements are; and marks, zeroed: 1 for each element of a that is gone in b, and
 * of b that is not in a. What is not marked is the same in both, in the same order. */
struct diff {
	const uint32_t *a, *b;
	size_t n_a, n_b;
	unsigned char *gone, *come;
};

/* 0; -1: there are more than DIFF_MOST elements, or more than `effort` steps were needed. Then the marks mean nothing. */
int diff_lists(const struct diff *, uint64_t effort);

#endif
