/* SPDX-License-Identifier: MIT */
/*
 * openrouter: a provider for OpenRouter, which passes a request on to one of many. Specific to it
 * are members that say which one, two headers that say which program asks, and what a key may still
 * spend. Usage and cost come with every reply, unasked.
 */
#include "chat_completions/codec.h"

static const hn_option options[] = {
	CC_API_KEY(WIRE_ENV({ "OPENROUTER_API_KEY", NULL }, { "OPENAI_API_KEY", "sk-or-" })),
	WIRE_BASE_URL(.initial = "https://openrouter.ai/api/v1",
		.help = "where the server is; /chat/completions, /models and /key are below it"),
	WIRE_MODEL(WIRE_ENV({ "OPENROUTER_MODEL", NULL }), .initial = "openai/gpt-5-nano",
		.help = "which model answers; :free, :nitro and the like may follow its name"),
	{ .type = HN_OPT_STRING, .key = "app_url",
		.help = "address of the program that asks, for OpenRouter's statistics" },
	{ .type = HN_OPT_STRING, .key = "app_title", .help = "name of the program that asks" },
	{ .type = HN_OPT_LIST, .key = "models", .help = "models that answer when the first cannot, in order" },
	{ .type = HN_OPT_JSON, .flags = HN_OPTION_STEERS, .key = "route",
		.help = "JSON object by which a provider is chosen: order, only, ignore, sort, max_price, "
			"data_collection, ..." },
	CC_REASONING,
	CC_SYSTEM_ROLE,
	WIRE_HEADERS,
	WIRE_EXTRA_BODY,
};

static const struct wire_header headers[] = {
	{ "HTTP-Referer", "app_url" },
	{ "X-OpenRouter-Title", "app_title" },
	{ NULL, NULL },
};

static const struct cc_extra extras[] = {
	{ "models", "models", 0 },
	{ "provider", "route", 1 },
	{ NULL, NULL, 0 },
};

/* An amount of money; what is below nothing is nothing. */
static int64_t amount(struct json_object *data, const char *key)
{
	struct json_object *v = wire_member(data, key);
	hn_str text = wire_words(v);
	return str_begins(text, "-") ? 0 : wire_price(v);
}

/* Says whether a member is there and null. */
static int is_null(struct json_object *data, const char *key)
{
	struct json_object *v = NULL;
	return json_object_object_get_ex(data, key, &v) && !v;
}

static int32_t read_key(void *credit, const struct wire_host *to, const hn_http_response *head,
	struct json_object *document)
{
	hn_credit *out = credit;
	struct json_object *data = wire_member(document, "data");
	if (wire_find_error(document, !json_object_is_type(data, json_type_object)))
		return wire_fail_document(to, head, document);
	out->left = amount(data, "limit_remaining");
	out->limit = amount(data, "limit");
	out->used = amount(data, "usage");
	out->flags = is_null(data, "limit") ? HN_CREDIT_UNLIMITED : 0;
	if (out->left < 0 && out->limit < 0 && out->used < 0 && !out->flags)
		return wire_fail_protocol(
			to, head, "the answer says nothing about the key", (hn_str){ NULL, 0 });
	return 0;
}

static int32_t credit(void *self, hn_call *call, hn_credit *out)
{
	return wire_get(cc_client(self), call, "/key", read_key, out);
}

static const struct cc_provider recipe = { .headers = headers, .extras = extras, .images = 1 };

CC_PLUGIN("openrouter", "OpenRouter: many providers' models behind one key", options, recipe, credit)
