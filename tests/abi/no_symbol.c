/* SPDX-License-Identifier: MIT */
/* no_symbol: a shared object that is no plugin of this major: its entry bears another. */
#include "hobnob/plugin.h"

HN_EXPORT const hn_plugin *hobnob_plugin_v9(void);

/* The entry that a far later hobnob would look for. */
const hn_plugin *hobnob_plugin_v9(void)
{
	return NULL;
}
