/* SPDX-License-Identifier: MIT */
/* options_private: what the files of options share. */
#ifndef HOBNOB_CONFIG_OPTIONS_PRIVATE_H
#define HOBNOB_CONFIG_OPTIONS_PRIVATE_H

#include "config/options.h"

/* options_stray.c: learns the secrets within a value that is not itself a secret. 1 if there are any. */
int strays_take(struct secrets *, const struct value *);

#endif
