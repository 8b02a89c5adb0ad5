/* SPDX-License-Identifier: MIT */
/*
 * thought: reasoning that came as plain text, kept for servers that want it back with its reply.
 *
 * It is emitted before the text that follows it, so that a reply that is cut has it as well. Where the
 * reply has reasoning_details, those go back, and this does not.
 */
#include "parts.h"

int32_t cc_emit_thought(struct cc_reply *r)
{
	if (!r->reasoning.details)
		return wire_emit_thought(&r->w, CC_THOUGHT);
	buf_cut(&r->w.kept.thought, 0);
	return 0;
}

void cc_add_thought(struct json_object *out, const hn_message *m, const char *member)
{
	struct buf all = BUF(BUF_NO_CAP);
	json_set(out, member, wire_string(wire_thought_of(m, CC_THOUGHT, &all)));
	buf_free(&all);
}
