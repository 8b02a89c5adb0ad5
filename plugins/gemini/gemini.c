/* SPDX-License-Identifier: MIT */
/*
 * gemini: a provider for Google's models, by the Gemini API's own generateContent.
 *
 * Models differ in how a request asks them to think, and in what they take. The client learns it of each, by the words in
 * which the server refuses a field.
 */
#include "gemini.h"

#include <stdlib.h>
#include <string.h>

#include "hobnob/easy.h"
#include "wire/options.h"

#include "util/mem.h"

struct gemini {
	struct wire_client client;
	struct gemini_style style;
};

static const hn_option options[] = {
	WIRE_API_KEY(WIRE_ENV({ "GEMINI_API_KEY", NULL }, { "GOOGLE_API_KEY", NULL })),
	WIRE_BASE_URL(WIRE_ENV({ "GEMINI_BASE_URL", NULL }), .initial = "https://generativelanguage.googleapis.com",
		.help = "where the server is; /v1beta is below it, unless it ends with a version"),
	WIRE_MODEL(WIRE_ENV({ "GEMINI_MODEL", NULL }), .initial = "gemini-3.5-flash", .help = "which model answers"),
	{ .type = HN_OPT_STRING, .key = "thinking",
		.help = "how much it thinks: minimal, low, medium, high, or a number of tokens; 0: not at all" },
	WIRE_HEADERS,
	WIRE_EXTRA_BODY,
};

/* What the two forms of thinking are called, in a row of each name for one bit. */
#define FORMS(bit)                                                                                                      \
	{ bit, "thinking level", NULL, 0 }, { bit, "thinking_level", NULL, 0 }, { bit, "thinkingLevel", NULL, 0 },      \
		{ bit, "thinking budget", NULL, 0 }, { bit, "thinking_budget", NULL, 0 }, { bit, "thinkingBudget", NULL, 0 }

static const struct wire_field fields[] = {
	{ WIRE_TEMPERATURE, "temperature", "generationConfig.temperature", 0 },
	{ WIRE_TOP_P, "top_p", "generationConfig.topP", 0 },
	{ WIRE_TOP_P, "topP", NULL, 0 },
	{ WIRE_STOP, "stop", "generationConfig.stopSequences", 0 },
	{ WIRE_STOP, "stop_sequences", NULL, 0 },
	{ WIRE_STOP, "stopSequences", NULL, 0 },
	{ WIRE_SEED, "seed", "generationConfig.seed", 0 },
	{ GEMINI_LEAST, "thinking level minimal", NULL, 0 },
	FORMS(GEMINI_FORM),
	{ WIRE_EFFORT, "reasoning_effort or thinking", "generationConfig.thinkingConfig.thinkingLevel", 0 }, /* for people */
	{ WIRE_EFFORT, "thinkingBudget", "generationConfig.thinkingConfig.thinkingBudget", 0 },
	FORMS(WIRE_EFFORT),
	{ GEMINI_THOUGHTS, "include_thoughts", NULL, 0 },
	{ GEMINI_THOUGHTS, "includeThoughts", NULL, 0 },
	{ WIRE_EFFORT, "thinking", NULL, 0 },
	{ WIRE_EFFORT, "thinking_config", NULL, 0 },
	{ WIRE_EFFORT, "thinkingConfig", NULL, 0 },
	{ GEMINI_THOUGHTS, "thinking", NULL, 0 },
	{ GEMINI_THOUGHTS, "thinking_config", NULL, 0 },
	{ GEMINI_THOUGHTS, "thinkingConfig", NULL, 0 },
	{ WIRE_SYSTEM, "developer instruction", NULL, WIRE_ALONE },
	{ WIRE_SYSTEM, "system_instruction", NULL, 0 },
	{ WIRE_SYSTEM, "systemInstruction", NULL, 0 },
	{ GEMINI_SIGNED, "corrupted thought signature", NULL, WIRE_ALONE },
	{ GEMINI_SIGNED, "invalid thought signature", NULL, WIRE_ALONE },
	{ GEMINI_UNSIGNED, "thought_signature", NULL, WIRE_ALONE },
	{ 0, NULL, NULL, 0 },
};

