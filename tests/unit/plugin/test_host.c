/* SPDX-License-Identifier: MIT */
/* test_host: what hn_host gives: services, values of options, codes; and what it refuses. */
#include "../guarded.h"
#include "../unit.h"

#include <stdio.h>

#include "call/door.h"
#include "call/handle.h"
#include "call/process.h"
#include "config/options.h"
#include "config/value.h"
#include "host.h"
#include "net/http.h"
#include "session/session.h"
#include "util/text.h"

static const hn_option declared = { .type = HN_OPT_INT, .key = "count" };
static char text[] = "12";
static struct value value = { .decl = &declared, .text = text, .i = 12 };
static const struct options options = { .values = &value, .n = 1 };
static struct cancel cancel;
static struct hn_call call;
static hn_call *handle;

/* A create() of a plugin "thing". */
static void begin(void)
{
	ck_assert_int_eq(cancel_open(&cancel), 0);
	call_init(&call, &cancel, &clock_real, NULL);
	call.options = &options;
	call.plugin = "thing";
	handle = handle_new(&call);
}

static void end(void)
{
	ck_assert_int_eq(handle_end(handle), 0);
	call_end(&call);
	cancel_close(&cancel);
}

/* Each service by its id and version, and nothing by what is only like one. */
START_TEST(services)
{
	static const struct { const char *id; const void *table; } all[] = {
		{ "hobnob.http/1", &http_service },
		{ "hobnob.io/1", &io_service },
		{ "hobnob.text/1", &text_service },
		{ "hobnob.log/1", &log_service },
		{ "hobnob.process/1", &process_service },
		{ "hobnob.session/1", &session_service },
		{ "hobnob.commands/1", &commands_service },
		{ "hobnob.relay/1", &relay_service },
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		size_t n = strlen(all[i].id);
		char other[32];
		ck_assert_ptr_eq(hobnob_host.extension(all[i].id), all[i].table);
		snprintf(other, sizeof other, "%.*s2", (int)n - 1, all[i].id);
		ck_assert_ptr_null(hobnob_host.extension(other));
		snprintf(other, sizeof other, "%s0", all[i].id);
		ck_assert_ptr_null(hobnob_host.extension(other));
		snprintf(other, sizeof other, "%.*s", (int)n - 2, all[i].id);
		ck_assert_ptr_null(hobnob_host.extension(other));
	}
	ck_assert_ptr_null(hobnob_host.extension("hobnob.nowhere/1"));
	ck_assert_ptr_null(hobnob_host.extension("HOBNOB.HTTP/1"));
	ck_assert_ptr_null(hobnob_host.extension("org.example.http/1"));
	ck_assert_ptr_null(hobnob_host.extension(""));
	ck_assert_ptr_null(hobnob_host.extension(NULL));
}
END_TEST

START_TEST(codes_by_name)
{
	ck_assert_int_eq(hobnob_host.code_of_kind("rate_limited"), HN_ERR_RATE_LIMITED);
	ck_assert_int_eq(hobnob_host.code_of_kind("unknown"), 0);
	ck_assert_int_eq(hobnob_host.code_of_kind(NULL), 0);
}
END_TEST

/* A newer header: a longer value. */
struct longer { hn_value value; const void *more; };

START_TEST(a_value_is_written_to_its_end_only)
{
	static const char mark[] = "";
	hn_value *exact = guarded(sizeof *exact);
	struct longer newer = { { .struct_size = sizeof newer }, mark };
	begin();
	exact->struct_size = sizeof *exact;
	ck_assert_int_eq(hobnob_host.option(handle, "count", exact), 0);
	ck_assert_uint_eq(exact->struct_size, sizeof *exact);
	ck_assert_uint_eq(exact->type, HN_OPT_INT);
	ck_assert_int_eq(exact->i, 12);
	ck_assert_uint_eq(exact->is_set, 1);
	ck_assert_int_eq(hobnob_host.option(handle, "count", &newer.value), 0);
	ck_assert_int_eq(newer.value.i, 12);
	ck_assert_uint_eq(newer.value.struct_size, sizeof newer);
	ck_assert_ptr_eq(newer.more, mark);
	end();
}
END_TEST

/* Refused for that reason. */
static void refused(const char *key, hn_value *out, const char *why)
{
	ck_assert_int_eq(hobnob_host.option(handle, key, out), HN_ERR_PLUGIN);
	ck_assert_int_eq(call.error.code, HN_ERR_PLUGIN);
	ck_assert_str_eq(call.error.message, why);
	call_error_clear(&call);
}

START_TEST(what_is_not_there_is_refused_by_name)
{
	hn_value v = { .i = 5 };
	begin();
	refused("count", NULL, "thing: hn_value is NULL");
	refused("count", &v, "thing: hn_value says struct_size 0, at least 64 are needed");
	ck_assert_int_eq(v.i, 5);
	v.struct_size = sizeof v;
	refused("other", &v, "thing: the plugin asked for the option \"other\", which it does not declare");
	ck_assert_int_eq(v.i, 0);
	refused(NULL, &v, "thing: the plugin asked for the option \"NULL\", which it does not declare");
	call.options = NULL;
	refused("count", &v, "thing: the plugin asked for an option outside of create()");
	end();
}
END_TEST

UNIT_MAIN("host", services, codes_by_name, a_value_is_written_to_its_end_only,
	what_is_not_there_is_refused_by_name)
