/* SPDX-License-Identifier: MIT */
/*
 * place: where the reader of a hint stands: in a conversation a /set changes a setting at once, anywhere else the
 * next command line does.
 */
#ifndef HOBNOB_CALL_PLACE_H
#define HOBNOB_CALL_PLACE_H

#include "call/runtime.h"

/* What sets a setting, ready to be typed: "/set max_tokens 100", or "-o max_tokens=100". Allocated. */
char *place_sets(const struct runtime *, enum setting, const char *value);

#endif
