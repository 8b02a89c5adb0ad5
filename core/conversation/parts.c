/* SPDX-License-Identifier: MIT */
/* parts: what a message contains beside its text. */
#include "conversation/parts.h"

#include <stdlib.h>

#include "util/mem.h"

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
