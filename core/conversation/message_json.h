/* SPDX-License-Identifier: MIT */
/* message_json: the one documented JSON of a message, for the journal and /save alike
 * (docs/journal.md). */
#ifndef HOBNOB_CONVERSATION_MESSAGE_JSON_H
#define HOBNOB_CONVERSATION_MESSAGE_JSON_H

#include "conversation/history.h"
#include "util/json.h"

/* A new object (the caller puts it); unknown values are left out. Text is made valid UTF-8;
 * the bytes of parts come back as they were. */
struct json_object *message_to_json(const struct message *);
/* A new message from the text of an object, or NULL with *why (static) if it is not one or damaged:
 * invalid JSON, a text that is not UTF-8, a duplicate member. Unknown members are skipped. */
struct message *message_read(hn_str object, const char **why);
/* The usage object of jsonl and the journal: prompt_tokens, completion_tokens, cached_tokens,
 * reasoning_tokens; null if unknown. */
struct json_object *usage_to_json(const hn_usage *);

#endif
