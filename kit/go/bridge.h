/* SPDX-License-Identifier: MIT */
/* bridge: what Go asks of C: calls through hobnob's tables, with texts as pointers into Go's memory, which holds no pointers. */
#ifndef HOBNOB_GO_BRIDGE_H
#define HOBNOB_GO_BRIDGE_H

#include <hobnob/shim.h>

/* The provider's table. lists, credits: it has models(), credit(). It lives for ever. */
const hn_provider *bridge_table(uint32_t accepts, uint32_t heeds, int lists, int credits);

/* The event's own texts are not looked at. */
int32_t bridge_emit(const hn_host *, hn_call *, const hn_event *, const void *text, size_t n_text, const void *name, size_t n_name,
	const void *id, size_t n_id, const void *mime, size_t n_mime);
int32_t bridge_report(const hn_host *, hn_call *, const hn_usage *);
int32_t bridge_fail(const hn_host *, hn_call *, const hn_error *, const void *message, size_t n_message, const void *hint, size_t n_hint);
/* put: the pointer that models() got. */
int32_t bridge_put(void *put, void *ud, const hn_model *, const void *id, size_t n_id, const void *name, size_t n_name);
/* Sends a request whose pieces Go takes by a handle. */
int32_t bridge_request(const hn_http *, hn_call *, hn_http_request *, uintptr_t handle, hn_http_response *out);
void bridge_log(const hn_log *, hn_call *, uint32_t level, const void *text, size_t n_text);

#endif
