/* SPDX-License-Identifier: MIT */
/* openai: a provider for OpenAI and every server that speaks its Chat Completions; the wire is
 * the codec's. */
#include <string.h>

#include "hobnob/plugin.h"

#include "chat_completions/codec.h"

static const hn_env key_env[] = { { "OPENAI_API_KEY", NULL } };
static const hn_env url_env[] = { { "OPENAI_BASE_URL", NULL } };
static const hn_env model_env[] = { { "OPENAI_MODEL", NULL } };

static const hn_option options[] = {
	{ .type = HN_OPT_STRING,
		.flags = HN_OPT_SECRET | HN_OPT_REQUIRED | HN_OPT_AT_HOME,
		.n_env = 1,
		.env = key_env,
		.key = "api_key",
		.forbid = "sk-or- api.openai.com",
		.help = "key of the account" },
	{ .type = HN_OPT_URL,
		.flags = HN_OPT_ENDPOINT,
		.n_env = 1,
		.env = url_env,
		.key = "base_url",
		.initial = "https://api.openai.com/v1",
		.help = "where the server is; /chat/completions and /models are below it" },
	{ .type = HN_OPT_STRING,
		.flags = HN_OPT_AT_HOME,
		.n_env = 1,
		.env = model_env,
		.key = "model",
		.initial = "gpt-5-nano",
		.help = "which model answers" },
	{ .type = HN_OPT_STRING, .key = "organization", .help = "organization that is billed" },
	{ .type = HN_OPT_STRING, .key = "project", .help = "project that is billed" },
	{ .type = HN_OPT_MAP,
		.flags = HN_OPT_STEERS,
		.key = "headers",
		.help = "further headers of each request" },
	{ .type = HN_OPT_ENUM,
		.key = "token_field",
		.initial = "auto",
		.values = "auto max_tokens max_completion_tokens",
		.help = "what the server calls the reply's limit; auto knows by the host" },
	{ .type = HN_OPT_ENUM,
		.key = "system_role",
		.initial = "auto",
		.values = "auto system developer user",
		.help = "what the server calls the system prompt's role; auto is system; user puts "
			"the prompt into the first question" },
	{ .type = HN_OPT_ENUM,
		.key = "stream_usage",
		.initial = "auto",
		.values = "auto on off",
		.help = "ask for the usage of a streamed reply; auto is on but for hosts that "
			"refuse" },
	{ .type = HN_OPT_JSON,
		.flags = HN_OPT_STEERS,
		.key = "extra_body",
		.help = "JSON object that is merged into each request" },
};

/* Reads an option; an empty value where it was not declared or not said. */
static hn_value option(const hn_host *host, hn_call *call, const char *key)
{
	hn_value v = { .struct_size = sizeof v };
	return host->option(call, key, &v) == 0 ? v : (hn_value){ 0 };
}

/* Adds the headers that the options ask for. */
static int32_t add_headers(const hn_host *host, hn_call *call, struct cc *cc)
{
	hn_value headers = option(host, call, "headers");
	int32_t rc = cc_header(cc, call, (hn_str){ "OpenAI-Organization", 19 },
		option(host, call, "organization").s);
	rc = rc ? rc
		: cc_header(cc, call, (hn_str){ "OpenAI-Project", 14 },
			  option(host, call, "project").s);
	for (uint32_t i = 0; !rc && i < headers.n; i++)
		rc = cc_header(cc, call, headers.items[2 * i], headers.items[2 * i + 1]);
	return rc;
}

/* Makes an instance, which is a client of the codec. */
static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct cc_config config = { .base_url = option(host, call, "base_url").s,
		.key = option(host, call, "api_key").secret,
		.token_field = option(host, call, "token_field").s,
		.system_role = option(host, call, "system_role").s,
		.stream_usage = option(host, call, "stream_usage").s,
		.extra = option(host, call, "extra_body").s };
	struct cc *cc = NULL;
	int32_t rc = cc_new(host, call, &config, &cc);
	if (rc == 0 && (rc = add_headers(host, call, cc)) != 0) {
		cc_free(cc);
		return rc;
	}
	*self = cc;
	return rc;
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

/* Lists what the server offers. */
static int32_t models(void *self, hn_call *call, int32_t (*put)(void *, const hn_model *), void *ud)
{
	return cc_models(self, call, put, ud);
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = CC_ACCEPTS,
	.create = create,
	.destroy = destroy,
	.chat = chat,
	.models = models,
};

static const hn_plugin plugin = {
	.struct_size = sizeof plugin,
	.abi_major = HN_ABI_MAJOR,
	.need_minor = 0,
	.kind = HN_PROVIDER,
	.n_options = sizeof options / sizeof *options,
	.option_stride = sizeof *options,
	.name = "openai",
	.version = PACKAGE_VERSION,
	.summary = "OpenAI, and any server that speaks its Chat Completions",
	.license = "MIT",
	.options = options,
	.vtable = &provider,
};

const hn_plugin *hobnob_plugin_v1(void)
{
	return &plugin;
}
