/* SPDX-License-Identifier: MIT */
/* services: what a frontend asks of its host when it is made, once for all frontends. */
#ifndef HOBNOB_FRONTENDS_SERVICES_H
#define HOBNOB_FRONTENDS_SERVICES_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "hobnob/plugin.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "0"
#endif

/* Borrowed from the host for the plugin's life. */
struct services {
	const hn_session_api *session; /* hobnob.session/1 */
	const hn_text *text;           /* hobnob.text/1 */
};

/* The body of a frontend's create(): *self is a new struct services. 0, or what fail() returned. */
int32_t services_create(const hn_host *, hn_call *, void **self);
/* The destroy() that belongs to it; accepts NULL. */
void services_destroy(void *self);
/* What the command line asked for. */
hn_start services_start(const struct services *, hn_session *);
/* What a setting says, as `hobnob config get` prints it; empty where the host has none of that name, or it is unset. */
hn_str services_setting(const struct services *, hn_session *, const char *key);

#endif
