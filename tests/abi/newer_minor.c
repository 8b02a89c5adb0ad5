/* SPDX-License-Identifier: MIT */
/* newer_minor: a plugin that needs a minor that no host has yet. */
#include "fixture.h"

static const hn_provider provider = FIXTURE_PROVIDER(sizeof(hn_provider), 0, fixture_chat);

FIXTURE(sizeof(hn_plugin), HN_ABI_MAJOR, 7, HN_TYPE_PROVIDER, "newer_minor", &provider)
