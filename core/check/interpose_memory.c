/* SPDX-License-Identifier: MIT */
/* interpose_memory: malloc and its family, counted, and failing when asked to. Sanitizers have a family of their own. */
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "check/where.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

static atomic_long live, of_plugin;

long memory_live(void)
{
	return live;
}

long memory_plugin(void)
{
	return of_plugin;
}

#if defined(__GLIBC__) && !defined(SANITIZED)

#define EXPORTED __attribute__((visibility("default")))

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

int memory_seen(void)
{
	return 1;
}

/* 1 if this allocation is to fail. */
static int fails(void)
{
	if (!in_plugin() || atomic_fetch_add(&of_plugin, 1) + 1 != watched.fail_at)
		return 0;
	errno = ENOMEM;
	return 1;
}

static void *counted(void *p)
{
	if (p)
		atomic_fetch_add(&live, 1);
	return p;
}

EXPORTED void *malloc(size_t n)
{
	return fails() ? NULL : counted(__libc_malloc(n));
}

EXPORTED void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : counted(__libc_calloc(n, size));
}

EXPORTED void free(void *p)
{
	if (p)
		atomic_fetch_sub(&live, 1);
	__libc_free(p);
}

EXPORTED void *realloc(void *p, size_t n)
{
	if (!p)
		return malloc(n);
	if (n && fails())
		return NULL;
	void *q = __libc_realloc(p, n);
	if (!q && !n)
		atomic_fetch_sub(&live, 1);
	return q;
}

EXPORTED void *memalign(size_t to, size_t n)
{
	return fails() ? NULL : counted(__libc_memalign(to, n));
}

EXPORTED void *aligned_alloc(size_t to, size_t n)
{
	return memalign(to, n);
}

EXPORTED int posix_memalign(void **out, size_t to, size_t n)
{
	void *p = memalign(to, n);
	if (!p)
		return ENOMEM;
	*out = p;
	return 0;
}

#else

int memory_seen(void)
{
	return 0;
}

#endif
