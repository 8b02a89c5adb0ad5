/* SPDX-License-Identifier: MIT */
/* kind: the one table of error kinds: code, name, exit status, whether a retry may help. */
#ifndef HOBNOB_CALL_KIND_H
#define HOBNOB_CALL_KIND_H

#include <stddef.h>
#include <stdint.h>

/* "rate_limited" for HN_ERR_RATE_LIMITED; "ok" for 0; "plugin" for an unknown code. */
const char *kind_name(int32_t code);
/* The code, or 0 if the name is unknown. */
int32_t kind_code(const char *name);
/* The code of the table's row i; 0 past its end. */
int32_t kind_at(size_t i);
/* Exit status of the program, 130 for interrupted (main dies of the signal instead). */
int kind_exit(int32_t code);
/* 1 if asking again may help when fail() set no flag. */
int kind_retryable(int32_t code);
/* contract of HTTP statuses: 401 auth, 403 permission, 402 quota, 404 not_found, 408 409 5xx
 * unavailable, 429 rate_limited, 3xx 407 config, other 4xx bad_request, 0 for 2xx, protocol for
 * the rest. */
int32_t code_of_status(int32_t status);

#endif
