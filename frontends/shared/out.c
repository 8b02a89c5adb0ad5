/* SPDX-License-Identifier: MIT */
/* out: writes bytes to a descriptor at once and whole; see the header for how it waits. */
#include "shared/out.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "util/utf8.h"

#define GRACE_MS 1000 /* for a reader, after an interrupt */
#define CLUSTER_MOST 128 /* bytes of a character that is held while more of it may come */

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

/* 1 if what follows may be shown as one character with it: an emoji, half of a flag, and what joins emoji. */
static int joins(uint32_t cp)
{
	return cp >= 0x1F000 || cp == 0x200D || cp == 0xFE0F || (cp >= 0x2300 && cp <= 0x23FF) || (cp >= 0x2600 && cp <= 0x27BF) ||
	       (cp >= 0x2B00 && cp <= 0x2BFF);
}

/* How much of a text ends before the character of a person's that may still grow at its end. */
static size_t whole_characters(hn_str text)
{
	size_t from = text.n, n = 0;
	unsigned columns;
	uint32_t cp;

	while (from > 0 && text.n - from < CLUSTER_MOST && text.p[from - 1] & 0x80)
		from--;
	while (from < text.n && (text.p[from] & 0xC0) == 0x80)
		from++;
	for (size_t at = from; at < text.n; at += n) {
		from = at;
		n = utf8_cluster(text.p + at, text.n - at, &columns);
	}
	for (size_t at = from; at < text.n; at += n) {
		n = utf8_decode(text.p + at, text.n - at, &cp);
		if (!n || (at + n == text.n && joins(cp)))
			return from;
	}
	return text.n;
}

int32_t out_text(struct out *out, hn_str text)
{
	struct buf all = out->held.n ? out->held : BUF(BUF_NO_CAP);

	if (out->whole || out->failed || (!all.n && text.n && !(text.p[text.n - 1] & 0x80)))
		return out_write(out, text);
	buf_addstr(&all, text);
	out->held = BUF(BUF_NO_CAP);
	size_t n = whole_characters(buf_str(&all));
	if (!write_now(out, (hn_str){ all.p, n }) && n < all.n)
		buf_add(&out->held, all.p + n, all.n - n);
	buf_free(&all);
	return out->failed;
}

void out_put_text(void *out, hn_str piece)
{
	out_text(out, piece);
}

void out_put(void *out, hn_str piece)
{
	out_write(out, piece);
}
