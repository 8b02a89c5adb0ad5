/* SPDX-License-Identifier: MIT */
/*
 * http-sse: a provider for a server that answers with server-sent events.
 *
 * It asks POST base_url/messages with the key in x-api-key. Events have names: "text" carries
 * {"text":"..."}, "usage" {"in":12,"out":34}, "end" {"why":"stop"}, "error" {"message":"..."}; "ping" and
 * what it does not know it passes over. Asked for no stream, or where it has none, the server sends one
 * document with the same members. When the server refuses the temperature, the provider asks without.
 */
#include <hobnob/easy.h>
#include <json-c/json.h>
#include <pthread.h>

/* What was learnt belongs to the instance, not to a conversation; calls may run at once. */
struct instance {
	hn_client client; /* first: hn_exchange_of() takes the instance for one */
	pthread_mutex_t lock;
	int no_temperature;
};

/* One attempt. */
struct attempt {
	struct instance *instance;
	int sent_temperature;
	int adapted; /* the server refused the temperature */
};

/* Whether the temperature is refused; `set` notes that it is. No function of hobnob's is called under the
 * lock: another call could begin meanwhile, on this very thread. */
static int no_temperature(struct instance *instance, int set)
{
	int refused;

	pthread_mutex_lock(&instance->lock);
	refused = instance->no_temperature = instance->no_temperature || set;
	pthread_mutex_unlock(&instance->lock);
	return refused;
}

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct instance *instance = calloc(1, sizeof *instance);
	int32_t code = instance ? hn_client_open(&instance->client, host, call)
				: hn_failf(host, call, HN_ERR_PLUGIN, "out of memory");

	if (code != HN_OK) {
		free(instance);
		return code;
	}
	pthread_mutex_init(&instance->lock, NULL);
	*self = instance;
	return HN_OK;
}

