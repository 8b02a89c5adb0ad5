/* SPDX-License-Identifier: MIT */
/* parts: what a message contains beside its text. */
#include "conversation/parts.h"

#include <stdlib.h>

#include "util/mem.h"
#include "util/text.h"

#define NAME_COLUMNS 60 /* of a name or a URL that is shown */

static const char *const type_names[] = {
	[HN_PART_OPAQUE] = "opaque",
	[HN_PART_IMAGE] = "image",
	[HN_PART_FILE] = "file",
	[HN_PART_TOOL_CALL] = "tool_call",
	[HN_PART_TOOL_RESULT] = "tool_result",
};
#define TYPES (sizeof type_names / sizeof *type_names)

const char *part_type_name(uint32_t type)
{
	return type < TYPES ? type_names[type] : NULL;
}

uint32_t part_type_find(hn_str name)
{
	for (uint32_t i = 0; i < TYPES; i++)
		if (type_names[i] && str_is(name, type_names[i]))
			return i;
	return 0;
}

static char *own(hn_str text)
{
	return text.n ? str_dup(text) : NULL;
}

struct part part_copy(const hn_part *p, size_t at)
{
	return (struct part){
		.type = p->type,
		.flags = p->flags,
		.at = at,
		.id = own(p->id),
		.name = own(p->name),
		.mime = own(p->mime),
		.data = xmemdup0(p->data.p, p->data.n),
		.n = p->data.n,
	};
}

void part_free(struct part *p)
{
	free(p->id);
	free(p->name);
	free(p->mime);
	free(p->data);
}

size_t part_size(const hn_part *p)
{
	return sizeof(struct part) + p->id.n + p->name.n + p->mime.n + p->data.n;
}

hn_part part_lend(const struct part *p)
{
	return (hn_part){
		.type = p->type,
		.flags = p->flags,
		.id = str_of(p->id),
		.name = str_of(p->name),
		.mime = str_of(p->mime),
		.data = { p->data, p->n },
	};
}

size_t parts_split(hn_str text, const struct part *parts, size_t n, hn_part *out)
{
	size_t made = 0, from = 0;

	for (size_t i = 0; i <= n; i++) {
		size_t upto = i < n ? parts[i].at : text.n;

		if (upto > from || (i == n && made == 0))
			out[made++] = (hn_part){ .type = HN_PART_TEXT, .data = { text.p + from, upto - from } };
		if (i < n)
			out[made++] = part_lend(&parts[i]);
		from = upto;
	}
	return made;
}

size_t parts_most(size_t n)
{
	return 2 * n + 1;
}

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

void part_describe(const struct part *p, struct buf *out)
{
	int is_bytes = p->type == HN_PART_IMAGE || p->type == HN_PART_FILE;
	int is_url = p->flags & HN_PARTFLAG_URL;
	const char *what = p->type == HN_PART_IMAGE       ? "image"
			   : p->type == HN_PART_FILE      ? "file"
			   : p->type == HN_PART_TOOL_CALL ? "call of the tool"
							  : "result of the tool";

	if (p->type == HN_PART_OPAQUE || !part_type_name(p->type))
		return;
	buf_addf(out, "[%s", what);
	if (p->name)
		buf_adds(out, " ");
	add_name(out, str_of(p->name));
	if (is_bytes) {
		buf_adds(out, p->name ? ", " : " ");
		if (is_url)
			add_name(out, (hn_str){ p->data, p->n });
		else
			add_size(out, p->n);
	}
	buf_adds(out, "]");
}
