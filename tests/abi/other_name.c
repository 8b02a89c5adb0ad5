/* SPDX-License-Identifier: MIT */
/* other_name: a plugin that bears another name than its file. */
#include "fixture.h"

static const hn_provider provider = FIXTURE_PROVIDER(sizeof(hn_provider), 0, fixture_chat);

FIXTURE(sizeof(hn_plugin), HN_ABI_MAJOR, 0, HN_TYPE_PROVIDER, "somebody_else", &provider)
