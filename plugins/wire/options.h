/* SPDX-License-Identifier: MIT */
/*
 * options: the options that wires have in common, by whose keys plugins/wire reads them, and the plugin that
 * they are part of. Each takes the members that are the server's own.
 */
#ifndef HOBNOB_PLUGINS_OPTIONS_H
#define HOBNOB_PLUGINS_OPTIONS_H

#include "wire/wire.h"

#define WIRE_ENV(...) .n_env = sizeof((hn_env[]){ __VA_ARGS__ }) / sizeof(hn_env), .env = (const hn_env[]){ __VA_ARGS__ }
#define WIRE_API_KEY(...)                                                                                               \
	{ .type = HN_OPT_STRING, .flags = HN_OPTION_SECRET | HN_OPTION_REQUIRED | HN_OPTION_AT_HOME, .key = "api_key",       \
		.help = "key of the account", __VA_ARGS__ }
/* With or without slashes at its end; a query ("?api-version=1") stays at the URL's end. */
#define WIRE_BASE_URL(...) { .type = HN_OPT_URL, .flags = HN_OPTION_ENDPOINT, .key = "base_url", __VA_ARGS__ }
#define WIRE_MODEL(...) { .type = HN_OPT_STRING, .flags = HN_OPTION_AT_HOME, .key = "model", __VA_ARGS__ }
/* One that bears the name of the key's takes its place. */
#define WIRE_HEADERS                                                                                                    \
	{ .type = HN_OPT_MAP, .flags = HN_OPTION_STEERS, .key = "headers", .help = "further headers of each request" }
/* RFC 7396: null takes a member out. Only what the request itself adds so comes after it. */
#define WIRE_EXTRA_BODY                                                                                                 \
	{ .type = HN_OPT_JSON, .flags = HN_OPTION_STEERS, .key = "extra_body",                                             \
		.help = "JSON object that is merged into each request" }

/* The whole plugin: options_ is an array, provider_ a hn_provider. */
#define WIRE_PLUGIN(name_, summary_, options_, provider_)                                                               \
	const hn_plugin *hobnob_plugin_v1(void)                                                                         \
	{                                                                                                               \
		static const hn_plugin plugin = {                                                                       \
			.struct_size = sizeof plugin,                                                                   \
			.abi_major = HN_ABI_MAJOR,                                                                      \
			.type = HN_TYPE_PROVIDER,                                                                       \
			.n_options = sizeof(options_) / sizeof *(options_),                                             \
			.option_stride = sizeof *(options_),                                                            \
			.name = (name_),                                                                                \
			.version = PACKAGE_VERSION,                                                                     \
			.summary = (summary_),                                                                          \
			.license = "MIT",                                                                               \
			.options = (options_),                                                                          \
			.vtable = &(provider_),                                                                         \
		};                                                                                                      \
		return &plugin;                                                                                         \
	}

#endif
