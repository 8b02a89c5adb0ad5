/* SPDX-License-Identifier: MIT */
/* fuzz_sse: server-sent events give the same whether they come whole, in halves or byte by byte. */
#include "fuzz.h"

#include <string.h>

#include "net/sse.h"

#define CAP 4096

/* Adds an event to what came. */
static int32_t note(void *ud, const struct sse_event *e)
{
	struct buf *out = ud;
	buf_addf(out, "%zu,%zu,%zu:", e->type.n, e->data.n, e->id.n);
	buf_addstr(out, e->type);
	buf_addstr(out, e->data);
	buf_addstr(out, e->id);
	return 0;
}

/* Reads all in pieces of that size. */
static void read_in(const char *p, size_t n, size_t piece, struct buf *out)
{
	struct sse s;
	struct sse_event tail;
	int32_t rc = 0;
	*out = BUF(BUF_NO_CAP);
	sse_init(&s, CAP, note, out);
	for (size_t i = 0; i < n && !rc; i += piece)
		rc = sse_feed(&s, p + i, n - i < piece ? n - i : piece);
	if (!rc && sse_tail(&s, &tail))
		note(out, &tail);
	sse_free(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data;
	struct buf whole, again;
	if (!size || size > CAP / 2) /* past the cap the place where it ends may differ */
		return 0;
	read_in(p, size, size, &whole);
	size_t pieces[] = { 1, 1 + size / 2, 1 + data[0] % 16 };
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		read_in(p, size, pieces[i], &again);
		MUST(whole.n == again.n && (!whole.n || !memcmp(whole.p, again.p, whole.n)));
		buf_free(&again);
	}
	buf_free(&whole);
	return 0;
}
