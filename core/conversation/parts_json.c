/* SPDX-License-Identifier: MIT */
/* parts_json: the parts of a message as JSON and back. */
#include "conversation/parts_json.h"

#include "util/base64.h"
#include "util/utf8.h"

/* ---- writing ---- */

static void add_known(struct json_object *o, const char *key, const char *text)
{
	if (text)
		json_add_text(o, key, str_of(text));
}

static void add_bytes(struct json_object *o, const struct part *p)
{
	int is_bytes = p->type == HN_PART_IMAGE && !(p->flags & HN_PARTFLAG_URL);
	struct buf coded = BUF(BUF_NO_CAP);

	if (!is_bytes && utf8_valid(p->data, p->n)) {
		json_add_text(o, "data", (hn_str){ p->data, p->n });
		return;
	}
	base64_write(&coded, (hn_str){ p->data, p->n });
	json_add_text(o, "base64", buf_str(&coded));
	buf_free(&coded);
}

static struct json_object *part_to_json(const struct part *p)
{
	struct json_object *o = json_new_object();

	json_add_int(o, "at", (int64_t)p->at);
	json_add_text(o, "type", str_of(part_type_name(p->type)));
	add_known(o, "id", p->id);
	add_known(o, "name", p->name);
	add_known(o, "mime", p->mime);
	if (p->flags & HN_PARTFLAG_URL)
		json_set(o, "url", json_new_flag(1));
	if (p->flags & HN_PARTFLAG_ERROR)
		json_set(o, "error", json_new_flag(1));
	add_bytes(o, p);
	return o;
}

struct json_object *parts_to_json(const struct message *m)
{
	struct json_object *list = json_new_array();

	for (size_t i = 0; i < m->n_parts; i++)
		json_append(list, part_to_json(&m->parts[i]));
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