static int is_ours(struct json_object *document)
{
	return wire_member(document, "candidates") || wire_member(document, "usageMetadata");
}

static const struct wire_dialect dialect = {
	.key = { "x-goog-api-key", "" },
	.what = "the answer is not one of generateContent",
	.fields = fields,
	.framing = HN_FRAME_EVENTS,
	.is_ours = is_ours,
};

static void destroy(void *self)
{
	struct gemini *g = self;
	hn_str none = { NULL, 0 };
	if (!g)
		return;
	wire_replace(&g->style.extra, none);
	wire_replace(&g->style.thinking.level, none);
	wire_client_close(&g->client);
	free(g);
}

/* Reads the option thinking. 0, or fail(). */
static int32_t read_thinking(struct gemini *g, const hn_host *host, hn_call *call)
{
	hn_str text = hn_option_text(host, call, "thinking"), level;
	if (!text.n)
		return 0;
	if (gemini_read_thinking(text, &g->style.thinking))
		return hn_failf(host, call, HN_ERR_CONFIG, "thinking: expected minimal, low, medium, high, or a number of tokens");
	level = g->style.thinking.level;
	g->style.thinking.level = (hn_str){ NULL, 0 };
	wire_replace(&g->style.thinking.level, level);
	return 0;
}

static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct gemini *g = xcalloc(1, sizeof *g);
	int32_t rc = wire_client_open(&g->client, host, call, &dialect, NULL);
	rc = rc ? rc : wire_option_json(host, call, "extra_body", 1, &g->style.extra);
	rc = rc ? rc : read_thinking(g, host, call);
	if (rc)
		destroy(g);
	else
		*self = g;
	return rc;
}

static int32_t chat(void *self, hn_call *call, const hn_request *req)
{
	struct gemini *g = self;
	struct gemini_style style = g->style;
	struct wire_reply reply;
	struct wire_host to = wire_host_of(&g->client, call);
	struct buf path = BUF(BUF_NO_CAP);
	style.refused = wire_refused_by(&g->client, req->model);
	int32_t rc = wire_check_request(&to, req);
	if (rc)
		return rc;
	struct json_object *body = gemini_body(&style, req, &to.sent);
	to.streams = (uint32_t)wire_streams(req, style.refused);
	to.sent |= style.refused & (WIRE_STREAM | WIRE_WHOLE) ? 0 : to.streams ? WIRE_STREAM : WIRE_WHOLE;
	to.limit = wire_limit(req, body, "generationConfig.maxOutputTokens");
	wire_sent(&to, req, body, style.refused);
	gemini_model_path(&path, g->client.base, req->model, to.streams ? ":streamGenerateContent?alt=sse" : ":generateContent");
	wire_reply_begin(&reply, &to, &gemini_reader);
	rc = wire_converse(&g->client, &reply, req->model, path.p, body);
	buf_free(&path);
	json_object_put(body);
	return rc;
}

static int32_t models(void *self, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	const struct gemini *g = self;
	return gemini_models(&g->client, call, put, ud);
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT | 1u << HN_PART_OPAQUE | 1u << HN_PART_IMAGE | 1u << HN_PART_FILE |
		   1u << HN_PART_TOOL_CALL | 1u << HN_PART_TOOL_RESULT,
	.heeds = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE | HN_SET_TOP_P | HN_SET_SEED | HN_SET_STOP | HN_SET_EFFORT |
		 HN_SET_TOOLS | HN_SET_TOOL_CHOICE | HN_SET_SCHEMA | HN_SET_EXTRA,
	.create = create,
	.destroy = destroy,
	.chat = chat,
	.models = models,
};

WIRE_PLUGIN("gemini", "Google's Gemini models, by their own generateContent", options, provider)
