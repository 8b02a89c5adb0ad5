/* SPDX-License-Identifier: MIT */
/* data_symbol: a shared object whose entry is no function. */
#include "hobnob/plugin.h"

extern HN_EXPORT const int hobnob_data;
const int hobnob_data __asm__("hobnob_plugin_v1") = 1;
