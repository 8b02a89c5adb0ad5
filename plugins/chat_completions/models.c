/* SPDX-License-Identifier: MIT */
/* models: reads GET /models, which every server fills in its own way; only the id is common. */
#include "codec.h"
#include "parts.h"

#include "client.h"

struct listing {
	int32_t (*put)(void *ud, const hn_model *);
	void *ud;
};

/* Where a model's window may stand; what it runs with comes before what it was trained for. */
static const char *const windows[] = { "top_provider.context_length", "context_length",
	"max_model_len", "context_window", "max_context_length", "meta.n_ctx", "meta.n_ctx_train" };
static const char *const outputs[] = { "top_provider.max_completion_tokens",
	"max_completion_tokens", "max_output_tokens" };

/* Gives the first plausible number at some paths; a window of 0 is unknown too. */
static int64_t number(struct json_object *model, const char *const *paths, size_t n)
{
	int64_t v = 0;
	for (size_t i = 0; i < n && v <= 0; i++)
		v = cc_count(cc_path(model, paths[i]));
	return v > 0 ? v : -1;
}

/* What a token of the reply costs; unknown where one of reasoning has a price of its own, which
 * hn_model cannot say: neither price would hold for both. A 0 there says nothing. */
static int64_t reply_price(struct json_object *model)
{
	int64_t output = cc_price(cc_path(model, "pricing.completion"));
	int64_t reasoning = cc_price(cc_path(model, "pricing.internal_reasoning"));
	return reasoning > 0 && reasoning != output ? -1 : output;
}

/* Puts one model, if it has a name. */
static int32_t put_model(struct listing *l, struct json_object *model)
{
	hn_model m = { .struct_size = sizeof m,
		.context = number(model, windows, sizeof windows / sizeof *windows),
		.max_output = number(model, outputs, sizeof outputs / sizeof *outputs),
		.price_input = cc_price(cc_path(model, "pricing.prompt")),
		.price_output = reply_price(model),
		.price_cached = cc_price(cc_path(model, "pricing.input_cache_read")),
		.price_cache_write = cc_price(cc_path(model, "pricing.input_cache_write")),
		.id = cc_text(cc_member(model, "id")),
		.name = cc_text(cc_member(model, "name")) };
	m.id = m.id.n ? m.id : m.name;
	return m.id.n ? l->put(l->ud, &m) : 0;
}

/* Puts the models of a document: {data: [...]}, {models: [...]}, or the bare array. */
static int32_t put_all(void *listing, const struct cc_host *to, const hn_http_response *head,
	struct json_object *document)
{
	struct listing *l = listing;
	struct json_object *list = document;
	if (!json_object_is_type(list, json_type_array)) {
		list = cc_member(document, "data");
		list = list ? list : cc_member(document, "models");
	}
	if (cc_find_error(document, !json_object_is_type(list, json_type_array)))
		return cc_fail_document(to, head, document);
	int32_t rc = 0;
	for (size_t i = 0; !rc && i < json_object_array_length(list); i++)
		rc = put_model(l, json_object_array_get_idx(list, i));
	return rc;
}

/* Lists the models of a server. */
int32_t cc_models(
	struct cc *cc, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	struct listing l = { .put = put, .ud = ud };
	return cc_get(cc, call, "/models", put_all, &l);
}
