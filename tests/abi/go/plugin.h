/* SPDX-License-Identifier: MIT */
/* plugin: what Go calls. */
#ifndef HOBNOB_TESTS_ABI_GO_PLUGIN_H
#define HOBNOB_TESTS_ABI_GO_PLUGIN_H

#include <hobnob/plugin.h>

int32_t plugin_say(hn_call *, void *p, size_t n);
int32_t plugin_end(hn_call *, int64_t prompt, int64_t completion);
int32_t plugin_fail(hn_call *, int32_t code, void *p, size_t n);
int32_t plugin_cancelled(hn_call *);

#endif
