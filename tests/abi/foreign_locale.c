/* SPDX-License-Identifier: MIT */
/* foreign_locale: a provider that sets the locale of the whole program, and of its thread, as some libraries do. */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "hobnob/plugin.h"

static const hn_host *host;

/* Takes the locale LC_ALL names for everything. */
static int32_t create(const hn_host *h, hn_call *call, void **self)
{
	(void)call;
	host = h;
	*self = NULL;
	setlocale(LC_ALL, "de_DE.UTF-8");
	return 0;
}

/* Ends the instance. */
static void destroy(void *self)
{
	(void)self;
}

/* Says 0.5 as this locale has it, the temperature in thousandths, and leaves the locale with its thread. */
static int32_t chat(void *self, hn_call *call, const hn_request *request)
{
	char text[80];
	const hn_event finish = {
		.struct_size = sizeof finish, .type = HN_EV_FINISH, .finish = HN_FINISH_STOP
	};
	hn_event say = { .struct_size = sizeof say, .type = HN_EV_TEXT };
	locale_t all = newlocale(LC_ALL_MASK, "de_DE.UTF-8", (locale_t)0);
	(void)self;
	if (all)
		uselocale(all);
	snprintf(text, sizeof text, "%.1f %ld", 0.5, (long)(request->temperature * 1000 + 0.5));
	say.text = (hn_str){ text, strlen(text) };
	int32_t rc = host->emit(call, &say);
	return rc ? rc : host->emit(call, &finish);
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT,
	.heeds = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE,
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
		.name = "foreign_locale",
		.version = "0.1",
		.summary = "sets the program's locale",
		.license = "MIT",
		.vtable = &provider,
	};
	return &plugin;
}
