/* SPDX-License-Identifier: MIT */
/* blocks: runs a provider that computes or waits by itself on its own thread, and passes its events on. */
#ifndef HOBNOB_PLUGIN_BLOCKS_H
#define HOBNOB_PLUGIN_BLOCKS_H

#include "call/handle.h"

/* Runs work on a thread of its own, with a call that does what `call` does. Events reach the sink of
 * `call` on this thread, which serves its `attend` meanwhile. Returns work's value; what work says of a
 * failure is in `call` then. who: the plugin, for messages. */
int32_t blocks_run(const char *who, hn_call *call, handle_work work, void *ud);

#endif
