/* SPDX-License-Identifier: MIT */
/*
 * address: the URL of a server's address as people write it.
 *
 * The same variable tells a server where to listen and a client where to connect, so it may hold no host at all,
 * or 0.0.0.0. A scheme that stands there is kept, with its own default port.
 */
#include "util/address.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "util/ascii.h"
#include "util/buf.h"
#include "util/mem.h"

/* scheme://host:port/path; each empty if it is missing. A host keeps its brackets. */
struct address { hn_str scheme, host, port, path; };

static hn_str from(hn_str s, size_t n)
{
	return (hn_str){ s.p + n, s.n - n };
}

/* Removes from both ends what holds for a byte. */
static hn_str strip(hn_str s, int (*drops)(char))
{
	while (s.n && drops(s.p[0]))
		s = from(s, 1);
	while (s.n && drops(s.p[s.n - 1]))
		s.n--;
	return s;
}

static int is_quote(char c)
{
	return c == '"' || c == '\'';
}

/* Cuts off a scheme with its "://". */
static hn_str take_scheme(hn_str *s)
{
	const char *at = s->n ? memmem(s->p, s->n, "://", 3) : NULL;
	hn_str scheme = { s->p, at ? (size_t)(at - s->p) : 0 };
	*s = at ? from(*s, scheme.n + 3) : *s;
	return scheme;
}

/* How long the host is: a bare IPv6 address has no port. */
static size_t host_length(hn_str s)
{
	const char *bracket = s.n && s.p[0] == '[' ? memchr(s.p, ']', s.n) : NULL;
	const char *first = s.n ? memchr(s.p, ':', s.n) : NULL, *last = s.n ? memrchr(s.p, ':', s.n) : NULL;
	if (bracket)
		return (size_t)(bracket - s.p) + 1;
	return first && first == last ? (size_t)(first - s.p) : s.n;
}

static struct address parse(hn_str s)
{
	struct address a = { .scheme = take_scheme(&s) };
	size_t end = 0;
	while (end < s.n && !memchr("/?#", s.p[end], 3))
		end++;
	a.path = from(s, end);
	s.n = end;
	size_t n = host_length(s);
	a.host = (hn_str){ s.p, n };
	a.port = n < s.n && s.p[n] == ':' ? from(s, n + 1) : from(s, n);
	return a;
}

/* The address to connect to where a server listens on that host. */
static hn_str reachable(hn_str host)
{
	struct in_addr v4;
	struct in6_addr v6;
	int brackets = host.n > 1 && host.p[0] == '[' && host.p[host.n - 1] == ']';
	char *bare = str_dup(brackets ? (hn_str){ host.p + 1, host.n - 2 } : host);
	hn_str out = host;
	if (inet_pton(AF_INET, bare, &v4) == 1 && v4.s_addr == 0)
		out = str_of("127.0.0.1");
	else if (inet_pton(AF_INET6, bare, &v6) == 1 && IN6_IS_ADDR_UNSPECIFIED(&v6))
		out = str_of("[::1]");
	free(bare);
	return out;
}

/* Appends a host, in brackets if it is an IPv6 address. */
static void add_host(struct buf *out, hn_str host)
{
	int bare = host.n && host.p[0] != '[' && memchr(host.p, ':', host.n);
	buf_adds(out, bare ? "[" : "");
	buf_addstr(out, host);
	buf_adds(out, bare ? "]" : "");
}

char *address_url(const char *address, const char *home)
{
	struct buf out = BUF(BUF_NO_CAP);
	hn_str s = strip(strip(strip(str_of(address), ascii_is_space), is_quote), ascii_is_space);
	if (str_begins(s, "://")) /* a scheme was meant, and which one cannot be known */
		return str_dup(s);
	struct address a = parse(s), h = parse(str_of(home));
	hn_str port = a.port.n || a.scheme.n ? a.port : h.port;
	buf_addstr(&out, a.scheme.n ? a.scheme : h.scheme);
	buf_adds(&out, "://");
	add_host(&out, a.host.n ? reachable(a.host) : a.scheme.n ? a.host : h.host);
	buf_adds(&out, port.n ? ":" : "");
	buf_addstr(&out, port);
	buf_addstr(&out, a.path);
	return buf_take(&out);
}
