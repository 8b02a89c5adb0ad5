/* SPDX-License-Identifier: MIT */
/*
 * third: a provider of a third wire, to prove that the ABI does not know the first two: a JSON document a line, as Ollama's
 * own API has it. {"message":{"content":"Hel"},"done":false}, and at the end {"done":true,"done_reason":"stop",
 * "prompt_eval_count":3,"eval_count":1}.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hobnob/plugin.h"

struct third {
	const hn_host *host;
	char *url; /* of the chat endpoint */
};

/* One running request. */
struct reply {
	const struct third *third;
	hn_call *call;
	int done;
};

/* fail() in one line. */
static int32_t fail(
	const struct third *t, hn_call *call, int32_t code, int32_t status, const char *message)
{
	const hn_error err = {
		.struct_size = sizeof err,
		.code = code,
		.status = status,
		.retry_after_ms = -1,
		.message = { message, strlen(message) },
	};
	return t->host->fail(call, &err);
}

/* Keeps the host and the URL. */
static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct third *t = calloc(1, sizeof *t);
	hn_value base = { .struct_size = sizeof base };
	int32_t code = host->option(call, "base_url", &base);
	size_t room = base.s.n + sizeof "/api/chat";
	if (!t || code || !(t->url = malloc(room))) {
		free(t);
		return code ? code : HN_ERR_PLUGIN;
	}
	t->host = host;
	snprintf(t->url, room, "%.*s/api/chat", (int)base.s.n, base.s.p);
	*self = t;
	return 0;
}

/* Ends the instance. */
static void destroy(void *self)
{
	struct third *t = self;
	free(t->url);
	free(t);
}

/* The request's body; its text lives as long as the object. */
static struct json_object *body_of(const hn_request *request)
{
	static const char *const roles[] = { "", "system", "user", "assistant", "tool" };
	struct json_object *body = json_object_new_object(), *messages = json_object_new_array();
	for (uint32_t i = 0; i < request->n_messages; i++) {
		const hn_message *m =
			HN_AT(hn_message, request->messages, request->message_stride, i);
		struct json_object *o = json_object_new_object();
		json_object_object_add(o, "role", json_object_new_string(roles[m->role]));
		json_object_object_add(
			o, "content", json_object_new_string_len(m->text.p, (int)m->text.n));
		json_object_array_add(messages, o);
	}
	json_object_object_add(
		body, "model", json_object_new_string_len(request->model.p, (int)request->model.n));
	json_object_object_add(body, "messages", messages);
	json_object_object_add(
		body, "stream", json_object_new_boolean((request->flags & HN_REQUEST_STREAM) != 0));
	return body;
}

/* Emits what the last line says: usage and the reason to finish. */
static int32_t emit_end(const struct reply *r, struct json_object *o)
{
	struct json_object *member;
	hn_usage usage = { .struct_size = sizeof usage,
		.set = 0 };
	hn_event event = { .struct_size = sizeof event, .type = HN_EV_USAGE, .usage = &usage };
	if (json_object_object_get_ex(o, "prompt_eval_count", &member)) {
		usage.prompt = json_object_get_int64(member);
		usage.set |= HN_USAGE_PROMPT;
	}
	if (json_object_object_get_ex(o, "eval_count", &member)) {
		usage.completion = json_object_get_int64(member);
		usage.set |= HN_USAGE_COMPLETION;
	}
	int32_t code = r->third->host->emit(r->call, &event);
	if (code)
		return code;
	event = (hn_event){
		.struct_size = sizeof event, .type = HN_EV_FINISH, .finish = HN_FINISH_UNKNOWN
	};
	if (json_object_object_get_ex(o, "done_reason", &member)) {
		const char *reason = json_object_get_string(member);
		event.text = (hn_str){ reason, strlen(reason) };
		event.finish = !strcmp(reason, "stop")     ? HN_FINISH_STOP
			       : !strcmp(reason, "length") ? HN_FINISH_LENGTH
							   : HN_FINISH_UNKNOWN;
	}
	return r->third->host->emit(r->call, &event);
}

