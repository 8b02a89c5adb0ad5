/* SPDX-License-Identifier: MIT */
/* openai: a provider for OpenAI and every server that speaks its Chat Completions. */
#include "chat_completions/codec.h"

static const hn_option options[] = {
	CC_API_KEY(WIRE_ENV({ "OPENAI_API_KEY", NULL })),
	WIRE_BASE_URL(WIRE_ENV({ "OPENAI_BASE_URL", NULL }), .initial = "https://api.openai.com/v1",
		.help = "where the server is; /chat/completions and /models are below it"),
	WIRE_MODEL(WIRE_ENV({ "OPENAI_MODEL", NULL }), .initial = "gpt-5-nano", .help = "which model answers"),
	{ .type = HN_OPT_STRING, .key = "organization", .help = "organization that is billed" },
	{ .type = HN_OPT_STRING, .key = "project", .help = "project that is billed" },
	WIRE_HEADERS,
	CC_TOKEN_FIELD,
	CC_SYSTEM_ROLE,
	CC_STREAM_USAGE,
	WIRE_EXTRA_BODY,
};

static const struct wire_header headers[] = {
	{ "OpenAI-Organization", "organization" },
	{ "OpenAI-Project", "project" },
	{ NULL, NULL },
};

static const struct cc_provider recipe = { .headers = headers };

CC_PLUGIN("openai", "OpenAI, and any server that speaks its Chat Completions", options, recipe, NULL)
