/* SPDX-License-Identifier: MIT */
/* computes: a provider that works in-process, on a thread of its own, and asks now and then whether it should go on. */
#include <stdlib.h>

#include "hobnob/plugin.h"

#define ROUNDS 2000000000u /* far more than any test waits for */
#define ASK_EVERY 100000u

/* The instance is the host's table: there is nothing else to keep. */
static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	const hn_host **kept = malloc(sizeof *kept);
	(void)call;
	if (!kept)
		return HN_ERR_PLUGIN;
	*kept = host;
	*self = kept;
	return 0;
}

/* Ends the instance. */
static void destroy(void *self)
{
	free(self);
}

/* Says that it has begun, then computes until it is told to stop. */
static int32_t chat(void *self, hn_call *call, const hn_request *request)
{
	const hn_host *host = *(const hn_host **)self;
	const hn_event text = {
		.struct_size = sizeof text, .type = HN_EV_TEXT, .text = { "computing", 9 }
	};
	volatile uint32_t work = 1;
	(void)request;
	int32_t code = host->emit(call, &text);
	for (uint32_t i = 0; i < ROUNDS && !code; i++) {
		work = work * 1664525u + 1013904223u;
		if (i % ASK_EVERY == 0 && host->cancelled(call))
			code = HN_ERR_INTERRUPTED;
	}
	return code;
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.flags = HN_PROVIDER_BLOCKS,
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
		.name = "computes",
		.version = "0.1",
		.vtable = &provider,
	};
	return &plugin;
}
