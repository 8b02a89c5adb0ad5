/* SPDX-License-Identifier: MIT */
/* fuzz_markdown: the same cells whether Markdown comes whole, in halves or byte by byte; no escape but the renderer's own; linear work. */
#include "fuzz.h"

#include <string.h>

#include "tests/unit/markdown_screen.h"

#define CAP 8192

/* Renders all in pieces of that size. */
static void render(const char *p, size_t n, size_t piece, unsigned columns, struct screen *s)
{
	screen_open(s, columns, &all_looks);
	s->options.osc8 = 1;
	struct md *md = md_new(&s->options);
	for (size_t i = 0; i < n; i += piece)
		md_feed(md, (hn_str){ p + i, n - i < piece ? n - i : piece });
	md_finish(md);
	screen_style(s, 1);
	MUST(md_work(md) <= 100 * (n + 10) && md_column(md) == 0);
	md_free(&md);
	MUST(!s->unclosed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct screen whole, again;

	if (!size || size > CAP)
		return 0;
	const char *p = (const char *)data + 1;
	size_t n = size - 1, pieces[] = { 1, 1 + n / 2, 1 + data[0] % 16 };
	unsigned columns = data[0] % 100;
	render(p, n, n + 1, columns, &whole);
	MUST(!whole.cells.n || !memmem(whole.cells.p, whole.cells.n, "⟨ESC⟩", strlen("⟨ESC⟩")) || memmem(p, n, "⟨ESC⟩", strlen("⟨ESC⟩")));
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		render(p, n, pieces[i], columns, &again);
		MUST(whole.cells.n == again.cells.n && (!whole.cells.n || !memcmp(whole.cells.p, again.cells.p, whole.cells.n)));
		buf_free(&again.cells);
	}
	buf_free(&whole.cells);
	return 0;
}
