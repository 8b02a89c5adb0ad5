/* SPDX-License-Identifier: MIT */
@ndjson:/* my-plugin: a provider for a server that answers with one JSON document a line. */
@sse:/* my-plugin: a provider for a server that answers with server-sent events. */
/*
 * What the server speaks, and what you replace by your own:
 *
 *   POST BASE_URL/chat   {"model", "messages": [{"role", "content"}], "stream", "max_tokens", ...}
 *     a piece            {"text": "Hel"}
 *     the end            {"done": "stop", "usage": {"in": 12, "out": 34}}
 *     an error           {"error": {"type": "overloaded", "message": "no GPU is free"}}
 *   GET BASE_URL/models  {"models": [{"id": "small-1", "window": 8192}, ...]}
 *
 * An error comes with a status of its own, or after a status of 200. Without "stream" the answer is
 * one document, which has text, done and usage.
 *
 * An instance is a hn_client of hobnob/easy.h, which has the address and the key.
 */
#include <hobnob/easy.h>
#include <json-c/json.h>

/* ---- JSON ---- */

/* A member, or NULL without one. */
static json_object *member(json_object *o, const char *key)
{
	json_object *found = NULL;

	json_object_object_get_ex(o, key, &found);
	return found;
}

/* The text of a member, borrowed; empty if it is not a text. */
static hn_str text_of(json_object *o, const char *key)
{
	json_object *found = member(o, key);
	hn_str text = { NULL, 0 };

	if (json_object_is_type(found, json_type_string)) {
		text.p = json_object_get_string(found);
		text.n = (size_t)json_object_get_string_len(found);
	}
	return text;
}

/* The number of a member; -1, which is "unknown", if it is not a number. */
static int64_t number_of(json_object *o, const char *key)
{
	json_object *found = member(o, key);

	return json_object_is_type(found, json_type_int) ? json_object_get_int64(found) : -1;
}

/* The object that a text holds, or NULL; json_object_put() it. */
static json_object *parse(hn_str text)
{
	json_tokener *tokener = text.n < INT32_MAX ? json_tokener_new() : NULL;
	json_object *o = tokener && text.n ? json_tokener_parse_ex(tokener, text.p, (int)text.n) : NULL;

	if (tokener)
		json_tokener_free(tokener);
	if (json_object_is_type(o, json_type_object))
		return o;
	json_object_put(o);
	return NULL;
}

/* Adds a member, which belongs to the object from now on. 1, or 0 without memory. */
static int add(json_object *o, const char *key, json_object *value)
{
	if (o && value && json_object_object_add(o, key, value) == 0)
		return 1;
	json_object_put(value);
	return 0;
}

static int add_text(json_object *o, const char *key, hn_str text)
{
	return add(o, key, json_object_new_string_len(text.n ? text.p : "", (int)text.n));
}

/* ---- the request ---- */

/* Adds a message to the array. 1, or 0 without memory. */
static int add_message(json_object *messages, const hn_message *m)
{
	json_object *o = json_object_new_object();

	if (messages && add_text(o, "role", hn_role_of(m)) && add_text(o, "content", m->text) &&
		json_object_array_add(messages, o) == 0)
		return 1;
	json_object_put(o);
	return 0;
}

/* Sends on what the request sets, and nothing else. NULL without memory. */
static json_object *body_of(const hn_request *req)
{
	json_object *body = json_object_new_object(), *messages = json_object_new_array();
	int good = 1;

	for (uint32_t i = 0; i < req->n_messages && good; i++)
		good = add_message(messages, hn_message_at(req, i));
	good = add(body, "messages", messages) && good;
	good = good && add_text(body, "model", req->model);
	good = good && add(body, "stream", json_object_new_boolean((req->flags & HN_REQUEST_STREAM) != 0));
	if (req->set & HN_SET_MAX_TOKENS)
		good = good && add(body, "max_tokens", json_object_new_int64(req->max_tokens));
	if (req->set & HN_SET_TEMPERATURE)
		good = good && add(body, "temperature", json_object_new_double(req->temperature));
	if (good)
		return body;
	json_object_put(body);
	return NULL;
}

/* ---- errors ---- */

/* The server's own words for what went wrong. */
static const struct { const char *type; int32_t code; } errors[] = {
	{ "bad_key", HN_ERR_AUTH },
	{ "no_credit", HN_ERR_QUOTA },
	{ "overloaded", HN_ERR_UNAVAILABLE },
	{ "too_long", HN_ERR_CONTEXT_TOO_LONG },
	{ "too_many_requests", HN_ERR_RATE_LIMITED },
	{ "unknown_model", HN_ERR_NOT_FOUND },
};

