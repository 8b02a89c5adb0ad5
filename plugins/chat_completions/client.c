/* SPDX-License-Identifier: MIT */
/*
 * client: the ways of one server, and the requests to it.
 *
 * Servers differ in what they accept. A table of hosts contains what is known beforehand; the client learns
 * the rest. The reply's limit is not left out, but renamed.
 */

#include <stdlib.h>
#include <string.h>

#include "hobnob/easy.h"

#include "codec.h"
#include "parts.h"

#include "util/ascii.h"
#include "util/mem.h"

struct cc {
	struct wire_client client;
	struct cc_style style;
};

/* Hosts whose servers want, or only take, the new name of the reply's limit. */
static const char *const completion_hosts[] = { "api.openai.com", "openai.azure.com",
	"services.ai.azure.com", "cognitiveservices.azure.com", "api.groq.com", NULL };
/* Hosts whose servers refuse stream_options; they report usage unasked. */
static const char *const no_usage_hosts[] = { "api.mistral.ai", NULL };

/* Fields that servers refuse, by the words that name them. */
static const struct wire_field fields[] = {
	{ CC_STREAM_OPTIONS, "stream_options", NULL, 0 },
	{ CC_STREAM_OPTIONS, "include_usage", NULL, 0 },
	{ CC_TOKENS, "max_tokens", NULL, WIRE_OTHER_NAME },
	{ CC_TOKENS, "max_completion_tokens", NULL, WIRE_OTHER_NAME },
	{ WIRE_TEMPERATURE, "temperature", NULL, 0 },
	{ WIRE_TOP_P, "top_p", NULL, 0 },
	{ WIRE_EFFORT, "reasoning_effort", NULL, 0 },
	{ WIRE_SEED, "seed", NULL, 0 },
	{ WIRE_STOP, "stop", NULL, 0 },
	{ CC_DEVELOPER, "developer", NULL, WIRE_ALONE },
	{ CC_DEVELOPER, "role", NULL, WIRE_ALONE },
	{ 0, NULL, NULL, 0 },
};

static const struct wire_way ways[] = {
	{ CC_TOKENS, "the name of the reply's limit", "by its other name" },
	{ CC_DEVELOPER, "the role developer", "with system" },
	{ CC_NO_REASONING_CONTENT, "replies without their reasoning", "with it" },
	{ CC_NO_REASONING, "replies without their reasoning", "with it" },
	{ 0, NULL, NULL },
};

static int is_chunk(struct json_object *document)
{
	return wire_member(document, "choices") || wire_member(document, "usage");
}

static const struct wire_dialect dialect = {
	.key = { "Authorization", "Bearer " },
	.what = "the answer is not a chat completion",
	.version = "/v1",
	.fields = fields,
	.ways = ways,
	.system_hint = "the provider's option system_role: user puts the system prompt into the "
		       "first question (-o INSTANCE.system_role=user)",
	.framing = HN_FRAME_EVENTS,
	.is_ours = is_chunk,
};

/* Who asks for options. A plugin declares those of the codec's that its server has. */
struct asker {
	const hn_plugin *plugin;
	const hn_host *host;
	hn_call *call;
};

static int is_declared(const struct asker *a, const char *key)
{
	for (uint32_t i = 0; i < a->plugin->n_options; i++)
		if (!strcmp(HN_AT(hn_option, a->plugin->options, a->plugin->option_stride, i)->key, key))
			return 1;
	return 0;
}

/* The text of an option; empty where it is not declared. */
static hn_str text_of(const struct asker *a, const char *key)
{
	return is_declared(a, key) ? hn_option_text(a->host, a->call, key) : (hn_str){ NULL, 0 };
}

static int32_t json_of(const struct asker *a, const char *key, int object, hn_str *out)
{
	return is_declared(a, key) ? wire_option_json(a->host, a->call, key, object, out) : 0;
}

