/* SPDX-License-Identifier: MIT */
/* mem: allocation that never fails; out of memory ends the program with a message. */
#ifndef HOBNOB_UTIL_MEM_H
#define HOBNOB_UTIL_MEM_H

#include <stdarg.h>
#include <stddef.h>

/* Prints "out of memory" on stderr and ends the program; n: the bytes wanted, 0 if unknown. */
/* 1 once it has been called: what ends the program then is the lack of memory. */
int mem_is_out(void);
void mem_out(size_t n) __attribute__((noreturn, cold));
void *xmalloc(size_t n) __attribute__((malloc, warn_unused_result));
/* overflow-checked */
void *xcalloc(size_t n, size_t size) __attribute__((malloc, warn_unused_result));
void *xrealloc(void *p, size_t n) __attribute__((warn_unused_result));
/* Grows an array for one more element: doubles *cap (elements) when n == *cap. */
void *xgrow(void *p, size_t n, size_t *cap, size_t size) __attribute__((warn_unused_result));
/* For callers that continue without memory: room for need (> 0) bytes, at least doubling when it
 * grows; *cap in bytes. NULL without memory, and p is unchanged. */
void *mem_room(void *p, size_t need, size_t *cap) __attribute__((warn_unused_result));
char *xstrdup(const char *s) __attribute__((malloc, warn_unused_result)); /* NULL gives NULL */
/* n bytes and a NUL */
char *xmemdup0(const void *p, size_t n) __attribute__((malloc, warn_unused_result));
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2), malloc, warn_unused_result));
char *xvasprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0), malloc, warn_unused_result));

#endif
