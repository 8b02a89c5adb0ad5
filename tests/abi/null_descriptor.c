/* SPDX-License-Identifier: MIT */
/* null_descriptor: a plugin that describes nothing. */
#include "hobnob/plugin.h"

/* No descriptor at all. */
const hn_plugin *hobnob_plugin_v1(void)
{
	return NULL;
}
