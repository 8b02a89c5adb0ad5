/* SPDX-License-Identifier: MIT */
/* programs: a provider without a secret whose options name what it would run; it answers with them instead. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hobnob/plugin.h"

static const hn_option options[] = {
	{ .type = HN_OPT_LIST, .key = "command", .help = "program and arguments" },
	{ .type = HN_OPT_STRING, .flags = HN_OPTION_OWN, .key = "tool", .help = "another program" },
	{ .type = HN_OPT_PATH, .key = "weights", .help = "a file" },
	{ .type = HN_OPT_STRING, .key = "tone", .initial = "plain", .help = "a word" },
};
#define N_OPTIONS (sizeof options / sizeof *options)

struct programs {
	const hn_host *host;
	char says[1024];
};

/* Keeps "KEY=VALUE " of each option that is set. */
static int32_t create(const hn_host *host, hn_call *call, void **self)
{
	struct programs *p = calloc(1, sizeof *p);
	if (!p)
		abort();
	p->host = host;
	for (size_t i = 0; i < N_OPTIONS; i++) {
		hn_value v = { .struct_size = sizeof v };
		if (host->option(call, options[i].key, &v) || !v.is_set)
			continue;
		size_t n = strlen(p->says);
		snprintf(p->says + n, sizeof p->says - n, "%s=%.*s ", options[i].key, (int)v.s.n, v.s.p);
	}
	*self = p;
	return 0;
}

static int32_t chat(void *self, hn_call *call, const hn_request *request)
{
	const struct programs *p = self;
	const hn_event text = { .struct_size = sizeof text,
		.type = HN_EV_TEXT,
		.text = { p->says, strlen(p->says) } };
	const hn_event finish = {
		.struct_size = sizeof finish, .type = HN_EV_FINISH, .finish = HN_FINISH_STOP
	};
	(void)request;
	int32_t code = p->host->emit(call, &text);
	return code ? code : p->host->emit(call, &finish);
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT,
	.create = create,
	.destroy = free,
	.chat = chat,
};

const hn_plugin *hobnob_plugin_v1(void)
{
	static const hn_plugin plugin = {
		.struct_size = sizeof plugin,
		.abi_major = HN_ABI_MAJOR,
		.type = HN_TYPE_PROVIDER,
		.n_options = N_OPTIONS,
		.option_stride = sizeof *options,
		.name = "programs",
		.version = "0.1",
		.summary = "names programs",
		.license = "MIT",
		.options = options,
		.vtable = &provider,
	};
	return &plugin;
}
