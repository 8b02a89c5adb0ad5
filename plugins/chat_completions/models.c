/* SPDX-License-Identifier: MIT */
/* models: reads GET /models, which every server fills in its own way; only the id is common. */
#include "codec.h"
#include "parts.h"

#include "client.h"

struct listing {
	struct cc_host to;
	int32_t (*put)(void *ud, const hn_model *);
	void *ud;
	int32_t outcome; /* what put() or fail() returned */
	int read;
};

/* Where a model's window may stand; what it runs with comes before what it was trained for. */
static const char *const windows[] = { "context_length", "max_model_len", "context_window",
	"max_context_length", "meta.n_ctx", "meta.n_ctx_train", "top_provider.context_length" };
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

/* Puts one model, if it has a name. */
static int32_t put_model(struct listing *l, struct json_object *model)
{
	hn_model m = { .struct_size = sizeof m,
		.context = number(model, windows, sizeof windows / sizeof *windows),
		.max_output = number(model, outputs, sizeof outputs / sizeof *outputs),
		.price_input = cc_price(cc_path(model, "pricing.prompt")),
		.price_output = cc_price(cc_path(model, "pricing.completion")),
		.price_cached = cc_price(cc_path(model, "pricing.input_cache_read")),
		.price_cache_write = cc_price(cc_path(model, "pricing.input_cache_write")),
		.id = cc_text(cc_member(model, "id")),
		.name = cc_text(cc_member(model, "name")) };
	m.id = m.id.n ? m.id : m.name;
	return m.id.n ? l->put(l->ud, &m) : 0;
}

/* Puts the models of a document: {data: [...]}, {models: [...]}, or the bare array. */
static int32_t put_all(
	struct listing *l, const hn_http_response *head, struct json_object *document)
{
	struct json_object *list = document;
	if (!json_object_is_type(list, json_type_array)) {
		list = cc_member(document, "data");
		list = list ? list : cc_member(document, "models");
	}
	if (cc_find_error(document, !json_object_is_type(list, json_type_array)))
		return cc_fail_document(&l->to, head, document);
	int32_t rc = 0;
	for (size_t i = 0; !rc && i < json_object_array_length(list); i++)
		rc = put_model(l, json_object_array_get_idx(list, i));
	return rc;
}

/* Reads the body, a list or an error. */
static int32_t on_data(
	void *ud, const hn_http_response *head, uint32_t kind, hn_str event, hn_str data)
{
	struct listing *l = ud;
	(void)event;
	data = cc_trim(data);
	l->read = 1;
	if (cc_too_heavy(data))
		return l->outcome = cc_fail_protocol(&l->to, head,
			       "the server sent too many values in one piece", (hn_str){ NULL, 0 });
	struct json_tokener *t = json_tokener_new_ex(CC_JSON_DEPTH);
	struct json_object *document = NULL;
	if (t && data.n && (data.p[0] == '{' || data.p[0] == '['))
		document = json_tokener_parse_ex(t, data.p, (int)data.n);
	json_tokener_free(t);
	if (!document)
		l->outcome = cc_fail_text(&l->to, head, data);
	else if (kind == HN_DATA_ERROR_BODY)
		l->outcome = cc_fail_document(&l->to, head, document);
	else
		l->outcome = put_all(l, head, document);
	json_object_put(document);
	return l->outcome < 0 ? l->outcome : HN_ENOUGH;
}

/* Lists the models of a server. */
int32_t cc_models(
	struct cc *cc, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	struct listing l = { .to = cc_host_of(cc, call), .put = put, .ud = ud };
	hn_http_response head = { .struct_size = sizeof head, .retry_after_ms = -1 };
	hn_http_request request = { .struct_size = sizeof request,
		.framing = HN_FRAME_WHOLE,
		.method = "GET",
		.on_data = on_data,
		.ud = &l };
	cc_address(cc, &request, CC_MODELS);
	int32_t rc = l.to.http->request(call, &request, &head);
	if (l.outcome || rc < 0)
		return l.outcome ? l.outcome : rc;
	return l.read ? 0 : cc_fail_text(&l.to, &head, (hn_str){ NULL, 0 });
}
