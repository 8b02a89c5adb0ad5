/* SPDX-License-Identifier: MIT */
/*
 * responses: a provider for OpenAI's Responses API, and every server that speaks it.
 *
 * The history is sent with each request. With the option chain the server has it: a request names the response
 * that it follows, and holds only what came after. A server forgets its responses, so where it does not know the
 * name, the whole history is sent at once, in the same attempt.
 */
#include "responses.h"

#include <stdlib.h>
#include <string.h>

#include "hobnob/easy.h"
#include "util/mem.h"
#include "wire/options.h"

struct responses {
	struct wire_client client;
	struct responses_style style;
};

/* Fields that servers refuse, by the words that name them, the narrower ones first. The first word of a bit is
 * the user's: "reasoning_effort" is the setting. */
static const struct wire_field fields[] = {
	{ WIRE_TEMPERATURE, "temperature", NULL, 0 },
	{ WIRE_TOP_P, "top_p", NULL, 0 },
	{ WIRE_EFFORT, "reasoning_effort", "reasoning.effort", 0 },
	{ WIRE_EFFORT, "effort", "reasoning.effort", 0 },
	{ RESPONSES_SUMMARY, "summary", "reasoning.summary", 0 },
	{ RESPONSES_SUMMARY, "summaries", "reasoning.summary", 0 },
	{ RESPONSES_INCLUDE, "include", NULL, 0 },
	{ RESPONSES_INCLUDE, "encrypted_content", "include", 0 },
	{ RESPONSES_SUMMARY, "reasoning", NULL, 0 },
	{ WIRE_EFFORT, "reasoning", NULL, 0 },
	{ RESPONSES_PREVIOUS, "previous_response_id", NULL, 0 },
	{ RESPONSES_ITEMS, "the items that go back", NULL, 0 },
	{ 0, NULL, NULL, 0 },
};

static const struct wire_dialect dialect = {
	.key = { "Authorization", "Bearer " },
	.what = "the answer is not a response",
	.version = "/v1",
	.fields = fields,
	.framing = HN_FRAME_EVENTS,
};

/* ---- instances ---- */

static void destroy(void *self)
{
	struct responses *s = self;
	if (!s)
		return;
	wire_replace(&s->style.extra, (hn_str){ NULL, 0 });
	wire_client_close(&s->client);
	free(s);
}

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	static const struct wire_header headers[] = {
		{ "OpenAI-Organization", "organization" },
		{ "OpenAI-Project", "project" },
		{ NULL, NULL },
	};
	struct responses *s = xcalloc(1, sizeof *s);
	int32_t rc = wire_client_open(&s->client, host, call, &dialect, headers);
	s->style.chain = hn_option_value(host, call, "chain").i != 0;
	s->style.store = hn_option_value(host, call, "store").i != 0;
	rc = rc ? rc : wire_option_json(host, call, "extra_body", 1, &s->style.extra);
	if (rc)
		destroy(s);
	else
		*self = s;
	return rc;
}

/* ---- requests ---- */

/* Asks once. HN_ADAPTED: *refused is what the server does not take. */
static int32_t ask(struct responses *s, struct wire_host to, const struct responses_style *style, const hn_request *req, uint32_t *refused)
{
	struct responses_reply reply;
	struct json_object *body = responses_body(style, req, &to.sent);
	to.streams = (uint32_t)wire_is_true(wire_member(body, "stream"));
	to.limit = wire_limit(req, body, "max_output_tokens");
	wire_sent(&to, req, body, style->refused);
	responses_begin(&reply, &to);
	reply.chain = style->chain;
	reply.previous = to.sent & RESPONSES_PREVIOUS ? wire_text(wire_member(body, "previous_response_id")) : reply.previous;
	int32_t rc = wire_exchange(&s->client, &reply.wire, "/responses", body);
	*refused = rc == HN_ADAPTED ? reply.wire.refused : 0;
	/* too long, with what the server has of it: what hobnob would send may fit, if nothing of a reply was shown */
	if (rc == HN_ERR_CONTEXT_TOO_LONG && to.sent & RESPONSES_PREVIOUS && !reply.wire.came.pieces)
		*refused = RESPONSES_PREVIOUS;
	if (*refused & ~(uint32_t)RESPONSES_PREVIOUS)
		rc = wire_learn(&s->client, &to, req->model, *refused);
	responses_free(&reply);
	json_object_put(body);
	return rc;
}

static int32_t chat(void *self, hn_call *call, const hn_request *req)
{
	struct responses *s = self;
	struct responses_style style = s->style;
	struct wire_host to = wire_host_of(&s->client, call);
	uint32_t refused = 0;
	int32_t rc = wire_check_request(&to, req);
	if (rc)
		return rc;
	style.refused = wire_refused_by(&s->client, req->model);
	rc = ask(s, to, &style, req, &refused);
	if (refused != RESPONSES_PREVIOUS)
		return rc;
	wire_log(&to, "the server cannot go on from the last response: the whole history is sent");
	style.refused |= RESPONSES_PREVIOUS;
	return ask(s, to, &style, req, &refused);
}

static int32_t models(void *self, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	return wire_models(&((struct responses *)self)->client, call, put, ud);
}

/* ---- the plugin ---- */

static const hn_option options[] = {
	WIRE_API_KEY(WIRE_ENV({ "OPENAI_API_KEY", NULL }), .forbid = "sk-or- api.openai.com"),
	WIRE_BASE_URL(WIRE_ENV({ "OPENAI_BASE_URL", NULL }), .initial = "https://api.openai.com/v1",
		.help = "where the server is; /responses and /models are below it"),
	WIRE_MODEL(WIRE_ENV({ "OPENAI_MODEL", NULL }), .initial = "gpt-5-nano", .help = "which model answers"),
	{ .type = HN_OPT_STRING, .key = "organization", .help = "organization that is billed" },
	{ .type = HN_OPT_STRING, .key = "project", .help = "project that is billed" },
	{ .type = HN_OPT_BOOL, .key = "chain", .initial = "false",
		.help = "let the server keep the history, and send only what is new (implies store)" },
	{ .type = HN_OPT_BOOL, .key = "store", .initial = "false", .help = "let the server keep the responses" },
	WIRE_HEADERS,
	WIRE_EXTRA_BODY,
};

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT | 1u << HN_PART_OPAQUE | 1u << HN_PART_IMAGE | 1u << HN_PART_FILE |
		   1u << HN_PART_TOOL_CALL | 1u << HN_PART_TOOL_RESULT,
	.heeds = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE | HN_SET_TOP_P | HN_SET_EFFORT | HN_SET_TOOLS |
		 HN_SET_TOOL_CHOICE | HN_SET_SCHEMA | HN_SET_EXTRA,
	.create = create,
	.destroy = destroy,
	.chat = chat,
	.models = models,
};

WIRE_PLUGIN("responses", "OpenAI's Responses API, and any server that speaks it", options, provider)
