/* SPDX-License-Identifier: MIT */
/* hash: FNV-1a, against chance collisions, not against malice; and random bits. */
#ifndef HOBNOB_UTIL_HASH_H
#define HOBNOB_UTIL_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)

/* Continues a hash; never 0. */
uint64_t hash_more(uint64_t hash, const void *bytes, size_t n);
/* A hash for long texts, eight bytes at a time. It differs from hash_more()'s, and between byte
 * orders. */
uint64_t hash_fast(const void *bytes, size_t n);
/* Random bits, not for secrets: without the kernel's they come from the process id. */
uint32_t random_bits(void);

#endif
