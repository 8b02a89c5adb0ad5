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
 */
#include <hobnob/easy.h>
#include <json-c/json.h>

struct instance {
	const hn_host *host;
	const hn_http *http;
	const hn_secret *key; /* NULL: the server wants none */
	char *base;
};

/* ---- the life of an instance ---- */

static void destroy(void *self)
{
	struct instance *in = self;

	free(in->base);
	free(in);
}

/* Keeps what the options say. No network here. */
static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct instance *in = calloc(1, sizeof *in);

	if (!in || !(in->base = hn_copy(hn_option_text(host, call, "base_url")))) {
		free(in);
		return hn_failf(host, call, HN_ERR_PLUGIN, "out of memory");
	}
	in->host = host;
	in->http = host->extension(HN_ID_HTTP);
	if (!in->http) {
		destroy(in);
		return hn_failf(host, call, HN_ERR_PLUGIN, "this hobnob has no " HN_ID_HTTP);
	}
	in->key = hn_option_secret(host, call, "api_key");
	*self = in;
	return HN_OK;
}

/* ---- JSON ---- */

/* A member, or NULL where there is none. */
static struct json_object *member(struct json_object *o, const char *key)
{
	struct json_object *found = NULL;

	json_object_object_get_ex(o, key, &found);
	return found;
}

/* The text of a member, borrowed; empty where it is no text. */
static hn_str text_of(struct json_object *o, const char *key)
{
	struct json_object *found = member(o, key);
	hn_str s = { NULL, 0 };

	if (!json_object_is_type(found, json_type_string))
		return s;
	s.p = json_object_get_string(found);
	s.n = (size_t)json_object_get_string_len(found);
	return s;
}

/* The number of a member; -1, unknown, where it is none. */
static int64_t number_of(struct json_object *o, const char *key)
{
	struct json_object *found = member(o, key);

	return json_object_is_type(found, json_type_int) ? json_object_get_int64(found) : -1;
}

/* One document, which has to be an object; NULL: it is not. json_object_put() it. */
static struct json_object *parse(hn_str text)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *o = NULL;

	if (tokener && text.n && text.n < INT32_MAX)
		o = json_tokener_parse_ex(tokener, text.p, (int)text.n);
	if (!json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		o = NULL;
	}
	if (tokener)
		json_tokener_free(tokener);
	return o;
}

/* Adds a member, which belongs to the object from now on. 1, or 0 without memory. */
static int add(struct json_object *o, const char *key, struct json_object *value)
{
	if (o && value && json_object_object_add(o, key, value) == 0)
		return 1;
	json_object_put(value);
	return 0;
}

static int add_text(struct json_object *o, const char *key, hn_str text)
{
	return add(o, key, json_object_new_string_len(text.n ? text.p : "", (int)text.n));
}

/* ---- errors ---- */

/* The kinds of the server's errors. */
static const struct { const char *type; int32_t code; } errors[] = {
	{ "bad_key", HN_ERR_AUTH },
	{ "no_credit", HN_ERR_QUOTA },
	{ "overloaded", HN_ERR_UNAVAILABLE },
	{ "too_long", HN_ERR_CONTEXT_TOO_LONG },
	{ "too_many_requests", HN_ERR_RATE_LIMITED },
	{ "unknown_model", HN_ERR_NOT_FOUND },
};

/* Reports {"type", "message"}, by the type, if it is known, else as `otherwise`. */
static int32_t fail_as(const struct instance *in, hn_call *call, struct json_object *error, int32_t otherwise, const hn_http_response *head)
{
	hn_str type = text_of(error, "type");
	hn_error e = hn_error_of(otherwise, text_of(error, "message"));

	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		if (hn_same(type, errors[i].type))
			e.code = errors[i].code;
	if (!e.message.n)
		e.message = hn_str_of("the server reports an error and does not say which");
	e.status = head->status;
	e.retry_after_ms = head->retry_after_ms;
	e.flags = head->again;
	return in->host->fail(call, &e);
}

/* Reports an answer whose status is not 2xx. */
static int32_t fail_status(const struct instance *in, hn_call *call, const hn_http_response *head, hn_str body)
{
	struct json_object *o = parse(body);
	int32_t code = fail_as(in, call, member(o, "error"), in->http->code_of_status(head->status), head);

	json_object_put(o);
	return code;
}

/* ---- the request ---- */

/* Adds a message to the array. 1, or 0 without memory. */
static int add_message(struct json_object *messages, const hn_message *m)
{
	static const char *const roles[] = { "user", "system", "user", "assistant" };
	struct json_object *o = json_object_new_object();

	if (add_text(o, "role", hn_str_of(roles[m->role < 4 ? m->role : 0])) && add_text(o, "content", m->text) &&
		messages && json_object_array_add(messages, o) == 0)
		return 1;
	json_object_put(o);
	return 0;
}

