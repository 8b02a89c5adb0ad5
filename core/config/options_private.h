/* SPDX-License-Identifier: MIT */
/* options_private: what the files of options share. */
#ifndef HOBNOB_CONFIG_OPTIONS_PRIVATE_H
#define HOBNOB_CONFIG_OPTIONS_PRIVATE_H

#include "config/options.h"

/* options_stray.c: learns the secrets in a value that is none itself. 1 if there are any. */
int strays_take(struct secrets *, const struct value *);

#endif
