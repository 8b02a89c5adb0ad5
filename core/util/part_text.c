/* SPDX-License-Identifier: MIT */
/* part_text: what a person sees of an image, a file or a tool's call. */
#include "util/part_text.h"

#include "util/text.h"

#define NAME_COLUMNS 60 /* of a name or a URL */

/* Appends a name, safe and short; on one line. */
static void add_name(struct buf *out, hn_str name)
{
	struct buf safe = BUF(BUF_NO_CAP);

	text_add_safe(&safe, name, HN_TEXT_LINE);
	text_add_line(out, buf_str(&safe), NAME_COLUMNS);
	buf_free(&safe);
}

/* Appends what a part takes, in the unit of file managers. */
static void add_size(struct buf *out, size_t n)
{
	if (n < 1000)
		buf_addf(out, "%zu byte%s", n, n == 1 ? "" : "s");
	else if (n < 1000000)
		buf_addf(out, "%zu KB", (n + 500) / 1000);
	else
		buf_addf(out, "%zu.%zu MB", n / 1000000, n / 100000 % 10);
}

void part_describe(const hn_part *p, struct buf *out)
{
	int is_bytes = p->type == HN_PART_IMAGE || p->type == HN_PART_FILE;
	int is_url = p->flags & HN_PARTFLAG_URL;
	const char *what = p->type == HN_PART_IMAGE       ? "image"
			   : p->type == HN_PART_FILE      ? "file"
			   : p->type == HN_PART_TOOL_CALL ? "call of the tool"
							  : "result of the tool";

	if (p->type < HN_PART_IMAGE || p->type > HN_PART_TOOL_RESULT)
		return;
	buf_addf(out, "[%s", what);
	if (p->name.n)
		buf_adds(out, " ");
	add_name(out, p->name);
	if (is_bytes) {
		buf_adds(out, p->name.n ? ", " : " ");
		if (is_url)
			add_name(out, p->data);
		else
			add_size(out, p->data.n);
	}
	buf_adds(out, "]");
}