/* Sends on what the request sets, and nothing else. NULL without memory. */
static struct json_object *body_of(const hn_request *req)
{
	struct json_object *body = json_object_new_object(), *messages = json_object_new_array();
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

/* Sends a request with the key. ask has its method, framing and on_data(). */
static int32_t send(const struct instance *in, hn_call *call, hn_http_request *ask, const char *path)
{
	const hn_http_header key = { HN_STR("Authorization"), HN_STR("Bearer "), in->key };

	ask->struct_size = sizeof *ask;
	ask->url = hn_join_url(in->host, call, hn_str_of(in->base), path);
	ask->headers = &key;
	ask->header_stride = sizeof key;
	ask->n_headers = in->key != NULL;
	return in->http->request(call, ask, NULL);
}

/* ---- the reply ---- */

struct reply {
	const struct instance *in;
	hn_call *call;
	int finished;
};

/* Reports what the reply took, and ends it. */
static int32_t finish(struct reply *r, struct json_object *o)
{
	struct json_object *usage = member(o, "usage");
	const hn_host *host = r->in->host;
	hn_str why = text_of(o, "done");
	int32_t code = hn_report(host, r->call, hn_usage_of(number_of(usage, "in"), number_of(usage, "out")));
	int32_t finish = hn_same(why, "stop") ? HN_FINISH_STOP : hn_same(why, "length") ? HN_FINISH_LENGTH : HN_FINISH_UNKNOWN;

	r->finished = 1;
	return code == HN_OK ? hn_finish(host, r->call, finish) : code;
}

/* Reads one document of the reply. HN_ENOUGH after the last. */
static int32_t read_document(struct reply *r, struct json_object *o, const hn_http_response *head)
{
	struct json_object *error = member(o, "error");
	hn_str text = text_of(o, "text");
	int32_t code = HN_OK;

	if (error)
		return fail_as(r->in, r->call, error, HN_ERR_UNAVAILABLE, head);
	if (text.n)
		code = hn_say(r->in->host, r->call, text);
	if (code == HN_OK && member(o, "done")) {
		code = finish(r, o);
		return code == HN_OK ? HN_ENOUGH : code;
	}
	return code;
}

/* Takes what arrives, as it arrives. */
static int32_t on_data(void *ud, const hn_http_response *head, uint32_t type, hn_str event, hn_str data)
{
	struct reply *r = ud;
	struct json_object *o;
	int32_t code;

	(void)event; /* the name of a server-sent event; this server gives none */
	if (type == HN_DATA_ERROR_BODY)
		return fail_status(r->in, r->call, head, data);
	o = parse(data);
	if (o)
		code = read_document(r, o, head);
	else if (type == HN_DATA_TAIL)
		code = HN_OK; /* a document that was cut off: chat() finds the reply unfinished */
	else
		code = hn_failf(r->in->host, r->call, HN_ERR_PROTOCOL, "the server sent something that is not a JSON object");
	json_object_put(o);
	return code;
}

/* One attempt at one reply: hobnob repeats it, and waits, where that helps. */
static int32_t chat(void *self, hn_call *call, const hn_request *req)
{
	struct reply r = { self, call, 0 };
	struct json_object *body = body_of(req);
	hn_http_request ask = { .method = "POST", .on_data = on_data, .ud = &r };
	int32_t code;

@ndjson:	ask.framing = HN_FRAME_NDJSON;
@sse:	ask.framing = HN_FRAME_EVENTS;
	ask.body = hn_str_of(json_object_to_json_string(body));
	if (body && ask.body.n)
		code = send(r.in, call, &ask, "chat");
	else
		code = hn_failf(r.in->host, call, HN_ERR_PLUGIN, "out of memory");
	json_object_put(body);
	if (code == HN_OK && !r.finished)
		code = hn_failf(r.in->host, call, HN_ERR_TRUNCATED, "the server stopped in the middle of its reply");
	return code;
}

/* ---- the list of models ---- */

struct listing {
	const struct instance *in;
	hn_call *call;
	int32_t (*put)(void *ud, const hn_model *);
	void *ud;
};

static int32_t put_models(struct listing *l, struct json_object *models)
{
	int32_t code = HN_OK;

	if (!json_object_is_type(models, json_type_array))
		return hn_failf(l->in->host, l->call, HN_ERR_PROTOCOL, "the server sent something that is not a list of models");
	for (size_t i = 0; i < json_object_array_length(models) && code == HN_OK; i++) {
		struct json_object *o = json_object_array_get_idx(models, i);
		hn_model model = hn_model_of(text_of(o, "id"));

		hn_model_set(&model, HN_MODEL_CONTEXT, number_of(o, "window"));
		if (model.id.n)
			code = l->put(l->ud, &model);
	}
	return code;
}

static int32_t on_models(void *ud, const hn_http_response *head, uint32_t type, hn_str event, hn_str data)
{
	struct listing *l = ud;
	struct json_object *o;
	int32_t code;

	(void)event;
	if (type == HN_DATA_ERROR_BODY)
		return fail_status(l->in, l->call, head, data);
	o = parse(data);
	code = put_models(l, member(o, "models"));
	json_object_put(o);
	return code;
}

static int32_t models(void *self, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	struct listing l = { self, call, put, ud };
	hn_http_request ask = { .method = "GET", .framing = HN_FRAME_WHOLE, .on_data = on_models, .ud = &l };

	return send(l.in, call, &ask, "models");
}

/* ---- what hobnob reads before it calls anything ---- */

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT,
	.heeds = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE, /* what body_of() sends on */
	.create = create,
	.destroy = destroy,
	.chat = chat,
	.models = models,
};

static const hn_env key_names[] = { { "MY_PLUGIN_API_KEY", NULL } };

static const hn_option options[] = {
	HN_OPTION_ENV(HN_OPT_STRING, HN_OPTION_SECRET | HN_OPTION_REQUIRED | HN_OPTION_AT_HOME, "api_key", NULL, "key of the account", key_names),
	HN_OPTION(HN_OPT_URL, HN_OPTION_ENDPOINT, "base_url", "https://api.example.org/v1", "where the server is"),
	HN_OPTION(HN_OPT_STRING, 0, "model", "small-1", "which model answers"),
};

HN_PLUGIN(HN_TYPE_PROVIDER, provider, options, "my-plugin", "0.1", "asks a server", "MIT")
