/* SPDX-License-Identifier: MIT */
/* wrong_major: a plugin for another major. */
#include "fixture.h"

static const hn_provider provider = FIXTURE_PROVIDER(sizeof(hn_provider), 0, fixture_chat);

FIXTURE(sizeof(hn_plugin), 2, 0, HN_TYPE_PROVIDER, "wrong_major", &provider)
