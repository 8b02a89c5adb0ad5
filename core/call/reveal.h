/* SPDX-License-Identifier: MIT */
/* reveal: the value behind a plugin's handle for a secret, for those in the core who send it on. */
#ifndef HOBNOB_CALL_REVEAL_H
#define HOBNOB_CALL_REVEAL_H

#include "call/call.h"

/* Waits for it as a call waits. Borrowed. 0, or the code that the call failed with. */
int32_t call_reveal(hn_call *, const hn_secret *, hn_str *out);

#endif
