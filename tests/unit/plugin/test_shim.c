/* SPDX-License-Identifier: MIT */
/* test_shim: the functions of hobnob/shim.h call through their tables, see what a table lacks, and find elements by the stride. */
#include "hobnob/shim.h"

#include "../unit.h"

static int32_t code_of_status(int32_t status)
{
	return status + 1;
}

static int32_t wait_for(hn_call *call, hn_pollfd *fds, uint32_t n, int64_t timeout_ms)
{
	return call == NULL && fds == NULL && n == 3 && timeout_ms == 4 ? 5 : 6;
}

static void line(hn_call *call, uint32_t level, hn_str text)
{
	*(hn_str *)(void *)call = text;
	ck_assert_uint_eq(level, 2);
}

START_TEST(calls_through_a_table)
{
	const hn_http http = { .struct_size = sizeof http, .code_of_status = code_of_status };
	const hn_io io = { .struct_size = sizeof io, .wait_for = wait_for };
	const hn_log log = { .struct_size = sizeof log, .line = line };
	hn_str heard = { NULL, 0 };

	ck_assert_int_eq(hn_shim_http_code_of_status(&http, 404), 405);
	ck_assert_int_eq(hn_shim_io_wait_for(&io, NULL, NULL, 3, 4), 5);
	hn_shim_log_line(&log, (hn_call *)(void *)&heard, 2, (hn_str){ "said", 4 });
	ck_assert_uint_eq(heard.n, 4);
}
END_TEST

START_TEST(sees_what_a_table_lacks)
{
	hn_http http = { .struct_size = sizeof http, .code_of_status = code_of_status };

	ck_assert_int_eq(hn_shim_has_http_code_of_status(&http), 1);
	ck_assert_int_eq(hn_shim_has_http_request(&http), 0); /* NULL */
	http.struct_size--;
	ck_assert_int_eq(hn_shim_has_http_code_of_status(&http), 0);
	ck_assert_int_eq(hn_shim_has_http_code_of_status(NULL), 0);
}
END_TEST

static int32_t put(void *ud, const hn_model *model)
{
	*(const hn_model **)ud = model;
	return 7;
}

START_TEST(finds_elements_and_puts_models)
{
	struct { hn_message message; uint64_t later; } grown[2] = { { .message.id = 1 }, { .message.id = 2 } };
	const hn_request request = { .messages = &grown[0].message, .n_messages = 2, .message_stride = sizeof *grown };
	const hn_model model = { .struct_size = sizeof model };
	const hn_model *got = NULL;

	ck_assert_uint_eq(hn_shim_request_messages(&request, 0)->id, 1);
	ck_assert_uint_eq(hn_shim_request_messages(&request, 1)->id, 2);
	ck_assert_int_eq(hn_shim_provider_models_put(put, &got, &model), 7);
	ck_assert_ptr_eq(got, &model);
}
END_TEST

UNIT_MAIN("shim", calls_through_a_table, sees_what_a_table_lacks, finds_elements_and_puts_models)
