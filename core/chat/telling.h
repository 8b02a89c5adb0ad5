/* SPDX-License-Identifier: MIT */
/* telling: events for the frontend. Each returns what the frontend's on_event returned: 0, or HN_ERR_*. */
#ifndef HOBNOB_CHAT_TELLING_H
#define HOBNOB_CHAT_TELLING_H

#include "chat/chat.h"

/* An event of that type with every number unknown. */
hn_session_event event_of(uint32_t type);
/* Text that is not UTF-8 is replaced here, on the only way out. */
int32_t tell(struct chat *, const hn_session_event *);
int32_t tell_notice(struct chat *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* An ERROR event for a failure outside of a turn's attempts; message and hint as they are. Returns
 * code. */
int32_t tell_error(struct chat *, int32_t code, hn_str message, hn_str hint);

#endif
