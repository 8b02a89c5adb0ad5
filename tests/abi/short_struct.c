/* SPDX-License-Identifier: MIT */
/* short_struct: a plugin whose descriptor ends too early. */
#include "fixture.h"

static const hn_provider provider = FIXTURE_PROVIDER(sizeof(hn_provider), 0, fixture_chat);

FIXTURE(offsetof(hn_plugin, options), HN_ABI_MAJOR, 0, HN_TYPE_PROVIDER, "short_struct", &provider)
