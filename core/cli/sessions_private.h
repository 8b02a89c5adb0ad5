/* SPDX-License-Identifier: MIT */
/* sessions_private: what the files of `hobnob sessions` share. */
#ifndef HOBNOB_CLI_SESSIONS_PRIVATE_H
#define HOBNOB_CLI_SESSIONS_PRIVATE_H

#include "cli/cli.h"
#include "store/store.h"

/* The id that a word means (allocated); NULL with *status after reporting that no conversation matches. */
char *sessions_find(struct runtime *, const char *said, int *status);
/* The conversation that a word means, and its id (allocated). 0, or -1 with *status after saying
 * why not. *out is to be freed either way. */
int sessions_open(
	struct runtime *, const char *said, char **id, struct conversation *out, int *status);

/* sessions_show.c */
int sessions_show(struct runtime *, const struct cli *);
/* What all replies cost: "$0.01"; "$0.01+" where some have no price, "unpriced" where none has; or "". */
const char *sessions_cost(const struct kept *, char out[40]);

/* sessions_files.c */
int sessions_export(struct runtime *, const struct cli *);
int sessions_import(struct runtime *, const struct cli *);

#endif
