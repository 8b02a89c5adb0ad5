/* SPDX-License-Identifier: MIT */
/* anthropic: a provider for Anthropic and every server that speaks its Messages API. */
#include "anthropic.h"

#include <stdlib.h>

#include "hobnob/easy.h"
#include "util/mem.h"
#include "wire/options.h"

struct anthropic {
	struct wire_client client;
	struct an_style style;
};

static const hn_option options[] = {
	WIRE_API_KEY(WIRE_ENV({ "ANTHROPIC_API_KEY", NULL })),
	WIRE_BASE_URL(WIRE_ENV({ "ANTHROPIC_BASE_URL", NULL }), .initial = "https://api.anthropic.com",
		.help = "where the server is; /v1/messages and /v1/models are below it"),
	WIRE_MODEL(WIRE_ENV({ "ANTHROPIC_MODEL", NULL }), .initial = "claude-haiku-4-5", .help = "which model answers"),
	{ .type = HN_OPT_INT, .key = "thinking",
		.help = "tokens that the model may think before it answers; 0: none; not set: as the model does by itself" },
	{ .type = HN_OPT_BOOL, .key = "cache", .initial = "true",
		.help = "mark what each request repeats, so that the server caches it" },
	{ .type = HN_OPT_STRING, .key = "version", .initial = "2023-06-01", .help = "version of the API" },
	WIRE_HEADERS,
	WIRE_EXTRA_BODY,
};

static const struct wire_header headers[] = {
	{ "anthropic-version", "version" },
	{ NULL, NULL },
};

/* Fields that servers refuse. A message about sampling, or about reasoning that came back, may speak of thinking, too:
 * those come first. Of the ways to think one at most is sent. */
static const struct wire_field fields[] = {
	{ WIRE_TEMPERATURE, "temperature", NULL, 0 },
	{ WIRE_TOP_P, "top_p", NULL, 0 },
	{ WIRE_STOP, "stop", "stop_sequences", 0 },
	{ WIRE_STOP, "stop_sequences", NULL, 0 },
	{ AN_THOUGHTS, "signature", NULL, WIRE_ALONE },
	{ AN_THOUGHTS, "redacted_thinking", NULL, WIRE_ALONE },
	{ AN_BUDGET, "thinking", NULL, 0 },
	{ AN_ADAPTIVE, "thinking", NULL, 0 },
	{ AN_NO_THINKING, "thinking", NULL, 0 },
	{ WIRE_EFFORT, "reasoning_effort", "output_config.effort", 0 },
	{ WIRE_EFFORT, "effort", "output_config.effort", 0 },
	{ AN_CACHE, "cache_control", NULL, 0 },
	{ 0, NULL, NULL, 0 },
};

static const struct wire_dialect dialect = {
	.key = { "x-api-key", "" },
	.what = "the answer is not a message",
	.fields = fields,
	.framing = HN_FRAME_EVENTS,
};

static void destroy(void *self)
{
	struct anthropic *a = self;
	if (!a)
		return;
	wire_replace(&a->style.extra, (hn_str){ NULL, 0 });
	wire_client_close(&a->client);
	free(a);
}

/* Reads how much the model shall think. 0, or fail(). */
static int32_t read_thinking(struct an_style *style, const hn_host *host, hn_call *call)
{
	hn_value thinking = hn_option_value(host, call, "thinking");
	style->thinks = thinking.is_set;
	style->thinking = thinking.i;
	return thinking.i >= 0 ? 0 : hn_failf(host, call, HN_ERR_CONFIG, "thinking: expected tokens, 0 or more");
}

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct anthropic *a = xcalloc(1, sizeof *a);
	int32_t rc = wire_client_open(&a->client, host, call, &dialect, headers);
	a->style.cache = (uint32_t)hn_option_value(host, call, "cache").i;
	rc = rc ? rc : read_thinking(&a->style, host, call);
	rc = rc ? rc : wire_option_json(host, call, "extra_body", 1, &a->style.extra);
	if (rc)
		destroy(a);
	else
		*self = a;
	return rc;
}

static int32_t chat(void *self, hn_call *call, const hn_request *req)
{
	struct anthropic *a = self;
	struct an_style style = a->style;
	struct an_reply reply;
	struct wire_host to = wire_host_of(&a->client, call);
	int32_t rc = wire_check_request(&to, req);
	rc = rc ? rc : an_check_files(&to, req);
	if (rc)
		return rc;
	style.refused = wire_refused_by(&a->client, req->model);
	struct json_object *body = an_body(&style, req, &to.sent);
	to.streams = (uint32_t)wire_is_true(wire_member(body, "stream"));
	to.limit = wire_limit(req, body, "max_tokens");
	wire_sent(&to, req, body, style.refused);
	an_reply_begin(&reply, &to);
	rc = wire_converse(&a->client, &reply.w, req->model, "/v1/messages", body);
	an_reply_free(&reply);
	json_object_put(body);
	return rc;
}

static int32_t models(void *self, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	return an_models(&((struct anthropic *)self)->client, call, put, ud);
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT | 1u << HN_PART_OPAQUE | 1u << HN_PART_IMAGE | 1u << HN_PART_FILE |
		   1u << HN_PART_TOOL_CALL | 1u << HN_PART_TOOL_RESULT,
	.heeds = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE | HN_SET_TOP_P | HN_SET_STOP | HN_SET_EFFORT | HN_SET_TOOLS |
		 HN_SET_TOOL_CHOICE | HN_SET_SCHEMA | HN_SET_EXTRA,
	.create = create,
	.destroy = destroy,
	.chat = chat,
	.models = models,
};

WIRE_PLUGIN("anthropic", "Anthropic, and any server that speaks its Messages API", options, provider)
