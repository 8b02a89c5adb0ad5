/* SPDX-License-Identifier: MIT */
/* host: the services that rooms define, collected by their numbered ids; wiring only. */
#include "host.h"

#include <string.h>

#include "call/call.h"
#include "call/door.h"
#include "call/handle.h"
#include "call/kind.h"
#include "call/process.h"
#include "call/size.h"
#include "call/strict.h"
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
	{ HN_ID_PROCESS, &process_service },
	{ HN_ID_SESSION, &session_service },
	{ HN_ID_COMMANDS, &commands_service },
	{ HN_ID_RELAY, &relay_service },
};

/* A service by its numbered id. */
static const void *host_extension(const char *id)
{
	for (size_t i = 0; id && i < sizeof services / sizeof *services; i++)
		if (!strcmp(services[i].id, id))
			return services[i].vtable;
	return NULL;
}

/* The value of a declared option, in create() only. */
static int32_t option(hn_call *call, const char *key, hn_value *out)
{
	hn_value value = { .struct_size = sizeof value };
	struct fault f = { 0 };

	if (size_check(&sized_value, out, &f))
		return call_breach(call, RULE_STRUCT_SIZES, &f);
	if (!call->options)
		fault_set(&f, HN_ERR_PLUGIN, NULL, "the plugin asked for an option outside of create()");
	else if (!key || options_value(call->options, key, &value))
		fault_set(&f, HN_ERR_PLUGIN, NULL, "the plugin asked for the option \"%s\", which it does not declare",
			key ? key : "NULL");
	else
		strict_value(call, &value);
	size_out(&sized_value, out, &value, NULL);
	return f.kind ? call_breach(call, RULE_OPTIONS_DECLARED, &f) : 0;
}

static int32_t host_option(hn_call *handle, const char *key, hn_value *out)
{
	hn_call *call = handle_enter(handle);
	int32_t code = call ? option(call, key, out) : HN_ERR_PLUGIN;

	if (!call)
		return code;
	strict_served(call, NULL, code);
	handle_leave(handle);
	return code;
}

/* The code of an error kind by its name. */
static int32_t host_code_of_kind(const char *name)
{
	return name ? kind_code(name) : 0;
}

const hn_host hobnob_host = {
	.struct_size = sizeof hobnob_host,
	.abi_minor = HN_ABI_MINOR,
	.extension = host_extension,
	.emit = door_emit,
	.fail = door_fail,
	.cancelled = door_cancelled,
	.alloc = door_alloc,
	.option = host_option,
	.code_of_kind = host_code_of_kind,
};
