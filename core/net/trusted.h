/* SPDX-License-Identifier: MIT */
/* trusted: looks at the certificates that the user names, before a TLS library does. */
#ifndef HOBNOB_NET_TRUSTED_H
#define HOBNOB_NET_TRUSTED_H

#include "call/call.h"
#include "config/settings.h"

/* 0, or HN_ERR_CONFIG through the call: a file that cannot be read, or no directory that can. */
int32_t trusted_check(hn_call *, const struct trusted *);

#endif