/* Emits one line of the reply. */
static int32_t emit_line(struct reply *r, struct json_object *o)
{
	struct json_object *message, *content, *done;
	int32_t code = 0;
	if (json_object_object_get_ex(o, "message", &message) &&
		json_object_object_get_ex(message, "content", &content)) {
		const hn_event event = {
			.struct_size = sizeof event,
			.type = HN_EV_TEXT,
			.text = { json_object_get_string(content),
				(size_t)json_object_get_string_len(content) },
		};
		code = event.text.n ? r->third->host->emit(r->call, &event) : 0;
	}
	r->done = json_object_object_get_ex(o, "done", &done) && json_object_get_boolean(done);
	if (!code && r->done)
		code = emit_end(r, o);
	return code ? code : r->done ? HN_ENOUGH : 0;
}

/* Takes one line, the whole body, or an error's body. */
static int32_t on_data(
	void *ud, const hn_http_response *head, uint32_t kind, hn_str event, hn_str data)
{
	struct reply *r = ud;
	(void)event;
	if (kind == HN_DATA_ERROR_BODY)
		return 0;
	struct json_tokener *tok = json_tokener_new();
	struct json_object *o = json_tokener_parse_ex(tok, data.p, (int)data.n);
	int32_t code = json_object_is_type(o, json_type_object)
			       ? emit_line(r, o)
			       : fail(r->third, r->call, HN_ERR_PROTOCOL, head->status,
					 "a line is no JSON object");
	json_object_put(o);
	json_tokener_free(tok);
	return code;
}

/* What an answer means that came whole. */
static int32_t judge(const struct reply *r, const hn_http *http, const hn_http_response *head)
{
	int32_t kind = http->code_of_status(head->status);
	if (kind)
		return fail(r->third, r->call, kind, head->status, "the server refused");
	if (!r->done)
		return fail(
			r->third, r->call, HN_ERR_TRUNCATED, head->status, "the reply ended early");
	return 0;
}

/* One attempt. */
static int32_t chat(void *self, hn_call *call, const hn_request *request)
{
	struct third *t = self;
	const hn_http *http = t->host->extension(HN_ID_HTTP);
	if (!http)
		return fail(t, call, HN_ERR_PLUGIN, 0, "this hobnob has no http");
	struct json_object *body = body_of(request);
	const char *text = json_object_to_json_string_ext(body, JSON_C_TO_STRING_PLAIN);
	const hn_http_header header = { .name = { "Content-Type", 12 },
		.value = { "application/json", 16 } };
	struct reply r = { .third = t, .call = call };
	const hn_http_request http_request = {
		.struct_size = sizeof http_request,
		.framing = HN_FRAME_NDJSON,
		.n_headers = 1,
		.header_stride = sizeof header,
		.method = "POST",
		.url = { t->url, strlen(t->url) },
		.body = { text, strlen(text) },
		.headers = &header,
		.on_data = on_data,
		.ud = &r,
	};
	hn_http_response head = { .struct_size = sizeof head };
	int32_t code = http->request(call, &http_request, &head);
	json_object_put(body);
	return code ? code : judge(&r, http, &head);
}

static const hn_option options[] = {
	{ .type = HN_OPT_URL,
		.flags = HN_OPTION_ENDPOINT,
		.key = "base_url",
		.initial = "http://127.0.0.1:11434",
		.help = "where the server is" },
	{ .type = HN_OPT_STRING, .key = "model", .initial = "tiny", .help = "model" },
};

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT,
	.create = create,
	.destroy = destroy,
	.chat = chat,
};

/* The descriptor. */
const hn_plugin *hobnob_plugin_v1(void)
{
	static const hn_plugin plugin = {
		.struct_size = sizeof plugin,
		.abi_major = HN_ABI_MAJOR,
		.type = HN_TYPE_PROVIDER,
		.n_options = sizeof options / sizeof *options,
		.option_stride = sizeof *options,
		.name = "third",
		.version = "0.1",
		.summary = "a third wire: a JSON document a line",
		.license = "MIT",
		.options = options,
		.vtable = &provider,
	};
	return &plugin;
}
