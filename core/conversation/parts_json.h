/* SPDX-License-Identifier: MIT */
/* parts_json: the list of a message's parts as JSON and back (docs/journal.md). */
#ifndef HOBNOB_CONVERSATION_PARTS_JSON_H
#define HOBNOB_CONVERSATION_PARTS_JSON_H

#include "conversation/history.h"
#include "util/json.h"

/* A new list (the caller puts it). Bytes are text where they are that, else base64. */
struct json_object *parts_to_json(const struct message *);
/* Adds the parts of a list to a message, wherever its text is; skips what is not a part. NULL, or why the
 * list is not JSON (static). parts_place() afterwards. */
const char *parts_read(hn_str list, struct message *);
/* The same of version 1: opaque parts, after the text. */
const char *parts_read_opaque(hn_str list, struct message *);
/* Once the text is there: a place that it does not have, or in the middle of a character, becomes the next
 * one before it that it has; and none is before the part before. */
void parts_place(struct message *);

#endif
