/* SPDX-License-Identifier: MIT */
/* settings_table: the table, and what is made of its entries' names. */
#include "config/settings_private.h"

#include <stdio.h>
#include <string.h>

#define ROW(ID, name, kind, preset, bits, bounds, sentence) \
	[S_##ID] = { .key = name, .type = kind, .initial = preset, .flags = (bits) | SET_BOUNDED, .values = bounds, .help = sentence },

const hn_option setting_table[S_COUNT] = { SETTINGS(ROW) };

static const char *const source_names[FROM_COUNT] = {
	[FROM_DEFAULT] = "default",
	[FROM_SHIPPED] = "shipped choices",
	[FROM_FILE_PROFILE] = "profile of the config file",
	[FROM_FILE] = "config file",
	[FROM_DOTENV_PROFILE] = "profile of .env",
	[FROM_DOTENV] = ".env",
	[FROM_ENV_PROFILE] = "profile of the environment",
	[FROM_ENV] = "environment",
	[FROM_CLI_PROFILE] = "profile of the command line",
	[FROM_CLI_PROMPT] = "prompt file of the command line",
	[FROM_CLI] = "command line",
	[FROM_SESSION] = "this conversation",
	[FROM_TURN] = "prompt file of this turn",
};

const char *source_name(enum source source)
{
	return source_names[source];
}

int setting_find(hn_str key)
{
	for (int i = 0; i < S_COUNT; i++)
		if (str_is(key, setting_table[i].key))
			return i;
	return -1;
}

void setting_env_name(const char *key, char out[64])
{
	snprintf(out, 64, "HOBNOB_%s", key);
	for (char *c = out; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
}

/* Names that are not settings: where things are, and whether plugins are watched. A found .env may say none of them. */
const char *const place_names[] = { "HOBNOB_CONFIG", "HOBNOB_DEBUG_PLUGINS", "HOBNOB_PLUGIN_PATH", "HOBNOB_LOG_FILE" };
_Static_assert(sizeof place_names / sizeof *place_names == PLACE_COUNT, "settings_private.h counts them");

int name_is_users_own(const char *name)
{
	for (size_t i = 0; i < PLACE_COUNT; i++)
		if (!strcmp(name, place_names[i]))
			return 1;
	return 0;
}
