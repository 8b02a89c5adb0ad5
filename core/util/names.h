/* SPDX-License-Identifier: MIT */
/* names: the words that the journal, jsonl, scripts and programs have for numbers of the ABI. */
#ifndef HOBNOB_UTIL_NAMES_H
#define HOBNOB_UTIL_NAMES_H

#include "util/buf.h"

const char *role_name(uint32_t role);      /* "user"; "unknown" for the rest */
uint32_t role_find(hn_str name);           /* or 0 */
const char *finish_name(int32_t finish);   /* "stop"; "unknown" for the rest */
int32_t finish_find(hn_str name);          /* HN_FINISH_UNKNOWN for the rest */
const char *part_type_name(uint32_t type); /* "tool_call"; NULL for TEXT and what is unknown */
uint32_t part_type_find(hn_str name);      /* or 0 */

#endif
