/* SPDX-License-Identifier: MIT */
/* said: says in words what a message holds besides text, so that an echo shows that it arrived. */
#include "said.h"

#include <string.h>

#include "util/buf.h"
#include "util/image.h"

static const hn_part *part_of(const hn_message *m, uint32_t i)
{
	return HN_AT(hn_part, m->parts, m->part_stride, i);
}

static const hn_message *message_of(const hn_request *req, uint32_t i)
{
	return HN_AT(hn_message, req->messages, req->message_stride, i);
}

static void add_word(struct buf *out, hn_str word)
{
	if (word.n)
		buf_addc(out, ' ');
	buf_addstr(out, word);
}

/* "[image a.png image/png 640x480 1234 bytes]", less what is unknown. */
static void add_bytes(struct buf *out, const hn_part *part)
{
	struct image image = { NULL, 0, 0 };
	int url = !!(part->flags & HN_PARTFLAG_URL);
	if (part->type == HN_PART_IMAGE && !url)
		image = image_read(part->data);
	buf_adds(out, part->type == HN_PART_IMAGE ? "[image" : "[file");
	add_word(out, part->name);
	add_word(out, part->mime);
	if (image.width)
		buf_addf(out, " %ux%u", image.width, image.height);
	if (url)
		add_word(out, part->data);
	else
		buf_addf(out, " %zu bytes", part->data.n);
	buf_addc(out, ']');
}

static void add_result(struct buf *out, const hn_part *part)
{
	int failed = !!(part->flags & HN_PARTFLAG_ERROR);
	buf_adds(out, failed ? "[" : "[result of ");
	buf_addstr(out, part->name.n ? part->name : part->id);
	buf_adds(out, failed ? " failed: " : ": ");
	buf_addstr(out, part->data);
	buf_addc(out, ']');
}

/* Adds what is not text, each on a line of its own. */
static void add_parts(struct buf *out, const hn_message *m)
{
	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *part = part_of(m, i);
		int result = part->type == HN_PART_TOOL_RESULT;
		if (!result && part->type != HN_PART_IMAGE && part->type != HN_PART_FILE)
			continue;
		if (out->n)
			buf_addc(out, '\n');
		if (result)
			add_result(out, part);
		else
			add_bytes(out, part);
	}
}

hn_str said_last(const hn_host *host, hn_call *call, const hn_request *req)
{
	struct buf all = BUF(BUF_NO_CAP);
	for (uint32_t i = req->n_messages; i > 0; i--) {
		const hn_message *m = message_of(req, i - 1);
		if (m->role != HN_ROLE_USER && m->role != HN_ROLE_TOOL)
			continue;
		buf_addstr(&all, m->text);
		add_parts(&all, m);
		break;
	}
	hn_str text = { host->alloc(call, all.n + 1), all.n };
	if (all.n)
		memcpy((char *)(uintptr_t)text.p, all.p, all.n);
	buf_free(&all);
	return text;
}

size_t said_parts(const hn_request *req, uint32_t type)
{
	size_t n = 0;
	for (uint32_t i = 0; i < req->n_messages; i++)
		for (uint32_t k = 0; k < message_of(req, i)->n_parts; k++)
			n += part_of(message_of(req, i), k)->type == type;
	return n;
}
