/* SPDX-License-Identifier: MIT */
/* models: reads GET /v1/models, page after page. */
#include "anthropic.h"

#include "util/said.h"

struct listing {
	int32_t (*put)(void *ud, const hn_model *);
	void *ud;
	struct buf last; /* the id that the next page begins after; empty: there is no next page */
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

static int32_t put_model(struct listing *l, struct json_object *model)
{
	hn_model m = wire_model(wire_text(wire_member(model, "id")));
	m.name = wire_text(wire_member(model, "display_name"));
	m.context = wire_size(model, "max_input_tokens");
	m.max_output = wire_size(model, "max_tokens");
	read_abilities(model, &m);
	model_say(&m);
	return m.id.n ? l->put(l->ud, &m) : 0;
}

static int32_t put_page(void *listing, const struct wire_host *to, const hn_http_response *head, struct json_object *document)
{
	struct listing *l = listing;
	struct json_object *list = wire_member(document, "data");
	int32_t rc = wire_check_list(to, head, document, json_object_is_type(list, json_type_array));
	for (size_t i = 0; !rc && i < json_object_array_length(list); i++)
		rc = put_model(l, json_object_array_get_idx(list, i));
	if (wire_is_true(wire_member(document, "has_more")))
		buf_addstr(&l->last, wire_text(wire_member(document, "last_id")));
	return rc;
}

int32_t an_models(const struct wire_client *client, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	struct listing l = { .put = put, .ud = ud, .last = BUF(BUF_NO_CAP) };
	int32_t rc = wire_get_pages(client, call,
		&(struct wire_pages){ .path = "/v1/models?limit=1000", .name = "after_id", .next = &l.last, .read = put_page, .ud = &l });
	buf_free(&l.last);
	return rc;
}
