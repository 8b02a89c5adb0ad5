/* SPDX-License-Identifier: MIT */
/*
 * relay: a frontend that passes requests on by hobnob.relay/1: a line of JSON on standard input each,
 * and a line of JSON on standard output for each event, and for what ask() returned. With "beside" a
 * new session asks. With "cancel" a thread cancels the request as soon as text comes; with "models" it asks for the list instead.
 */
#include <json.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static const hn_session_api *api;
static const hn_relay *relay;

struct asking {
	hn_session *session;
	pthread_t thread;
	int cancels, started;
};

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	(void)call;
	*self = NULL;
	api = host->extension(HN_ID_SESSION);
	relay = host->extension(HN_ID_RELAY);
	return 0;
}

/* ---- what comes ---- */

static void add(struct json_object *o, const char *key, hn_str text)
{
	if (text.n)
		json_object_object_add(o, key, json_object_new_string_len(text.p, (int)text.n));
}

static void print(struct json_object *o)
{
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	fflush(stdout);
	json_object_put(o);
}

static void *cancel(void *ud)
{
	api->cancel(((struct asking *)ud)->session);
	return NULL;
}

static void add_usage(struct json_object *o, const hn_usage *u)
{
	struct json_object *usage = json_object_new_object();

	json_object_object_add(usage, "prompt", json_object_new_int64(u->prompt));
	json_object_object_add(usage, "completion", json_object_new_int64(u->completion));
	json_object_object_add(o, "usage", usage);
}

static void add_part(struct json_object *o, const hn_part *p)
{
	struct json_object *part = json_object_new_object();

	json_object_object_add(part, "type", json_object_new_int((int)p->type));
	add(part, "id", p->id);
	add(part, "name", p->name);
	add(part, "mime", p->mime);
	add(part, "data", p->data);
	json_object_object_add(o, "part", part);
}

static int32_t on_event(void *ud, const hn_session_event *e)
{
	static const char *const names[] = { "", "start", "text", "reasoning", "usage", "retry", "trim", "tick",
		"notice", "result", "done", "error", "progress", "tool_piece", "part" };
	struct asking *asking = ud;
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "on",
		json_object_new_string(e->type < sizeof names / sizeof *names ? names[e->type] : "?"));
	add(o, "text", e->text);
	add(o, "message", e->message);
	add(o, "hint", e->hint);
	add(o, "kind", e->kind);
	add(o, "provider", e->provider);
	add(o, "model", e->model);
	add(o, "id", e->id);
	add(o, "tool", e->type == HN_ON_TOOL_PIECE ? e->command : (hn_str){ NULL, 0 });
	if (e->type == HN_ON_DONE) {
		json_object_object_add(o, "finish", json_object_new_int(e->finish));
		json_object_object_add(o, "cost", json_object_new_int64(e->cost));
		add_usage(o, e->usage);
	}
	if (e->part)
		add_part(o, e->part);
	print(o);
	if (e->type == HN_ON_TEXT && asking->cancels && !asking->started)
		asking->started = pthread_create(&asking->thread, NULL, cancel, asking) == 0;
	return 0;
}

/* ---- what is asked ---- */

static struct json_object *get(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	json_object_object_get_ex(o, key, &v);
	return v;
}

/* A text, or JSON as text; empty if it is not there. */
static hn_str text_of(struct json_object *o, const char *key)
{
	struct json_object *v = get(o, key);
	const char *text = !v ? ""
			   : json_object_is_type(v, json_type_string)
				   ? json_object_get_string(v)
				   : json_object_to_json_string_ext(v, JSON_C_TO_STRING_PLAIN);

	return (hn_str){ text, v && json_object_is_type(v, json_type_string) ? (size_t)json_object_get_string_len(v)
									      : strlen(text) };
}

static uint32_t number(struct json_object *o, const char *key)
{
	return (uint32_t)json_object_get_int(get(o, key));
}

static uint32_t count(struct json_object *list)
{
	return list ? (uint32_t)json_object_array_length(list) : 0;
}

static hn_message message_of(struct json_object *o)
{
	struct json_object *list = get(o, "parts");
	hn_message m = { .role = number(o, "role"), .text = text_of(o, "text") };
	hn_part *parts = calloc(count(list) + 1, sizeof *parts);

	m.n_parts = count(list);
	m.part_stride = sizeof *parts;
	m.parts = parts;
	for (uint32_t i = 0; i < m.n_parts; i++) {
		struct json_object *p = json_object_array_get_idx(list, i);

		parts[i] = (hn_part){ .type = number(p, "type"),
			.flags = number(p, "flags"),
			.id = text_of(p, "id"),
			.name = text_of(p, "name"),
			.mime = text_of(p, "mime"),
			.data = text_of(p, "data") };
	}
	return m;
}

