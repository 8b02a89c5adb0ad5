/* SPDX-License-Identifier: MIT */
/* models: reads GET /models as OpenAI has it, which every server fills in its own way; only the id is common. */
#include "wire/wire.h"

#include <string.h>

#include "util/said.h"

struct listing {
	int32_t (*put)(void *ud, const hn_model *);
	void *ud;
};

/* Where a model's window may stand; what it runs with comes before what it was trained for. */
static const char *const windows[] = { "top_provider.context_length", "context_length",
	"max_model_len", "context_window", "max_context_length", "meta.n_ctx", "meta.n_ctx_train" };
static const char *const outputs[] = { "top_provider.max_completion_tokens",
	"max_completion_tokens", "max_output_tokens" };

hn_model wire_model(hn_str id)
{
	return (hn_model){ .struct_size = sizeof(hn_model),
		.context = -1,
		.max_output = -1,
		.price_input = -1,
		.price_output = -1,
		.price_cached = -1,
		.price_cache_write = -1,
		.accepts = UINT32_MAX,
		.heeds = UINT32_MAX,
		.id = id };
}

int64_t wire_size(struct json_object *model, const char *path)
{
	int64_t v = wire_count(wire_path(model, path));
	return v > 0 ? v : -1;
}

/* Gives the first plausible number at some paths. */
static int64_t number(struct json_object *model, const char *const *paths, size_t n)
{
	int64_t v = -1;
	for (size_t i = 0; i < n && v < 0; i++)
		v = wire_size(model, paths[i]);
	return v;
}

/* What a token of the reply costs; unknown where one of reasoning has a price of its own, which
 * hn_model cannot say: neither price would hold for both. A 0 there says nothing. */
static int64_t reply_price(struct json_object *model)
{
	int64_t output = wire_price(wire_path(model, "pricing.completion"));
	int64_t reasoning = wire_price(wire_path(model, "pricing.internal_reasoning"));
	return reasoning > 0 && reasoning != output ? -1 : output;
}

/* Says whether a text is a UUID: it identifies a row, and no request can name a model by it. */
static int is_uuid(hn_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		int dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash != (s.p[i] == '-') || (!dash && !strchr("0123456789abcdefABCDEF", s.p[i])))
			return 0;
	}
	return s.n == 36;
}

/* The name to ask by: `id`, or what stands in its place; `key` where the list is an object. */
static hn_str id_of(struct json_object *model, hn_str key)
{
	static const char *const names[] = { "id", "name", "model", "model_name", "slug" };
	hn_str id = wire_text(model);
	for (size_t i = 0; i < sizeof names / sizeof *names && (!id.n || is_uuid(id)); i++) {
		hn_str s = wire_text(wire_member(model, names[i]));
		id = s.n ? s : id;
	}
	return id.n ? id : key;
}

int wire_lists(struct json_object *array, const char *word)
{
	size_t n = json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
	for (size_t i = 0; i < n; i++)
		if (str_is(wire_text(json_object_array_get_idx(array, i)), word))
			return 1;
	return 0;
}

/* Members of a request, by the names that a list has for what its models take. A limit of the reply is not
 * among them, because hobnob chooses one itself; nor are formats of the reply that are not by a schema. */
static const struct {
	uint32_t bit;
	const char *names[2];
} parameters[] = {
	{ HN_SET_TEMPERATURE, { "temperature" } },
	{ HN_SET_TOP_P, { "top_p" } },
	{ HN_SET_SEED, { "seed" } },
	{ HN_SET_STOP, { "stop" } },
	{ HN_SET_EFFORT, { "reasoning", "reasoning_effort" } },
	{ HN_SET_TOOLS, { "tools" } },
	{ HN_SET_TOOL_CHOICE, { "tool_choice" } },
	{ HN_SET_SCHEMA, { "structured_outputs" } },
};

/* Reads what a model takes, where its list says so: bits that it says nothing of stay set. Text can be read
 * out of most files, so none of a list's words denies a FILE. */
static void read_abilities(struct json_object *model, hn_model *out)
{
	struct json_object *inputs = wire_path(model, "architecture.input_modalities");
	struct json_object *taken = wire_member(model, "supported_parameters");
	if (wire_lists(inputs, "text")) {
		out->set |= HN_MODEL_ACCEPTS;
		out->accepts &= wire_lists(inputs, "image") ? UINT32_MAX : ~(1u << HN_PART_IMAGE);
	}
	if (!json_object_is_type(taken, json_type_array) || !json_object_array_length(taken))
		return;
	out->set |= HN_MODEL_HEEDS;
	for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
		const char *other = parameters[i].names[1];
		if (!wire_lists(taken, parameters[i].names[0]) && !(other && wire_lists(taken, other)))
			out->heeds &= ~parameters[i].bit;
	}
}

/* Puts one model, if it has a name. A bare string is one. */
static int32_t put_model(struct listing *l, struct json_object *model, hn_str key)
{
	hn_model m = wire_model(id_of(model, key));
	m.name = wire_text(wire_member(model, "name"));
	m.context = number(model, windows, sizeof windows / sizeof *windows);
	m.max_output = number(model, outputs, sizeof outputs / sizeof *outputs);
	m.price_input = wire_price(wire_path(model, "pricing.prompt"));
	m.price_output = reply_price(model);
	m.price_cached = wire_price(wire_path(model, "pricing.input_cache_read"));
	m.price_cache_write = wire_price(wire_path(model, "pricing.input_cache_write"));
	read_abilities(model, &m);
	model_say(&m);
	return m.id.n ? l->put(l->ud, &m) : 0;
}

/* Finds the list of a document: 1 if it has one, which may be null: no models. */
static int find_list(struct json_object *document, struct json_object **list)
{
	static const char *const names[] = { "data", "models", "result", "results", "items" };
	*list = document;
	if (json_object_is_type(document, json_type_array))
		return 1;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!json_object_is_type(document, json_type_object) ||
			!json_object_object_get_ex(document, names[i], list))
			continue;
		struct json_object *inner;
		/* {"data": {"models": [...]}} */
		if (json_object_is_type(*list, json_type_object) && find_list(*list, &inner))
			*list = inner;
		if (!*list || json_object_is_type(*list, json_type_array) ||
			json_object_is_type(*list, json_type_object))
			return 1;
	}
	return 0;
}

int32_t wire_check_list(const struct wire_host *to, const hn_http_response *head, struct json_object *document, int found)
{
	if (wire_find_error(document, 0) || (!found && wire_says_something(document, (hn_str){ NULL, 0 })))
		return wire_fail_document(to, head, document);
	return found ? 0 : wire_fail_protocol(to, head, "the answer holds no list of models", wire_words(document));
}

/* Puts the models of a document: of an array, or of an object by their names. */
static int32_t put_all(void *listing, const struct wire_host *to, const hn_http_response *head,
	struct json_object *document)
{
	struct listing *l = listing;
	struct json_object *list;
	int32_t rc = wire_check_list(to, head, document, find_list(document, &list));
	if (rc)
		return rc;
	if (json_object_is_type(list, json_type_object)) {
		json_object_object_foreach(list, key, value)
		{
			rc = rc ? rc : put_model(l, value, (hn_str){ key, strlen(key) });
		}
		return rc;
	}
	for (size_t i = 0; list && !rc && i < json_object_array_length(list); i++)
		rc = put_model(l, json_object_array_get_idx(list, i), (hn_str){ NULL, 0 });
	return rc;
}

int32_t wire_models(const struct wire_client *client, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	struct listing l = { .put = put, .ud = ud };
	return wire_get(client, call, "/models", put_all, &l);
}
