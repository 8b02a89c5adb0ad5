/* SPDX-License-Identifier: MIT */
/* plugins: the verbs of `hobnob plugins` that have a file of their own. Each returns the exit status. */
#ifndef HOBNOB_CLI_PLUGINS_H
#define HOBNOB_CLI_PLUGINS_H

#include "cli/cli.h"

int plugins_check(struct runtime *, const struct cli *);   /* plugins_check.c */
int plugins_info(struct runtime *, const struct cli *);    /* plugins_info.c */
int plugins_install(struct runtime *, const struct cli *); /* plugins_install.c */

#endif
