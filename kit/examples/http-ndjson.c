/* SPDX-License-Identifier: MIT */
/*
 * http-ndjson: a provider for a server that answers with a JSON document a line.
 *
 * It asks POST base_url/chat. The lines are {"thought":"..."}, {"text":"..."}, at the end
 * {"done":"stop","in":12,"out":34}, or {"error":{"kind":"...","message":"..."}}. GET base_url/models
 * lists the models. All texts are read with their lengths: they may hold NUL characters.
 */
#include <hobnob/easy.h>
#include <json-c/json.h>

/* An instance keeps what its options say, and nothing of a conversation. */
struct instance {
	hn_client client; /* first: hn_exchange_of() takes the instance for one */
	char *team;
};

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct instance *instance = calloc(1, sizeof *instance);
	int32_t code;

	if (!instance)
		return hn_failf(host, call, HN_ERR_PLUGIN, "out of memory");
	code = hn_client_open(&instance->client, host, call);
	if (code == HN_OK && !(instance->team = hn_copy(hn_option_text(host, call, "team")))) {
		hn_client_close(&instance->client);
		code = hn_failf(host, call, HN_ERR_PLUGIN, "out of memory");
	}
	if (code != HN_OK)
		free(instance); /* destroy() does not come after a create() that failed */
	else
		*self = instance;
	return code;
}

static void destroy(void *self)
{
	struct instance *instance = self;

	hn_client_close(&instance->client);
	free(instance->team);
	free(instance);
}

/* ---- JSON ---- */

/* Adds a member, which belongs to the object from now on. 1, or 0 without memory. */
static int add(json_object *o, const char *key, json_object *value)
{
	if (o && value && json_object_object_add(o, key, value) == 0)
		return 1;
	json_object_put(value);
	return 0;
}

static json_object *new_text(hn_str text)
{
	return json_object_new_string_len(text.n ? text.p : "", (int)text.n);
}

/* The text of a member, empty without one. */
static hn_str text_of(json_object *o, const char *key)
{
	json_object *member = json_object_object_get(o, key);
	hn_str text = { NULL, 0 };

	if (json_object_is_type(member, json_type_string)) {
		text.p = json_object_get_string(member);
		text.n = (size_t)json_object_get_string_len(member);
	}
	return text;
}

/* The number of a member; -1, "unknown", without one. */
static int64_t number_of(json_object *o, const char *key)
{
	json_object *member = json_object_object_get(o, key);

	return json_object_is_type(member, json_type_int) ? json_object_get_int64(member) : -1;
}

/* The object that text holds, or NULL; json_object_put() it. */
static json_object *parse(hn_str text)
{
	json_tokener *parser = json_tokener_new();
	json_object *o = parser ? json_tokener_parse_ex(parser, text.p, (int)text.n) : NULL;

	if (parser)
		json_tokener_free(parser);
	if (o && !json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		o = NULL;
	}
	return o;
}

/* ---- the request ---- */

/* NULL without memory, as below. */
static json_object *message_of(const hn_message *m)
{
	json_object *message = json_object_new_object();

	if (add(message, "role", new_text(hn_role_of(m))) && add(message, "content", new_text(m->text)))
		return message;
	json_object_put(message);
	return NULL;
}

static json_object *messages_of(const hn_request *req)
{
	json_object *messages = json_object_new_array(), *message = messages;

	for (uint32_t i = 0; i < req->n_messages && message; i++)
		if ((message = message_of(hn_message_at(req, i))))
			json_object_array_add(messages, message);
	if (message)
		return messages;
	json_object_put(messages);
	return NULL;
}

/* Only what `set` names is sent: the rest is zero, not a wish. */
static json_object *body_of(const struct instance *instance, const hn_request *req)
{
	json_object *body = json_object_new_object();
	int ok = add(body, "model", new_text(req->model)) && add(body, "messages", messages_of(req)) &&
		 add(body, "stream", json_object_new_boolean((req->flags & HN_REQUEST_STREAM) != 0));

	if (ok && *instance->team)
		ok = add(body, "team", json_object_new_string(instance->team));
	if (ok && req->set & HN_SET_MAX_TOKENS)
		ok = add(body, "max_tokens", json_object_new_int64(req->max_tokens));
	if (ok && req->set & HN_SET_TEMPERATURE)
		ok = add(body, "temperature", json_object_new_double(req->temperature));
	if (ok && req->set & HN_SET_SEED)
		ok = add(body, "seed", json_object_new_int64(req->seed));
	if (ok)
		return body;
	json_object_put(body);
	return NULL;
}

/* ---- errors ---- */

/* This server's own words for what went wrong. */
static const struct {
	const char *word;
	int32_t code;
} kinds[] = {
	{ "no_credit", HN_ERR_QUOTA },
	{ "busy", HN_ERR_UNAVAILABLE },
	{ "too_long", HN_ERR_CONTEXT_TOO_LONG },
};

/* Fails by {"kind":"...","message":"..."}, or by a text. */
static int32_t fail_by(hn_exchange *x, hn_error *e, json_object *error)
{
	hn_str said = text_of(error, "message");

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (hn_same(text_of(error, "kind"), kinds[i].word))
			e->code = kinds[i].code;
	if (said.n == 0)
		said = hn_str_of(json_object_is_type(error, json_type_string) ? json_object_get_string(error)
									      : "the server gives no reason");
	e->message = hn_textf(x->host, x->call, "%.*s", (int)said.n, said.p); /* on one line */
	return x->host->fail(x->call, e);
}

