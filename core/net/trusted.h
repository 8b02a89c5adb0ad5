/* SPDX-License-Identifier: MIT */
/* trusted: checks the certificates that the user names, before a TLS library opens them. */
#ifndef HOBNOB_NET_TRUSTED_H
#define HOBNOB_NET_TRUSTED_H

#include "call/call.h"
#include "config/settings.h"

/* 0, or HN_ERR_CONFIG through the call: an unreadable file, or no readable directory. */
int32_t trusted_check(hn_call *, const struct trusted *);

#endif
