/* SPDX-License-Identifier: MIT */
/* prepared: a plugin's request as it is sent, and as it is shown. */
#ifndef HOBNOB_NET_PREPARED_H
#define HOBNOB_NET_PREPARED_H

#include "net/http.h"

#define HTTP_URL_MOST 8192     /* bytes of a request's URL */
#define HTTP_HEADERS_MOST 1000 /* headers of a request */

/* Set call and request; the rest is zero. */
struct prepared {
	hn_call *call;
	const hn_http_request *request;
	char *url;
	char *origin; /* of the endpoint, NULL if there is no endpoint or the URL has another origin */
	char **headers; /* as sent */
	struct buf *shown; /* the same with "[secret]" for secrets */
	size_t n;
};

/* Checks the request and makes its headers; dry: only those to show, and no secret is read. 0, or
 * the code that the call failed with. Free it either way. */
int32_t prepared_make(struct prepared *, const struct http_settings *, int dry);
/* Frees it and overwrites the secrets. */
void prepared_free(struct prepared *);
/* Appends what would be sent, as JSON. HN_ERR_INTERRUPTED, because nothing is sent. */
int32_t prepared_describe(const struct prepared *, struct buf *out);
void prepared_log(const struct prepared *);

#endif
