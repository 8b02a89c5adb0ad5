/* SPDX-License-Identifier: MIT */
/* never_polls: a provider that blocks for ever and never asks whether it should go on. */
#include <unistd.h>

#include "fixture.h"

/* Says so and sleeps on, whatever happens. */
static int32_t chat(void *self, hn_call *call, const hn_request *request)
{
	(void)self;
	(void)call;
	(void)request;
	ssize_t n = write(STDERR_FILENO, "never_polls sleeps\n", 19);

	(void)n;
	while (pause())
		;
	return 0;
}

static const hn_provider provider = FIXTURE_PROVIDER(sizeof(hn_provider), HN_PROVIDER_BLOCKS, chat);

FIXTURE(sizeof(hn_plugin), HN_ABI_MAJOR, 0, HN_TYPE_PROVIDER, "never_polls", &provider)
