/* SPDX-License-Identifier: MIT */
/* hello: the smallest provider: greets whoever speaks to it. */
#include <hobnob/plugin.h>

static const hn_host *host;

/* Keeps the host, which lives as long as the plugin. */
static int32_t create(const hn_host *h, hn_call *call, void **self)
{
	(void)call;
	host = h;
	*self = NULL;
	return HN_OK;
}

/* There is nothing to end. */
static void destroy(void *self)
{
	(void)self;
}

/* Emits one piece of text. */
static int32_t say(hn_call *call, hn_str text)
{
	hn_event event = { .struct_size = sizeof event, .type = HN_EV_TEXT };

	event.text = text;
	return host->emit(call, &event);
}

/* One reply: a greeting, then the last message. */
static int32_t chat(void *self, hn_call *call, const hn_request *req)
{
	const hn_message *last =
		HN_AT(hn_message, req->messages, req->message_stride, req->n_messages - 1);
	hn_event finish = {
		.struct_size = sizeof finish, .type = HN_EV_FINISH, .finish = HN_FINISH_STOP
	};
	int32_t code = say(call, (hn_str){ "Hello! You said: ", 17 });

	(void)self;
	if (code == HN_OK)
		code = say(call, last->text);
	return code == HN_OK ? host->emit(call, &finish) : code;
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT,
	.create = create,
	.destroy = destroy,
	.chat = chat,
};

static const hn_option options[] = {
	{ .type = HN_OPT_STRING, .key = "model", .initial = "hello", .help = "there is only one" },
};

static const hn_plugin plugin = {
	.struct_size = sizeof plugin,
	.abi_major = HN_ABI_MAJOR,
	.need_minor = 0,
	.type = HN_TYPE_PROVIDER,
	.n_options = 1,
	.option_stride = sizeof *options,
	.name = "hello",
	.version = "1.0",
	.summary = "greets whoever speaks to it",
	.license = "MIT",
	.options = options,
	.vtable = &provider,
};

/* The one exported function. */
HN_EXPORT const hn_plugin *hobnob_plugin_v1(void)
{
	return &plugin;
}
