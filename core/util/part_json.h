/* SPDX-License-Identifier: MIT */
/* part_json: a part of a message as the journal has it (docs/journal.md), and programs read it. */
#ifndef HOBNOB_UTIL_PART_JSON_H
#define HOBNOB_UTIL_PART_JSON_H

#include "util/json.h"

/* at: bytes of the message's text before it. To be json_object_put. */
struct json_object *part_to_json(const hn_part *, size_t at);

#endif
