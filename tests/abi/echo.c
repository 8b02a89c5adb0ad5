/* SPDX-License-Identifier: MIT */
/* echo: a whole provider in one file of C99: says the last message again, with what its option `prefix` puts before it. */
#include <stdlib.h>
#include <string.h>

#include "hobnob/plugin.h"

struct echo {
	const hn_host *host;
	char *prefix;
	size_t n;
};

/* Keeps the host and a copy of the option. */
static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	hn_value prefix = { .struct_size = sizeof prefix };
	int32_t code = host->option(call, "prefix", &prefix);
	if (code)
		return code;
	struct echo *e = calloc(1, sizeof *e);
	char *copy = malloc(prefix.s.n + 1);
	if (!e || !copy) {
		const hn_error err = { .struct_size = sizeof err,
			.code = HN_ERR_PLUGIN,
			.retry_after_ms = -1,
			.message = { "out of memory", 13 } };
		free(e);
		free(copy);
		return host->fail(call, &err);
	}
	if (prefix.s.n)
		memcpy(copy, prefix.s.p, prefix.s.n);
	*e = (struct echo){ .host = host, .prefix = copy, .n = prefix.s.n };
	*self = e;
	return 0;
}

/* Ends the instance. */
static void destroy(void *self)
{
	struct echo *e = self;
	free(e->prefix);
	free(e);
}

/* Emits one piece of text; an empty one is none. */
static int32_t say(const struct echo *e, hn_call *call, hn_str text)
{
	const hn_event event = { .struct_size = sizeof event, .type = HN_EV_TEXT, .text = text };
	return text.n ? e->host->emit(call, &event) : 0;
}

/* Says the last message again. */
static int32_t chat(void *self, hn_call *call, const hn_request *request)
{
	const struct echo *e = self;
	const hn_event finish = {
		.struct_size = sizeof finish, .type = HN_EV_FINISH, .finish = HN_FINISH_STOP
	};
	const hn_message *last = HN_AT(
		hn_message, request->messages, request->message_stride, request->n_messages - 1);
	int32_t code = say(e, call, (hn_str){ e->prefix, e->n });
	if (!code)
		code = say(e, call, last->text);
	return code ? code : e->host->emit(call, &finish);
}

static const hn_option options[] = {
	{ .type = HN_OPT_STRING, .key = "prefix", .initial = "", .help = "text before each reply" },
};

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT,
	.create = create,
	.destroy = destroy,
	.chat = chat,
};

/* The descriptor. */
const hn_plugin *hobnob_plugin_v1(void)
{
	static const hn_plugin plugin = {
		.struct_size = sizeof plugin,
		.abi_major = HN_ABI_MAJOR,
		.type = HN_TYPE_PROVIDER,
		.n_options = sizeof options / sizeof *options,
		.option_stride = sizeof *options,
		.name = "echo",
		.version = "0.1",
		.summary = "says the last message again",
		.license = "MIT",
		.options = options,
		.vtable = &provider,
	};
	return &plugin;
}
