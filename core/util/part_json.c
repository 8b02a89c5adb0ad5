/* SPDX-License-Identifier: MIT */
/* part_json: writes one part; bytes that are not text become base64. */
#include "util/part_json.h"

#include "util/base64.h"
#include "util/names.h"
#include "util/utf8.h"

static void add_known(struct json_object *o, const char *key, hn_str text)
{
	if (text.n)
		json_add_text(o, key, text);
}

static void add_bytes(struct json_object *o, const hn_part *p)
{
	int is_bytes = p->type == HN_PART_IMAGE && !(p->flags & HN_PARTFLAG_URL);
	struct buf coded = BUF(BUF_NO_CAP);

	if (!is_bytes && utf8_valid(p->data.p, p->data.n)) {
		json_add_text(o, "data", p->data);
		return;
	}
	base64_write(&coded, p->data);
	json_add_text(o, "base64", buf_str(&coded));
	buf_free(&coded);
}

struct json_object *part_to_json(const hn_part *p, size_t at)
{
	struct json_object *o = json_new_object();

	json_add_int(o, "at", (int64_t)at);
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
