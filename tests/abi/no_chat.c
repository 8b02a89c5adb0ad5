/* SPDX-License-Identifier: MIT */
/* no_chat: a provider without its main function. */
#include "fixture.h"

static const hn_provider provider = FIXTURE_PROVIDER(sizeof(hn_provider), 0, NULL);

FIXTURE(sizeof(hn_plugin), HN_ABI_MAJOR, 0, HN_TYPE_PROVIDER, "no_chat", &provider)
