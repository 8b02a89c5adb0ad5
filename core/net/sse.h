/* SPDX-License-Identifier: MIT */
/*
 * sse: server-sent events, byte-driven: any split of the input gives the same events, in linear
 * time. Rules: WHATWG HTML 9.2.6. One leading BOM; CR, LF, CRLF; comments; NUL in id ignores it.
 * Text is passed on as bytes (the reader of the data cleans UTF-8); a caller who wants the
 * standard's U+FFFD uses util/utf8.
 */
#ifndef HOBNOB_NET_SSE_H
#define HOBNOB_NET_SSE_H

#include <stdint.h>

#include "util/buf.h"

/* type "message" if none was given; borrowed during on_event */
struct sse_event { hn_str type, data, id; };

struct sse {
	/* 0 continues; any other value stops sse_feed, which returns it. */
	int32_t (*on_event)(void *ud, const struct sse_event *);
	void *ud;
	struct buf line, data, type, id;  /* line: the unfinished part of the current line */
	int64_t retry_ms;                 /* last valid retry field, -1 */
	unsigned comments;                /* number so far: keep-alives */
	unsigned char bom;                /* bytes of a leading BOM matched so far; 4: done */
	unsigned char after_cr, has_data;
	/* lines since the last event that are not fields, LF after each but the last: the body is
	 * something else, or a server forgot the framing. The first SSE_STRAY bytes of them. */
	struct buf stray;
};

#define SSE_STRAY 65536
#define SSE_TOO_LARGE (-1000)
/* cap: bytes of one event, lines included. */
void sse_init(struct sse *, size_t cap, int32_t (*on_event)(void *ud, const struct sse_event *), void *ud);
/* 0, what on_event returned, or SSE_TOO_LARGE. After a nonzero result only sse_free may follow. */
int32_t sse_feed(struct sse *, const char *p, size_t n);
/* The input has ended. The standard discards a pending event; this passes it on, unterminated line
 * included, or returns 0. */
int sse_tail(struct sse *, struct sse_event *out);
void sse_free(struct sse *);

#endif
