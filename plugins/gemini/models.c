/* SPDX-License-Identifier: MIT */
/* models: reads the list of models, page by page. Those that do not generate content are left out. */
#include "gemini.h"

#include <string.h>

#include "util/said.h"

struct listing {
	int32_t (*put)(void *ud, const hn_model *);
	void *ud;
	struct buf token; /* of the next page; empty: this page is the last */
};

/* Whether a model answers chats; a list that does not say what its models do is one of chat models. */
static int generates(struct json_object *model)
{
	struct json_object *methods = wire_member(model, "supportedGenerationMethods");
	return !json_object_is_type(methods, json_type_array) || wire_lists(methods, "generateContent");
}

static int32_t put_model(struct listing *l, struct json_object *model)
{
	hn_str id = wire_text(wire_member(model, "name"));
	if (str_begins(id, "models/"))
		id = (hn_str){ id.p + strlen("models/"), id.n - strlen("models/") };
	hn_model m = wire_model(id);
	m.name = wire_text(wire_member(model, "displayName"));
	m.context = wire_size(model, "inputTokenLimit");
	m.max_output = wire_size(model, "outputTokenLimit");
	model_say(&m);
	return id.n && generates(model) ? l->put(l->ud, &m) : 0;
}

/* Puts the models of a page. A page without models has no list. */
static int32_t read_page(void *listing, const struct wire_host *to, const hn_http_response *head, struct json_object *document)
{
	struct listing *l = listing;
	struct json_object *list = wire_member(document, "models");
	int filled = json_object_is_type(list, json_type_array), empty = !list && json_object_is_type(document, json_type_object);
	int32_t rc = wire_check_list(to, head, document, filled || (empty && !wire_says_something(document, (hn_str){ NULL, 0 })));
	for (size_t i = 0; filled && !rc && i < json_object_array_length(list); i++)
		rc = put_model(l, json_object_array_get_idx(list, i));
	buf_addstr(&l->token, wire_text(wire_member(document, "nextPageToken")));
	return rc;
}

int32_t gemini_models(const struct wire_client *client, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	struct listing l = { .put = put, .ud = ud, .token = BUF(BUF_NO_CAP) };
	struct buf path = BUF(BUF_NO_CAP);
	buf_addf(&path, "%s/models?pageSize=1000", gemini_version(client->base));
	int32_t rc = wire_get_pages(client, call,
		&(struct wire_pages){ .path = path.p, .name = "pageToken", .next = &l.token, .read = read_page, .ud = &l });
	buf_free(&path);
	buf_free(&l.token);
	return rc;
}
