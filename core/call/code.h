/* SPDX-License-Identifier: MIT */
/* code: whose code is at an address: of a thread that a plugin has made, that is all that names the plugin. */
#ifndef HOBNOB_CALL_CODE_H
#define HOBNOB_CALL_CODE_H

#include <stdint.h>

/* A plugin is loaded, as dlopen() has it. One at a time. Of more than 64 the others stay unknown. */
void code_add(const char *plugin, void *dl);
/* 1 if there is any; async-signal-safe, as the next. */
int code_is_any(void);
/* The plugin whose code is at an address (0: none) or, if that is a library's, has called it: whose is the first return address
 * on the stack that leads into a plugin. NULL: nobody's. */
const char *code_owner(uintptr_t at, uintptr_t stack);

#endif
