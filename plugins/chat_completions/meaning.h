/* SPDX-License-Identifier: MIT */
/* meaning: what kind of failure the words of a server tell. Pure. */
#ifndef HOBNOB_PLUGINS_MEANING_H
#define HOBNOB_PLUGINS_MEANING_H

#include "words.h"

#define CC_SENTENCES 64 /* that are looked at */
#define CC_NO_STATUS 1u /* no HTTP status says anything: every rule is asked */
#define CC_NO_WAIT 2u /* the server named no wait: what is used up stays so */
#define CC_NO_RATE 4u /* the status is not 429: words of size are not about a rate */

/* The kind that a text describes: HN_ERR_QUOTA, HN_ERR_CONTEXT_TOO_LONG, and with CC_NO_STATUS some
 * others; 0 if it describes none of them. */
int32_t cc_meaning(const struct cc_text *, unsigned flags);
#define CC_REPLY_OVER 3 /* the reply that was asked for is longer than may be */
#define CC_REPLY_BOUND 2 /* a number is said to bound replies */
#define CC_REPLY_NAMED 1 /* a number stands in a sentence about their length */
/* CC_REPLY_* if a sentence of a text is about the reply's length, else 0; *rate is 1 if the text speaks of
 * a rate anywhere. */
int32_t cc_refuses_reply(const struct cc_text *, int *rate);
/* 1 if words, as in a cc_text, name the limit of a reply; any: or what came of it, the completion. */
int cc_names_reply(hn_str words, int any);

#endif
