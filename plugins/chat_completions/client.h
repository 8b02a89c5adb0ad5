/* SPDX-License-Identifier: MIT */
/* client: what the codec knows of one server: its addresses, headers and ways, and what it has
 * refused. */
#ifndef HOBNOB_PLUGINS_CLIENT_H
#define HOBNOB_PLUGINS_CLIENT_H

#include "parts.h"

struct cc; /* an instance */

struct cc_host cc_host_of(const struct cc *, hn_call *);
/* Sets the URL and the headers of a request to a path below the base ("/models"). The URL lives as
 * long as the call; the headers are borrowed from the client. */
void cc_address(const struct cc *, hn_call *, hn_http_request *, const char *path);

/* ---- get.c ---- */
/* Reads a document that was asked for; NULL is never given. What it returns is what cc_get does. */
typedef int32_t (*cc_read)(
	void *ud, const struct cc_host *, const hn_http_response *, struct json_object *document);
/* GETs a path below the base and passes the document to read(), or fail()s: no answer, one that is
 * not JSON, and one that is an error by its status. */
int32_t cc_get(const struct cc *, hn_call *, const char *path, cc_read read, void *ud);

#endif
