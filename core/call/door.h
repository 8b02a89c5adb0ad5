/* SPDX-License-Identifier: MIT */
/* door: what a plugin calls with its call, by the handle that it got. */
#ifndef HOBNOB_CALL_DOOR_H
#define HOBNOB_CALL_DOOR_H

#include "hobnob/plugin.h"

/* The functions of hn_host. For a handle that this thread may not use they return HN_ERR_PLUGIN;
 * door_cancelled() returns 1, and door_alloc() memory that is never freed. */
int32_t door_emit(hn_call *, const hn_event *);
int32_t door_fail(hn_call *, const hn_error *);
int32_t door_cancelled(hn_call *);
void *door_alloc(hn_call *, size_t n);

extern const hn_io io_service;   /* hobnob.io/1 */
extern const hn_log log_service; /* hobnob.log/1 */

#endif
