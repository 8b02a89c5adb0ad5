/* SPDX-License-Identifier: MIT */
/* hash: tells texts apart where chance, not malice, might make two alike (FNV-1a); and random bits. */
#ifndef HOBNOB_UTIL_HASH_H
#define HOBNOB_UTIL_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)

/* Goes on with a hash; never 0. */
uint64_t hash_more(uint64_t hash, const void *bytes, size_t n);
/* A hash of long texts, eight bytes at a time: another one than hash_more() makes, and another one on a
 * machine of the other byte order. */
uint64_t hash_fast(const void *bytes, size_t n);
/* Random bits, but no secret: where the kernel has none, the process's id. */
uint32_t random_bits(void);

#endif
