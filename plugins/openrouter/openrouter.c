/* SPDX-License-Identifier: MIT */
/*
 * openrouter: a provider for OpenRouter, which passes a request on to one of many. The wire is the
 * codec's; what is OpenRouter's own is which members a request may have beyond it, and two headers
 * that say which program asks. Usage and cost come with every reply, unasked.
 */
#include <string.h>

#include "hobnob/plugin.h"

#include "chat_completions/codec.h"

static const hn_env key_env[] = { { "OPENROUTER_API_KEY", NULL }, { "OPENAI_API_KEY", "sk-or-" } };
static const hn_env model_env[] = { { "OPENROUTER_MODEL", NULL } };

static const hn_option options[] = {
	{ .type = HN_OPT_STRING,
		.flags = HN_OPT_SECRET | HN_OPT_REQUIRED | HN_OPT_AT_HOME,
		.n_env = 2,
		.env = key_env,
		.key = "api_key",
		.forbid = "sk-or- api.openai.com",
		.help = "key of the account" },
	{ .type = HN_OPT_URL,
		.flags = HN_OPT_ENDPOINT,
		.key = "base_url",
		.initial = "https://openrouter.ai/api/v1",
		.help = "where the server is; /chat/completions, /models and /key are below it" },
	{ .type = HN_OPT_STRING,
		.flags = HN_OPT_AT_HOME,
		.n_env = 1,
		.env = model_env,
		.key = "model",
		.initial = "openai/gpt-5-nano",
		.help = "which model answers; :free, :nitro and the like may follow its name" },
	{ .type = HN_OPT_STRING,
		.key = "app_url",
		.help = "address of the program that asks, for OpenRouter's statistics" },
	{ .type = HN_OPT_STRING, .key = "app_title", .help = "name of the program that asks" },
	{ .type = HN_OPT_LIST,
		.key = "models",
		.help = "models that answer when the first cannot, in order" },
	{ .type = HN_OPT_JSON,
		.flags = HN_OPT_STEERS,
		.key = "route",
		.help = "JSON object by which a provider is chosen: order, only, ignore, sort, "
			"max_price, data_collection, ..." },
	{ .type = HN_OPT_JSON,
		.key = "reasoning",
		.help = "JSON object: effort or max_tokens, exclude, enabled" },
	{ .type = HN_OPT_ENUM,
		.key = "system_role",
		.initial = "auto",
		.values = "auto system developer user",
		.help = "what the model calls the system prompt's role; auto is system; user puts "
			"the prompt into the first question" },
	{ .type = HN_OPT_MAP,
		.flags = HN_OPT_STEERS,
		.key = "headers",
		.help = "further headers of each request" },
	{ .type = HN_OPT_JSON,
		.flags = HN_OPT_STEERS,
		.key = "extra_body",
		.help = "JSON object that is merged into each request" },
};

/* Reads an option; an empty value where it was not said. */
static hn_value option(const hn_host *host, hn_call *call, const char *key)
{
	hn_value v = { .struct_size = sizeof v };
	return host->option(call, key, &v) == 0 ? v : (hn_value){ 0 };
}

/* Fails for an option that is no JSON object. */
static int32_t refuse(const hn_host *host, hn_call *call, hn_str why)
{
	hn_error e = {
		.struct_size = sizeof e, .code = HN_ERR_CONFIG, .retry_after_ms = -1, .message = why
	};
	return host->fail(call, &e);
}

/* Adds the members that OpenRouter's requests have beyond all others'. */
static int32_t add_members(const hn_host *host, hn_call *call, struct cc *cc)
{
	static const char why[] = "route: expected a JSON object";
	hn_str models = option(host, call, "models").s, route = option(host, call, "route").s;
	if (route.n && !cc_is_object(route))
		return refuse(host, call, (hn_str){ why, sizeof why - 1 });
	int32_t rc = cc_set(cc, call, "models", models);
	return rc ? rc : cc_set(cc, call, "provider", route);
}

/* Adds the headers that the options ask for. */
static int32_t add_headers(const hn_host *host, hn_call *call, struct cc *cc)
{
	hn_value headers = option(host, call, "headers");
	int32_t rc = cc_header(
		cc, call, (hn_str){ "HTTP-Referer", 12 }, option(host, call, "app_url").s);
	rc = rc ? rc
		: cc_header(cc, call, (hn_str){ "X-OpenRouter-Title", 18 },
			  option(host, call, "app_title").s);
	for (uint32_t i = 0; !rc && i < headers.n; i++)
		rc = cc_header(cc, call, headers.items[2 * i], headers.items[2 * i + 1]);
	return rc;
}

/* Makes an instance, which is a client of the codec. */
static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct cc_config config = { .base_url = option(host, call, "base_url").s,
		.key = option(host, call, "api_key").secret,
		.system_role = option(host, call, "system_role").s,
		.extra = option(host, call, "extra_body").s,
		.reasoning = option(host, call, "reasoning").s };
	struct cc *cc = NULL;
	int32_t rc = cc_new(host, call, &config, &cc);
	if (rc)
		return rc;
	rc = add_members(host, call, cc);
	rc = rc ? rc : add_headers(host, call, cc);
	if (rc) {
		cc_free(cc);
		return rc;
	}
	*self = cc;
	return 0;
}

/* Ends an instance. */
static void destroy(void *self)
{
	cc_free(self);
}

/* Makes one attempt at a reply. */
static int32_t chat(void *self, hn_call *call, const hn_request *req)
{
	return cc_chat(self, call, req);
}

/* Lists what is on offer. */
static int32_t models(void *self, hn_call *call, int32_t (*put)(void *, const hn_model *), void *ud)
{
	return cc_models(self, call, put, ud);
}

/* Asks what the key may still spend. */
static int32_t credit(void *self, hn_call *call, hn_credit *out)
{
	return cc_credit(self, call, out);
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = CC_ACCEPTS,
	.create = create,
	.destroy = destroy,
	.chat = chat,
	.models = models,
	.credit = credit,
};

static const hn_plugin plugin = {
	.struct_size = sizeof plugin,
	.abi_major = HN_ABI_MAJOR,
	.need_minor = 0,
	.kind = HN_PROVIDER,
	.n_options = sizeof options / sizeof *options,
	.option_stride = sizeof *options,
	.name = "openrouter",
	.version = PACKAGE_VERSION,
	.summary = "OpenRouter: many providers' models behind one key",
	.license = "MIT",
	.options = options,
	.vtable = &provider,
};

const hn_plugin *hobnob_plugin_v1(void)
{
	return &plugin;
}
