/* SPDX-License-Identifier: MIT */
/* secret_command: runs the program that prints a secret. */
#ifndef HOBNOB_CONFIG_SECRET_COMMAND_H
#define HOBNOB_CONFIG_SECRET_COMMAND_H

#include "config/secret.h"

#define SECRET_MAX ((size_t)64 << 10) /* bytes that a file or a command may give */
#define SECRET_COMMAND_MS 30000       /* how long a command may take */

/* Runs argv without a shell, its stderr passed through, and appends what it prints to out. 0,
 * HN_ERR_INTERRUPTED, or HN_ERR_CONFIG with a fault, which names `where` and the first word only.
 * The command does not outlive the call. */
int32_t secret_command(char *const *argv, const char *where, const struct secret_wait *wait, struct buf *out, struct fault *);

#endif
