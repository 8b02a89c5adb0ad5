/* SPDX-License-Identifier: MIT */
/* unknown_kind: a plugin of a kind that nobody knows. */
#include "fixture.h"

static const hn_provider provider = FIXTURE_PROVIDER(sizeof(hn_provider), 0, fixture_chat);

FIXTURE(sizeof(hn_plugin), HN_ABI_MAJOR, 0, 9, "unknown_kind", &provider)
