/* SPDX-License-Identifier: MIT */
/* host: the services that rooms define, collected by their numbered ids; wiring only. */
#include "host.h"

#include <string.h>

#include "call/call.h"
#include "call/kind.h"
#include "config/options.h"
#include "net/http.h"
#include "session/session.h"
#include "util/text.h"

static const struct service {
	const char *id;
	const void *vtable;
} services[] = {
	{ HN_ID_HTTP, &http_service },
	{ HN_ID_IO, &io_service },
	{ HN_ID_TEXT, &text_service },
	{ HN_ID_LOG, &log_service },
	{ HN_ID_SESSION, &session_service },
	{ HN_ID_COMMANDS, &commands_service },
};

/* A service by its numbered id. */
static const void *host_extension(const char *id)
{
	for (size_t i = 0; i < sizeof services / sizeof *services; i++)
		if (!strcmp(services[i].id, id))
			return services[i].vtable;
	return NULL;
}

/* The value of a declared option, in create() only. */
static int32_t host_option(hn_call *call, const char *key, hn_value *out)
{
	return call->options ? options_value(call->options, key, out) : HN_ERR_PLUGIN;
}

const hn_host hobnob_host = {
	.struct_size = sizeof hobnob_host,
	.abi_minor = HN_ABI_MINOR,
	.extension = host_extension,
	.emit = call_emit,
	.fail = call_fail,
	.cancelled = call_cancelled,
	.alloc = call_alloc,
	.option = host_option,
	.code_of_kind = kind_code,
};
