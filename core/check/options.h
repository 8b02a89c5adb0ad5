/* SPDX-License-Identifier: MIT */
/* options: values of the plugin's options, from its canned answers, or its defaults, or hostile ones. */
#ifndef HOBNOB_CHECK_OPTIONS_H
#define HOBNOB_CHECK_OPTIONS_H

#include "check/world.h"

#define HOSTILE_KINDS 10 /* world.hostile goes from 1 to this */

/* Fills *out, as long as it says. 0, or HN_ERR_PLUGIN after a breach. */
int32_t options_give(struct call *, const char *key, hn_value *out);
/* The key of an option that is REQUIRED and that nothing gives a value; NULL: none. */
const char *options_lack(const struct subject *, const struct answers *);
/* The URL of the ENDPOINT option, or NULL (allocated). */
char *options_endpoint(const struct world *);
/* The key of a secret's handle; NULL: it is not one. */
const char *options_secret(const hn_secret *);
/* The model that requests name (allocated). */
char *options_model(const struct world *);

#endif
