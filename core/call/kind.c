/* SPDX-License-Identifier: MIT */
/* kind: the one table of error kinds: code, name, exit status, whether a retry may help. */
#include "call/kind.h"

#include <string.h>

#include "hobnob/plugin.h"

struct kind {
	int32_t code;
	const char *name;
	int exit;
	int retryable;
};

static const struct kind table[] = {
	{ HN_ERR_PLUGIN, "plugin", 1, 0 },
	{ HN_ERR_USAGE, "usage", 2, 0 },
	{ HN_ERR_CONFIG, "config", 3, 0 },
	{ HN_ERR_AUTH, "auth", 4, 0 },
	{ HN_ERR_PERMISSION, "permission", 4, 0 },
	{ HN_ERR_QUOTA, "quota", 5, 0 },
	{ HN_ERR_RATE_LIMITED, "rate_limited", 5, 1 },
	{ HN_ERR_NETWORK, "network", 6, 1 },
	{ HN_ERR_TIMEOUT, "timeout", 6, 0 },
	{ HN_ERR_UNAVAILABLE, "unavailable", 6, 1 },
	{ HN_ERR_BAD_REQUEST, "bad_request", 7, 0 },
	{ HN_ERR_NOT_FOUND, "not_found", 7, 0 },
	{ HN_ERR_CONTEXT_TOO_LONG, "context_too_long", 7, 0 },
	{ HN_ERR_OVER_LIMIT, "over_limit", 8, 0 },
	{ HN_ERR_TRUNCATED, "truncated", 1, 0 },
	{ HN_ERR_PROTOCOL, "protocol", 1, 0 },
	{ HN_ERR_CONTENT_FILTER, "content_filter", 1, 0 },
	{ HN_ERR_OUTPUT, "output", 1, 0 },
	{ HN_ERR_INTERRUPTED, "interrupted", 130, 0 },
};

/* HTTP statuses by range, the first that fits counts. */
static const struct {
	int32_t from, to, code;
} statuses[] = {
	{ 200, 299, 0 },
	{ 300, 399, HN_ERR_CONFIG },
	{ 401, 401, HN_ERR_AUTH },
	{ 402, 402, HN_ERR_QUOTA },
	{ 403, 403, HN_ERR_PERMISSION },
	{ 404, 404, HN_ERR_NOT_FOUND },
	{ 407, 407, HN_ERR_CONFIG },
	{ 408, 409, HN_ERR_UNAVAILABLE },
	{ 429, 429, HN_ERR_RATE_LIMITED },
	{ 400, 499, HN_ERR_BAD_REQUEST },
	{ 500, 599, HN_ERR_UNAVAILABLE },
};

/* The entry of a code; that of "plugin" for an unknown code. */
static const struct kind *find(int32_t code)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].code == code)
			return &table[i];
	return &table[0];
}

/* The name of a code. */
const char *kind_name(int32_t code)
{
	return code == HN_OK ? "ok" : find(code)->name;
}

/* The code of a name. */
int32_t kind_code(const char *name)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (!strcmp(table[i].name, name))
			return table[i].code;
	return 0;
}

/* The code of row i. */
int32_t kind_at(size_t i)
{
	return i < sizeof table / sizeof *table ? table[i].code : 0;
}

/* The exit status that a code stands for. */
int kind_exit(int32_t code)
{
	return code == HN_OK ? 0 : find(code)->exit;
}

/* Whether asking again may help. */
int kind_retryable(int32_t code)
{
	return code != HN_OK && find(code)->retryable;
}

/* The code that an HTTP status stands for. */
int32_t code_of_status(int32_t status)
{
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (status >= statuses[i].from && status <= statuses[i].to)
			return statuses[i].code;
	return HN_ERR_PROTOCOL;
}
