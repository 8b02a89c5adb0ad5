/* SPDX-License-Identifier: MIT */
/*
 * codec: the Chat Completions wire, spoken by OpenAI and by everything that calls itself
 * compatible.
 *
 * A provider plugin is a table of options, a recipe of what its server has beyond the wire, and CC_PLUGIN(), which
 * makes the plugin of both. An instance is a client, and holds nothing of a conversation; several calls may run on it
 * at once. What differs between servers is data: host tables, the words of their errors, and what this server has
 * refused so far. Nothing here retries, sleeps or prints.
 */
#ifndef HOBNOB_PLUGINS_CODEC_H
#define HOBNOB_PLUGINS_CODEC_H

#include "wire/options.h"
#include "wire/wire.h"

/* ---- options, by whose keys the codec reads them; a plugin declares those that it has. Each takes the members that
 * are the server's own ---- */
/* A key that begins as OpenRouter's do is not sent to OpenAI. */
#define CC_API_KEY(...) WIRE_API_KEY(.forbid = "sk-or- api.openai.com", __VA_ARGS__)
#define CC_TOKEN_FIELD                                                                                                  \
	{ .type = HN_OPT_ENUM, .key = "token_field", .initial = "auto", .values = "auto max_tokens max_completion_tokens", \
		.help = "what the server calls the reply's limit; auto knows by the host" }
#define CC_SYSTEM_ROLE                                                                                                  \
	{ .type = HN_OPT_ENUM, .key = "system_role", .initial = "auto", .values = "auto system developer user",         \
		.help = "what the system prompt's role is called; auto is system; user puts the prompt into the first " \
			"question" }
#define CC_STREAM_USAGE                                                                                                 \
	{ .type = HN_OPT_ENUM, .key = "stream_usage", .initial = "auto", .values = "auto on off",                       \
		.help = "ask for the usage of a streamed reply; auto is on but for hosts that refuse" }
/* An effort that the request asks for goes into it, in the place of its max_tokens: servers take only one of the two. */
#define CC_REASONING                                                                                                    \
	{ .type = HN_OPT_JSON, .key = "reasoning", .help = "JSON object: effort or max_tokens, exclude, enabled" }

/* ---- what a server has beyond the wire; each list ends with a row of zeros, or is NULL ---- */
struct cc_provider {
	/* headers of every request, with the value of an option; none where it is not set */
	const struct wire_header *headers;
	/* members of every chat's body, with the JSON of an option; object: anything else is refused */
	const struct cc_extra { const char *member, *option; int object; } *extras;
	int images; /* 1: its models also reply with images, and take them back in their messages */
};

/* Makes an instance by the options that the plugin declares; the recipe has to outlive it. 0, or fail(). */
int32_t cc_create(const struct cc_provider *, const hn_plugin *, const hn_host *, hn_call *, void **self);
/* The server of an instance. */
const struct wire_client *cc_client(const void *self);
/* As the members of hn_provider; self is an instance. */
void cc_destroy(void *self); /* NULL is fine */
int32_t cc_chat(void *self, hn_call *, const hn_request *);
int32_t cc_models(void *self, hn_call *, int32_t (*put)(void *ud, const hn_model *), void *ud);

/* What of a request goes into its body. */
#define CC_ACCEPTS                                                                                                      \
	(1u << HN_PART_TEXT | 1u << HN_PART_OPAQUE | 1u << HN_PART_IMAGE | 1u << HN_PART_FILE |                         \
		1u << HN_PART_TOOL_CALL | 1u << HN_PART_TOOL_RESULT)
#define CC_HEEDS                                                                                                        \
	(HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE | HN_SET_TOP_P | HN_SET_SEED | HN_SET_STOP | HN_SET_EFFORT |            \
		HN_SET_TOOLS | HN_SET_TOOL_CHOICE | HN_SET_SCHEMA | HN_SET_EXTRA)

/* The whole plugin: options_ is an array, recipe_ a cc_provider, credit_ as in hn_provider, or NULL. */
#define CC_PLUGIN(name_, summary_, options_, recipe_, credit_)                                                          \
	static int32_t create(const hn_host *host, hn_call *call, void **self)                                          \
	{                                                                                                               \
		return cc_create(&(recipe_), hobnob_plugin_v1(), host, call, self);                                                         \
	}                                                                                                               \
	static const hn_provider provider = { \
		.struct_size = sizeof provider, \
		.accepts = CC_ACCEPTS, \
		.heeds = CC_HEEDS, \
		.create = create, \
		.destroy = cc_destroy, \
		.chat = cc_chat, \
		.models = cc_models, \
		.credit = (credit_), \
	}; \
	WIRE_PLUGIN(name_, summary_, options_, provider)

#endif
