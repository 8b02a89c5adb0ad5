/* SPDX-License-Identifier: MIT */
/*
 * address: whether the base of a server's addresses has a part too much or too little.
 *
 * Documentation names the whole address of a request as often as its base, and the base with its
 * version ("/v1") as often as without.
 */
#include "wire/wire.h"

#include <string.h>

#include "util/ascii.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof *(a))

/* What stands below a base, the longer ones first. */
static const char *const below[] = { "/chat/completions", "/completions", "/chat", "/responses",
	"/messages", "/embeddings", "/models" };
/* The same where a base has no version; these would cut another wire's. */
static const char *const below_root[] = { "/generate", "/tags", "/api" };

static int ends(hn_str s, const char *end)
{
	size_t n = strlen(end);
	return s.n >= n && !memcmp(s.p + s.n - n, end, n);
}

/* Gives the length of the version that a part of a path is, "v1" or "v1beta"; else 0. */
static size_t version_at(const char *p, size_t n)
{
	return n >= 2 && p[0] == 'v' && ascii_is_digit(p[1]) ? n : 0;
}

/* Says whether a URL's path has a version in it, and where the first one ends. */
static size_t version_end(hn_str url, size_t path)
{
	for (size_t i = path; i < url.n; i++) {
		size_t n = 0;
		while (i + 1 + n < url.n && url.p[i + 1 + n] != '/')
			n++;
		if (url.p[i] == '/' && version_at(url.p + i + 1, n))
			return i + 1 + n;
	}
	return 0;
}

static size_t path_of(hn_str url)
{
	const char *host = memmem(url.p, url.n, "://", 3);
	size_t i = host ? (size_t)(host - url.p) + 3 : 0;
	while (i < url.n && url.p[i] != '/')
		i++;
	return i;
}

/* Cuts what stands below a base from its end. */
static void cut_below(hn_str *base, size_t path, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ends(*base, list[i]) && base->n - strlen(list[i]) >= path)
			base->n -= strlen(list[i]);
}

/* Where the part of a path that ends there begins. */
static size_t part_before(hn_str url, size_t end)
{
	while (end && url.p[--end] != '/')
		;
	return end;
}

/* The same where requests add the version: a base that has one ends before it. */
static int likelier_root(hn_str base, hn_str cut, size_t path, struct wire_message *out)
{
	cut_below(&cut, path, below_root, ARRAY_LEN(below_root));
	size_t version = version_end(cut, path);
	if (version)
		cut.n = part_before(cut, version);
	if (cut.n < base.n)
		wire_say(out, cut);
	return cut.n < base.n;
}

int wire_likelier_base(const struct wire_host *to, struct wire_message *out)
{
	hn_str base = str_of(to->base), cut = base;
	size_t path = path_of(base);
	cut_below(&cut, path, below, ARRAY_LEN(below));
	if (!to->dialect->version)
		return likelier_root(base, cut, path, out);
	size_t version = version_end(cut, path);
	hn_str rest = { cut.p + version, cut.n - version };
	/* "/v1/v1", or something after a version that matches none of the above */
	if (version && rest.n > 1 && version_at(rest.p + 1, rest.n - 1) &&
		!memchr(rest.p + 1, '/', rest.n - 1))
		cut.n = version;
	int deep = path + 1 < base.n && memchr(base.p + path + 1, '/', base.n - path - 1) != NULL;
	if (cut.n == base.n && (version || deep))
		return 0;
	wire_say(out, cut);
	if (cut.n == base.n)
		wire_says(out, to->dialect->version);
	return 1;
}
