/* SPDX-License-Identifier: MIT */
/*
 * out: writes bytes to a descriptor at once and whole.
 *
 * Nothing here blocks where Ctrl-C could not end it: a write is only made when the descriptor takes
 * PIPE_BUF bytes, and until then the session waits. After an interrupt a reader still has a second
 * to take the rest, so that the end of a cut reply arrives; then hobnob gives up.
 */
#ifndef HOBNOB_FRONTENDS_OUT_H
#define HOBNOB_FRONTENDS_OUT_H

#include "hobnob/plugin.h"
#include "util/buf.h"

struct out {
	const hn_session_api *api;
	hn_session *session;
	int fd;
	int whole;      /* rows are held until they end: a screen reader reads out what one write has */
	struct buf held; /* the row that has not ended; else the character of out_text() that has not */
	int error;      /* errno of the write that failed */
	int32_t failed; /* once a write failed: what that and every later one returns */
};

/* 0; HN_ERR_OUTPUT: it cannot be written; HN_ERR_INTERRUPTED: nobody took it, and the user has had
 * enough. */
int32_t out_write(struct out *, hn_str bytes);
/* Writes what is held, such as a row that has no end, a prompt. Returns as out_write(). */
int32_t out_flush(struct out *);
/* The same as out_write() for a C string. */
int32_t out_puts(struct out *, const char *s);
/* Writes text that comes in pieces to a terminal. An emoji at its end waits for the next write, for more of it may come: a terminal shows
 * one whole only if it comes in one write. Returns as out_write(). */
int32_t out_text(struct out *, hn_str text);
/* The same for callbacks whose ud is the struct out. */
void out_put_text(void *out, hn_str piece);
/* Writes a piece: for callbacks whose ud is the struct out. */
void out_put(void *out, hn_str piece);

#endif
