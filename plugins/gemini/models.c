/* SPDX-License-Identifier: MIT */
/* models: reads the list of models, page by page. Those that do not generate content are left out. */
#include "gemini.h"

#include "util/said.h"

#define PAGES_MOST 100 /* a list that is longer never ends */

struct listing {
	int32_t (*put)(void *ud, const hn_model *);
	void *ud;
	struct buf token; /* of the next page; empty: there is none */
};

/* Whether a model answers chats; a list that does not say what its models do is one of chat models. */
static int generates(struct json_object *model)
{
	struct json_object *methods = wire_member(model, "supportedGenerationMethods");
	int found = !json_object_is_type(methods, json_type_array);
	for (size_t i = 0; !found && i < json_object_array_length(methods); i++)
		found = str_is(wire_text(json_object_array_get_idx(methods, i)), "generateContent");
	return found;
}

/* A limit of 0 is unknown. */
static int64_t limit_of(struct json_object *model, const char *key)
{
	int64_t v = wire_count(wire_member(model, key));
	return v > 0 ? v : -1;
}

static int32_t put_model(struct listing *l, struct json_object *model)
{
	hn_str id = wire_text(wire_member(model, "name"));
	if (str_begins(id, "models/"))
		id = (hn_str){ id.p + 7, id.n - 7 };
	hn_model m = { .struct_size = sizeof m,
		.context = limit_of(model, "inputTokenLimit"),
		.max_output = limit_of(model, "outputTokenLimit"),
		.price_input = -1,
		.price_output = -1,
		.price_cached = -1,
		.price_cache_write = -1,
		.id = id,
		.name = wire_text(wire_member(model, "displayName")) };
	model_say(&m);
	return id.n && generates(model) ? l->put(l->ud, &m) : 0;
}

/* Puts the models of a page. A page without models has no list. */
static int32_t read_page(void *listing, const struct wire_host *to, const hn_http_response *head, struct json_object *document)
{
	struct listing *l = listing;
	struct json_object *list = wire_member(document, "models");
	int page = json_object_is_type(document, json_type_object) &&
		   (!list || json_object_is_type(list, json_type_array)) && !wire_says_something(document, (hn_str){ NULL, 0 });
	int32_t rc = 0;
	buf_cut(&l->token, 0);
	if (wire_find_error(document, 0))
		return wire_fail_document(to, head, document);
	if (!list && !page)
		return wire_fail_protocol(to, head, "the answer holds no list of models", wire_words(document));
	buf_addstr(&l->token, wire_text(wire_member(document, "nextPageToken")));
	for (size_t i = 0; json_object_is_type(list, json_type_array) && !rc && i < json_object_array_length(list); i++)
		rc = put_model(l, json_object_array_get_idx(list, i));
	return rc;
}

int32_t gemini_models(const struct wire_client *client, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	struct listing l = { .put = put, .ud = ud, .token = BUF(BUF_NO_CAP) };
	struct buf path = BUF(BUF_NO_CAP);
	int32_t rc = 0;
	for (int page = 0; !rc && page < PAGES_MOST && (page == 0 || l.token.n); page++) {
		buf_cut(&path, 0);
		buf_addf(&path, "%s/models?pageSize=1000", gemini_version(client->base));
		if (l.token.n)
			buf_adds(&path, "&pageToken=");
		gemini_escape(&path, buf_str(&l.token));
		rc = wire_get(client, call, path.p, read_page, &l);
	}
	buf_free(&path);
	buf_free(&l.token);
	return rc;
}
