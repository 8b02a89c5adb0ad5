/* SPDX-License-Identifier: MIT */
/*
 * pool: the connections of all sessions, kept for the next request to the same server.
 *
 * A request takes a set of connections, alone, and gives it back. Whose connection to that server
 * is still open is taken first, so no TLS handshake is made while one lies idle. All functions on
 * any thread; no lock is held while a request runs.
 */
#ifndef HOBNOB_NET_POOL_H
#define HOBNOB_NET_POOL_H

#include <stdint.h>

#include "net/module.h"
#include "util/fault.h"

#define POOL_MOST 64           /* idle sets; the one that is idle longest is closed */
#define POOL_IDLE_MS 60000     /* a set that is idle longer is closed when another one is given back */

struct pool;
struct pool *pool_new(void);
/* Closes all; each set was given back. The module stays loaded. */
void pool_free(struct pool *);
/* The module, loaded from `lib` if it is not there yet; *is_new: it was loaded now. NULL with a fault. */
const struct http_module *pool_module(struct pool *, const char *lib, int *is_new, struct fault *);
/* A set of connections for one request to that origin; the module is loaded. NULL if libcurl does not
 * start. */
void *pool_take(struct pool *, const char *origin);
/* origin as before; now: monotonic ms. */
void pool_give(struct pool *, void *connections, const char *origin, int64_t now);

/* Loads the module's file. NULL with a fault. */
const struct http_module *module_load(const char *lib, struct fault *);

#endif
