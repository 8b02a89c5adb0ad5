/* SPDX-License-Identifier: MIT */
/* said: the `set` words of the ABI, and -1 for "unknown", which the program itself computes with. */
#ifndef HOBNOB_UTIL_SAID_H
#define HOBNOB_UTIL_SAID_H

#include "hobnob/plugin.h"

/* set: the core estimated one of the counts */
#define USAGE_ESTIMATED (HN_USAGE_ESTIMATED_PROMPT | HN_USAGE_ESTIMATED_COMPLETION)

/* For a provider, before it passes them on: every member that is not negative is set. */
void usage_say(hn_usage *);
void model_say(hn_model *);
/* For the core, as it takes them: every member that is not set becomes -1; accepts and heeds become all
 * ones. */
void usage_hear(hn_usage *);
void model_hear(hn_model *);

#endif
