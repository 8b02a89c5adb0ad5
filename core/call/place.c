/* SPDX-License-Identifier: MIT */
/* place: a setting's change, as it is typed where the reader is. */
#include "call/place.h"

#include "util/mem.h"

char *place_sets(const struct runtime *rt, enum setting id, const char *value)
{
	return xasprintf(rt->converses ? "/set %s %s" : "-o %s=%s", setting_table[id].key, value);
}
