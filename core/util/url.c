/* SPDX-License-Identifier: MIT */
/*
 * url: what a URL's origin is. Strict on purpose: a key goes where this says, so whatever two parsers could read in two
 * ways (user info, backslashes, blanks, controls, odd hosts) is not a URL here.
 */
#include "util/url.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "util/ascii.h"
#include "util/mem.h"

#define HOST_MAX 255

struct url {
	int tls;
	hn_str host;
	long port;
};

/* 1 if every byte of the URL may stand in one. */
static int is_clean(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s <= 0x20 || (unsigned char)*s >= 0x7F ||
			strchr("\\\"<>^`{|}", *s))
			return 0;
	return 1;
}

/* Reads ":PORT", or nothing, up to the authority's end. */
static int read_port(hn_str s, long *port)
{
	if (!s.n)
		return 0;
	if (s.p[0] != ':' || s.n > 6)
		return -1;
	*port = 0;
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		*port = *port * 10 + (s.p[i] - '0');
	}
	return s.n > 1 && *port >= 1 && *port <= 65535 ? 0 : -1;
}

/* Reads a host, in brackets or not, off the authority. */
static int read_host(hn_str *authority, hn_str *host)
{
	static const char in_name[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	int bracket = authority->n && authority->p[0] == '[';
	const char *set = bracket ? "0123456789abcdefABCDEF:." : in_name,
		   *p = authority->p + bracket;
	size_t n = strspn(p, set), used = n + (bracket ? 2 : 0);
	if (!n || n > HOST_MAX || used > authority->n || (bracket && p[n] != ']'))
		return -1;
	*host = (hn_str){ p, n };
	*authority = (hn_str){ authority->p + used, authority->n - used };
	if (!bracket &&
		p[n - 1] == '.') /* a name's last dot says nothing but that it is the whole name */
		host->n--;
	return host->n ? 0 : -1;
}

static int parse(const char *text, struct url *out)
{
	int tls = !ascii_ncasecmp(text, "https://", 8);
	if (!is_clean(text) || (!tls && ascii_ncasecmp(text, "http://", 7)))
		return -1;
	const char *at = text + (tls ? 8 : 7);
	hn_str authority = { at, strcspn(at, "/?#") };
	*out = (struct url){ .tls = tls, .port = tls ? 443 : 80 };
	if (memchr(at, '@', authority.n) || read_host(&authority, &out->host) < 0)
		return -1;
	return read_port(authority, &out->port);
}

/* The host in lower case. */
static char *lower(hn_str host)
{
	char *s = str_dup(host);
	for (char *c = s; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return s;
}

/* scheme://host[:port]. */
char *url_origin(const char *url)
{
	struct url u;
	if (parse(url, &u) < 0)
		return NULL;
	char *host = lower(u.host);
	int v6 = strchr(host, ':') != NULL;
	char *origin =
		xasprintf("http%s://%s%s%s", u.tls ? "s" : "", v6 ? "[" : "", host, v6 ? "]" : "");
	free(host);
	if (u.port == (u.tls ? 443 : 80))
		return origin;
	char *with_port = xasprintf("%s:%ld", origin, u.port);
	free(origin);
	return with_port;
}

/* The host alone. */
char *url_host(const char *url)
{
	struct url u;
	return parse(url, &u) < 0 ? NULL : lower(u.host);
}

/* 1 if the host is this machine by its own words. */
int url_is_loopback(const char *url)
{
	char *host = url_host(url);
	if (!host)
		return 0;
	struct in_addr v4;
	struct in6_addr v6;
	int yes = !strcmp(host, "localhost");
	if (inet_pton(AF_INET, host, &v4) == 1)
		yes = ntohl(v4.s_addr) >> 24 == 127;
	else if (inet_pton(AF_INET6, host, &v6) == 1)
		yes = IN6_IS_ADDR_LOOPBACK(&v6);
	free(host);
	return yes;
}

/* How many bytes of a URL stand before its user or host. */
static size_t scheme_length(hn_str url)
{
	size_t n = 0;
	while (n < url.n && (ascii_is_alnum(url.p[n]) || strchr("+.-", url.p[n])))
		n++;
	return str_begins((hn_str){ url.p + n, url.n - n }, "://") ? n + 3 : 0;
}

/* A URL for people. A password may hold an "@": the last one ends it. */
void url_show(hn_str url, struct buf *out)
{
	const char *at = url.n ? memrchr(url.p, '@', url.n) : NULL;
	if (!at) {
		buf_addstr(out, url);
		return;
	}
	buf_add(out, url.p, scheme_length(url));
	buf_adds(out, "***");
	buf_add(out, at, (size_t)(url.p + url.n - at));
}
