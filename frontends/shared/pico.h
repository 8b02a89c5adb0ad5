/* SPDX-License-Identifier: MIT */
/* pico: pico-dollars as people and programs read them. */
#ifndef HOBNOB_FRONTENDS_PICO_H
#define HOBNOB_FRONTENDS_PICO_H

#include <stdint.h>

/* Exact USD, without exponent or trailing zeros: "0.000012", "3". pico must not be negative. */
const char *pico_text(int64_t pico, char out[32]);

#endif
