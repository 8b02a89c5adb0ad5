/* SPDX-License-Identifier: MIT */
/* runtime: what every session shares. */
#include "chat/runtime.h"

/* The http settings as they stand. */
struct http_settings runtime_http(const struct runtime *rt)
{
	const struct settings *s = rt->settings;
	const struct value *proxy = setting(s, S_PROXY);
	struct trusted trusted;

	settings_trusted(s, &trusted);
	return (struct http_settings){
		.lib = rt->paths.lib,
		.proxy = proxy ? proxy->text : NULL,
		.trusted = trusted,
		.allow_http = setting_bool(s, S_ALLOW_HTTP),
		.connect_ms = setting_int(s, S_TIMEOUT_CONNECT, 0),
		.first_token_ms = setting_int(s, S_TIMEOUT_FIRST_TOKEN, 0),
		.idle_ms = setting_int(s, S_TIMEOUT_IDLE, 0),
	};
}

/* Lends the runtime's parts to whoever makes an instance. */
void runtime_maker(struct runtime *rt, struct instance_maker *out)
{
	*out = (struct instance_maker){
		.registry = rt->registry,
		.settings = rt->settings,
		.secrets = rt->secrets,
		.host = rt->host,
		.cancel = &rt->cancel,
		.clock = rt->clock,
		.log = &rt->log,
	};
}
