/* SPDX-License-Identifier: MIT */
/* client: what the codec knows of one server: its addresses, headers and ways, and what it has
 * refused. */
#ifndef HOBNOB_PLUGINS_CLIENT_H
#define HOBNOB_PLUGINS_CLIENT_H

#include "codec.h"
#include "parts.h"

#define CC_CHAT 0
#define CC_MODELS 1

struct cc_host cc_host_of(const struct cc *, hn_call *);
/* Sets the URL and the headers of a request to CC_CHAT or CC_MODELS; borrowed from the client. */
void cc_address(const struct cc *, hn_http_request *, int what);

#endif
