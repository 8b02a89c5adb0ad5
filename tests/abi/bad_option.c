/* SPDX-License-Identifier: MIT */
/* bad_option: a provider that declares one key twice. */
#include "fixture.h"

static const hn_provider provider = FIXTURE_PROVIDER(sizeof(hn_provider), 0, fixture_chat);

static const hn_option options[] = {
	{ .type = HN_OPT_STRING, .key = "tone", .help = "how it sounds" },
	{ .type = HN_OPT_INT, .key = "tone", .help = "how loud it is" },
};

/* A descriptor that is good but for its options. */
const hn_plugin *hobnob_plugin_v1(void)
{
	static const hn_plugin plugin = {
		.struct_size = sizeof plugin,
		.abi_major = HN_ABI_MAJOR,
		.type = HN_TYPE_PROVIDER,
		.name = "bad_option",
		.n_options = 2,
		.option_stride = sizeof *options,
		.options = options,
		.vtable = &provider,
	};
	return &plugin;
}
