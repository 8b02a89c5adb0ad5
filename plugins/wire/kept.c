/* SPDX-License-Identifier: MIT */
/*
 * kept: what of a reply is handed back with it: JSON that only its server reads, and reasoning as plain text. Each has a
 * cap; beyond it nothing more is kept, and the reply goes on.
 */
#include "wire/reply.h"

#define BYTES_MOST (4u << 20) /* of all the JSON */
#define THOUGHT_MOST 1000000  /* bytes of the text */

int wire_has_room(struct wire_reply *r, size_t n)
{
	int had = r->kept.bytes <= BYTES_MOST;
	r->kept.bytes += n;
	if (had && r->kept.bytes > BYTES_MOST)
		wire_log(&r->to, "the reply holds more to be handed back than is kept: some of it will be missing");
	return r->kept.bytes <= BYTES_MOST;
}

int32_t wire_emit_opaque_json(struct wire_reply *r, const char *name, struct json_object *o, hn_str id)
{
	struct buf whole = BUF(BUF_NO_CAP);
	uint32_t half = 0;
	hn_event e = { .struct_size = sizeof e, .type = HN_EV_OPAQUE, .name = str_of(name), .id = id };
	e.text = wire_join_halves(&half, wire_words(o), &whole);
	int32_t rc = r->to.host->emit(r->to.call, &e);
	buf_free(&whole);
	return rc;
}

int32_t wire_keep(struct wire_reply *r, const char *name, struct json_object *o, hn_str id)
{
	return wire_has_room(r, wire_words(o).n) ? wire_emit_opaque_json(r, name, o, id) : 0;
}

/* Half a thought is useless: one that is too long is forgotten. */
void wire_keep_thought(struct wire_reply *r, hn_str piece)
{
	r->kept.thought_n += piece.n;
	if (r->kept.thought_n <= THOUGHT_MOST)
		buf_addstr(&r->kept.thought, piece);
	else
		buf_free(&r->kept.thought);
}

int32_t wire_emit_thought(struct wire_reply *r, const char *name)
{
	int32_t rc = r->kept.thought.n ? wire_emit_opaque(r, name, buf_str(&r->kept.thought)) : 0;
	buf_cut(&r->kept.thought, 0);
	return rc;
}

hn_str wire_thought_of(const hn_message *m, const char *name, struct buf *out)
{
	for (uint32_t i = 0; i < m->n_parts; i++) {
		const hn_part *part = HN_AT(hn_part, m->parts, m->part_stride, i);
		if (part->type == HN_PART_OPAQUE && str_is(part->name, name))
			buf_addstr(out, part->data);
	}
	return buf_str(out);
}
