/* SPDX-License-Identifier: MIT */
/* compatible: one more server that speaks Chat Completions: a key of its own, a header and a member beyond the wire. */
#include "chat_completions/codec.h"

static const hn_option options[] = {
	CC_API_KEY(WIRE_ENV({ "COMPATIBLE_API_KEY", NULL })),
	WIRE_BASE_URL(WIRE_ENV({ "COMPATIBLE_BASE_URL", NULL }), .initial = "https://api.example.org/v1",
		.help = "where the server is"),
	WIRE_MODEL(.initial = "small", .help = "which model answers"),
	{ .type = HN_OPT_STRING, .key = "tenant", .help = "who is billed" },
	{ .type = HN_OPT_JSON, .key = "safety", .help = "JSON object: what is let through" },
	CC_SYSTEM_ROLE,
	WIRE_HEADERS,
	WIRE_EXTRA_BODY,
};

static const struct wire_header headers[] = {
	{ "X-Tenant", "tenant" },
	{ NULL, NULL },
};

static const struct cc_extra extras[] = {
	{ "safety_settings", "safety", 1 },
	{ NULL, NULL, 0 },
};

static const struct cc_provider recipe = { .headers = headers, .extras = extras };

CC_PLUGIN("compatible", "a compatible server", options, recipe, NULL)