static void take_tools(struct json_object *o, hn_request *req)
{
	struct json_object *list = get(o, "tools");
	hn_tool *tools = calloc(count(list) + 1, sizeof *tools);

	req->n_tools = count(list);
	req->tool_stride = sizeof *tools;
	req->tools = tools;
	req->set |= list ? HN_SET_TOOLS : 0;
	for (uint32_t i = 0; i < req->n_tools; i++) {
		struct json_object *t = json_object_array_get_idx(list, i);

		tools[i] = (hn_tool){ text_of(t, "name"), text_of(t, "description"), text_of(t, "schema") };
	}
}

/* Its texts are borrowed from o; request_free() frees the rest. */
static hn_request request_of(struct json_object *o)
{
	struct json_object *list = get(o, "messages");
	hn_message *messages = calloc(count(list) + 1, sizeof *messages);
	hn_request req = { .struct_size = sizeof req,
		.flags = json_object_get_boolean(get(o, "stream")) ? HN_REQUEST_STREAM : 0,
		.set = (get(o, "max_tokens") ? HN_SET_MAX_TOKENS : 0) | (get(o, "temperature") ? HN_SET_TEMPERATURE : 0) |
		       (get(o, "seed") ? HN_SET_SEED : 0) | (get(o, "schema") ? HN_SET_SCHEMA : 0) |
		       (get(o, "top_p") ? HN_SET_TOP_P : 0) | (get(o, "extra") ? HN_SET_EXTRA : 0) |
		       (get(o, "tool_choice") ? HN_SET_TOOL_CHOICE : 0),
		.max_tokens = json_object_get_int64(get(o, "max_tokens")),
		.temperature = json_object_get_double(get(o, "temperature")),
		.top_p = json_object_get_double(get(o, "top_p")),
		.seed = json_object_get_int64(get(o, "seed")),
		.model = text_of(o, "model"),
		.schema = text_of(o, "schema"),
		.schema_name = text_of(o, "schema_name"),
		.extra = text_of(o, "extra"),
		.tool_choice = number(o, "tool_choice"),
		.tool_name = text_of(o, "tool_name"),
		.n_messages = count(list),
		.message_stride = sizeof *messages,
		.messages = messages };

	for (uint32_t i = 0; i < req.n_messages; i++)
		messages[i] = message_of(json_object_array_get_idx(list, i));
	take_tools(o, &req);
	return req;
}

static void request_free(const hn_request *req)
{
	for (uint32_t i = 0; i < req->n_messages; i++)
		free((void *)(uintptr_t)req->messages[i].parts);
	free((void *)(uintptr_t)req->messages);
	free((void *)(uintptr_t)req->tools);
}

static int32_t put(void *ud, const hn_model *m)
{
	struct json_object *o = json_object_new_object();

	(void)ud;
	add(o, "model", m->id);
	print(o);
	return 0;
}

static int32_t list_models(hn_session *s, struct json_object *o)
{
	hn_error why = { .struct_size = sizeof why };
	int32_t code = relay->models(s, text_of(o, "provider"), put, NULL, &why);

	struct json_object *said = json_object_new_object();

	add(said, "why", why.message);
	print(said);
	return code;
}

static int32_t ask(hn_session *s, struct json_object *o)
{
	struct asking asking = { .session = s, .cancels = get(o, "cancel") != NULL };
	hn_request req = request_of(o);
	int32_t code = relay->ask(s, text_of(o, "provider"), &req, on_event, &asking);

	if (asking.started)
		pthread_join(asking.thread, NULL);
	request_free(&req);
	return code;
}

static int32_t run(void *self, hn_session *s)
{
	char *line = NULL;
	size_t cap = 0;

	(void)self;
	while (getline(&line, &cap, stdin) > 0) {
		struct json_object *o = json_tokener_parse(line), *out = json_object_new_object();
		hn_status now = { .struct_size = sizeof now };
		hn_session *by = s;
		int32_t code = get(o, "beside") ? api->session_new(s, NULL, &by, NULL) : 0;

		if (code == 0)
			code = get(o, "models") ? list_models(by, o) : ask(by, o);
		if (by != s)
			api->session_end(by);
		json_object_put(o);
		api->status(s, &now);
		json_object_object_add(out, "returned", json_object_new_int(code));
		json_object_object_add(out, "messages", json_object_new_int((int)now.n_messages));
		json_object_object_add(out, "cost", json_object_new_int64(now.cost));
		print(out);
	}
	free(line);
	return 0;
}

static const hn_frontend vtable = {
	.struct_size = sizeof vtable,
	.flags = HN_FRONTEND_CONVERSES,
	.create = create,
	.destroy = fixture_destroy,
	.run = run,
};

FIXTURE(sizeof(hn_plugin), HN_ABI_MAJOR, 0, HN_TYPE_FRONTEND, "relay", &vtable)
