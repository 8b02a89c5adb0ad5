/* SPDX-License-Identifier: MIT */
/* services: finds the host's services that every frontend needs, and says which is missing. */
#include "shared/services.h"

#include <stdlib.h>
#include <string.h>

static int32_t refuse(const hn_host *host, hn_call *call, const char *message)
{
	hn_error error = {
		.struct_size = sizeof error,
		.code = HN_ERR_PLUGIN,
		.retry_after_ms = -1,
		.message = { message, strlen(message) },
	};

	return host->fail(call, &error);
}

int32_t services_create(const hn_host *host, hn_call *call, void **self)
{
	struct services found = {
		.session = host->extension(HN_ID_SESSION),
		.text = host->extension(HN_ID_TEXT),
	};

	if (!found.session || !HN_HAS_FN(found.session, hn_session_api, complete))
		return refuse(host, call, "this host offers no " HN_ID_SESSION);
	if (!found.text || !HN_HAS_FN(found.text, hn_text, safe))
		return refuse(host, call, "this host offers no " HN_ID_TEXT);
	struct services *services = malloc(sizeof *services);
	if (!services)
		return refuse(host, call, "out of memory");
	*services = found;
	*self = services;
	return 0;
}

void services_destroy(void *self)
{
	free(self);
}

hn_start services_start(const struct services *services, hn_session *session)
{
	hn_start start = { .struct_size = sizeof start };

	services->session->start(session, &start);
	return start;
}

hn_str services_setting(const struct services *services, hn_session *session, const char *key)
{
	hn_str value = { NULL, 0 };

	if (!HN_HAS_FN(services->session, hn_session_api, setting) ||
		services->session->setting(session, (hn_str){ key, strlen(key) }, &value))
		return (hn_str){ NULL, 0 };
	return value;
}
