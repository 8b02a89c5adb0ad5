/* SPDX-License-Identifier: MIT */
/* instance: a JSON value that a JSON Schema allows, always the same one. */
#ifndef HOBNOB_PLUGINS_MOCK_INSTANCE_H
#define HOBNOB_PLUGINS_MOCK_INSTANCE_H

#include "hobnob/plugin.h"

/* The value as text, in memory of the call. An object has the members that are required, or all of those
 * that the schema knows; a string is `said`, a number the least one from 0 on, false, a list as short as
 * allowed; of alternatives the first one. Of a schema that is not JSON: {}. */
hn_str instance_make(const hn_host *, hn_call *, hn_str schema, hn_str said);

#endif
