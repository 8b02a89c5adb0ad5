/* SPDX-License-Identifier: MIT */
/*
 * thought: reasoning that came as plain text, kept for servers that want it back with its reply.
 *
 * It is emitted before the text that follows it, so that a reply that is cut has it as well. Where the
 * reply has reasoning_details, those go back, and this does not.
 */
#include "parts.h"

#include <string.h>

/* Beyond the cap it keeps nothing, because half a thought is useless. */
void cc_keep_thought(struct cc_reply *r, hn_str piece)
{
	r->reasoning.thought_n += piece.n;
	if (r->reasoning.thought_n <= CC_THOUGHT_CAP)
		buf_addstr(&r->reasoning.thought, piece);
	else
		buf_free(&r->reasoning.thought);
}

int32_t cc_emit_thought(struct cc_reply *r)
{
	hn_event e = { .struct_size = sizeof e,
		.type = HN_EV_OPAQUE,
		.text = buf_str(&r->reasoning.thought),
		.name = { CC_THOUGHT, sizeof CC_THOUGHT - 1 } };
	int32_t rc = e.text.n && !r->reasoning.details ? r->w.to.host->emit(r->w.to.call, &e) : 0;
	buf_cut(&r->reasoning.thought, 0);
	return rc;
}

void cc_add_thought(struct json_object *out, const hn_message *m, const char *member)
{
	struct buf all = BUF(BUF_NO_CAP);
	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *part = wire_part_at(m, i);
		if (part->type == HN_PART_OPAQUE && str_is(part->name, CC_THOUGHT))
			buf_addstr(&all, part->data);
	}
	json_set(out, member, json_new_text(all.p, all.n));
	buf_free(&all);
}
