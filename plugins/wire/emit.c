/* SPDX-License-Identifier: MIT */
/* emit: the events of a reply, as wires give them to the host. */
#include <string.h>

#include "util/base64.h"
#include "util/said.h"
#include "wire/reply.h"

static int32_t emit(struct wire_reply *r, const hn_event *e)
{
	return r->to.host->emit(r->to.call, e);
}

hn_str wire_join(struct wire_reply *r, uint32_t type, hn_str text)
{
	uint32_t *half = &r->halves.waiting[type == HN_EV_REASONING];
	text = wire_join_halves(half, text, &r->halves.joined);
	r->came.pieces += text.n || *half;
	return text;
}

int32_t wire_emit_joined(struct wire_reply *r, uint32_t type, hn_str text)
{
	hn_event e = { .struct_size = sizeof e, .type = type, .text = text };
	return text.n ? emit(r, &e) : 0;
}

int32_t wire_emit_text(struct wire_reply *r, uint32_t type, hn_str text)
{
	return wire_emit_joined(r, type, wire_join(r, type, text));
}

int32_t wire_emit_halves(struct wire_reply *r)
{
	static const uint32_t types[] = { HN_EV_TEXT, HN_EV_REASONING };
	int32_t rc = 0;
	for (int i = 0; !rc && i < 2; i++) {
		if (!r->halves.waiting[i])
			continue;
		buf_cut(&r->halves.joined, 0);
		wire_end_halves(&r->halves.waiting[i], &r->halves.joined);
		rc = wire_emit_joined(r, types[i], buf_str(&r->halves.joined));
	}
	return rc;
}

int32_t wire_emit_opaque(struct wire_reply *r, const char *name, hn_str data)
{
	hn_event e = { .struct_size = sizeof e, .type = HN_EV_OPAQUE, .text = data, .name = str_of(name) };
	return emit(r, &e);
}

int32_t wire_emit_model(struct wire_reply *r, hn_str model, hn_str upstream)
{
	int same = wire_same(model, r->by.model);
	if (!model.n || (same && (!upstream.n || wire_same(upstream, r->by.upstream))))
		return 0;
	wire_replace(&r->by.model, model);
	wire_replace(&r->by.upstream, upstream);
	hn_event e = { .struct_size = sizeof e, .type = HN_EV_MODEL, .text = r->by.model, .name = r->by.upstream };
	return emit(r, &e);
}

int32_t wire_emit_usage(struct wire_reply *r, const hn_usage *usage)
{
	hn_usage said = *usage;
	usage_say(&said);
	hn_event e = { .struct_size = sizeof e, .type = HN_EV_USAGE, .usage = &said };
	return emit(r, &e);
}

int32_t wire_emit_notice(struct wire_reply *r, hn_str text)
{
	hn_event e = { .struct_size = sizeof e, .type = HN_EV_NOTICE, .text = text };
	return emit(r, &e);
}

int32_t wire_emit_bytes(struct wire_reply *r, hn_str mime, hn_str base64)
{
	struct buf bytes = BUF(BUF_NO_CAP);
	hn_event e = { .struct_size = sizeof e, .type = HN_EV_PART, .mime = mime };
	int32_t rc = 0;
	if (base64_read(base64, &bytes) == 0 && bytes.n) {
		e.text = buf_str(&bytes);
		e.number = str_begins(mime, "image/") ? HN_PART_IMAGE : HN_PART_FILE;
		r->came.pieces++;
		rc = emit(r, &e);
	} else {
		wire_beside_name(&r->beside.told, "an image", (hn_str){ NULL, 0 }, "");
	}
	buf_free(&bytes);
	return rc;
}
