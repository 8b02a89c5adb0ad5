/* SPDX-License-Identifier: MIT */
/* relayed: a request of somebody else's. */
#ifndef HOBNOB_CHAT_RELAYED_H
#define HOBNOB_CHAT_RELAYED_H

#include "chat/chat_private.h"

/* Judges a request, and copies it with what it leaves out filled in: each message has an id, its parts and
 * its text. The copy borrows texts of theirs and memory of the call. 0, or HN_ERR_USAGE with a fault. */
int32_t relayed_take(hn_request *, const hn_request *theirs, hn_call *memory, struct fault *);
/* Tokens of the chat's relayed request, by the prior. */
int64_t relayed_tokens(const struct chat *);
/* 1 if it is text alone: its size by the prior can be compared with the server's count. */
int relayed_is_plain(const hn_request *);

#endif
