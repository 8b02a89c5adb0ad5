/* SPDX-License-Identifier: MIT */
/*
 * judge: whether a plugin's descriptor may be used. Judged in order, each rule with its own message: it is there,
 * abi_major, need_minor, struct_size, kind, name equals stem, vtable, vtable's size and required functions, options.
 */
#ifndef HOBNOB_PLUGIN_JUDGE_H
#define HOBNOB_PLUGIN_JUDGE_H

#include "hobnob/plugin.h"
#include "util/fault.h"

const char *plugin_kind_name(uint32_t kind);  /* "provider", "frontend" */

/* 0 if a descriptor may be used, else HN_ERR_CONFIG with the rule that it breaks, without the file's name. kind:
 * HN_TYPE_*, or 0 for either. Pure. */
int32_t plugin_judge(const hn_plugin *, const char *stem, uint32_t kind, struct fault *);
/* The same of a copy, which has no vtable. */
int32_t plugin_judge_copy(const hn_plugin *, const char *stem, uint32_t kind, struct fault *);
/* Which flags of a later header a plugin has that was judged well (allocated): they are passed over.
 * NULL: none. */
char *plugin_unknown_flags(const hn_plugin *);

#endif
