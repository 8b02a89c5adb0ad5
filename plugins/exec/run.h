/* SPDX-License-Identifier: MIT */
/* run: one run of the program: what goes to it, what comes of it, and its end. */
#ifndef HOBNOB_PLUGINS_EXEC_RUN_H
#define HOBNOB_PLUGINS_EXEC_RUN_H

#include "exec.h"

/* Asks it. As hn_provider.chat. */
int32_t run_ask(const struct exec *, hn_call *, const hn_request *);

#endif
