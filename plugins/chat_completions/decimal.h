/* SPDX-License-Identifier: MIT */
/* decimal: exact decimal text to pico-dollars (10^-12 USD), without floating point. */
#ifndef HOBNOB_PLUGINS_DECIMAL_H
#define HOBNOB_PLUGINS_DECIMAL_H

#include "hobnob/plugin.h"

/* USD as a plain or scientific number ("0.05", "1e-05"); digits beyond 10^-12 are rounded half
 * to even. -1 if it is no number, negative, or beyond int64. */
int64_t decimal_pico(hn_str text);

#endif
