/* SPDX-License-Identifier: MIT */
/* runtime: what every session shares. */
#include "chat/runtime.h"

#include <string.h>
#include <unistd.h>

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

/* 1 if colours are welcome. */
static int wants_color(const struct runtime *rt)
{
	hn_str color = setting_text(rt->settings, S_COLOR);
	const char *off = settings_env(rt->settings, "NO_COLOR"),
		   *term = settings_env(rt->settings, "TERM");
	if (str_is(color, "always"))
		return 1;
	if (str_is(color, "never") || off || !isatty(STDOUT_FILENO))
		return 0;
	return term && strcmp(term, "dumb") != 0;
}

/* How things are shown, as the settings say it now. */
uint32_t runtime_looks(const struct runtime *rt)
{
	return (wants_color(rt) ? HN_START_COLOR : 0) |
	       (setting_bool(rt->settings, S_SHOW_REASONING) ? HN_START_REASONING : 0);
}
