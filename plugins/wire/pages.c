/* SPDX-License-Identifier: MIT */
/* pages: a list that a server gives page by page: each says what the next one begins with. */
#include "wire/wire.h"

#include <string.h>

#include "util/ascii.h"

#define PAGES_MOST 100 /* a list that is longer never ends */

void wire_escape(struct buf *out, hn_str text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (ascii_is_alnum(c) || (c && strchr("-._~", c)))
			buf_addc(out, c);
		else
			buf_addf(out, "%%%02X", (unsigned)(unsigned char)c);
	}
}

/* Writes the path of the page that a mark begins; the first one has none. */
static void write_path(struct buf *out, const struct wire_pages *pages, hn_str mark)
{
	buf_cut(out, 0);
	buf_adds(out, pages->path);
	if (mark.n)
		buf_addf(out, "&%s=", pages->name);
	wire_escape(out, mark);
}

int32_t wire_get_pages(const struct wire_client *client, hn_call *call, const struct wire_pages *pages)
{
	struct buf path = BUF(BUF_NO_CAP);
	hn_str mark = { NULL, 0 };
	int32_t rc = 0;
	for (int page = 0, more = 1; more && !rc && page < PAGES_MOST; page++) {
		write_path(&path, pages, mark);
		buf_cut(pages->next, 0);
		rc = wire_get(client, call, path.p, pages->read, pages->ud);
		more = pages->next->n && !wire_same(buf_str(pages->next), mark);
		wire_replace(&mark, buf_str(pages->next));
	}
	wire_replace(&mark, (hn_str){ NULL, 0 });
	buf_free(&path);
	return rc;
}
