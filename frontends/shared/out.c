/* SPDX-License-Identifier: MIT */
/* out: writes bytes to a descriptor at once and whole; see the header for how it waits. */
#include "shared/out.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define GRACE_MS 1000 /* for a reader, after an interrupt */

/* 1 if a write would not block within ms, or would fail at once. */
static int writable(const struct out *out, int ms)
{
	struct pollfd p = { .fd = out->fd, .events = POLLOUT };

	return poll(&p, 1, ms) > 0;
}

/* Waits until a write is possible: 0, HN_ERR_INTERRUPTED when it will not be, or HN_ERR_OUTPUT with
 * the error. */
static int32_t out_wait(struct out *out)
{
	hn_pollfd fd = { .fd = out->fd, .events = HN_POLL_OUT };

	int32_t waited = writable(out, 0) ? HN_WAIT_READY
					   : out->api->wait_for(out->session, &fd, 1, -1);
	if (waited >= 0)
		return 0;
	if (waited == HN_WAIT_FAILED) {
		out->error = errno;
		return HN_ERR_OUTPUT;
	}
	/* The wait may have used up the interrupt; a turn that runs must still see it. */
	out->api->cancel(out->session);
	return writable(out, GRACE_MS) ? 0 : HN_ERR_INTERRUPTED;
}

/* Writes bytes now. */
static int32_t write_now(struct out *out, hn_str bytes)
{
	while (!out->failed && bytes.n) {
		out->failed = out_wait(out);
		if (out->failed)
			break;
		ssize_t n = write(out->fd, bytes.p, bytes.n < PIPE_BUF ? bytes.n : PIPE_BUF);
		if (n >= 0) {
			bytes.p += n;
			bytes.n -= (size_t)n;
		} else if (errno != EAGAIN && errno != EINTR) {
			out->error = errno;
			out->failed = HN_ERR_OUTPUT;
		}
	}
	return out->failed;
}

int32_t out_flush(struct out *out)
{
	struct buf row = out->held;

	out->held = BUF(BUF_NO_CAP);
	write_now(out, buf_str(&row));
	buf_free(&row);
	return out->failed;
}

int32_t out_write(struct out *out, hn_str bytes)
{
	const char *newline = bytes.n ? memrchr(bytes.p, '\n', bytes.n) : NULL;
	size_t rows = newline ? (size_t)(newline - bytes.p) + 1 : 0;

	if (!out->whole)
		return out->held.n && out_flush(out) ? out->failed : write_now(out, bytes);
	if (!out->held.max)
		out->held = BUF(BUF_NO_CAP);
	if (rows) {
		buf_add(&out->held, bytes.p, rows);
		out_flush(out);
	}
	if (bytes.n > rows)
		buf_add(&out->held, bytes.p + rows, bytes.n - rows);
	return out->failed;
}

int32_t out_puts(struct out *out, const char *s)
{
	return out_write(out, (hn_str){ s, strlen(s) });
}

void out_put(void *out, hn_str piece)
{
	out_write(out, piece);
}
