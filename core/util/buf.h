/* SPDX-License-Identifier: MIT */
/* buf: bytes that grow to a hard cap. Whoever fills one from outside sets the cap at init. */
#ifndef HOBNOB_UTIL_BUF_H
#define HOBNOB_UTIL_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "hobnob/plugin.h"

#define BUF_NO_CAP ((size_t)-1 / 2)

/* p has a NUL after its n bytes, or is NULL while empty. */
struct buf { char *p; size_t n, cap, max; };

#define BUF(limit) ((struct buf){ .max = (limit) })

/* All adders return 0, or -1 when the cap would be passed: then the buffer is freed and stays
 * empty, and every later add fails too, so a chain needs one check at its end (buf_failed). */
int buf_add(struct buf *, const void *p, size_t n);
int buf_adds(struct buf *, const char *s);
int buf_addstr(struct buf *, hn_str s);
int buf_addc(struct buf *, char c);
int buf_addf(struct buf *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int buf_vaddf(struct buf *, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
int buf_failed(const struct buf *);
/* Drops all but the first n bytes; keeps the memory. */
void buf_cut(struct buf *, size_t n);
/* Drops the first n bytes. */
void buf_eat(struct buf *, size_t n);
hn_str buf_str(const struct buf *);
/* Gives the bytes away (never NULL, the caller frees) and empties the buffer. */
char *buf_take(struct buf *);
void buf_free(struct buf *);

/* hn_str of a C string (NULL gives an empty one), and comparison with one. */
hn_str str_of(const char *s);
int str_is(hn_str a, const char *b);
int str_begins(hn_str a, const char *prefix);
int str_blank(hn_str); /* 1 if there is nothing in it but white space, as ascii_is_space() has it */
char *str_dup(hn_str s) __attribute__((warn_unused_result)); /* NUL-terminated copy; caller frees */

#endif
