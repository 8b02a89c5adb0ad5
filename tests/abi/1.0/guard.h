/* SPDX-License-Identifier: MIT */
/* guard: structs and texts that end where memory ends: who reads or writes one byte beyond them dies, and so does who keeps them. */
#ifndef HOBNOB_TESTS_ABI_GUARD_H
#define HOBNOB_TESTS_ABI_GUARD_H

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <hobnob/plugin.h>

static size_t guard_pages(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	return (n + page - 1) / page * page;
}

/* A copy of n bytes (NULL: zeroes) whose end is the end of what may be touched. */
static void *guard(const void *from, size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), room = guard_pages(n);
	char *p = mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED || mprotect(p + room, page, PROT_NONE))
		abort();
	if (from && n)
		memcpy(p + room - n, from, n);
	return p + room - n;
}

/* Takes a guarded copy away: from here on nobody may touch any of it. */
static void unguard(const void *p, size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), room = guard_pages(n);
	munmap((char *)(uintptr_t)p + n - room, room + page);
}

static hn_str guard_str(const char *text)
{
	size_t n = strlen(text);
	return (hn_str){ guard(text, n), n };
}

static void unguard_str(hn_str s)
{
	unguard(s.p, s.n);
}

#endif
