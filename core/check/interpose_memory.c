/* SPDX-License-Identifier: MIT */
/* interpose_memory: malloc and its family, counted, and failing when asked to. Sanitizers have a family of their own. */
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

#include <execinfo.h>

#define EXPORTED __attribute__((visibility("default")))
#define FRAMES 16 /* of the stack that are looked at */

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

int memory_seen(void)
{
	return 1;
}

static const void *plugin_file, *own_file; /* where they are loaded */

/* Where the file is loaded that has a function. */
static const void *file_of(void (*function)(void))
{
	Dl_info info;
	void *address;
	memcpy(&address, &function, sizeof address);
	return dladdr(address, &info) ? info.dli_fbase : NULL;
}

void memory_subject(void (*function)(void))
{
	void *frame;
	plugin_file = file_of(function);
	own_file = file_of((void (*)(void))memory_subject);
	backtrace(&frame, 1); /* the first one allocates */
}

/* 1 if a file is neither the plugin, nor a library of its language that asks in its name. */
static int is_library(const Dl_info *file)
{
	static const char *const languages[] = { "ld-", "libc.so", "libc++.so", "libc++abi.so", "libstdc++.so" };
	const char *slash = strrchr(file->dli_fname, '/'), *name = slash ? slash + 1 : file->dli_fname;
	for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
		if (!strncmp(name, languages[i], strlen(languages[i])))
			return 0;
	return file->dli_fbase != own_file;
}

/* 1 if the plugin asks for memory, and not a library that it links. */
static int plugin_asks(void)
{
	void *frames[FRAMES];
	Dl_info file;
	int n = backtrace(frames, FRAMES);
	for (int i = 1; plugin_file && i < n; i++) {
		if (!dladdr(frames[i], &file) || file.dli_fbase == plugin_file)
			return 1;
		if (is_library(&file))
			return 0;
	}
	return 1;
}

/* 1 if this allocation is to fail. */
static int fails(void)
{
	if (!in_plugin() || atomic_fetch_add(&of_plugin, 1) + 1 != watched.fail_at || !plugin_asks())
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

void memory_subject(void (*function)(void))
{
	(void)function;
}

#endif
