/* SPDX-License-Identifier: MIT */
/* plugin: what a provider in Go leaves to C: the descriptor, and calls through the host's pointers, which Go cannot make. */
#include <hobnob/easy.h>

#include "_cgo_export.h"
#include "plugin.h"

static const hn_host *the_host;

/* Makes an instance: the prefix, which is all that Go needs. */
static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	the_host = host;
	*self = hn_copy(hn_option_text(host, call, "prefix"));
	return *self ? HN_OK : hn_failf(host, call, HN_ERR_PLUGIN, "out of memory");
}

/* The answer is Go's. */
static int32_t chat(void *self, hn_call *call, const hn_request *request)
{
	hn_str last = hn_last(request)->text;
	if (request->flags & HN_REQUEST_DRY)
		return HN_OK;
	return goChat(call, (char *)self, (void *)last.p, last.n);
}

int32_t plugin_say(hn_call *call, void *p, size_t n)
{
	hn_str text;
	text.p = p;
	text.n = n;
	return hn_say(the_host, call, text);
}

int32_t plugin_end(hn_call *call, int64_t prompt, int64_t completion)
{
	int32_t code = hn_report(the_host, call, hn_usage_of(prompt, completion));
	return code ? code : hn_finish(the_host, call, HN_FINISH_STOP);
}

int32_t plugin_fail(hn_call *call, int32_t code, void *p, size_t n)
{
	return hn_failf(the_host, call, code, "%.*s", (int)n, (const char *)p);
}

int32_t plugin_cancelled(hn_call *call)
{
	return the_host->cancelled(call);
}

static const hn_provider provider = HN_PROVIDER(
	HN_PROVIDER_BLOCKS, 1u << HN_PART_TEXT, 0, create, free, chat, NULL, NULL);

static const hn_option options[] = {
	HN_OPTION(HN_OPT_STRING, 0, "prefix", "Go says: ", "text before each reply"),
	HN_OPTION(HN_OPT_STRING, 0, "model", "small", "there is only one"),
};

HN_PLUGIN(HN_TYPE_PROVIDER, provider, options, "go", "0.1", "a provider in Go", "MIT")
