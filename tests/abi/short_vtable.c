/* SPDX-License-Identifier: MIT */
/* short_vtable: a plugin whose table of functions ends too early. */
#include "fixture.h"

static const hn_provider provider = FIXTURE_PROVIDER(offsetof(hn_provider, chat), 0, fixture_chat);

FIXTURE(sizeof(hn_plugin), HN_ABI_MAJOR, 0, HN_TYPE_PROVIDER, "short_vtable", &provider)
