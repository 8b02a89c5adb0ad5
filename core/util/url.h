/* SPDX-License-Identifier: MIT */
/* url: the origin of a URL, its host, and how it is shown. */
#ifndef HOBNOB_UTIL_URL_H
#define HOBNOB_UTIL_URL_H

#include "util/buf.h"

/* scheme://host[:port] of a URL, lower case, default port left out; NULL if it is not an
 * http(s) URL, or has user info. Allocated. */
char *url_origin(const char *url);
/* The host alone, lower case, without brackets; NULL as above. Allocated. */
char *url_host(const char *url);
int url_is_loopback(const char *url); /* 127.0.0.0/8, ::1, localhost */
/* A URL, its user and password as ***; appends. */
void url_show(hn_str url, struct buf *out);

#endif