/* Chooses how to ask. OpenAI's newer models call the system prompt "developer" and take "system"
 * as well, every other server takes only "system": so that one is the default everywhere. */
static struct cc_style choose_style(const struct asker *a)
{
	hn_str base = text_of(a, "base_url"), limit = text_of(a, "token_field");
	hn_str role = text_of(a, "system_role"), usage = text_of(a, "stream_usage");
	return (struct cc_style){
		.completion_tokens = str_is(limit, "max_completion_tokens") ||
				     (!str_is(limit, "max_tokens") && wire_host_in(base, completion_hosts)),
		.developer = str_is(role, "developer"),
		.in_question = str_is(role, "user"),
		.usage = str_is(usage, "on") || (!str_is(usage, "off") && !wire_host_in(base, no_usage_hosts)),
	};
}

/* Reads the members that are the server's own. */
static int32_t read_extras(struct cc *cc, const struct asker *a, const struct cc_extra *extras)
{
	struct cc_style *style = &cc->style;
	int32_t rc = 0;
	for (; !rc && extras && extras->member; extras++) {
		struct cc_addition set = { extras->member, { NULL, 0 } };
		rc = json_of(a, extras->option, extras->object, &set.value);
		if (rc || !set.value.n)
			continue;
		style->sets = xrealloc(style->sets, (style->n_sets + 1) * sizeof set);
		style->sets[style->n_sets++] = set;
	}
	return rc;
}

int32_t cc_create(const struct cc_provider *recipe, const hn_plugin *plugin, const hn_host *host, hn_call *call, void **self)
{
	const struct asker a = { plugin, host, call };
	struct cc *cc = xcalloc(1, sizeof *cc);
	int32_t rc = wire_client_open(&cc->client, host, call, &dialect, recipe->headers);
	cc->style = choose_style(&a);
	cc->style.images = (uint32_t)recipe->images;
	rc = rc ? rc : json_of(&a, "extra_body", 1, &cc->style.extra);
	rc = rc ? rc : json_of(&a, "reasoning", 1, &cc->style.reasoning);
	rc = rc ? rc : read_extras(cc, &a, recipe->extras);
	if (rc)
		cc_destroy(cc);
	else
		*self = cc;
	return rc;
}

void cc_destroy(void *self)
{
	struct cc *cc = self;
	hn_str none = { NULL, 0 };
	if (!cc)
		return;
	for (uint32_t i = 0; i < cc->style.n_sets; i++)
		wire_replace(&cc->style.sets[i].value, none);
	wire_replace(&cc->style.extra, none);
	wire_replace(&cc->style.reasoning, none);
	free(cc->style.sets);
	wire_client_close(&cc->client);
	free(cc);
}

const struct wire_client *cc_client(const void *self)
{
	return &((const struct cc *)self)->client;
}

int32_t cc_models(void *self, hn_call *call, int32_t (*put)(void *ud, const hn_model *), void *ud)
{
	return wire_models(cc_client(self), call, put, ud);
}

int32_t cc_chat(void *self, hn_call *call, const hn_request *req)
{
	struct cc *cc = self;
	struct cc_style style = cc->style;
	struct cc_reply reply;
	struct wire_host to = wire_host_of(&cc->client, call);
	style.refused = wire_refused_by(&cc->client, req->model);
	int32_t bad = wire_check_request(&to, req);
	if (bad)
		return bad;
	struct json_object *body = cc_body(&style, req, &to.sent);
	to.streams = (uint32_t)wire_is_true(wire_member(body, "stream"));
	to.limit = wire_limit(req, body, wire_member(body, "max_tokens") ? "max_tokens" : "max_completion_tokens");
	wire_sent(&to, req, body, style.refused);
	cc_reply_begin(&reply, &to);
	int32_t rc = wire_converse(&cc->client, &reply.w, req->model, "/chat/completions", body);
	cc_reply_free(&reply);
	json_object_put(body);
	return rc;
}
