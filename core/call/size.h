/* SPDX-License-Identifier: MIT */
/*
 * size: copies structs of the ABI between the core and a plugin, in both directions.
 *
 * The other side may be built against an older or a newer header. So the core reads and writes no struct
 * beyond the struct_size that its maker wrote, and refuses one that is shorter than in 1.0. Where the
 * core makes the struct and the plugin fills it, the plugin keeps to the core's size.
 */
#ifndef HOBNOB_CALL_SIZE_H
#define HOBNOB_CALL_SIZE_H

#include <stddef.h>
#include <stdint.h>

#include "hobnob/plugin.h"
#include "util/fault.h"

/* The structs that have a size, with the last member that each had in 1.0. Never change a line. */
#define SIZED_STRUCTS(ROW)          \
	ROW(child, killed_by)       \
	ROW(command, ud)            \
	ROW(error, max_output)      \
	ROW(event, usage)           \
	ROW(frontend, run)          \
	ROW(http_request, ud)       \
	ROW(http_response, pad)     \
	ROW(input, pad_p)           \
	ROW(model, name)            \
	ROW(open, pad_p)            \
	ROW(plugin, vtable)         \
	ROW(program, secret)        \
	ROW(provider, credit)       \
	ROW(request, pad_p)         \
	ROW(session_event, part)    \
	ROW(start, pad)             \
	ROW(status, session)        \
	ROW(usage, cost)            \
	ROW(value, is_set)

/* The elements of arrays with a stride; as above. */
#define STRIDED_STRUCTS(ROW)        \
	ROW(http_header, secret)    \
	ROW(message, pad)           \
	ROW(option, env)            \
	ROW(part, data)             \
	ROW(tool, schema)

struct sized {
	const char *name; /* "hn_event" */
	size_t least;     /* its size in 1.0 */
	size_t full;      /* its size in this hobnob */
};

/* sized_event, sized_usage, ... */
#define SIZED_DECLARE(name, last) extern const struct sized sized_##name;
SIZED_STRUCTS(SIZED_DECLARE)
STRIDED_STRUCTS(SIZED_DECLARE)
#undef SIZED_DECLARE

/* The longest text that the core takes of a plugin, bytes. */
#define TEXT_MOST ((size_t)64 << 20)

/* 0 if the other side's struct is long enough to be read or filled, else HN_ERR_PLUGIN: it is NULL,
 * or "hn_event says struct_size 0, at least 112 are needed". */
int32_t size_check(const struct sized *, const void *theirs, struct fault *);
/* Fills the core's own struct `to`, of full size, with what the other side's has; the rest is zero,
 * and struct_size is the full size. Returns as size_check(); then `to` is all zero. */
int32_t size_in(const struct sized *, void *to, const void *theirs, struct fault *);
/* Fills the other side's struct with the core's own, no further than its struct_size, which stays.
 * Returns as size_check(); then nothing was written. */
int32_t size_out(const struct sized *, void *theirs, const void *from, struct fault *);
/* 0 if an array of n elements can be read, else HN_ERR_PLUGIN: it is NULL, or its stride is shorter
 * than an element of 1.0. member names it: "headers". */
int32_t size_array(const struct sized *, const char *member, const void *base, uint32_t n, uint32_t stride, struct fault *);
/* 0 if a text can be read, else HN_ERR_PLUGIN: it is NULL and has a length, or it is longer than
 * TEXT_MOST. what names it: "hn_event.text". */
int32_t size_text(const char *what, hn_str text, struct fault *);
/* The same, and the text is what hobnob takes as text (text_fault()): else HN_ERR_USAGE. */
int32_t size_utf8(const char *what, hn_str text, struct fault *);

#endif
