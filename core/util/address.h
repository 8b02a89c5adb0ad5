/* SPDX-License-Identifier: MIT */
/* address: the URL of a server's address as people write it: host, host:port, :port, a URL. */
#ifndef HOBNOB_UTIL_ADDRESS_H
#define HOBNOB_UTIL_ADDRESS_H

/* Makes a URL (allocated) of an address. What it leaves out of scheme, host and port is taken from home, a
 * URL; but a scheme has its own port. Blanks and quotation marks around it do not count, nor do slashes
 * at its end. The address that a server listens on for every interface becomes the loopback one. Not every
 * address gives a valid URL: url_origin() judges. */
char *address_url(const char *address, const char *home);

#endif