/* Fails by {"type", "message"}. */
static int32_t fail_by(hn_exchange *x, hn_error *e, json_object *error)
{
	hn_str message = text_of(error, "message");

	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (hn_same(text_of(error, "type"), errors[i].type))
			e->code = errors[i].code;
	if (message.n)
		e->message = hn_textf(x->host, x->call, "%.*s", (int)message.n, message.p); /* on one line */
	else
		e->message = hn_textf(x->host, x->call, "the server gives no reason (HTTP %d)", (int)x->head->status);
	return x->host->fail(x->call, e);
}

/* An answer that is not 2xx: of this server, or of whatever stands before it. */
static int32_t on_error(hn_exchange *x, hn_error *e, hn_str body)
{
	json_object *o = parse(body);
	int32_t code = fail_by(x, e, member(o, "error"));

	json_object_put(o);
	return code;
}

/* ---- the reply ---- */

/* Reports what the reply took, and ends it. */
static int32_t end(hn_exchange *x, json_object *o)
{
	json_object *usage = member(o, "usage");
	int32_t code = hn_report(x->host, x->call, hn_usage_of(number_of(usage, "in"), number_of(usage, "out")));

	return code == HN_OK ? hn_end(x, hn_finish_of(text_of(o, "done").p)) : code;
}

/* Reads one document of the reply. What it does not know it skips. */
static int32_t read_document(hn_exchange *x, json_object *o)
{
	json_object *error = member(o, "error");
	int32_t code = HN_OK;

	if (error) { /* after a status of 200 the plugin chooses the kind */
		hn_error e = hn_error_of(HN_ERR_UNAVAILABLE, hn_str_of(NULL));
		return fail_by(x, &e, error);
	}
	if (member(o, "text"))
		code = hn_say(x->host, x->call, text_of(o, "text"));
	return code == HN_OK && member(o, "done") ? end(x, o) : code;
}

static int32_t on_data(hn_exchange *x, hn_str data)
{
	json_object *o = parse(data);
	int32_t code = HN_OK;

	if (o)
		code = read_document(x, o);
	else if (x->type != HN_DATA_TAIL) /* a last document that was cut off says nothing */
		code = hn_failf(x->host, x->call, HN_ERR_PROTOCOL, "the server sent something that is not a JSON object");
	json_object_put(o);
	return code;
}

/* One attempt at one reply: hobnob repeats it, and waits, where that helps. */
static int32_t chat(void *self, hn_call *call, const hn_request *req)
{
@ndjson:	hn_exchange x = hn_exchange_of(self, call, HN_FRAME_NDJSON, on_data);
@sse:	hn_exchange x = hn_exchange_of(self, call, HN_FRAME_EVENTS, on_data);
	json_object *body = body_of(req);
	hn_str text = hn_str_of(body ? json_object_to_json_string(body) : NULL);
	int32_t code;

	x.on_error = on_error;
	code = text.n ? hn_converse(&x, "chat", text) : hn_failf(x.host, call, HN_ERR_PLUGIN, "out of memory");
	json_object_put(body);
	return code;
}

/* ---- the list of models ---- */

struct listing {
	int32_t (*put)(void *ud, const hn_model *);
	void *ud;
};

static int32_t on_models(hn_exchange *x, hn_str data)
{
	const struct listing *listing = x->ud;
	json_object *o = parse(data), *models = member(o, "models");
	int32_t code = HN_OK;

	if (!json_object_is_type(models, json_type_array))
		code = hn_failf(x->host, x->call, HN_ERR_PROTOCOL, "the server sent something that is not a list of models");
	for (size_t i = 0; code == HN_OK && i < json_object_array_length(models); i++) {
		json_object *m = json_object_array_get_idx(models, i);
		hn_model model = hn_model_of(text_of(m, "id"));

		hn_model_set(&model, HN_MODEL_CONTEXT, number_of(m, "window"));
		if (model.id.n)
			code = listing->put(listing->ud, &model);
	}
	json_object_put(o);
	return code;
}

static int32_t models(void *self, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	hn_exchange x = hn_exchange_of(self, call, HN_FRAME_WHOLE, on_models);
	struct listing listing = { put, ud };

	x.ud = &listing;
	x.on_error = on_error;
	return hn_send(&x, "GET", "models", hn_str_of(NULL));
}

/* ---- what hobnob reads before it calls anything ---- */

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT,
	.heeds = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE, /* what body_of() sends on */
	.create = hn_client_create,
	.destroy = hn_client_destroy,
	.chat = chat,
	.models = models,
};

static const hn_env key_names[] = { { "MY_PLUGIN_API_KEY", NULL } };

static const hn_option options[] = {
	HN_API_KEY(key_names),
	HN_BASE_URL("https://api.example.org/v1"),
	HN_MODEL("small-1"),
};

HN_PLUGIN(HN_TYPE_PROVIDER, provider, options, "my-plugin", "0.1", "asks a server", "MIT")
