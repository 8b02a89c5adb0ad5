/* SPDX-License-Identifier: MIT */
/* duration: a time as settings have it, in ms. Pure. */
#ifndef HOBNOB_UTIL_DURATION_H
#define HOBNOB_UTIL_DURATION_H

#include <stdint.h>

#include "hobnob/plugin.h"

/* "500ms", "1.5s", "2m", "1h", "10" (seconds), rounded to whole ms; -1: another text, or more than 10 digits. */
int64_t duration_ms(hn_str text);

#endif