static void destroy(void *self)
{
	struct instance *instance = self;

	pthread_mutex_destroy(&instance->lock);
	hn_client_close(&instance->client);
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

static int64_t number_of(json_object *o, const char *key)
{
	json_object *member = json_object_object_get(o, key);

	return json_object_is_type(member, json_type_int) ? json_object_get_int64(member) : -1;
}

static json_object *parse(hn_str text)
{
	json_tokener *parser = json_tokener_new();
	json_object *o = parser ? json_tokener_parse_ex(parser, text.p, (int)text.n) : NULL;

	if (parser)
		json_tokener_free(parser);
	return o;
}

/* ---- the request ---- */

/* Begins a turn: {"role":ROLE,"parts":[]}. Its parts, or NULL without memory. */
static json_object *begin_turn(json_object *turns, const hn_message *m)
{
	json_object *turn = json_object_new_object(), *parts = json_object_new_array();
	int ok = add(turn, "role", new_text(hn_role_of(m)));

	if (add(turn, "parts", parts) && ok && json_object_array_add(turns, turn) == 0)
		return parts;
	json_object_put(turn);
	return NULL;
}

/* This API takes turns: the system prompt apart, and neighbours of one role joined. 0 without memory. */
static int add_messages(json_object *body, json_object *turns, const hn_request *req)
{
	json_object *parts = NULL;
	uint32_t role = 0;
	int ok = body && turns;

	for (uint32_t i = 0; i < req->n_messages && ok; i++) {
		const hn_message *m = hn_message_at(req, i);

		if (m->role == HN_ROLE_SYSTEM) {
			ok = add(body, "system", new_text(m->text));
			continue;
		}
		if (m->role != role)
			parts = begin_turn(turns, m);
		role = m->role;
		ok = parts && json_object_array_add(parts, new_text(m->text)) == 0;
	}
	return ok;
}

/* NULL without memory. */
static json_object *body_of(const hn_request *req, int temperature)
{
	json_object *body = json_object_new_object(), *turns = json_object_new_array();
	int ok = add_messages(body, turns, req);

	ok = add(body, "turns", turns) && ok && add(body, "model", new_text(req->model)) &&
	     add(body, "stream", json_object_new_boolean((req->flags & HN_REQUEST_STREAM) != 0));
	if (ok && req->set & HN_SET_MAX_TOKENS)
		ok = add(body, "max_tokens", json_object_new_int64(req->max_tokens));
	if (ok && temperature)
		ok = add(body, "temperature", json_object_new_double(req->temperature));
	if (ok)
		return body;
	json_object_put(body);
	return NULL;
}

/* ---- the answer ---- */

static int32_t say(hn_exchange *x, json_object *o)
{
	return json_object_object_get(o, "text") ? hn_say(x->host, x->call, text_of(o, "text")) : HN_OK;
}

static int32_t usage(hn_exchange *x, json_object *o)
{
	return hn_report(x->host, x->call, hn_usage_of(number_of(o, "in"), number_of(o, "out")));
}

/* Usage may come before or after it. */
static int32_t end(hn_exchange *x, json_object *o)
{
	return hn_end(x, hn_finish_of(text_of(o, "why").p));
}

static int32_t error(hn_exchange *x, json_object *o)
{
	hn_str message = text_of(o, "message");

	return hn_failf(x->host, x->call, HN_ERR_UNAVAILABLE, "the server stopped: %.*s", (int)message.n, message.n ? message.p : "");
}

static const struct {
	const char *name;
	int32_t (*read)(hn_exchange *, json_object *);
} events[] = { { "text", say }, { "usage", usage }, { "end", end }, { "error", error } };

static int32_t read_event(hn_exchange *x, json_object *o)
{
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		if (hn_same(x->event, events[i].name))
			return events[i].read(x, o);
	return HN_OK;
}

/* A whole reply has the members of all events: what an HTML page has not. */
static int32_t read_whole(hn_exchange *x, json_object *o)
{
	int32_t code;

	if (!json_object_object_get(o, "text") || !json_object_object_get(o, "why"))
		return hn_failf(x->host, x->call, HN_ERR_PROTOCOL, "the answer is not a reply of this API");
	code = say(x, o);
	if (code == HN_OK)
		code = usage(x, o);
	return code == HN_OK ? end(x, o) : code;
}

static int32_t on_data(hn_exchange *x, hn_str data)
{
	json_object *o = parse(data);
	int32_t code;

	if (x->type == HN_DATA_WHOLE)
		code = read_whole(x, o);
	else if (json_object_is_type(o, json_type_object))
		code = read_event(x, o);
	else if (x->type == HN_DATA_TAIL) /* an event that was cut off says nothing */
		code = HN_OK;
	else
		code = hn_failf(x->host, x->call, HN_ERR_PROTOCOL, "an event is not a JSON object");
	json_object_put(o);
	return code;
}

/* A refused member is left out from now on, once: hobnob asks again at once, and the user hears of it. */
static int32_t on_error(hn_exchange *x, hn_error *e, hn_str body)
{
	struct attempt *attempt = x->ud;
	json_object *o = parse(body);
	hn_str message = text_of(o, "message");
	int32_t code;

	if (e->status == 400 && attempt->sent_temperature && hn_same(text_of(o, "refused"), "temperature")) {
		attempt->adapted = no_temperature(attempt->instance, 1);
		code = hn_notice(x->host, x->call, hn_str_of("the model takes no temperature; asked without"));
	} else {
		if (message.n) /* on one line */
			e->message = hn_textf(x->host, x->call, "%.*s", (int)message.n, message.p);
		else
			e->message = hn_textf(x->host, x->call, "HTTP %d without a reason", (int)e->status);
		code = x->host->fail(x->call, e);
	}
	json_object_put(o);
	return code;
}

static int32_t chat(void *self, hn_call *call, const hn_request *req)
{
	struct instance *instance = self;
	struct attempt attempt = { instance, req->set & HN_SET_TEMPERATURE && !no_temperature(instance, 0), 0 };
	hn_exchange x = hn_exchange_of(self, call, HN_FRAME_EVENTS, on_data);
	json_object *body = body_of(req, attempt.sent_temperature);
	int32_t code;

	x.key.name = hn_str_of("x-api-key");
	x.key.value = hn_str_of("");
	x.on_error = on_error;
	x.ud = &attempt;
	if (body)
		code = hn_send(&x, "POST", "messages", hn_str_of(json_object_to_json_string(body)));
	else
		code = hn_failf(x.host, call, HN_ERR_PLUGIN, "out of memory");
	json_object_put(body);
	if (code == HN_OK && attempt.adapted)
		return HN_ADAPTED;
	return code == HN_OK ? hn_whole(&x) : code;
}

/* ---- the plugin ---- */

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT,
	.heeds = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE,
	.create = create,
	.destroy = destroy,
	.chat = chat,
};

static const hn_env key_names[] = { { "SSE_API_KEY", "sse-" } };

static const hn_option options[] = {
	HN_API_KEY(key_names),
	HN_BASE_URL("https://sse.example.org/v1"),
	HN_MODEL("quick-1"),
};

HN_PLUGIN(HN_TYPE_PROVIDER, provider, options, "http-sse", "1.0", "an example: server-sent events", "MIT")
