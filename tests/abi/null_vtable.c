/* SPDX-License-Identifier: MIT */
/* null_vtable: a plugin without functions. */
#include "hobnob/plugin.h"

/* A descriptor that is whole but for its vtable. */
const hn_plugin *hobnob_plugin_v1(void)
{
	static const hn_plugin plugin = {
		.struct_size = sizeof plugin,
		.abi_major = HN_ABI_MAJOR,
		.type = HN_TYPE_PROVIDER,
		.name = "null_vtable",
	};
	return &plugin;
}
