/* SPDX-License-Identifier: MIT */
/* said: what the mock answers to: the last message, in words. */
#ifndef HOBNOB_PLUGINS_MOCK_SAID_H
#define HOBNOB_PLUGINS_MOCK_SAID_H

#include "hobnob/plugin.h"

/* The text of the user's last message, a line for each image and file; or, if results of tools came
 * after it, a line for each of those of the last message. NUL-terminated, in memory of the call. */
hn_str said_last(const hn_host *, hn_call *, const hn_request *);
/* How many parts of a type a request holds. */
size_t said_parts(const hn_request *, uint32_t type);

#endif
