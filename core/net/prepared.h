/* SPDX-License-Identifier: MIT */
/* prepared: a plugin's request as it is sent, and as it is shown. */
#ifndef HOBNOB_NET_PREPARED_H
#define HOBNOB_NET_PREPARED_H

#include "net/http.h"

/* Set call and request; the rest is zero. */
struct prepared {
	hn_call *call;
	const hn_http_request *request;
	char *url;
	char *origin; /* of the endpoint, NULL if there is none or the URL has another one */
	char **headers; /* as they are sent */
	struct buf *shown; /* the same with "[secret]" for secrets */
	size_t n;
};

/* Checks the request and makes its headers; dry: those that are shown alone, no secret is read. 0, or
 * what the call has failed with. To be freed either way. */
int32_t prepared_make(struct prepared *, const struct http_settings *, int dry);
/* Overwrites what was secret. */
void prepared_free(struct prepared *);
/* Appends what would be sent, as JSON. HN_ERR_INTERRUPTED, for nothing is sent. */
int32_t prepared_describe(const struct prepared *, struct buf *out);
void prepared_log(const struct prepared *);

#endif
