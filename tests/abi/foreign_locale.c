/* SPDX-License-Identifier: MIT */
/* foreign_locale: a provider that sets the locale of the whole program, and of its thread, as some libraries do. */
#include <locale.h>

#include "fixture.h"
#include "hobnob/easy.h"

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

/* Says 0.5 as this locale has it, the temperature in thousandths, and leaves the locale with its thread. */
static int32_t chat(void *self, hn_call *call, const hn_request *request)
{
	char text[80];
	locale_t all = newlocale(LC_ALL_MASK, "de_DE.UTF-8", (locale_t)0);
	(void)self;
	if (all)
		uselocale(all);
	snprintf(text, sizeof text, "%.1f %ld", 0.5, (long)(request->temperature * 1000 + 0.5));
	int32_t rc = hn_say(host, call, hn_str_of(text));
	return rc ? rc : hn_finish(host, call, HN_FINISH_STOP);
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT,
	.heeds = HN_SET_MAX_TOKENS | HN_SET_TEMPERATURE,
	.create = create,
	.destroy = fixture_destroy,
	.chat = chat,
};

HN_PLUGIN_N(HN_TYPE_PROVIDER, provider, NULL, 0, "foreign_locale", "0.1", "sets the program's locale", "MIT")
