/* SPDX-License-Identifier: MIT */
/* hash: FNV-1a; and random bits. */
#include "util/hash.h"

#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define PRIME UINT64_C(0x100000001b3)

uint64_t hash_more(uint64_t hash, const void *bytes, size_t n)
{
	for (const unsigned char *p = bytes; n > 0; p++, n--)
		hash = (hash ^ *p) * PRIME;
	return hash ? hash : 1;
}

uint64_t hash_fast(const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	uint64_t hash = HASH_BEGIN, word;
	for (; n >= sizeof word; p += sizeof word, n -= sizeof word) {
		memcpy(&word, p, sizeof word);
		hash = (hash ^ word) * PRIME;
		hash ^= hash >> 32;
	}
	for (; n > 0; p++, n--)
		hash = (hash ^ *p) * PRIME;
	return hash;
}

uint32_t random_bits(void)
{
	uint32_t bits = 0;
	if (getrandom(&bits, sizeof bits, GRND_NONBLOCK) != (ssize_t)sizeof bits)
		bits = (uint32_t)getpid();
	return bits;
}
