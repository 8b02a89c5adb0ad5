/* SPDX-License-Identifier: MIT */
/* programs: a provider without a secret whose options name what it would run; it answers with them instead. */
#include "hobnob/easy.h"

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
		hn_value v = hn_option_value(host, call, options[i].key);
		size_t n = strlen(p->says);
		if (!v.is_set)
			continue;
		snprintf(p->says + n, sizeof p->says - n, "%s=%.*s ", options[i].key, (int)v.s.n, v.s.p);
	}
	*self = p;
	return 0;
}

static int32_t chat(void *self, hn_call *call, const hn_request *request)
{
	const struct programs *p = self;
	(void)request;
	int32_t code = hn_say(p->host, call, hn_str_of(p->says));
	return code ? code : hn_finish(p->host, call, HN_FINISH_STOP);
}

static const hn_provider provider = {
	.struct_size = sizeof provider,
	.accepts = 1u << HN_PART_TEXT,
	.create = create,
	.destroy = free,
	.chat = chat,
};

HN_PLUGIN(HN_TYPE_PROVIDER, provider, options, "programs", "0.1", "names programs", "MIT")
