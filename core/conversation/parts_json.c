/* SPDX-License-Identifier: MIT */
/* parts_json: the parts of a message as JSON and back. */
#include "conversation/parts_json.h"

#include "util/base64.h"
#include "util/names.h"
#include "util/part_json.h"

/* ---- writing ---- */

struct json_object *parts_to_json(const struct message *m)
{
	struct json_object *list = json_new_array();

	for (size_t i = 0; i < m->n_parts; i++) {
		hn_part part = part_lend(&m->parts[i]);

		json_append(list, part_to_json(&part, m->parts[i].at));
	}
	return list;
}

/* ---- reading ---- */

static uint32_t flag(struct json_object *o, const char *key, uint32_t bit)
{
	return json_object_get_boolean(json_member(o, key)) ? bit : 0;
}

/* One part of that type; skips anything else. */
static void read_part(struct json_object *o, uint32_t type, struct message *m)
{
	int64_t at = json_int(o, "at", -1);
	struct buf data = BUF(BUF_NO_CAP);
	hn_part p = {
		.type = type,
		.flags = flag(o, "url", HN_PARTFLAG_URL) | flag(o, "error", HN_PARTFLAG_ERROR),
		.id = json_text(o, "id"),
		.name = json_text(o, "name"),
		.mime = json_text(o, "mime"),
		.data = json_text(o, "data"),
	};
	int is_coded = json_member(o, "base64") != NULL;

	if (is_coded && base64_read(json_text(o, "base64"), &data) != 0)
		type = 0;
	if (is_coded)
		p.data = buf_str(&data);
	if (type)
		message_add_part(m, &p, at < 0 ? SIZE_MAX : (size_t)at);
	buf_free(&data);
}

const char *parts_read(hn_str list, struct message *m)
{
	const char *why = NULL;
	struct json_object *o = json_read(list, &why);

	for (size_t i = 0; o && i < json_object_array_length(o); i++) {
		struct json_object *part = json_object_array_get_idx(o, i);

		read_part(part, part_type_find(json_text(part, "type")), m);
	}
	json_object_put(o);
	return why;
}

const char *parts_read_opaque(hn_str list, struct message *m)
{
	const char *why = NULL;
	struct json_object *o = json_read(list, &why);

	for (size_t i = 0; o && i < json_object_array_length(o); i++) {
		struct json_object *part = json_object_array_get_idx(o, i);

		read_part(part, json_text(part, "name").n ? HN_PART_OPAQUE : 0, m);
	}
	json_object_put(o);
	return why;
}

/* The place, or the one before it that is between two characters. */
static size_t between(const struct message *m, size_t at)
{
	if (at >= m->n)
		return m->n;
	while (at > 0 && ((unsigned char)m->text[at] & 0xC0) == 0x80)
		at--;
	return at;
}

void parts_place(struct message *m)
{
	size_t least = 0;

	for (size_t i = 0; i < m->n_parts; i++) {
		size_t at = between(m, m->parts[i].at);

		m->parts[i].at = least = at > least ? at : least;
	}
}
