/* SPDX-License-Identifier: MIT */
/* feed: gives an answer to on_data() as hobnob's network does: by the framing that was asked for, in pieces. */
#ifndef HOBNOB_CHECK_FEED_H
#define HOBNOB_CHECK_FEED_H

#include "check/world.h"

/* What request() returns. head is lent. */
int32_t feed_answer(struct call *, const hn_http_request *, const struct answer *, const hn_http_response *head);

#endif
