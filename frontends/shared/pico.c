/* SPDX-License-Identifier: MIT */
/* pico: pico-dollars as exact decimal text. */
#include "shared/pico.h"

#include <stdio.h>
#include <string.h>

#define PER_DOLLAR 1000000000000

/* Writes all twelve decimals, then takes off what says nothing. */
const char *pico_text(int64_t pico, char out[32])
{
	int n = snprintf(out, 32, "%lld.%012lld", (long long)(pico / PER_DOLLAR),
		(long long)(pico % PER_DOLLAR));

	while (n > 0 && out[n - 1] == '0')
		out[--n] = '\0';
	if (n > 0 && out[n - 1] == '.')
		out[n - 1] = '\0';
	return out;
}
