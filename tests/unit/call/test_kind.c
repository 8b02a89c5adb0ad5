/* SPDX-License-Identifier: MIT */
/* test_kind: codes, names, exit statuses and HTTP statuses. */
#include "../unit.h"

#include "call/kind.h"
#include "hobnob/plugin.h"

static const struct {
	const char *name;
	int32_t code;
	int exit, retryable;
} kinds[] = {
	{ "plugin", HN_ERR_PLUGIN, 1, 0 },
	{ "usage", HN_ERR_USAGE, 2, 0 },
	{ "config", HN_ERR_CONFIG, 3, 0 },
	{ "auth", HN_ERR_AUTH, 4, 0 },
	{ "permission", HN_ERR_PERMISSION, 4, 0 },
	{ "quota", HN_ERR_QUOTA, 5, 0 },
	{ "rate_limited", HN_ERR_RATE_LIMITED, 5, 1 },
	{ "network", HN_ERR_NETWORK, 6, 1 },
	{ "timeout", HN_ERR_TIMEOUT, 6, 0 },
	{ "unavailable", HN_ERR_UNAVAILABLE, 6, 1 },
	{ "bad_request", HN_ERR_BAD_REQUEST, 7, 0 },
	{ "not_found", HN_ERR_NOT_FOUND, 7, 0 },
	{ "context_too_long", HN_ERR_CONTEXT_TOO_LONG, 7, 0 },
	{ "over_limit", HN_ERR_OVER_LIMIT, 8, 0 },
	{ "truncated", HN_ERR_TRUNCATED, 1, 0 },
	{ "protocol", HN_ERR_PROTOCOL, 1, 0 },
	{ "content_filter", HN_ERR_CONTENT_FILTER, 1, 0 },
	{ "output", HN_ERR_OUTPUT, 1, 0 },
	{ "interrupted", HN_ERR_INTERRUPTED, 130, 0 },
};

START_TEST(every_kind_has_its_name_exit_and_retry)
{
	ck_assert_uint_eq(sizeof kinds / sizeof *kinds, -HN_ERR_INTERRUPTED);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		ck_assert_str_eq(kind_name(kinds[i].code), kinds[i].name);
		ck_assert_int_eq(kind_code(kinds[i].name), kinds[i].code);
		ck_assert_int_eq(kind_exit(kinds[i].code), kinds[i].exit);
		ck_assert_int_eq(kind_retryable(kinds[i].code), kinds[i].retryable);
	}
}
END_TEST

START_TEST(the_table_can_be_walked)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		ck_assert_int_eq(kind_at(i), kinds[i].code);
	ck_assert_int_eq(kind_at(sizeof kinds / sizeof *kinds), 0);
	ck_assert_int_eq(kind_at((size_t)-1), 0);
}
END_TEST

START_TEST(what_is_no_kind)
{
	ck_assert_str_eq(kind_name(0), "ok");
	ck_assert_int_eq(kind_exit(0), 0);
	ck_assert_int_eq(kind_retryable(0), 0);
	ck_assert_str_eq(kind_name(-99), "plugin");
	ck_assert_int_eq(kind_exit(-99), 1);
	ck_assert_int_eq(kind_code("ok"), 0);
	ck_assert_int_eq(kind_code("nonsense"), 0);
}
END_TEST

START_TEST(http_statuses)
{
	static const int32_t expected[][2] = {
		{ 200, 0 },
		{ 204, 0 },
		{ 299, 0 },
		{ 301, HN_ERR_CONFIG },
		{ 308, HN_ERR_CONFIG },
		{ 400, HN_ERR_BAD_REQUEST },
		{ 401, HN_ERR_AUTH },
		{ 402, HN_ERR_QUOTA },
		{ 403, HN_ERR_PERMISSION },
		{ 404, HN_ERR_NOT_FOUND },
		{ 407, HN_ERR_CONFIG },
		{ 408, HN_ERR_UNAVAILABLE },
		{ 409, HN_ERR_UNAVAILABLE },
		{ 413, HN_ERR_BAD_REQUEST },
		{ 422, HN_ERR_BAD_REQUEST },
		{ 429, HN_ERR_RATE_LIMITED },
		{ 500, HN_ERR_UNAVAILABLE },
		{ 503, HN_ERR_UNAVAILABLE },
		{ 524, HN_ERR_UNAVAILABLE },
		{ 529, HN_ERR_UNAVAILABLE },
		{ 0, HN_ERR_PROTOCOL },
		{ 101, HN_ERR_PROTOCOL },
		{ 600, HN_ERR_PROTOCOL },
	};
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
		ck_assert_msg(code_of_status(expected[i][0]) == expected[i][1],
			"status %d gives %s", (int)expected[i][0],
			kind_name(code_of_status(expected[i][0])));
}
END_TEST

UNIT_MAIN("kind", every_kind_has_its_name_exit_and_retry, the_table_can_be_walked, what_is_no_kind, http_statuses)