/* The body of an answer that is not 2xx: this server's, or whatever a gateway before it says. */
static int32_t on_error(hn_exchange *x, hn_error *e, hn_str body)
{
	json_object *o = parse(body), *error = json_object_object_get(o, "error");
	int32_t code;

	if (error)
		code = fail_by(x, e, error);
	else {
		e->message = hn_textf(x->host, x->call, "HTTP %d without a reason", (int)e->status);
		code = x->host->fail(x->call, e);
	}
	json_object_put(o);
	return code;
}

/* ---- the answer ---- */

/* The last line: what the reply took, and why it ended. */
static int32_t done(hn_exchange *x, json_object *o)
{
	hn_usage usage = hn_usage_of(number_of(o, "in"), number_of(o, "out"));
	int32_t code;

	hn_usage_set(&usage, HN_USAGE_CACHED, number_of(o, "cached"));
	code = hn_report(x->host, x->call, usage);
	return code == HN_OK ? hn_end(x, hn_finish_of(text_of(o, "done").p)) : code;
}

/* One line. What it does not know it passes over: a later version of the server may send more. */
static int32_t read_line(hn_exchange *x, json_object *o)
{
	json_object *error = json_object_object_get(o, "error");
	int32_t code = HN_OK;

	if (error) { /* after a status of 200 the plugin chooses the kind */
		hn_error e = hn_error_of(HN_ERR_UNAVAILABLE, hn_str_of(NULL));
		return fail_by(x, &e, error);
	}
	if (json_object_object_get(o, "thought"))
		code = hn_think(x->host, x->call, text_of(o, "thought"));
	if (code == HN_OK && json_object_object_get(o, "text"))
		code = hn_say(x->host, x->call, text_of(o, "text"));
	return code == HN_OK && json_object_object_get(o, "done") ? done(x, o) : code;
}

static int32_t on_line(hn_exchange *x, hn_str line)
{
	json_object *o = parse(line);
	int32_t code = HN_OK;

	if (o)
		code = read_line(x, o);
	else if (x->type != HN_DATA_TAIL) /* a last line that was cut off says nothing */
		code = hn_failf(x->host, x->call, HN_ERR_PROTOCOL, "a line is not a JSON object");
	json_object_put(o);
	return code;
}

static int32_t chat(void *self, hn_call *call, const hn_request *req)
{
	hn_exchange x = hn_exchange_of(self, call, HN_FRAME_NDJSON, on_line);
	json_object *body = body_of(self, req);
	int32_t code;

	x.on_error = on_error;
	if (body)
		code = hn_converse(&x, "chat", hn_str_of(json_object_to_json_string(body)));
	else
		code = hn_failf(x.host, call, HN_ERR_PLUGIN, "out of memory");
	json_object_put(body);
	return code;
}

/* ---- the list of models ---- */

struct listing {
	int32_t (*put)(void *ud, const hn_model *);
	void *ud;
};

/* A price in USD per million tokens, as pico-dollars a token; -1, "unknown", without one. */
static int64_t price_of(json_object *o, const char *key)
{
	json_object *member = json_object_object_get(o, key);

	return member ? (int64_t)(json_object_get_double(member) * 1e6 + 0.5) : -1;
}

/* {"models":[{"id":"...","context":8192,"price_in":0.15,"price_out":0.6}]} */
static int32_t on_list(hn_exchange *x, hn_str data)
{
	const struct listing *listing = x->ud;
	json_object *o = parse(data), *models = json_object_object_get(o, "models");
	int32_t code = HN_OK;

	if (!json_object_is_type(models, json_type_array))
		code = hn_failf(x->host, x->call, HN_ERR_PROTOCOL, "the list of models is not one");
	for (size_t i = 0; code == HN_OK && i < json_object_array_length(models); i++) {
		json_object *m = json_object_array_get_idx(models, i);
		hn_model model = hn_model_of(text_of(m, "id"));

		if (model.id.n == 0)
			continue;
		hn_model_set(&model, HN_MODEL_CONTEXT, number_of(m, "context"));
		hn_model_set(&model, HN_MODEL_PRICE_INPUT, price_of(m, "price_in"));
		hn_model_set(&model, HN_MODEL_PRICE_OUTPUT, price_of(m, "price_out"));
		code = listing->put(listing->ud, &model);
	}
	json_object_put(o);
	return code;
}

static int32_t models(void *self, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	hn_exchange x = hn_exchange_of(self, call, HN_FRAME_WHOLE, on_list);
	struct listing listing = { put, ud };

	x.ud = &listing;
	x.on_error = on_error;
	return hn_send(&x, "GET", "models", hn_str_of(NULL));
}

/* ---- the plugin ---- */

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT,
	.heeds = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE | HN_SET_SEED,
	.create = create,
	.destroy = destroy,
	.chat = chat,
	.models = models,
};

static const hn_env key_names[] = { { "NDJSON_API_KEY", NULL } };

static const hn_option options[] = {
	HN_API_KEY(key_names),
	HN_BASE_URL("https://ndjson.example.org/v1"),
	HN_MODEL("small-1"),
	HN_OPTION(HN_OPT_STRING, 0, "team", "", "who of the account asks"),
};

HN_PLUGIN(HN_TYPE_PROVIDER, provider, options, "http-ndjson", "1.0", "an example: JSON lines over HTTP", "MIT")
