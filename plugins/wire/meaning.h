/* SPDX-License-Identifier: MIT */
/* meaning: what kind of failure the words of a server tell. Pure. */
#ifndef HOBNOB_PLUGINS_WIRE_MEANING_H
#define HOBNOB_PLUGINS_WIRE_MEANING_H

#include "wire/words.h"

#define WIRE_SENTENCES 64 /* that are looked at */
#define WIRE_NO_STATUS 1u /* no HTTP status says anything: every rule is asked */
#define WIRE_NO_WAIT 2u /* the server named no wait: what is used up stays so */
#define WIRE_NO_RATE 4u /* the status is not 429: words of size are not about a rate */

/* The kind that a text describes: HN_ERR_QUOTA, HN_ERR_CONTEXT_TOO_LONG, and with WIRE_NO_STATUS some
 * others; 0 if it describes none of them. */
int32_t wire_meaning(const struct wire_text *, unsigned flags);
#define WIRE_REPLY_OVER 3 /* the reply that was asked for is longer than may be */
#define WIRE_REPLY_BOUND 2 /* a number is said to bound replies */
#define WIRE_REPLY_NAMED 1 /* a number stands in a sentence about their length */
/* WIRE_REPLY_* if a sentence of a text is about the reply's length, else 0; *rate is 1 if the text speaks of
 * a rate anywhere. */
int32_t wire_refuses_reply(const struct wire_text *, int *rate);
/* 1 if words, as in a wire_text, name the limit of a reply; any: or what came of it, the completion. */
int wire_names_reply(hn_str words, int any);

#endif
