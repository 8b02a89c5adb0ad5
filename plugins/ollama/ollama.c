/* SPDX-License-Identifier: MIT */
/* ollama: a provider for Ollama, by its own API. No key is needed, and which models there are only the server knows. */
#include "ollama.h"

#include <stdlib.h>
#include <string.h>

#include "hobnob/easy.h"
#include "util/mem.h"
#include "wire/options.h"

static const hn_option options[] = {
	WIRE_BASE_URL(WIRE_ENV({ "OLLAMA_HOST", NULL }), .initial = "http://127.0.0.1:11434",
		.help = "where the server is, as a URL or host:port; /api/chat and /api/tags are below it"),
	{ .type = HN_OPT_STRING, .key = "model", .help = "which model answers; by default the only one that the server has" },
	{ .type = HN_OPT_STRING, .flags = HN_OPTION_SECRET, .key = "api_key", .help = "key, where something before the server wants one" },
	{ .type = HN_OPT_ENUM, .key = "think", .values = "true false low medium high max",
		.help = "whether the model thinks, or how hard; reasoning_effort goes before it" },
	{ .type = HN_OPT_STRING, .key = "keep_alive", .help = "how long the model stays loaded: 5m, 0, -1 for ever" },
	{ .type = HN_OPT_INT, .key = "num_ctx", .help = "tokens that the server makes room for; by default what the conversation needs" },
	{ .type = HN_OPT_JSON, .key = "options", .help = "JSON object that is merged into the options of each request: top_k, num_gpu, ..." },
	WIRE_HEADERS,
	WIRE_EXTRA_BODY,
};

static const struct wire_field fields[] = {
	{ WIRE_EFFORT, "reasoning_effort or think", "think", 0 }, /* its name for people */
	{ WIRE_EFFORT, "thinking", "think", 0 },
	{ WIRE_EFFORT, "think", "think", 0 },
	{ WIRE_TEMPERATURE, "temperature", "options.temperature", 0 },
	{ WIRE_TOP_P, "top_p", "options.top_p", 0 },
	{ WIRE_SEED, "seed", "options.seed", 0 },
	{ WIRE_STOP, "stop", "options.stop", 0 },
	{ 0, NULL, NULL, 0 },
};

static const struct wire_way ways[] = {
	{ OLLAMA_ROOM, "a prompt of that size", "for twice the room" },
	{ 0, NULL, NULL },
};

static int is_of_reply(struct json_object *document)
{
	return wire_member(document, "message") || wire_member(document, "done");
}

static const struct wire_dialect dialect = {
	.key = { "Authorization", "Bearer " },
	.what = "the answer is not a reply of Ollama's API",
	.fields = fields,
	.ways = ways,
	.fetch = "ollama pull",
	.framing = HN_FRAME_NDJSON,
	.is_ours = is_of_reply,
};

static void destroy(void *self)
{
	struct ollama *o = self;
	hn_str none = { NULL, 0 };
	if (!o)
		return;
	wire_replace(&o->style.think, none);
	wire_replace(&o->style.keep_alive, none);
	wire_replace(&o->style.options, none);
	wire_replace(&o->style.extra, none);
	wire_client_close(&o->client);
	free(o);
}

/* Refuses what no request could be made of. Ollama's own client finds its cloud by the name alone, and proves who it is by
 * a key of the machine's. */
static int32_t check_options(const struct ollama *o, const hn_host *host, hn_call *call)
{
	if (!strcmp(o->client.base, "http://ollama.com:11434"))
		return hn_failf_hint(host, call, HN_ERR_CONFIG, "set it to https://ollama.com, and api_key",
			"base_url: ollama.com speaks https, and wants a key");
	if (o->style.num_ctx < 0)
		return hn_failf(host, call, HN_ERR_CONFIG, "num_ctx: expected a number of tokens, got %lld", (long long)o->style.num_ctx);
	return 0;
}

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct ollama *o = xcalloc(1, sizeof *o);
	int32_t rc = wire_client_open(&o->client, host, call, &dialect, NULL);
	wire_replace(&o->style.think, hn_option_text(host, call, "think"));
	wire_replace(&o->style.keep_alive, hn_option_text(host, call, "keep_alive"));
	o->style.num_ctx = hn_option_int(host, call, "num_ctx", 0);
	rc = rc ? rc : wire_option_json(host, call, "options", 1, &o->style.options);
	rc = rc ? rc : wire_option_json(host, call, "extra_body", 1, &o->style.extra);
	rc = rc ? rc : check_options(o, host, call);
	if (rc)
		destroy(o);
	else
		*self = o;
	return rc;
}

/* Says what the user waits for: the server sends nothing before the first token. */
static int32_t tell_waiting(const struct wire_host *to, const hn_request *req)
{
	struct wire_message m = { 0 };
	wire_says(&m, "loading ");
	wire_say(&m, req->model);
	wire_says(&m, ", or reading the prompt");
	hn_event e = { .struct_size = sizeof e, .type = HN_EV_PROGRESS, .text = wire_said(&m) };
	return req->flags & HN_REQUEST_DRY ? 0 : to->host->emit(to->call, &e);
}

/* The limit of the reply that a body has, if it is the request's; else 0. */
static int64_t limit_of(struct json_object *body, const hn_request *req)
{
	int64_t limit = wire_count(wire_path(body, "options.num_predict"));
	return req->set & HN_SET_MAX_TOKENS && limit == req->max_tokens ? limit : 0;
}

static int32_t chat(void *self, hn_call *call, const hn_request *req)
{
	struct ollama *o = self;
	struct ollama_reply reply;
	struct wire_host to = wire_host_of(&o->client, call);
	uint32_t refused = wire_refused_by(&o->client, req->model);
	int32_t rc = ollama_check(&to, req);
	rc = rc ? rc : tell_waiting(&to, req);
	if (rc)
		return rc;
	struct json_object *body = ollama_body(&o->style, req, refused, &to.sent);
	to.streams = (uint32_t)wire_is_true(wire_member(body, "stream"));
	to.limit = limit_of(body, req);
	int64_t num_ctx = wire_count(wire_path(body, "options.num_ctx"));
	to.window = ollama_limit(&o->style, req, refused, body);
	to.sent |= num_ctx > 0 && !to.window ? OLLAMA_ROOM & ~refused : 0;
	to.model = req->model;
	wire_sent(&to, req, body, refused);
	ollama_reply_begin(&reply, &to, num_ctx);
	rc = wire_converse(&o->client, &reply.w, req->model, "/api/chat", body);
	ollama_reply_free(&reply);
	json_object_put(body);
	return rc;
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT | 1u << HN_PART_OPAQUE | 1u << HN_PART_IMAGE | 1u << HN_PART_TOOL_CALL | 1u << HN_PART_TOOL_RESULT,
	.heeds = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE | HN_SET_TOP_P | HN_SET_SEED | HN_SET_STOP | HN_SET_EFFORT | HN_SET_TOOLS |
		 HN_SET_TOOL_CHOICE | HN_SET_SCHEMA | HN_SET_EXTRA,
	.create = create,
	.destroy = destroy,
	.chat = chat,
	.models = ollama_models,
};

WIRE_PLUGIN("ollama", "Ollama, by its own API", options, provider)
