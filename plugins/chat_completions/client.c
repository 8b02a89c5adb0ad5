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
#include "util/hash.h"
#include "util/json.h"
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

/* Chooses how to ask. OpenAI's newer models call the system prompt "developer" and take "system"
 * as well, every other server takes only "system": so that one is the default everywhere. */
static struct cc_style choose_style(const hn_host *host, hn_call *call)
{
	hn_str base = hn_option_text(host, call, "base_url"), limit = hn_option_text(host, call, "token_field");
	hn_str role = hn_option_text(host, call, "system_role"), usage = hn_option_text(host, call, "stream_usage");
	return (struct cc_style){
		.completion_tokens = str_is(limit, "max_completion_tokens") ||
				     (!str_is(limit, "max_tokens") && wire_host_in(base, completion_hosts)),
		.developer = str_is(role, "developer"),
		.in_question = str_is(role, "user"),
		.usage = str_is(usage, "on") || (!str_is(usage, "off") && !wire_host_in(base, no_usage_hosts)),
	};
}

/* Reads the members that are the server's own. */
static int32_t read_extras(struct cc *cc, hn_call *call, const struct cc_extra *extras)
{
	struct cc_style *style = &cc->style;
	int32_t rc = 0;
	for (; !rc && extras && extras->member; extras++) {
		struct cc_addition set = { extras->member, { NULL, 0 } };
		rc = wire_option_json(cc->client.host, call, extras->option, extras->object, &set.value);
		if (rc || !set.value.n)
			continue;
		style->sets = xrealloc(style->sets, (style->n_sets + 1) * sizeof set);
		style->sets[style->n_sets++] = set;
	}
	return rc;
}

int32_t cc_create(const struct cc_provider *recipe, const hn_host *host, hn_call *call, void **self)
{
	static const struct wire_key key = { "Authorization", "Bearer " };
	struct cc *cc = xcalloc(1, sizeof *cc);
	int32_t rc = wire_client_open(&cc->client, host, call, &key, recipe->headers);
	cc->style = choose_style(host, call);
	cc->style.images = (uint32_t)recipe->images;
	rc = rc ? rc : wire_option_json(cc->client.host, call, "extra_body", 1, &cc->style.extra);
	rc = rc ? rc : wire_option_json(cc->client.host, call, "reasoning", 1, &cc->style.reasoning);
	rc = rc ? rc : read_extras(cc, call, recipe->extras);
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

/* How hobnob asks instead of the way that was refused, in words for the log. */
static const char *way_round(uint32_t bit)
{
	if (bit == WIRE_TOKENS)
		return "by its other name";
	if (bit == WIRE_NO_REASONING_CONTENT || bit == WIRE_NO_REASONING)
		return "with it";
	if (bit == WIRE_STREAM)
		return "for the whole reply at once";
	if (bit == WIRE_WHOLE)
		return "for a stream";
	return bit == WIRE_DEVELOPER ? "with system" : "without it";
}

static int32_t converse(struct cc *cc, const struct wire_host *to, const hn_request *req, hn_str body)
{
	struct cc_reply reply;
	hn_http_response head = { .struct_size = sizeof head, .retry_after_ms = -1 };
	hn_http_request request = { .struct_size = sizeof request,
		.framing = to->streams ? HN_FRAME_EVENTS : HN_FRAME_WHOLE,
		.method = "POST",
		.body = body,
		.on_data = cc_reply_data,
		.ud = &reply };
	cc_reply_begin(&reply, to, to->sent);
	wire_address(&cc->client, to->call, &request, "/chat/completions");
	int32_t rc = cc->client.http->request(to->call, &request, &head);
	rc = cc_reply_end(&reply, rc, &head);
	if (rc == HN_ADAPTED) {
		wire_log(to, "the server refuses %s; asking %s", wire_field(reply.refused),
			way_round(reply.refused));
		int32_t told = wire_learn(&cc->client, to, req->model, reply.refused);
		rc = told < 0 ? told : rc;
	}
	return rc;
}

/* How many parts of a type a request holds. */
static size_t parts_in(const hn_request *req, uint32_t type)
{
	size_t n = 0;
	for (uint32_t i = 0; i < req->n_messages; i++) {
		const hn_message *m = HN_AT(hn_message, req->messages, req->message_stride, i);
		for (uint32_t k = 0; k < m->n_parts; k++)
			n += HN_AT(hn_part, m->parts, m->part_stride, k)->type == type;
	}
	return n;
}

/* The limit of the reply that a body has, if it is the request's and not one of extra_body; else 0. */
static int64_t limit_of(struct json_object *body, const hn_request *req)
{
	int64_t limit = wire_count(wire_member(body, "max_tokens"));
	limit = limit > 0 ? limit : wire_count(wire_member(body, "max_completion_tokens"));
	return req->set & HN_SET_MAX_TOKENS && limit == req->max_tokens ? limit : 0;
}

const struct wire_client *cc_client(const void *self)
{
	return &((const struct cc *)self)->client;
}

int32_t cc_chat(void *self, hn_call *call, const hn_request *req)
{
	struct cc *cc = self;
	struct cc_style style = cc->style;
	struct wire_host to = wire_host_of(&cc->client, call);
	style.refused = wire_refused_by(&cc->client, req->model);
	int32_t bad = cc_check_request(&to, req);
	if (bad)
		return bad;
	struct json_object *body = cc_body(&style, req, &to.sent);
	to.sent |= parts_in(req, HN_PART_IMAGE) ? WIRE_IMAGES : 0;
	to.streams = (uint32_t)wire_is_true(wire_member(body, "stream"));
	to.limit = limit_of(body, req);
	to.calls = parts_in(req, HN_PART_TOOL_CALL);
	to.set = wire_bears(body) | style.refused;
	size_t n = 0;
	const char *text = json_print(body, JSON_C_TO_STRING_NOSLASHESCAPE, &n);
	int32_t rc = converse(cc, &to, req, (hn_str){ text, n });
	json_object_put(body);
	return rc;
}
