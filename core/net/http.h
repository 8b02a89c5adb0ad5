/* SPDX-License-Identifier: MIT */
/*
 * http: hobnob.http/1 on the program's side: checks a request, puts secrets into its headers,
 * passes it to the module. A secret is sent only to the origin of the instance's endpoint, and only
 * over https unless the host is loopback or allow_http is on; its URL must not contain user info.
 * With --dry-run the request is described instead of sent.
 */
#ifndef HOBNOB_NET_HTTP_H
#define HOBNOB_NET_HTTP_H

#include "call/call.h"
#include "call/runtime.h"
#include "config/settings.h"
#include "util/buf.h"
#include "util/fault.h"

struct pool; /* net/pool.h */
/* pool NULL: the http has one of its own */
struct http_settings { struct pool *pool; const char *lib; const char *proxy; struct trusted trusted; int allow_http; int64_t connect_ms, first_token_ms, idle_ms; };

/* The current settings; strings borrowed from them. */
struct http_settings http_settings_of(const struct runtime *);

struct http;
/* One per session: it serves one request at a time. Nothing is loaded before the first request. settings' strings are borrowed. */
struct http *http_new(const struct http_settings *);
void http_configure(struct http *, const struct http_settings *); /* after /set */
void http_free(struct http *);
/* Until called with NULL: requests are not sent but described as a JSON object
 * {method,url,headers,body} in out (secrets as "[secret]"; body as JSON where it is JSON), and end
 * with HN_ERR_INTERRUPTED. */
void http_dry_run(struct http *, struct buf *out);

/* Loads the module from lib and describes it: 0, or HN_ERR_CONFIG with a fault. */
struct http_about;
int32_t http_look(const char *lib, struct http_about *out, struct fault *);

extern const hn_http http_service; /* hobnob.http/1 */

#endif
