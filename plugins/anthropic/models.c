/* SPDX-License-Identifier: MIT */
/* models: reads GET /v1/models, page after page. */
#include "anthropic.h"

#include <string.h>

#include "util/ascii.h"
#include "util/said.h"

#define PAGES_MOST 100

struct listing {
	int32_t (*put)(void *ud, const hn_model *);
	void *ud;
	hn_str last; /* the id that the next page begins after; a copy. Empty: there is no next page */
};

/* What a model may lack, where its entry says so. */
static const struct {
	const char *path;
	uint32_t accepts, heeds;
} abilities[] = {
	{ "capabilities.image_input.supported", 1u << HN_PART_IMAGE, 0 },
	{ "capabilities.structured_outputs.supported", 0, HN_SET_SCHEMA },
	{ "capabilities.effort.supported", 0, HN_SET_EFFORT },
};

static void read_abilities(struct json_object *model, hn_model *out)
{
	out->accepts = out->heeds = UINT32_MAX;
	for (size_t i = 0; i < sizeof abilities / sizeof *abilities; i++) {
		struct json_object *v = wire_path(model, abilities[i].path);
		if (!json_object_is_type(v, json_type_boolean))
			continue;
		out->set |= abilities[i].accepts ? HN_MODEL_ACCEPTS : HN_MODEL_HEEDS;
		if (json_object_get_boolean(v))
			continue;
		out->accepts &= ~abilities[i].accepts;
		out->heeds &= ~abilities[i].heeds;
	}
}

static int64_t tokens(struct json_object *model, const char *key)
{
	int64_t n = wire_count(wire_member(model, key));
	return n > 0 ? n : -1;
}

static int32_t put_model(struct listing *l, struct json_object *model)
{
	hn_model m = { .struct_size = sizeof m,
		.context = tokens(model, "max_input_tokens"),
		.max_output = tokens(model, "max_tokens"),
		.price_input = -1,
		.price_output = -1,
		.price_cached = -1,
		.price_cache_write = -1,
		.id = wire_text(wire_member(model, "id")),
		.name = wire_text(wire_member(model, "display_name")) };
	read_abilities(model, &m);
	model_say(&m);
	return m.id.n ? l->put(l->ud, &m) : 0;
}

static int32_t put_page(void *listing, const struct wire_host *to, const hn_http_response *head, struct json_object *document)
{
	struct listing *l = listing;
	struct json_object *list = wire_member(document, "data");
	int32_t rc = 0;
	int found = json_object_is_type(list, json_type_array);
	if (wire_find_error(document, 0) || (!found && wire_says_something(document, (hn_str){ NULL, 0 })))
		return wire_fail_document(to, head, document);
	if (!found)
		return wire_fail_protocol(to, head, "the answer holds no list of models", wire_words(document));
	for (size_t i = 0; !rc && i < json_object_array_length(list); i++)
		rc = put_model(l, json_object_array_get_idx(list, i));
	hn_str last = wire_text(wire_member(document, "last_id"));
	int more = wire_is_true(wire_member(document, "has_more")) && !wire_same(last, l->last);
	wire_replace(&l->last, more ? last : (hn_str){ NULL, 0 });
	return rc;
}

/* Appends an id as a part of a query. */
static void add_escaped(struct buf *path, hn_str id)
{
	for (size_t i = 0; i < id.n; i++) {
		char c = id.p[i];
		if (ascii_is_alnum(c) || (c && strchr("-._~", c)))
			buf_addc(path, c);
		else
			buf_addf(path, "%%%02X", (unsigned char)c);
	}
}

int32_t an_models(const struct wire_client *client, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	struct listing l = { .put = put, .ud = ud };
	struct buf path = BUF(BUF_NO_CAP);
	int32_t rc = 0;
	for (int page = 0; page < PAGES_MOST && (!page || l.last.n) && !rc; page++) {
		buf_cut(&path, 0);
		buf_adds(&path, "/v1/models?limit=1000");
		if (l.last.n)
			buf_adds(&path, "&after_id=");
		add_escaped(&path, l.last);
		rc = wire_get(client, call, path.p, put_page, &l);
	}
	wire_replace(&l.last, (hn_str){ NULL, 0 });
	buf_free(&path);
	return rc;
}
